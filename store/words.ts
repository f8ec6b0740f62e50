/** A text is searched by at most its first so many characters: PostgreSQL refuses a `tsvector` of a mebibyte. */
const SEARCHED_CHARACTERS = 100_000
const MOST_TERMS = 10
const LONGEST_TERM = 64

/**
 * Text as it is compared in a search: lower case, without accents, words parted by single spaces.
 *
 * Made here and not in SQL, so that it is the same under every locale that a database may have.
 */
export function toSearchable(text: string): string {
  return foldLetters(text.slice(0, SEARCHED_CHARACTERS))
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
}

/** The words of what a person typed into a search, at most ten; empty when it holds no letter or digit. */
export function toTerms(query: string): readonly string[] {
  const words = toSearchable(query.slice(0, 1_000)).split(' ')
  return [...new Set(words.filter((word) => word !== ''))]
    .slice(0, MOST_TERMS)
    .map((word) => word.slice(0, LONGEST_TERM))
}

/** The `tsquery` that asks for all terms, each as the beginning of a word. Terms hold letters, marks and digits only. */
export const toTsquery = (terms: readonly string[]): string => terms.map((term) => `'${term}':*`).join(' & ')

/** Latin, Greek and Cyrillic accents. Marks of other scripts are letters there. */
const ACCENTS = /[\u0300-\u036f]+/g

/** Lower case and without accents. */
function foldLetters(text: string): string {
  const lower = text.toLowerCase()
  // Most text is ASCII, for which there is nothing to part.
  return /^[\0-\x7f]*$/.test(lower) ? lower : lower.normalize('NFD').replaceAll(ACCENTS, '').normalize('NFC')
}
