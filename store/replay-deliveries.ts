import type { Database, Queryable } from './database.ts'
import { type DeliverySelection, findEnded } from './delivery-lists.ts'
import type { KeptDelivery } from './keep-deliveries.ts'

/** What has deliveries worked that are to be worked again, in the transaction that says so of them. */
export type WorkAgain = (tx: Queryable, deliveries: readonly KeptDelivery[]) => Promise<void>

const AGAIN = `status = 'PENDING', reason = null, attempts = 0, finished_at = null`
const REPLAYED = `d.id, d.provider, d.integration_id as "integrationId", d.account_id as "accountId"`

/**
 * Has ended deliveries of a workspace worked once more, the oldest first: at most so many.
 *
 * One that is still to be worked is left alone, so that of two who ask at the same time one replays it.
 */
export async function replay(
  database: Database,
  workspaceId: string,
  { selection, most }: { readonly selection: DeliverySelection; readonly most: number },
  then: WorkAgain,
): Promise<{ readonly replayed: number; readonly hasMore: boolean }> {
  const found = await findEnded(database, workspaceId, selection, most + 1)
  const ids = found.slice(0, most)
  const replayed = await again(database, then, (tx) =>
    tx.query<Replayed>(
      `update delivery d set ${AGAIN} from (
         select id from delivery where id = any ($1::uuid[]) and status <> 'PENDING' order by id for update) ended
       where d.id = ended.id returning ${REPLAYED}, d.received_at as at`,
      [ids],
    ),
  )
  return { replayed, hasMore: found.length > most }
}

/**
 * Those that wait for an account that is connected by now. They are asked for account by account, since most of what waits
 * may be for accounts that nobody ever connects.
 */
const KNOWN = `
select id from delivery where status = 'UNKNOWN_ACCOUNT' and id in (
  select o.id from integration i cross join lateral (
    (select id from delivery where integration_id is null and provider = i.provider and account_id = i.account_id
       and status = 'UNKNOWN_ACCOUNT' order by received_at, id limit $1)
    union all
    (select id from delivery where integration_id = i.id and status = 'UNKNOWN_ACCOUNT' order by received_at, id limit $1)
  ) o
  where i.status <> 'DISCONNECTED' limit $1)
order by id for update skip locked`

/** Has deliveries worked whose account nobody had connected, and somebody has since: at most so many. Answers how many. */
export function replayKnown(database: Database, most: number, then: WorkAgain): Promise<number> {
  return again(database, then, (tx) =>
    tx.query<Replayed>(
      `update delivery d set ${AGAIN} from (${KNOWN}) known
       where d.id = known.id returning ${REPLAYED}, d.received_at as at`,
      [most],
    ),
  )
}

type Replayed = KeptDelivery & { readonly at: Date }

async function again(
  database: Database,
  then: WorkAgain,
  change: (tx: Queryable) => Promise<readonly Replayed[]>,
): Promise<number> {
  return database.transaction(null, async (tx) => {
    const changed = (await change(tx)).toSorted((one, other) => one.at.getTime() - other.at.getTime())
    if (changed.length > 0) await then(tx, changed)
    return changed.length
  })
}
