import type { Database, Queryable } from './database.ts'
import { type DeliverySelection, type ListedDelivery, pageDeliveries, readBodyOf } from './delivery-lists.ts'
import { RowNotFoundError } from './errors.ts'
import {
  type DeliveryDraft,
  type DeliveryStatus,
  type Kept,
  keepAll,
  type KeptDelivery,
  type SeenDelivery,
  type StoredDelivery,
} from './keep-deliveries.ts'
import type { Page } from './list.ts'
import { replay, replayKnown, type WorkAgain } from './replay-deliveries.ts'

/** What providers pushed, stored before it is read. */
export interface Deliveries {
  /**
   * Keeps deliveries that came in together, and does `then` with those that are new in the same transaction: all of it
   * happens, or nothing.
   *
   * One that comes to another address is another, whatever its id.
   *
   * @param then gets the new ones in the order of `drafts`; is not called when there are none
   * @returns one for each draft, in their order; `fresh` is false for one that is kept already: then nothing was done
   */
  keep(
    drafts: readonly DeliveryDraft[],
    then: (tx: Queryable, fresh: readonly KeptDelivery[]) => Promise<void>,
  ): Promise<readonly Kept[]>
  /** @throws RowNotFoundError */
  read(id: string): Promise<StoredDelivery>
  /** When the newest that came to an integration's own address came in; null when none is kept. */
  latest(integrationId: string): Promise<Date | null>
  /**
   * Counts a try that failed. Answers the delivery as it then stands.
   *
   * @returns null when others have tried, ended or replayed it since it was seen: then nothing was done
   */
  attempt(delivery: SeenDelivery, reason: string): Promise<SeenDelivery | null>
  /** Ends a delivery. False when others have tried, ended or replayed it since it was seen: then nothing was done. */
  finish(
    delivery: SeenDelivery,
    outcome: { readonly status: Exclude<DeliveryStatus, 'PENDING'>; readonly reason: string | null },
  ): Promise<boolean>
  /** What a workspace sees, newest first. @throws BadCursorError */
  page(
    workspaceId: string,
    selection: DeliverySelection,
    request: { readonly first: number; readonly after: string | null },
  ): Promise<Page<ListedDelivery>>
  /** The beginning of a body; null for a delivery that the workspace does not see. */
  body(workspaceId: string, id: string, mostBytes: number): Promise<Buffer | null>
  /** Has ended ones of a workspace worked once more; see `store/replay-deliveries.ts`. */
  replay(
    workspaceId: string,
    which: { readonly selection: DeliverySelection; readonly most: number },
    then: WorkAgain,
  ): Promise<{ readonly replayed: number; readonly hasMore: boolean }>
  /** Has those worked whose account nobody had connected, and somebody has since: at most so many. Answers how many. */
  replayKnown(most: number, then: WorkAgain): Promise<number>
  /** Deletes ended ones that were received before a date. Answers how many. */
  prune(olderThan: Date): Promise<number>
  /**
   * Deletes those that came to an address which is nobody's any more: they were on their way in when their integration was
   * erased, which did not see them. To have each wait for whoever erases would cost every delivery. Answers how many.
   */
  pruneErased(): Promise<number>
}

const COLUMNS = `id, provider, integration_id as "integrationId", account_id as "accountId", delivery_id as "deliveryId", topic, headers, body,
  received_at as "receivedAt", status, reason, attempts, finished_at as "finishedAt",
  xmin::text as seen`

/** The deliveries of a database. */
export function openDeliveries(database: Database): Deliveries {
  return {
    keep: (drafts, then) => database.transaction(null, (tx) => keepAll(tx, drafts, then)),
    async read(id) {
      const [row] = await database.system.query<StoredDelivery>(`select ${COLUMNS} from delivery where id = $1`, [id])
      if (row === undefined) throw new RowNotFoundError(`no delivery has the id ${id}`)
      return row
    },
    async latest(integrationId) {
      const [row] = await database.system.query<{ at: Date | null }>(
        'select max(received_at) as at from delivery where integration_id = $1',
        [integrationId],
      )
      return row?.at ?? null
    },
    async attempt({ id, seen }, reason) {
      const [row] = await database.system.query<SeenDelivery>(
        `update delivery set attempts = attempts + 1, reason = $3 where id = $1 and xmin::text = $2
         returning id, xmin::text as seen`,
        [id, seen, reason],
      )
      return row ?? null
    },
    async finish({ id, seen }, { status, reason }) {
      const ended = await database.system.query(
        `update delivery set status = $3, reason = $4, finished_at = clock_timestamp()
         where id = $1 and xmin::text = $2 returning id`,
        [id, seen, status, reason],
      )
      return ended.length > 0
    },
    page: (workspaceId, selection, request) => pageDeliveries(database, workspaceId, selection, request),
    body: (workspaceId, id, mostBytes) => readBodyOf(database, workspaceId, id, mostBytes),
    replay: (workspaceId, which, then) => replay(database, workspaceId, which, then),
    replayKnown: (most, then) => replayKnown(database, most, then),
    async prune(olderThan) {
      const [row] = await database.system.query<{ pruned: number }>(
        `with pruned as (delete from delivery where received_at < $1 and status <> 'PENDING' returning 1)
         select count(*)::int as pruned from pruned`,
        [olderThan],
      )
      return row?.pruned ?? 0
    },
    async pruneErased() {
      const [row] = await database.system.query<{ pruned: number }>(
        `with pruned as (delete from delivery d where d.integration_id is not null and d.status = 'UNKNOWN_ACCOUNT'
           and not exists (select from webhook w where w.integration_id = d.integration_id) returning 1)
         select count(*)::int as pruned from pruned`,
      )
      return row?.pruned ?? 0
    },
  }
}
