import { mapBounded } from '../kit/bounded.ts'
import type { Interpretation } from '../kit/contract.ts'
import { CredentialError, MalformedError } from '../kit/errors.ts'
import { IntegrationNotFoundError, RowNotFoundError } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { StoredDelivery } from '../store/keep-deliveries.ts'
import type { Json } from '../store/kinds.ts'
import type { Store } from '../store/store.ts'
import { apply, AT_ONCE, BY_WEBHOOK, type Delivering, needsReconnect } from './delivering.ts'
import { type Parcel, settle, worsen } from './parcel.ts'
import type { JobData } from './queues.ts'
import { readAgain, type Reread } from './read-again.ts'

/**
 * Works deliveries of one account, or of one integration's own address, in the order given.
 *
 * First what each delivery says by itself is stored, in order and without asking anyone. Then the records that need
 * it are read again, each once however many deliveries name it: the read begins after all of them came in, so it
 * holds what all of them were about. Working a delivery again changes nothing.
 *
 * A record that the provider fails to answer for ends the asking of its account in this round, since it may be down.
 * What was not asked by then has lost no try, and goes before that record the next time: a record that never comes does
 * not hold up the others for long, and is given up alone.
 *
 * Resolves when every delivery is finished or has a job for its next try; rejects only when the database fails or the
 * signal is aborted, and then the whole may be worked again.
 */
export async function deliver(delivering: Delivering, jobs: readonly JobData['delivery'][]): Promise<void> {
  const { store } = delivering
  const deliveries = await mapBounded(jobs, AT_ONCE, (job) => findPending(store, job.deliveryId))
  const parcels = jobs.flatMap((job, index): Parcel[] => {
    const delivery = deliveries[index]
    return delivery ? [{ job, delivery, fate: { status: 'DONE', reason: null } }] : []
  })
  const first = parcels[0]
  if (!first) return
  const integrations = await findIntegrations(store, first.delivery)
  const rereads = new Map<string, Reread>()
  for (const parcel of parcels) await storeWhole(delivering, { parcel, integrations, rereads })
  await readAgain(delivering, [...rereads.values()])
  // What was cut short by our own end is no fault of anyone: all of it is worked again, by whoever is there.
  delivering.signal.throwIfAborted()
  await mapBounded(parcels, AT_ONCE, (parcel) => settle(delivering, parcel))
}

/** Whom a delivery is for: the integration whose address it came to, or all that have the account; none that is disconnected. */
async function findIntegrations(
  store: Store,
  { provider, integrationId, accountId }: StoredDelivery,
): Promise<readonly Integration[]> {
  if (integrationId === null) return accountId === null ? [] : store.integrations.byAccount(provider, accountId)
  try {
    const integration = await store.integrations.get(integrationId)
    return integration.status === 'DISCONNECTED' ? [] : [integration]
  } catch (error) {
    if (error instanceof IntegrationNotFoundError) return []
    throw error
  }
}

/** Null when it was worked already, or went when its account was erased. */
async function findPending(store: Store, deliveryId: string): Promise<StoredDelivery | null> {
  try {
    const delivery = await store.deliveries.read(deliveryId)
    return delivery.status === 'PENDING' ? delivery : null
  } catch (error) {
    if (error instanceof RowNotFoundError) return null
    throw error
  }
}

interface Opening {
  readonly parcel: Parcel
  readonly integrations: readonly Integration[]
  readonly rereads: Map<string, Reread>
}

async function storeWhole(delivering: Delivering, { parcel, integrations, rereads }: Opening): Promise<void> {
  if (integrations.length === 0) {
    parcel.fate = { status: 'UNKNOWN_ACCOUNT', reason: 'no integration is connected to this account' }
    return
  }
  try {
    const interpretation = interpret(delivering, parcel.delivery)
    for (const integration of integrations) await storeFor(delivering, { parcel, integration, rereads, interpretation })
  } catch (error) {
    worsen(delivering, parcel, error)
  }
}

interface Storing extends Omit<Opening, 'integrations'> {
  readonly integration: Integration
  readonly interpretation: Interpretation
}

/** Of all that have the account each is served by itself: what fails for one is no other's loss. */
async function storeFor(delivering: Delivering, storing: Storing): Promise<void> {
  const { parcel, integration, rereads, interpretation } = storing
  const { changes, reread, receipts = [], revoked } = interpretation
  try {
    const [refused] = await apply(delivering, integration, {
      changes,
      observedAt: parcel.delivery.receivedAt,
      ...BY_WEBHOOK,
    })
    await delivering.store.sends.receive(integration.id, receipts)
    if (revoked) await needsReconnect(delivering, integration, 'the account took the app away at the provider')
    // The provider is not asked with a credential that it refused; the sync after reconnecting reads what was missed.
    if (integration.status !== 'ACTIVE' && reread.length > 0) throw waitsForPerson(integration)
    for (const { stream, remoteId } of revoked ? [] : reread) {
      const key = JSON.stringify([integration.id, stream, remoteId])
      const wanted = rereads.get(key) ?? { integration, stream, remoteId, parcels: new Set() }
      rereads.set(key, wanted)
      wanted.parcels.add(parcel)
    }
    if (refused) throw new MalformedError(integration.provider, refused.reason)
  } catch (error) {
    worsen(delivering, parcel, error)
  }
}

const waitsForPerson = ({ provider }: Integration): CredentialError =>
  new CredentialError(provider, 'what the delivery names was not read: the integration must be reconnected')

function interpret({ connectors }: Delivering, { provider, body }: StoredDelivery): Interpretation {
  const webhook = connectors.get(provider)?.webhook
  if (!webhook) throw new Error(`a delivery of ${provider} is stored, but no connector of that name reads deliveries`)
  return webhook.interpret(JSON.parse(body.toString('utf8')) as Json)
}
