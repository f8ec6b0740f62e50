import { hash } from 'node:crypto'
import { type KeyValue, toListCursor } from './cursor.ts'
import type { Queryable } from './database.ts'
import { fromNodeId, rowId } from './id.ts'
import { beyond, type Page } from './list.ts'
import type { Bind } from './list-filter.ts'
import type { Order } from './list-order.ts'
import { toSnippet } from './snippet.ts'
import { toTerms, toTsquery } from './words.ts'

/** Kinds that are searched. */
export const SEARCH_KINDS = ['company', 'contact', 'conversation', 'ticket', 'message'] as const
export type SearchKind = (typeof SEARCH_KINDS)[number]

/** What to search, and where. */
export interface SearchQuery {
  /** What a person typed: words, an e-mail address, a number, an id. */
  readonly query: string
  readonly kinds: readonly SearchKind[]
  readonly providers?: readonly string[]
  readonly first: number
  readonly after?: string
}

/** Something that was found. */
export interface Hit {
  readonly kind: SearchKind
  readonly id: string
  readonly provider: string
  /** 1 for what was named exactly (id, e-mail, external id, ticket number); less for what holds the words. */
  readonly rank: number
  /** Plain text around the first word that was found; never markup. */
  readonly snippet: string
}

interface HitRow extends Omit<Hit, 'snippet'> {
  readonly at: KeyValue
  readonly text: string | null
}

/** Of what holds the words, so many of the newest of each kind are ranked. */
const MOST_RANKED = 1_000
/** Counting stops at so many of a kind. */
const MOST_COUNTED = 10_000
/** So much of a text is looked through for a snippet. */
const SNIPPET_CHARACTERS = 20_000

/** What identifies a record beside its ids. */
const EXACT: { readonly [K in SearchKind]: readonly ('email' | 'external' | 'number')[] } = {
  company: ['external'],
  contact: ['email', 'external'],
  conversation: [],
  ticket: ['number'],
  message: [],
}

const TEXTS: { readonly [K in SearchKind]: string } = {
  company: `concat_ws(' · ', t.name, t.external_id, t.website, t.industry)`,
  contact: `concat_ws(' · ', t.name, t.email, t.phone, t.external_id)`,
  conversation: 't.subject',
  ticket: `concat_ws(' · ', t.number, t.subject, t.description)`,
  message: 't.text',
}

/**
 * Finds what is named exactly first, then what holds all words (each as the beginning of one), the best first.
 *
 * Never fails for what was typed: punctuation, emoji or a whole book find what they find. `totalCount` counts at most
 * 10,000 of each kind.
 *
 * @param queryable of a workspace; the system's finds nothing
 * @throws BadCursorError `after` is of another search
 * @throws QueryTimeoutError
 */
export async function search(queryable: Queryable, query: SearchQuery): Promise<Page<Hit>> {
  const kinds = SEARCH_KINDS.filter((kind) => query.kinds.includes(kind))
  const terms = toTerms(query.query)
  if (kinds.length === 0) return EMPTY
  const ids = await findIds(queryable, kinds, query.query.trim())
  const order = toOrder(query)
  const { values, bind } = parameters()
  const hits = toHits({ query, kinds, terms, ids }, MOST_RANKED, bind)
  const rows = await queryable.query<HitRow>(
    `with hit as (${hits}), page as (
       select * from hit ${query.after === undefined ? '' : `where ${beyond(order, query.after, '<', bind)}`}
       order by rank desc, at desc, kind desc, id desc limit ${bind(query.first + 1)}
     ) select kind, id, rank, at, provider, case kind ${kinds.map(textOf).join(' ')} end as text
     from page order by rank desc, at desc, kind desc, id desc`,
    values,
  )
  const kept = rows.slice(0, query.first)
  return {
    rows: kept.map(({ kind, id, provider, rank, text }) => ({
      kind,
      id,
      provider,
      rank,
      snippet: toSnippet(text, terms),
    })),
    cursors: kept.map(({ rank, at, kind, id }) => toListCursor(order, [rank, at, kind, id])),
    hasNextPage: rows.length > query.first,
    hasPreviousPage: query.after !== undefined,
    totalCount: () => count(queryable, { query, kinds, terms, ids }),
  }
}

const EMPTY: Page<Hit> = {
  rows: [],
  cursors: [],
  hasNextPage: false,
  hasPreviousPage: false,
  totalCount: () => Promise.resolve(0),
}

/** A prepared search. */
interface Prepared {
  readonly query: SearchQuery
  readonly kinds: readonly SearchKind[]
  readonly terms: readonly string[]
  /** Row ids that the query may name. */
  readonly ids: readonly string[]
}

function parameters(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = []
  return { values, bind: (value) => `$${values.push(value)}` }
}

function toOrder({ query, kinds, providers }: SearchQuery): Order {
  const asked = hash('sha256', JSON.stringify([query, kinds, providers]), 'base64url').slice(0, 10)
  return {
    tag: `search.${asked}`,
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
const LONGEST_ID = 320

/** Row ids that the text may name: a row's id, a global one, or a record's id at its provider. */
async function findIds(queryable: Queryable, kinds: readonly SearchKind[], text: string): Promise<readonly string[]> {
  if (text === '' || text.length > LONGEST_ID) return []
  const integrations = await queryable.query<{ id: string }>('select id from integration')
  const global = fromNodeId(text)
  return [
    ...(UUID.test(text) ? [text.toLowerCase()] : []),
    ...(global === null ? [] : [global.uuid]),
    ...integrations.flatMap(({ id }) => kinds.map((kind) => rowId(id, kind, text))),
  ]
}

/** What is found, each once: `kind`, `id`, `provider`, `rank`, `at`. */
function toHits({ query, kinds, terms, ids }: Prepared, most: number, bind: Bind): string {
  const providers = `${bind(query.providers ?? null)}::text[]`
  const among = `${bind(ids)}::uuid[]`
  // PostgreSQL takes no NUL; nothing that is stored holds one.
  const exact = `left(${bind(
    query.query
      .trim()
      .slice(0, LONGEST_ID + 1)
      .replaceAll('\0', '\ufffd'),
  )}::text, 321)`
  const words = terms.length === 0 ? null : `${bind(toTsquery(terms))}::tsquery`
  const at = `coalesce(t.created_at, '-infinity'::timestamptz)`
  const lists = kinds.map((kind) => {
    const here = `t.deleted_at is null and (${providers} is null or t.provider = any (${providers}))`
    const named = ['t.id = any (' + among + ')', ...EXACT[kind].map((key) => `t.${key}_key = ${keyed(key, exact)}`)]
    const exactly = named.map(
      (condition) => `select t.id, 1::float8 as rank, ${at} as at from "${kind}" t where ${condition} and ${here}`,
    )
    const matching =
      words === null
        ? []
        : [`select id, least(rank, 0.99)::float8, at from ${kind}_matching(${words}, ${providers}, ${most})`]
    return `select '${kind}' as kind, f.id, max(f.rank) as rank, max(f.at) as at, max(p.provider) as provider
      from (${[...exactly, ...matching].join(' union all ')}) f join "${kind}" p on p.id = f.id group by f.id`
  })
  return lists.join(' union all ')
}

const keyed = (key: 'email' | 'external' | 'number', text: string): string =>
  key === 'email' ? `lower(${text})` : text

const textOf = (kind: SearchKind): string =>
  `when '${kind}' then (select left(${TEXTS[kind]}, ${SNIPPET_CHARACTERS}) from "${kind}" t where t.id = page.id)`

async function count(queryable: Queryable, prepared: Prepared): Promise<number> {
  const { values, bind } = parameters()
  const hits = toHits(prepared, MOST_COUNTED, bind)
  const [row] = await queryable.query<{ n: number }>(`select count(*)::int as n from (${hits}) hit`, values)
  return row?.n ?? 0
}
