import { randomUUID } from 'node:crypto'
import type { Queryable } from './database.ts'
import { RowNotFoundError } from './errors.ts'
import { storableKey, storableText } from './storable.ts'

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

/** How a delivery stands: `PENDING` is to be worked; the rest are ends. */
export type DeliveryStatus = 'PENDING' | 'DONE' | 'DEAD' | 'UNKNOWN_ACCOUNT'

/** A delivery as it is kept. */
export interface StoredDelivery extends DeliveryDraft {
  readonly id: string
  readonly status: DeliveryStatus
  /** What went wrong last. */
  readonly reason: string | null
  /** Tries that failed. */
  readonly attempts: number
  readonly finishedAt: Date | null
  /** Another after every change of it, also where it then stands as before. */
  readonly seen: string
}

/** A delivery as somebody saw it. */
export type SeenDelivery = Pick<StoredDelivery, 'id' | 'seen'>

/** A delivery that was new, with the id under which it is kept. */
export type KeptDelivery = Pick<DeliveryDraft, 'provider' | 'integrationId' | 'accountId'> & { readonly id: string }

/** What came of a draft. */
export interface Kept {
  readonly id: string
  /** Whether it was new. */
  readonly fresh: boolean
}

/** A draft on its way in: its id if it turns out to be new, and where its body stands among all bodies. */
interface Arriving {
  readonly id: string
  readonly draft: DeliveryDraft
  readonly start: number
}

/**
 * Keeps deliveries by one statement, whatever their number: the bodies travel as one value, as bytes.
 *
 * Rows go in by their keys, so that two transactions which hold the same deliveries do not wait for one another in a ring.
 */
export async function keepAll(
  tx: Queryable,
  drafts: readonly DeliveryDraft[],
  then: (tx: Queryable, fresh: readonly KeptDelivery[]) => Promise<void>,
): Promise<readonly Kept[]> {
  let end = 0
  const arriving = drafts.map((given): Arriving => {
    const draft = storable(given)
    const start = end + 1
    end += draft.body.length
    return { id: randomUUID(), draft, start }
  })
  const fresh = await insert(tx, arriving)
  const kept = arriving.filter(({ id }) => fresh.has(id))
  if (kept.length > 0)
    await then(
      tx,
      kept.map(({ id, draft }) => ({ ...draft, id })),
    )
  const known = kept.length < arriving.length ? await findKnown(tx, arriving) : new Map<string, string>()
  return arriving.map(({ id, draft: { deliveryId } }) => {
    const of = fresh.has(id) ? id : known.get(id)
    if (of === undefined) throw new RowNotFoundError(`delivery ${deliveryId} was pruned while it came again`)
    return { id: of, fresh: fresh.has(id) }
  })
}

async function insert(tx: Queryable, arriving: readonly Arriving[]): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ id: string }>(
    `insert into delivery (id, provider, integration_id, account_id, delivery_id, topic, headers, body, received_at)
     select d.id, d.provider, d."integrationId", d."accountId", d."deliveryId", d.topic, d.headers,
       substring($2::bytea from d.start for d.length), d."receivedAt"
     from jsonb_to_recordset($1::jsonb) as d (id uuid, provider text, "integrationId" uuid, "accountId" text,
       "deliveryId" text, topic text, headers jsonb, "receivedAt" timestamptz, start int, length int)
     order by d.provider, d."integrationId", d."deliveryId", d.start
     on conflict (provider, integration_id, delivery_id) do nothing returning id`,
    [
      JSON.stringify(
        arriving.map(({ id, start, draft: { body, ...rest } }) => ({ id, start, length: body.length, ...rest })),
      ),
      Buffer.concat(arriving.map(({ draft }) => draft.body)),
    ],
  )
  return new Set(rows.map(({ id }) => id))
}

/** By the id that each would have had: under which id it was kept. */
async function findKnown(tx: Queryable, arriving: readonly Arriving[]): Promise<ReadonlyMap<string, string>> {
  const keys = arriving.map(({ id, draft: { provider, integrationId, deliveryId } }) => ({
    id,
    provider,
    integrationId,
    deliveryId,
  }))
  const rows = await tx.query<{ id: string; of: string }>(
    `select k.id, d.id as of
     from jsonb_to_recordset($1::jsonb) as k (id uuid, provider text, "integrationId" uuid, "deliveryId" text)
     join delivery d on d.provider = k.provider and d.delivery_id = k."deliveryId"
       and d.integration_id is not distinct from k."integrationId"`,
    [JSON.stringify(keys)],
  )
  return new Map(rows.map(({ id, of }) => [id, of]))
}

/** Nothing of its text is a reason to lose a delivery, or to be stuck with it. */
function storable(draft: DeliveryDraft): DeliveryDraft {
  const { accountId, deliveryId, topic } = draft
  return {
    ...draft,
    accountId: accountId === null ? null : storableKey(accountId),
    deliveryId: storableKey(deliveryId),
    topic: storableText(topic),
  }
}
