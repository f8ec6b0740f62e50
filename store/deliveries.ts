import type { Database, Queryable } from './database.ts'
import { RowNotFoundError } from './errors.ts'

/** How a delivery stands: `PENDING` is to be worked; the rest are ends. */
export type DeliveryStatus = 'PENDING' | 'DONE' | 'DEAD' | 'UNKNOWN_ACCOUNT'

/** One pushed webhook, whose signature was good. */
export interface DeliveryDraft {
  readonly provider: string
  /** Whose own address it came to; null for the address of all accounts of a provider, then the account tells. */
  readonly integrationId: string | null
  readonly accountId: string | null
  /** The provider's id of it: the same when it is sent again. */
  readonly deliveryId: string
  readonly topic: string
  readonly headers: Readonly<Record<string, string>>
  /** As received. */
  readonly body: Buffer
  readonly receivedAt: Date
}

/** A delivery as it is kept. */
export interface StoredDelivery extends DeliveryDraft {
  readonly id: string
  readonly status: DeliveryStatus
  /** What went wrong last. */
  readonly reason: string | null
  /** Tries that failed. */
  readonly attempts: number
  readonly finishedAt: Date | null
}

/** What providers pushed, stored before it is read. */
export interface Deliveries {
  /**
   * Keeps a delivery, and does `then` in the same transaction: both happen, or neither.
   *
   * One that comes to another address is another, whatever its id.
   *
   * @returns `fresh` is false for one that is kept already; then nothing was done
   */
  keep(
    draft: DeliveryDraft,
    then: (tx: Queryable, id: string) => Promise<void>,
  ): Promise<{ readonly id: string; readonly fresh: boolean }>
  /** @throws RowNotFoundError */
  read(id: string): Promise<StoredDelivery>
  /** When the newest that came to an integration's own address came in; null when none is kept. */
  latest(integrationId: string): Promise<Date | null>
  /** Counts a try that failed. */
  attempt(id: string, reason: string): Promise<void>
  /** Ends a delivery. */
  finish(
    id: string,
    outcome: { readonly status: Exclude<DeliveryStatus, 'PENDING'>; readonly reason: string | null },
  ): Promise<void>
  /** Deletes ended ones that were received before a date. Answers how many. */
  prune(olderThan: Date): Promise<number>
}

const COLUMNS = `id, provider, integration_id as "integrationId", account_id as "accountId", delivery_id as "deliveryId", topic, headers, body,
  received_at as "receivedAt", status, reason, attempts, finished_at as "finishedAt"`

/** The deliveries of a database. */
export function openDeliveries(database: Database): Deliveries {
  return {
    keep: (draft, then) =>
      database.transaction(null, async (tx) => {
        const { provider, integrationId, accountId, deliveryId, topic, headers, body, receivedAt } = draft
        const [kept] = await tx.query<{ id: string }>(
          `insert into delivery (provider, integration_id, account_id, delivery_id, topic, headers, body, received_at)
           values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)
           on conflict (provider, integration_id, delivery_id) do nothing returning id`,
          [provider, integrationId, accountId, deliveryId, topic, JSON.stringify(headers), body, receivedAt],
        )
        if (kept !== undefined) {
          await then(tx, kept.id)
          return { id: kept.id, fresh: true }
        }
        const [known] = await tx.query<{ id: string }>(
          `select id from delivery
           where provider = $1 and delivery_id = $2 and integration_id is not distinct from $3`,
          [provider, deliveryId, integrationId],
        )
        if (known === undefined) throw new RowNotFoundError(`delivery ${deliveryId} was pruned while it came again`)
        return { id: known.id, fresh: false }
      }),
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
    async attempt(id, reason) {
      await database.system.query('update delivery set attempts = attempts + 1, reason = $2 where id = $1', [
        id,
        reason,
      ])
    },
    async finish(id, { status, reason }) {
      await database.system.query(
        'update delivery set status = $2, reason = $3, finished_at = clock_timestamp() where id = $1',
        [id, status, reason],
      )
    },
    async prune(olderThan) {
      const [row] = await database.system.query<{ pruned: number }>(
        `with pruned as (delete from delivery where received_at < $1 and status <> 'PENDING' returning 1)
         select count(*)::int as pruned from pruned`,
        [olderThan],
      )
      return row?.pruned ?? 0
    },
  }
}
