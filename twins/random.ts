/** Numbers that look like chance and are the same for the same seed. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean
  /** One of a list that is not empty. */
  pick<Item>(items: readonly Item[]): Item
  /** Small numbers are much likelier than large ones; from 0 to `below`, excluded. Makes a few of a list busy and most quiet. */
  skewed(below: number): number
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string
  /** A version 4 UUID. */
  uuid(): string
  /** How far it has come; `moveTo` goes on from there. */
  position(): number
  moveTo(position: number): void
}

/** Starts a sequence. Give each subject its own name, so that more of one does not change another. */
export function createRandom(seed: number, name = ''): Random {
  let state = (seed ^ hashOf(name)) >>> 0
  // Mulberry32: 32 bits of state are plenty for texts and ids, and it is the fastest there is.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const hex = (digits: number): string => {
    let text = ''
    while (text.length < digits) text += int(0, 0xffff).toString(16).padStart(4, '0')
    return text.slice(0, digits)
  }
  return {
    next,
    int,
    hex,
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new RangeError('there is nothing to pick from an empty list')
      return item
    },
    skewed: (below) => Math.floor(next() ** 2 * below),
    position: () => state,
    moveTo(position) {
      state = position
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(int(0, 3))}${hex(3)}-${hex(12)}`,
  }
}

/** FNV-1a, to tell subjects apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}
