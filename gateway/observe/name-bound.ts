/** What operations without a name count as. */
const ANONYMOUS = 'anonymous'
/** What names beyond the bound count as. */
const OTHER = 'other'
/** How many letters of a name are told. */
const MAX_NAME_CHARS = 100

/** Tells apart names that clients choose, as many as may be. */
export interface NameBound {
  /** The name that is told instead; null is one that is not there. */
  (name: string | null): string
  /** Has these told apart, too, however many there are: the operator chose them. */
  add(names: Iterable<string>): void
}

/**
 * Makes a bound on names that clients choose: the first ones are told apart, and all that come later are `other`.
 *
 * Each name is a time series that lives as long as the process, so whoever could make up names could fill the memory.
 */
export function createNameBound(max: number): NameBound {
  const known = new Set<string>()
  const chosen = new Set<string>()
  const bound = (name: string | null): string => {
    if (name === null) return ANONYMOUS
    if (known.has(name) || chosen.has(name)) return name
    if (known.size >= max) return OTHER
    known.add(name)
    return name
  }
  const add = (names: Iterable<string>): void => {
    for (const name of names) chosen.add(shorten(name))
  }
  return Object.assign(bound, { add })
}

/** The part of a name that is told: it may be as long as a request, and stands in each line of a histogram. */
export const shorten = (name: string): string => name.slice(0, MAX_NAME_CHARS)
