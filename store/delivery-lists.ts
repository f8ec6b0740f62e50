import type { Database } from './database.ts'
import { BadCursorError } from './errors.ts'
import type { DeliveryStatus, StoredDelivery } from './keep-deliveries.ts'
import type { Page } from './list.ts'

/** A delivery as a workspace sees it in a list: through one of its integrations, and without its body. */
export interface ListedDelivery extends Omit<StoredDelivery, 'body' | 'integrationId'> {
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
  return {
    rows: shown.map(({ micros: _micros, ...row }) => row),
    cursors: shown.map(toCursor),
    hasNextPage: found.length > first,
    hasPreviousPage: place !== null,
    async totalCount() {
      const [row] = await own.query<{ count: number }>(`select count(*)::int as count ${seen('')}`, values)
      return row?.count ?? 0
    },
  }
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

/**
 * What a workspace sees, once each: what came to its integrations' own addresses, and what names an account that it has
 * connected. Each integration's newest are found by an index.
 */
function seen(rest: string): string {
  const chosen = `($3::uuid is null or d.id = $3) and ($4::text[] is null or d.status = any ($4))
    and ($5::text[] is null or d.topic = any ($5)) and ($7::timestamptz is null or d.received_at >= $7)
    and ($8::timestamptz is null or d.received_at < $8) ${rest}`
  return `from integration i cross join lateral (
      (select d.* from delivery d where d.integration_id = i.id and ${chosen})
      union all
      (select d.* from delivery d where d.integration_id is null and d.provider = i.provider
         and d.account_id = i.account_id and ${chosen})
    ) d
    where i.workspace_id = $1 and i.status <> 'DISCONNECTED' and ($2::uuid is null or i.id = $2)
      and ($6::text[] is null or i.provider = any ($6))`
}

const valuesOf = (workspaceId: string, selection: DeliverySelection): readonly unknown[] => [
  workspaceId,
  selection.integrationId,
  selection.id,
  selection.status,
  selection.topics,
  selection.providers,
  selection.receivedAfter,
  selection.receivedBefore,
]

const toCursor = ({ micros, id }: Place): string => Buffer.from(`${micros} ${id}`).toString('base64url')

function fromCursor(cursor: string): Place {
  const [, micros, id] = /^(\d{1,18}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (micros === undefined || id === undefined) throw new BadCursorError('this cursor is not of a list of deliveries')
  return { micros, id }
}
