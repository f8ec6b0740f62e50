import type { Database } from './database.ts'
import { BadCursorError } from './errors.ts'
import type { DeliveryStatus, StoredDelivery } from './keep-deliveries.ts'
import type { Page } from './list.ts'
import { type Count, COUNT_LIMITS, explain } from './list-count.ts'

/** A delivery as a workspace sees it in a list: through one of its integrations, and without its body. */
export interface ListedDelivery extends Omit<StoredDelivery, 'body' | 'integrationId' | 'seen'> {
  /** The integration of the workspace that it is for. */
  readonly integrationId: string
  /** Of its body. */
  readonly bytes: number
}

/** Which deliveries of a workspace are meant; what is null narrows nothing. */
export interface DeliverySelection {
  readonly id: string | null
  readonly integrationId: string | null
  readonly status: readonly DeliveryStatus[] | null
  readonly topics: readonly string[] | null
  readonly providers: readonly string[] | null
  readonly receivedAfter: Date | null
  readonly receivedBefore: Date | null
}

/** All that a workspace may see. */
export const ALL_DELIVERIES: DeliverySelection = {
  id: null,
  integrationId: null,
  status: null,
  topics: null,
  providers: null,
  receivedAfter: null,
  receivedBefore: null,
}

/** The place of a delivery in its list. */
interface Place {
  readonly micros: string
  readonly id: string
}

const LISTED = `d.id, i.id as "integrationId", d.provider, d.account_id as "accountId", d.delivery_id as "deliveryId",
  d.topic, d.headers, octet_length(d.body) as bytes, d.received_at as "receivedAt", d.status, d.reason, d.attempts,
  d.finished_at as "finishedAt", (extract(epoch from d.received_at) * 1000000)::bigint::text as micros`

/** One page of what providers pushed to a workspace, newest first. @throws BadCursorError */
export async function pageDeliveries(
  database: Database,
  workspaceId: string,
  selection: DeliverySelection,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<Page<ListedDelivery>> {
  const own = database.workspace(workspaceId)
  const values = valuesOf(workspaceId, selection)
  const place = after === null ? null : fromCursor(after)
  const found = await own.query<ListedDelivery & Place>(
    `select ${LISTED}
     ${seen(`and ($9::bigint is null
       or (d.received_at, d.id) < (timestamptz 'epoch' + $9::bigint * interval '1 microsecond', $10::uuid))
       order by d.received_at desc, d.id desc limit $11`)}
     order by d.received_at desc, d.id desc limit $11`,
    [...values, place?.micros ?? null, place?.id ?? null, first + 1],
  )
  const shown = found.slice(0, first)
  let counting: Promise<Count> | null = null
  const count = (): Promise<Count> => (counting ??= countDeliveries(database, workspaceId, values))
  return {
    rows: shown.map(({ micros: _micros, ...row }) => row),
    cursors: shown.map(toCursor),
    hasNextPage: found.length > first,
    hasPreviousPage: place !== null,
    totalCount: async () => (await count()).count,
    isTotalCountEstimate: async () => (await count()).isEstimate,
  }
}

/** Counted as far as that is little work; of more than that, what the planner makes likely. */
async function countDeliveries(database: Database, workspaceId: string, values: readonly unknown[]): Promise<Count> {
  const { most } = COUNT_LIMITS
  const own = database.workspace(workspaceId)
  const [row] = await own.query<{ count: number }>(
    `select count(*)::int as count from (select ${seen('limit $9')} limit $9) counted`,
    [...values, most + 1],
  )
  const counted = row?.count ?? 0
  if (counted <= most) return { count: counted, isEstimate: false }
  const accounts = await own.query<{ id: string; accountId: string | null }>(
    `select i.id, i.account_id as "accountId" from integration i
     where i.status <> 'DISCONNECTED' and ($1::uuid is null or i.id = $1) and ($2::text[] is null or i.provider = any ($2))`,
    values.slice(6),
  )
  // By their names, so that the planner goes by how frequent each is.
  const likely = async (condition: string, names: readonly (string | null)[]): Promise<number> => {
    const sql = `select from delivery d where ${condition} and ${CHOSEN}`
    return (await explain(database.system, sql, [...values.slice(0, 5), names])).rows
  }
  const apart = await likely(
    'd.integration_id = any ($6::uuid[])',
    accounts.map(({ id }) => id),
  )
  const named = await likely(
    'd.integration_id is null and d.account_id = any ($6::text[])',
    accounts.map(({ accountId }) => accountId),
  )
  return { count: Math.max(apart + named, counted), isEstimate: true }
}

/** The ended ones among some deliveries that a workspace sees, oldest first. */
export async function findEnded(
  database: Database,
  workspaceId: string,
  selection: DeliverySelection,
  most: number,
): Promise<readonly string[]> {
  const rows = await database.workspace(workspaceId).query<{ id: string }>(
    `select d.id ${seen(`and d.status <> 'PENDING' order by d.received_at, d.id limit $9`)}
     order by d.received_at, d.id limit $9`,
    [...valuesOf(workspaceId, selection), most],
  )
  return rows.map(({ id }) => id)
}

/** As much of a body as is asked for, as it was received; null for a delivery that the workspace does not see. */
export async function readBodyOf(
  database: Database,
  workspaceId: string,
  id: string,
  mostBytes: number,
): Promise<Buffer | null> {
  const [row] = await database
    .workspace(workspaceId)
    .query<{ body: Buffer }>('select substring(body from 1 for $2) as body from delivery where id = $1', [
      id,
      mostBytes,
    ])
  return row?.body ?? null
}

/** Of deliveries `d`, those of a selection. */
const CHOSEN = `($1::uuid is null or d.id = $1) and ($2::text[] is null or d.status = any ($2))
  and ($3::text[] is null or d.topic = any ($3)) and ($4::timestamptz is null or d.received_at >= $4)
  and ($5::timestamptz is null or d.received_at < $5)`

/** Of integrations `i`, those of a workspace through which it sees them. */
const ACCOUNTS = `i.workspace_id = $6 and i.status <> 'DISCONNECTED' and ($7::uuid is null or i.id = $7)
  and ($8::text[] is null or i.provider = any ($8))`

/**
 * What a workspace sees, once each: what came to its integrations' own addresses, and what names an account that it has
 * connected. Each integration's newest are found by an index.
 */
const seen = (rest: string): string => `from integration i cross join lateral (
    (select d.* from delivery d where d.integration_id = i.id and ${CHOSEN} ${rest})
    union all
    (select d.* from delivery d where d.integration_id is null and d.provider = i.provider
       and d.account_id = i.account_id and ${CHOSEN} ${rest})
  ) d
  where ${ACCOUNTS}`

const valuesOf = (workspaceId: string, selection: DeliverySelection): readonly unknown[] => [
  selection.id,
  selection.status,
  selection.topics,
  selection.receivedAfter,
  selection.receivedBefore,
  workspaceId,
  selection.integrationId,
  selection.providers,
]

const toCursor = ({ micros, id }: Place): string => Buffer.from(`${micros} ${id}`).toString('base64url')

function fromCursor(cursor: string): Place {
  const [, micros, id] =
    /^(\d{1,18}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (micros === undefined || id === undefined) throw new BadCursorError('this cursor is not of a list of deliveries')
  return { micros, id }
}
