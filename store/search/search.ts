import { hash } from 'node:crypto'
import { type KeyValue, toListCursor } from '../cursor.ts'
import type { Queryable } from '../database.ts'
import { QueryTimeoutError } from '../errors.ts'
import { fromNodeId, rowId } from '../id.ts'
import { beyond, type Page } from '../list.ts'
import type { Order } from '../list-order.ts'
import { toTerms } from '../words.ts'
import { BOUNDS, type Bounds } from './bounds.ts'
import { type HitKey, LONGEST_NAME, type Prepared, type SearchFilter, toHits } from './hits.ts'
import { RECORD_KINDS, SEARCH_KINDS, SEARCHED, type SearchKind } from './kinds.ts'
import { type Snippet, toSnippet, toWanted } from './snippet.ts'
import { toTiers } from './tiers.ts'
import { findNear, findStems, type Wider } from './wider.ts'

export { RECORD_KINDS, SEARCH_KINDS, type SearchKind } from './kinds.ts'
import { parameters } from '../parameters.ts'
export type { SnippetPart } from './snippet.ts'

/** What to search, and where. */
export interface SearchQuery extends SearchFilter {
  /** What a person typed: words, an e-mail address, a number, an id. */
  readonly query: string
  readonly kinds: readonly SearchKind[]
  /** Names of tags in any case, of which a thread has one. */
  readonly tag?: readonly string[]
  readonly first: number
  readonly after?: string
}

/** Something that was found. */
export interface Hit extends Snippet {
  readonly kind: SearchKind
  readonly id: string
  readonly provider: string
  /** 1 for what was named exactly (id, e-mail, external id, ticket number); less for what holds the words. */
  readonly rank: number
}

interface HitRow {
  readonly kind: SearchKind | null
  readonly id: string
  readonly provider: string
  readonly rank: number
  readonly at: KeyValue
  readonly text: string | null
  /** How many were ranked. */
  readonly found: number
  /** All of them, where they are few. */
  readonly few: readonly HitKey[] | null
}

/** So much of a text is looked through for a snippet. */
const SNIPPET_CHARACTERS = 20_000
/** Where fewer were found, words are looked for that the query may have been meant for. */
const FEW = 20

/**
 * Finds what is named exactly first, then what holds all words: as they are, as the beginning of one, without their
 * endings, and, where that finds little, with typos. The best first, and of those the newest.
 *
 * Never fails for what was typed: punctuation, emoji or a whole book find what they find. `totalCount` counts what the
 * pages hold: of each kind what is named exactly, and the 300 that are ranked.
 *
 * @param queryable of the workspace, and best with a deadline of its own
 * @param bounds other bounds than the product's own
 * @throws BadCursorError `after` is of another search
 * @throws QueryTimeoutError
 */
export async function search(
  queryable: Queryable,
  workspaceId: string,
  query: SearchQuery,
  bounds: Bounds = BOUNDS,
): Promise<Page<Hit>> {
  try {
    return await find(queryable, { workspaceId, query, bounds })
  } catch (error) {
    if (!(error instanceof QueryTimeoutError)) throw error
    throw new QueryTimeoutError('this search took longer than it may: give longer words, fewer types, or a filter', {
      cause: error,
    })
  }
}

interface Asked {
  readonly workspaceId: string
  readonly query: SearchQuery
  readonly bounds: Bounds
}

async function find(queryable: Queryable, { workspaceId, query, bounds }: Asked): Promise<Page<Hit>> {
  const kinds = SEARCH_KINDS.filter(
    (kind) => query.kinds.includes(kind) && (SEARCHED[kind].isThread || !isOfThreads(query)),
  )
  if (kinds.length === 0) return EMPTY
  const terms = toTerms(query.query)
  const text = query.query.trim()
  const stems = await findStems(
    queryable,
    terms,
    text
      .toLowerCase()
      .normalize('NFC')
      .split(/[^\p{L}\p{M}]+/u),
  )
  const narrow = new Map(terms.map((term): [string, Wider] => [term, { stems: stems.get(term) ?? [], near: [] }]))
  const ids = await findIds(queryable, text)
  const tagIds = await findTags(queryable, query.tag)
  const tiers = toTiers(terms, narrow)
  const prepared: Prepared = { kinds, text, ids, tiers, before: null, filter: toFilter(query), tagIds, bounds }
  const order = toOrder(query)
  const found = await readPage(queryable, query, order, prepared)
  if (found.total >= FEW) return toPage({ query, order, found, words: narrow })
  const near = await findNear(queryable, workspaceId, terms)
  const wide = new Map(terms.map((term) => [term, { stems: stems.get(term) ?? [], near: near.get(term) ?? [] }]))
  const widened = toTiers(terms, wide)
  if (widened.length === tiers.length) return toPage({ query, order, found, words: narrow })
  const before = { tiers: tiers.length, hits: found.few ?? [] }
  const more = await readPage(queryable, query, order, { ...prepared, before, tiers: widened })
  return toPage({ query, order, found: more, words: wide })
}

const EMPTY: Page<Hit> = {
  rows: [],
  cursors: [],
  hasNextPage: false,
  hasPreviousPage: false,
  totalCount: () => Promise.resolve(0),
}

/** Whether the query is narrowed by what only threads have. */
const isOfThreads = ({ status, assigneeId, teamId, tag }: SearchQuery): boolean =>
  [status, assigneeId, teamId, tag].some((each) => each !== undefined)

const FILTERS = [
  'providers',
  'integrationIds',
  'createdAfter',
  'createdBefore',
  'status',
  'assigneeId',
  'teamId',
] as const

const toFilter = (query: SearchQuery): SearchFilter =>
  Object.fromEntries(FILTERS.flatMap((name) => (query[name] === undefined ? [] : [[name, query[name]]])))

/** A cursor is good for one search only. */
function toOrder(query: SearchQuery): Order {
  const asked = [query.query, query.kinds, query.tag, ...FILTERS.map((name) => query[name])]
  return {
    tag: `search.${hash('sha256', JSON.stringify(asked.map((each) => [each])), 'base64url').slice(0, 10)}`,
    keys: [
      { sql: 'rank', type: 'number' },
      { sql: 'at', type: 'time' },
      { sql: 'kind', type: 'text' },
      { sql: 'id', type: 'uuid' },
    ],
    descending: true,
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Row ids that the text may name: a row's id, a global one, or a record's id at its provider. */
async function findIds(queryable: Queryable, text: string): Promise<readonly string[]> {
  if (text === '' || text.length > LONGEST_NAME) return []
  const integrations = await queryable.query<{ id: string }>('select id from integration')
  const global = fromNodeId(text)
  return [
    ...(UUID.test(text) ? [text.toLowerCase()] : []),
    ...(global === null ? [] : [global.uuid]),
    ...integrations.flatMap(({ id }) => RECORD_KINDS.map((kind) => rowId(id, kind, text))),
  ]
}

async function findTags(queryable: Queryable, names: readonly string[] | undefined): Promise<readonly string[] | null> {
  if (names === undefined) return null
  const rows = await queryable.query<{ id: string }>(
    `select id from tag where deleted_at is null
       and name_key = any (array(select left(lower(name), 200) from unnest($1::text[]) as n (name)))`,
    [names.map((name) => name.replaceAll('\0', '\ufffd'))],
  )
  return rows.map(({ id }) => id)
}

/** The rows of a page and one more, and how many were ranked for it. */
interface Found {
  readonly rows: readonly HitRow[]
  readonly total: number
  readonly few: readonly HitKey[] | null
}

async function readPage(queryable: Queryable, query: SearchQuery, order: Order, prepared: Prepared): Promise<Found> {
  const { values, bind } = parameters()
  const hits = toHits(prepared, bind)
  const texts = prepared.kinds.map(
    (kind) =>
      `when '${kind}' then (select left(${SEARCHED[kind].text}, ${SNIPPET_CHARACTERS}) from "${kind}" t where t.id = p.id)`,
  )
  const rows = await queryable.query<HitRow>(
    `with hit as materialized (${hits}), page as (
       select * from hit ${query.after === undefined ? '' : `where ${beyond(order, query.after, '<', bind)}`}
       order by rank desc, at desc, kind desc, id desc limit ${bind(query.first + 1)}
     ) select n.found, n.few, p.kind, p.id, p.rank, p.at, p.provider, case p.kind ${texts.join(' ')} end as text
     from (select count(*)::int as found, case when count(*) < ${FEW} then jsonb_agg(to_jsonb(hit)) end as few from hit) n left join page p on true
     order by p.rank desc, p.at desc, p.kind desc, p.id desc`,
    values,
  )
  return { rows: rows.filter(({ kind }) => kind !== null), total: rows[0]?.found ?? 0, few: rows[0]?.few ?? null }
}

interface Answer {
  readonly query: SearchQuery
  readonly order: Order
  readonly found: Found
  readonly words: ReadonlyMap<string, Wider>
}

function toPage({ query, order, found, words }: Answer): Page<Hit> {
  const kept = found.rows.slice(0, query.first)
  const wanted = toWanted(words)
  return {
    rows: kept.flatMap(({ kind, id, provider, rank, text }) =>
      kind === null ? [] : [{ kind, id, provider, rank, ...toSnippet(text, wanted) }],
    ),
    cursors: kept.map(({ rank, at, kind, id }) => toListCursor(order, [rank, at, kind ?? '', id])),
    hasNextPage: found.rows.length > query.first,
    hasPreviousPage: query.after !== undefined,
    totalCount: () => Promise.resolve(found.total),
  }
}
