/** What operations without a name count as. */
const ANONYMOUS = 'anonymous'
/** What names beyond the bound count as. */
const OTHER = 'other'

/**
 * Makes a bound on names that clients choose: the first ones are told apart, and all that come later are `other`.
 *
 * Each name is a time series that lives as long as the process, so whoever could make up names could fill the memory.
 */
export function createNameBound(max: number): (name: string | null) => string {
  const known = new Set<string>()
  return (name) => {
    if (name === null) return ANONYMOUS
    if (known.has(name)) return name
    if (known.size >= max) return OTHER
    known.add(name)
    return name
  }
}
