import type { Kind } from './kinds.ts'
import { STANDS_IN, type ThreadKind } from './stands-in.ts'
import { TABLES } from './tables.ts'

/** A row that was written, and what became of it. */
export interface Written {
  readonly id: string
  readonly remoteId: string
  readonly changed: boolean
  /** It was not there before, or was deleted. */
  readonly born: boolean
  readonly deleted: boolean
  /** A tombstone of a record that was never read. */
  readonly hollow: boolean
  readonly conversationId: string | null
  readonly ticketId: string | null
}

/**
 * The statement that stores rows of one kind: `$1` the rows as a JSON array, `$2` workspace, `$3` integration,
 * `$4` provider, `$5` observed at, `$6` learned by. It answers the rows that it wrote (`Written`).
 *
 * Which of two records wins and whether anything changed is decided inside the statement, under the row's lock, so
 * that no one can come in between. A row that is neither newer nor different is not written at all. What is asked of a
 * row's threads is asked once (`offset 0`), though two columns go by it.
 */
export function applyStatement(kind: Kind): string {
  const content = contentOf(kind)
  const stored = storedOf(kind)
  const threads = STANDS_IN[kind] ?? []
  const gone = threads.length > 0 ? `r.deleted or ${standsInNothing(threads)}` : 'r.deleted'
  return `
insert into "${kind}" as t (id, workspace_id, integration_id, provider, remote_id, remote_version, observed_at,
  learned_by, deleted_at, merged_into_id, partial, born_xid, changed_xid, ${stored.map(({ column }) => column).join(', ')})
select r.id, $2::uuid, $3::uuid, $4::text, r.remote_id, r.remote_version, $5::timestamptz,
  $6::text, case when r.gone then $5::timestamptz end, r.merged_into_id, coalesce(r.partial, false), pg_current_xact_id(), pg_current_xact_id(),
  ${stored.map(({ column, from }) => (column === NATIVE ? `case when not r.gone then ${from} end` : from)).join(', ')}
from (select r.*, ${gone} as gone from ${recordset(kind)} offset 0) r
order by r.id
on conflict (id) do update set
  observed_at = greatest(t.observed_at, excluded.observed_at),
  learned_by = case when excluded.observed_at >= t.observed_at then excluded.learned_by else t.learned_by end,
  remote_version = ${alive('remote_version')},
  partial = ${alive('partial')},
  deleted_at = case when excluded.deleted_at is not null then coalesce(t.deleted_at, excluded.deleted_at) end,
  merged_into_id = case when excluded.deleted_at is not null then coalesce(excluded.merged_into_id, t.merged_into_id) end,
  born_xid = case when t.deleted_at is not null and excluded.deleted_at is null
    then pg_current_xact_id() else t.born_xid end,
  changed_xid = case when ${isNews(content)} then pg_current_xact_id() else t.changed_xid end,
  ${stored.map(({ column }) => `${column} = ${alive(column)}`).join(',\n  ')}
where ${wins} and (
  excluded.observed_at > t.observed_at
  or excluded.deleted_at is null
    and (excluded.remote_version, excluded.partial) is distinct from (t.remote_version, t.partial)
  or ${isNews(content)})
returning id, remote_id as "remoteId", changed_xid = pg_current_xact_id() as changed,
  born_xid = pg_current_xact_id() as born, deleted_at is not null as deleted, native is null as hollow,
  ${threadsOf(kind)}`
}

const quote = (column: string): string => `"${column}"`

const NATIVE = quote('native')

/** What of a kind's rows is shown: a difference in it is news. */
export const contentOf = (kind: Kind): readonly string[] => [
  ...TABLES[kind].columns.map((each) => quote(each.column)),
  NATIVE,
]

/** Every column that is made of what came, and what of `r` it is made of: what is shown, and what serves us alone. */
export const storedOf = (kind: Kind): readonly { readonly column: string; readonly from: string }[] => [
  ...TABLES[kind].columns.map((each) => ({ column: quote(each.column), from: `r.${quote(each.column)}` })),
  { column: NATIVE, from: `coalesce(r.native, 'null'::jsonb)` },
  { column: 'beside', from: 'r.beside' },
  ...(TABLES[kind].searched.length > 0 ? [{ column: 'search', from: vectorOf(kind) }] : []),
]

/** The words of a row; those of its title weigh more. */
function vectorOf(kind: Kind): string {
  const words = `to_tsvector('simple', r.search)`
  return TABLES[kind].titles.length > 0 ? `setweight(to_tsvector('simple', r.search_title), 'A') || ${words}` : words
}

/** The rows in `$1`, a JSON array of what `toRowJson` makes, as a table `r`. */
export function recordset(kind: Kind): string {
  const { columns, searched, titles } = TABLES[kind]
  const texts = [...(searched.length > 0 ? ['search text'] : []), ...(titles.length > 0 ? ['search_title text'] : [])]
  const own = columns.map((each) => `${quote(each.column)} ${each.sqlType}`)
  return `jsonb_to_recordset($1::jsonb) as r (id uuid, remote_id text, remote_version timestamptz, deleted boolean,
  merged_into_id uuid, native jsonb, beside jsonb, partial boolean,
  ${[...own, ...texts].join(', ')})`
}

/** The threads that a row stands in, as `Written` has them. */
export function threadsOf(kind: Kind): string {
  const threadId = (thread: ThreadKind): string => (STANDS_IN[kind]?.includes(thread) ? `t.${thread}_id` : 'null::uuid')
  return `${threadId('conversation')} as "conversationId", ${threadId('ticket')} as "ticketId"`
}

/** What is told of a thread no later than its end went with it, whenever it comes in. */
const standsInNothing = (threads: readonly ThreadKind[]): string =>
  threads
    .map(
      (kind) => `exists (select from "${kind}" thread
    where thread.id = r.${kind}_id and thread.deleted_at is not null and thread.observed_at >= $5::timestamptz)`,
    )
    .join(' or ')

/** A tombstone keeps what was last known. */
const alive = (column: string): string =>
  `case when excluded.deleted_at is null then excluded.${column} else t.${column} end`

/**
 * Whether what comes in is newer than what is stored.
 *
 * - A deletion, by when it was observed. One observed earlier may still tell a tombstone what it was merged into.
 * - A record over a tombstone, only if it was observed after the deletion and is no older version.
 * - A record over a record, by the provider's version; where that does not tell, the whole one over the partial one;
 *   where that does not tell either, by when it was observed.
 */
const wins = `case
  when excluded.deleted_at is not null then excluded.observed_at >= t.observed_at
    or t.deleted_at is not null and t.merged_into_id is null and excluded.merged_into_id is not null
  when t.deleted_at is not null then excluded.observed_at > t.observed_at
    and (excluded.remote_version < t.remote_version) is not true
  when excluded.remote_version <> t.remote_version then excluded.remote_version > t.remote_version
  when excluded.partial <> t.partial then t.partial
  else excluded.observed_at >= t.observed_at end`

/** Whether a subscriber would see a difference. A version or an observation alone is none. */
function isNews(content: readonly string[]): string {
  const list = (alias: string): string => content.map((column) => `${alias}.${column}`).join(', ')
  return `case
    when excluded.deleted_at is not null then t.deleted_at is null
      or excluded.merged_into_id is not null and excluded.merged_into_id is distinct from t.merged_into_id
    else t.deleted_at is not null or (${list('excluded')}) is distinct from (${list('t')}) end`
}
