/** Loaded before all else in a process (`--import`), it sets the clock of that process wrong, by `?ms=` of its own address. */
const offMs = Number(new URL(import.meta.url).searchParams.get('ms'))

globalThis.Date = new Proxy(Date, {
  construct: (right, given, as) => Reflect.construct(right, given.length === 0 ? [right.now() + offMs] : given, as),
  apply: (right) => new right(right.now() + offMs).toString(),
  get: (right, name) => (name === 'now' ? () => right.now() + offMs : Reflect.get(right, name)),
})

export {}
