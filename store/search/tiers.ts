import { beginning, wholeWord } from '../words.ts'
import { isUnspaced } from './unspaced.ts'
import type { Wider } from './wider.ts'

/** One way to take a query: each holds all that those before it hold. */
export interface Tier {
  readonly words: string
  /** What of it may be looked up in the index, each by itself: the rarest are. None where all are too short. */
  readonly parts: readonly string[]
  /** What is found so has at least this rank, and at most `SPREAD` more. */
  readonly floor: number
}

/** How much better one thing may be than another of its tier. */
export const SPREAD = 0.18

/** Beginnings of fewer letters are those of half the words there are. */
const SHORTEST_PROBE = 3
/** A stem of fewer letters stands for itself alone. */
const SHORTEST_BEGINNING = 4

const NARROWER: Wider = { stems: [], near: [] }

/**
 * The ways in which terms are taken, the narrowest first: as whole words, as beginnings of words, without their endings,
 * and with typos. Ways that would find nothing new are left out.
 */
export function toTiers(terms: readonly string[], wider: ReadonlyMap<string, Wider>): readonly Tier[] {
  if (terms.length === 0) return []
  const widerOf = (term: string): Wider => wider.get(term) ?? NARROWER
  const ways: readonly ((term: string) => readonly string[])[] = [
    (term) => [wholeWord(term)],
    (term) => [beginning(term)],
    (term) => [beginning(term), ...widerOf(term).stems.map(stemQuery)],
    (term) => [beginning(term), ...[...widerOf(term).stems, ...widerOf(term).near].map(stemQuery)],
  ]
  const long = terms.filter((term) => isUnspaced(term) || term.length >= SHORTEST_PROBE)
  const tiers = ways.map((way, n) => ({
    words: join(terms, way),
    // Whole words are looked up as they are; short beginnings are looked at in what was found.
    parts: (n === 0 ? terms : long).map((term) => eitherOf(way(term))),
    floor: 0.8 - n * 0.2,
  }))
  return tiers.filter(({ words }, n) => n === 0 || words !== tiers[n - 1]?.words)
}

const eitherOf = (words: readonly string[]): string => `(${[...new Set(words)].join(' | ')})`

const join = (terms: readonly string[], way: (term: string) => readonly string[]): string =>
  terms.map((term) => eitherOf(way(term))).join(' & ')

const stemQuery = (word: string): string => ([...word].length < SHORTEST_BEGINNING ? wholeWord(word) : beginning(word))
