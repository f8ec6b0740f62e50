/**
 * Makes what tells, of answers that come from a second source of the same events, which are doubles of those that the
 * first gave out last.
 *
 * A double is an answer that reads the same, in a run that begins with the second source's first answer. Where answers
 * of the first read the same among themselves, nothing is taken for a double: one too many is better than one too few.
 *
 * @param given what the first source gave out since the second was asked, in order, as text
 */
export function createDoubleFinder(given: readonly string[]): (text: string) => boolean {
  let next: number | null = isDistinct(given) ? null : given.length
  return (text) => {
    next ??= toIndex(given, text)
    const isDouble = given[next] === text
    next = isDouble ? next + 1 : given.length
    return isDouble
  }
}

/** True when it is known where among the given a second source's first answer stands. */
export function isAligned(given: readonly string[], first: string): boolean {
  return given.includes(first) && isDistinct(given)
}

function isDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length
}

function toIndex(texts: readonly string[], text: string): number {
  const index = texts.indexOf(text)
  return index < 0 ? texts.length : index
}
