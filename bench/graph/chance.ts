/** Numbers that look like chance and are the same in every run, from 0 to below 1. */
export type Chance = () => number

/** Makes chance of a seed (mulberry32). */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from 0 to below `count`. */
export const below = (chance: Chance, count: number): number => Math.floor(chance() * count)

/** One of a list that is not empty. */
export function oneOf<T>(chance: Chance, list: readonly T[]): T {
  const one = list[below(chance, list.length)]
  if (one === undefined) throw new Error('expected a list that is not empty')
  return one
}
