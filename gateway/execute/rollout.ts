import type { CompileCache } from './compile-cache.ts'

/**
 * Makes of the caches for each side of progressive overrides one that decides for every operation anew.
 *
 * @param percentages where sides begin, besides at 0: ascending, each once
 * @param roll a number from 0 up to, but not including, 100, each time another
 * @param cacheAt makes the cache for operations that fall on a percentage
 */
export function createRollout(
  percentages: readonly number[],
  roll: () => number,
  cacheAt: (percentage: number) => CompileCache,
): CompileCache {
  const lowest = cacheAt(0)
  if (percentages.length === 0) return lowest
  const sides = percentages.map((from) => ({ from, cache: cacheAt(from) }))
  return (document, operationName) => {
    const rolled = roll()
    const side = sides.findLast(({ from }) => from <= rolled)
    return (side?.cache ?? lowest)(document, operationName)
  }
}
