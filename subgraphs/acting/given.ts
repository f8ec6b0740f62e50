/** An object without what is undefined, for those who tell by a field's presence whether it was given. */
export function given<T extends object>(object: T): T {
  const kept = { ...object }
  for (const [field, value] of Object.entries(kept)) if (value === undefined) Reflect.deleteProperty(kept, field)
  return kept
}

/** An object without what is undefined or null: of something new, neither says anything. */
export function filled<T extends object>(object: T): { readonly [F in keyof T]: Exclude<T[F], null> }
export function filled(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value != null))
}
