/** How often words of a class occur, or how they are asked for. */
export type QueryClass =
  | 'frequent word'
  | 'common word'
  | 'rare word'
  | 'unknown word'
  | 'one letter'
  | 'beginning'
  | 'two words'
  | 'ten words'
  | 'other form'
  | 'typo'
  | 'e-mail address'
  | 'ticket number'
  | 'name'

/** A search of the benchmark. */
export interface AskedFor {
  readonly kind: QueryClass
  readonly query: string
}

/** What of a database is not words of its texts; each may be left out, and names are then made of words. */
export interface Seeded {
  readonly names?: readonly string[]
  readonly emails?: readonly string[]
  readonly ticketNumbers?: readonly string[]
}

/** How many queries there are of each class; together 200. */
const COUNTS: { readonly [C in QueryClass]: number } = {
  'frequent word': 15,
  'common word': 25,
  'rare word': 30,
  'unknown word': 5,
  'one letter': 5,
  beginning: 25,
  'two words': 25,
  'ten words': 10,
  'other form': 10,
  typo: 25,
  'e-mail address': 10,
  'ticket number': 5,
  name: 10,
}

/**
 * Makes 200 searches of differing selectivity; the same for the same.
 *
 * @param words of the texts that a database was filled with, the most frequent first; hundreds at least
 */
export function makeQueries(words: readonly string[], seeded: Seeded = {}): readonly AskedFor[] {
  const { names, emails, ticketNumbers } = seeded
  const ranked = (share: number, n: number): string => at(words, Math.floor(words.length ** share) + n * 3)
  const long = words.filter((word) => word.length >= 6)
  const makers: { readonly [C in QueryClass]: (n: number) => string } = {
    'frequent word': (n) => at(words, n),
    'common word': (n) => ranked(0.4, n),
    'rare word': (n) => ranked(0.85, n * 7),
    'unknown word': (n) => `zz${at(words, n)}zz`,
    'one letter': (n) => at([...'aeqtx'], n),
    beginning: (n) => at(long, n * 13).slice(0, 3 + (n % 3)),
    'two words': (n) => `${ranked(0.2, n)} ${ranked(0.5, n)}`,
    'ten words': (n) => Array.from({ length: 10 }, (_, k) => at(words, n + k)).join(' '),
    'other form': (n) => `${ranked(0.5, n)}s`,
    typo: (n) => mistype(at(long, n * 17), n),
    'e-mail address': (n) => at(emails ?? [`${at(words, 500 + n)}@example.com`], n * 101),
    'ticket number': (n) => at(ticketNumbers ?? [`${1_000 + n * 997}`], n * 103),
    name: (n) => at(names ?? [`${at(words, 700 + n * 11)} ${at(words, 900 + n * 13)}`], n * 107),
  }
  return CLASSES.flatMap((each) =>
    Array.from({ length: COUNTS[each] }, (_, n) => ({ kind: each, query: makers[each](n) })),
  )
}

const CLASSES: readonly QueryClass[] = [
  'frequent word',
  'common word',
  'rare word',
  'unknown word',
  'one letter',
  'beginning',
  'two words',
  'ten words',
  'other form',
  'typo',
  'e-mail address',
  'ticket number',
  'name',
]

function at(list: readonly string[], n: number): string {
  const found = list[n % list.length]
  if (found === undefined) throw new RangeError('expected a seeded vocabulary, but got an empty one')
  return found
}

/** Swaps two letters, leaves one out, or doubles one, somewhere behind the first. */
function mistype(word: string, n: number): string {
  const place = 1 + (n % (word.length - 3))
  const [before, after] = [word.slice(0, place), word.slice(place)]
  if (n % 3 === 0) return `${before}${after.slice(1, 2)}${after.slice(0, 1)}${after.slice(2)}`
  if (n % 3 === 1) return `${before}${after.slice(1)}`
  return `${before}${after.slice(0, 1)}${after}`
}
