import { foldLetters, isAscii } from './search/fold.ts'
import { isUnspaced, toPairs, toUnits, UNSPACED_RUN } from './search/unspaced.ts'

/** A text is searched by at most its first so many characters: PostgreSQL refuses a `tsvector` of a mebibyte. */
const SEARCHED_CHARACTERS = 100_000
/** Where words are not parted by spaces, each letter is stored twice. */
const SEARCHED_UNSPACED = SEARCHED_CHARACTERS / 2
const MOST_TERMS = 10
const LONGEST_TERM = 64
const LONGEST_QUERY = 1_000

/** What parts words. */
const BETWEEN = /[^\p{L}\p{N}\p{M}]+/gu
const BETWEEN_ASCII = /[^a-z0-9]+/g

/**
 * Text as it is compared in a search: lower case, without accents, words parted by single spaces. Where words are not
 * parted (Chinese, Japanese, Thai, …) it is pairs of letters.
 *
 * Made here and not in SQL, so that it is the same under every locale that a database may have.
 */
export function toSearchable(text: string): string {
  const words = foldToWords(text.slice(0, SEARCHED_CHARACTERS))
  if (!isUnspaced(words)) return words.trim()
  return words
    .slice(0, SEARCHED_UNSPACED)
    .replaceAll(UNSPACED_RUN, (run) => ` ${toPairs(run).join(' ')} `)
    .replaceAll(/ +/g, ' ')
    .trim()
}

/**
 * The words of what a person typed into a search, at most ten; empty when it holds no letter or digit. What is written
 * without spaces is one.
 */
export function toTerms(query: string): readonly string[] {
  const words = foldToWords(query.slice(0, LONGEST_QUERY)).replaceAll(UNSPACED_RUN, (run) => ` ${run} `)
  return [...new Set(words.split(' ').filter((word) => word !== ''))].slice(0, MOST_TERMS).map(cutTerm)
}

/** The `tsquery` that asks for all terms, each as the beginning of a word. */
export const toTsquery = (terms: readonly string[]): string => terms.map(beginning).join(' & ')

/** The `tsquery` of a term as the beginning of a word. Terms hold letters, marks and digits only. */
export const beginning = (term: string): string => (isUnspaced(term) ? phraseOf(term) : `'${term}':*`)

/** The `tsquery` of a term as a whole word. */
export const wholeWord = (term: string): string => (isUnspaced(term) ? phraseOf(term) : `'${term}'`)

/** What is written without spaces stands anywhere in a text: its pairs, one after the other. */
function phraseOf(term: string): string {
  const units = toUnits(term)
  if (units.length < 2) return `'${term}':*`
  return `(${toPairs(term)
    .slice(0, -1)
    .map((pair) => `'${pair}'`)
    .join(' <-> ')})`
}

function foldToWords(text: string): string {
  const folded = foldLetters(text)
  // A letter may come apart into many.
  return folded.slice(0, SEARCHED_CHARACTERS).replaceAll(isAscii(folded) ? BETWEEN_ASCII : BETWEEN, ' ')
}

/** Never cuts a letter in two. */
const cutTerm = (word: string): string => word.slice(0, LONGEST_TERM).replace(/[\ud800-\udbff]$/, '')
