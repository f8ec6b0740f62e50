import { toEmailKey } from '../identity/keys.ts'
import type { Bounds } from './bounds.ts'
import { type Filter, toConditions } from '../list-filter.ts'
import { SEARCHED, type SearchKind } from './kinds.ts'
import { SPREAD, type Tier } from './tiers.ts'
import type { Bind } from '../parameters.ts'

/** What a search is narrowed to. Status, assignee, team and tags are those of threads: other kinds are then not searched. */
export type SearchFilter = Pick<
  Filter,
  'providers' | 'integrationIds' | 'createdAfter' | 'createdBefore' | 'status' | 'assigneeId' | 'teamId'
>

/** A search, ready to be asked. */
export interface Prepared {
  readonly kinds: readonly SearchKind[]
  /** What was typed, without spaces around it. */
  readonly text: string
  /** Row ids that the text may name. */
  readonly ids: readonly string[]
  readonly tiers: readonly Tier[]
  /** What was found already by what is named, and by the first so many tiers; null before anything was looked for. */
  readonly before: { readonly tiers: number; readonly hits: readonly HitKey[] } | null
  readonly filter: SearchFilter
  /** Tags of which a thread has to have one; null asks for none. */
  readonly tagIds: readonly string[] | null
  readonly bounds: Bounds
}

/** What was found, as it came from the database. */
export interface HitKey {
  readonly kind: SearchKind
  readonly id: string
  readonly provider: string
  readonly rank: number
  readonly at: string
}

/** Longest text that is compared with ids, addresses and names. */
export const LONGEST_NAME = 320
/** A name is not an id: several may bear it. */
const RANK_OF_NAME = 0.995

/** What is found, each once: `kind`, `id`, `provider`, `rank`, `at`; of a kind at most as many by their words as are ranked. */
export function toHits(prepared: Prepared, bind: Bind): string {
  const { before } = prepared
  const matching = toMatching(prepared, bind)
  // PostgreSQL takes no NUL; nothing that is stored holds one.
  const text = bind(prepared.text.slice(0, LONGEST_NAME + 1).replaceAll('\0', '\ufffd'))
  const among = before === null ? `${bind(prepared.ids)}::uuid[]` : ''
  const lists = prepared.kinds.map((kind) => {
    const found =
      before === null
        ? toExact(kind, prepared, { among, text }, bind)
        : [
            toFound(
              before.hits.filter((hit) => hit.kind === kind),
              bind,
            ),
          ]
    return `select '${kind}' as kind, f.id, max(f.rank) as rank, max(f.at) as at, max(f.provider) as provider
      from (${[...found, ...matching(kind, text)].join(' union all ')}) f group by f.id`
  })
  return lists.join(' union all ')
}

const toFound = (hits: readonly HitKey[], bind: Bind): string =>
  `select id, rank, at, provider from jsonb_to_recordset(${bind(JSON.stringify(hits))}::jsonb)
     as h (id uuid, rank float8, at timestamptz, provider text)`

function toExact(
  kind: SearchKind,
  prepared: Prepared,
  { among, text }: { readonly among: string; readonly text: string },
  bind: Bind,
): readonly string[] {
  const { filter, tagIds } = prepared
  const { named, hasName } = SEARCHED[kind]
  const within =
    kind === 'customer'
      ? ofCustomers(filter, bind)
      : ['t.deleted_at is null', ...toConditions(kind, { ...filter, ...(tagIds !== null && { tagIds }) }, bind)]
  const provider = kind === 'customer' ? 't.providers[1]' : 't.provider'
  const select = (rank: number, condition: string): string =>
    `select t.id, ${rank}::float8 as rank, case when t.created_at is null then '-infinity'::timestamptz else t.created_at end as at,
       ${provider} as provider from "${kind}" t where ${[condition, ...within].join(' and ')}`
  const keyOf = (column: string): string => (column === 'email_key' ? `lower(${text}::text)` : `${text}::text`)
  return [
    select(1, `t.id = any (${among})`),
    ...(kind === 'customer' ? [select(1, knownBy(bind(toEmailKey(prepared.text)), text))] : []),
    ...named.map((column) => select(1, `t.${column} = left(${keyOf(column)}, ${LONGEST_NAME + 1})`)),
    ...(hasName
      ? [
          `(${select(RANK_OF_NAME, `${text}::text <> '' and t.name_key = left(lower(${text}::text), 200)`)} limit ${bind(MOST_NAMESAKES)})`,
        ]
      : []),
  ]
}

/** Of those who have just the name that was typed, so many come first. */
const MOST_NAMESAKES = 1_000

/** The condition that a customer is known by an address or an external id. */
const knownBy = (email: string, text: string): string =>
  `t.id in (select i.customer_id from identity i where i.email = ${email}::text
     union select i.customer_id from identity i where i.external_id = ${text}::text)`

function ofCustomers(
  { providers, integrationIds, createdAfter, createdBefore }: SearchFilter,
  bind: Bind,
): readonly string[] {
  return [
    ...(providers === undefined ? [] : [`t.providers && ${bind(providers)}::text[]`]),
    ...(integrationIds === undefined
      ? []
      : [
          `exists (select from identity i join contact c on c.id = i.contact_id
             where i.customer_id = t.id and c.integration_id = any (${bind(integrationIds)}::uuid[]))`,
        ]),
    ...(createdAfter === undefined ? [] : [`t.created_at >= ${bind(createdAfter)}::timestamptz`]),
    ...(createdBefore === undefined ? [] : [`t.created_at < ${bind(createdBefore)}::timestamptz`]),
  ]
}

function toMatching(
  { tiers: all, before, filter, tagIds, bounds }: Prepared,
  bind: Bind,
): (kind: SearchKind, text: string) => readonly string[] {
  const tiers = all.slice(before?.tiers ?? 0)
  if (tiers.length === 0) return () => []
  const { assigneeId, teamId } = filter
  // Each once, since each is one more to ask the planner about.
  const queries = [...new Set(tiers.flatMap(({ words, parts }) => [words, ...parts]))]
  const placeOf = (words: string): number => queries.indexOf(words) + 1
  const given = [
    `${bind(queries)}::tsquery[]`,
    `${bind(tiers.map(({ words }) => placeOf(words)))}::int[]`,
    `${bind(tiers.flatMap(({ parts }) => parts.map(placeOf)))}::int[]`,
    `${bind(tiers.flatMap(({ parts }, n) => parts.map(() => n + 1)))}::int[]`,
    `${bind(tiers.map(({ floor }) => floor))}::float8[]`,
    `${bind(before === null ? null : all[before.tiers - 1]?.words)}::tsquery`,
    `${bind(SPREAD)}::float8`,
  ]
  const narrowed = [
    `${bind(filter.providers ?? null)}::text[]`,
    `${bind(filter.integrationIds ?? null)}::uuid[]`,
    `${bind(filter.createdAfter ?? null)}::timestamptz`,
    `${bind(filter.createdBefore ?? null)}::timestamptz`,
    `${bind(filter.status ?? null)}::text[]`,
    `${bind(assigneeId ?? null)}::uuid`,
    `${bind(assigneeId === null)}::boolean`,
    `${bind(teamId ?? null)}::uuid`,
    `${bind(teamId === null)}::boolean`,
    `${bind(tagIds)}::uuid[]`,
    `${bind(bounds.walked)}::int`,
    `${bind(bounds.rows)}::int`,
    `${bind(bounds.entries)}::int`,
  ]
  return (kind, text) => {
    const left = bounds.ranked - (before?.hits.filter((hit) => hit.kind === kind).length ?? 0)
    const values = [...given, `left(lower(${text}::text), 200)`, ...narrowed, `${bind(left)}::int`]
    return [`select id, rank, at, provider from ${kind}_found(${values.join(', ')})`]
  }
}
