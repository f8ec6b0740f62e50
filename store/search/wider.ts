import type { Queryable } from '../database.ts'
import { isUnspaced } from './unspaced.ts'
import { foldLetters } from './fold.ts'
import { isMended, toKeys, toNearest } from './typo.ts'

/** Other words that a term may stand for. */
export interface Wider {
  /** The term without its endings, in every language that may be meant. */
  readonly stems: readonly string[]
  /** Words of the workspace that it may have been meant for. */
  readonly near: readonly string[]
}

/** PostgreSQL's dictionaries of endings for each script. Source: https://www.postgresql.org/docs/15/textsearch-dictionaries.html */
const STEMMERS: readonly (readonly [script: RegExp, languages: readonly string[]])[] = [
  [
    /^\p{sc=Latin}/u,
    ['english', 'german', 'french', 'spanish', 'italian', 'portuguese', 'dutch', 'swedish', 'danish', 'norwegian'],
  ],
  [/^\p{sc=Cyrillic}/u, ['russian']],
  [/^\p{sc=Greek}/u, ['greek']],
  [/^\p{sc=Arabic}/u, ['arabic']],
]

const SHORTEST_STEM = 3
/** Words that may be meant by one term with typos, and by all terms together: each is one more to look up in every kind. */
const MOST_NEAR = 8
const MOST_NEAR_IN_ALL = 24
/** Known words that are looked at for all terms of a search. */
const MOST_CANDIDATES = 5_000

const languagesOf = (term: string): readonly string[] => STEMMERS.find(([script]) => script.test(term))?.[1] ?? []

/**
 * The stems of terms. Endings hang on accents, which terms have lost: `spelled` are the words as they were typed.
 *
 * A stem is at least half as long as its term, for a shorter one is of another language.
 */
export async function findStems(
  queryable: Queryable,
  terms: readonly string[],
  spelled: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const forms = terms
    .filter((term) => term.length > SHORTEST_STEM && !isUnspaced(term))
    .flatMap((term) => [term, ...spelled.filter((word) => foldLetters(word) === term)].map((form) => ({ term, form })))
  const asked = forms.flatMap(({ term, form }) => languagesOf(term).map((language) => ({ term, form, language })))
  if (asked.length === 0) return new Map()
  const rows = await queryable.query<{ term: string; stem: string }>(
    `select distinct a.term, s.stem from unnest($1::text[], $2::text[], $3::text[]) a (term, form, stemmer)
     cross join lateral unnest(ts_lexize(a.stemmer::regdictionary, a.form)) s (stem)`,
    [
      asked.map(({ term }) => term),
      asked.map(({ form }) => form),
      asked.map(({ language }) => `pg_catalog.${language}_stem`),
    ],
  )
  return new Map(terms.map((term) => [term, toStems(term, rows)]))
}

function toStems(term: string, rows: readonly { readonly term: string; readonly stem: string }[]): readonly string[] {
  const stems = rows.filter((row) => row.term === term).map(({ stem }) => foldLetters(stem))
  // English writes `studies` without the letter that `study` ends with.
  const spelled = stems.flatMap((stem) =>
    stem.endsWith('i') && /ie[sd]$/.test(term) ? [stem, `${stem.slice(0, -1)}y`] : [stem],
  )
  const shortest = Math.max(SHORTEST_STEM, term.length / 2)
  const good = spelled.filter((stem) => stem !== term && stem.length >= shortest && /^[\p{L}\p{M}]+$/u.test(stem))
  return [...new Set(good)].toSorted()
}

/** The workspace's words that terms may have been meant for. */
export async function findNear(
  queryable: Queryable,
  workspaceId: string,
  terms: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const mended = terms.filter(isMended)
  if (mended.length === 0) return new Map()
  const keys = [...new Set(mended.flatMap((term) => toKeys(workspaceId, term)))]
  const rows = await queryable.query<{ word: string }>(`select word from word_near($1::int[], $2)`, [
    keys,
    MOST_CANDIDATES,
  ])
  const words = rows.map(({ word }) => word)
  const most = Math.max(1, Math.min(MOST_NEAR, Math.floor(MOST_NEAR_IN_ALL / mended.length)))
  return new Map(mended.map((term) => [term, toNearest(term, words, most)]))
}
