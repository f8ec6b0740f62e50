import { mapBounded } from '../kit/bounded.ts'
import type { Clock } from '../kit/clock.ts'
import type { AccountClient } from '../kit/account-client.ts'
import type { Connector, Interpretation } from '../kit/contract.ts'
import { CredentialError } from '../kit/errors.ts'
import { readContext } from '../kit/read-context.ts'
import type { Batch } from '../store/change.ts'
import { IntegrationNotFoundError, RowNotFoundError } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { StoredDelivery } from '../store/keep-deliveries.ts'
import type { Json } from '../store/kinds.ts'
import type { Store } from '../store/store.ts'
import type { Accounts } from './accounts.ts'
import type { JobSender } from './jobs.ts'
import type { IngestMetrics } from './metrics.ts'
import type { JobData } from './queues.ts'
import { describe, judge, reasonOf, retryDelayMs } from './retry.ts'
import type { RetryPolicy } from './retry.ts'
import { historyTelling } from './run-progress.ts'
import type { Telling } from './run-progress.ts'

/** What working deliveries stands on. */
export interface Delivering {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly accounts: Accounts
  readonly jobs: Pick<JobSender, 'send'>
  readonly retries: RetryPolicy
  readonly clock: Clock
  /** Aborting ends the requests to providers that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
  readonly metrics?: IngestMetrics | undefined
}

type Job = JobData['delivery']

/**
 * What becomes of a delivery: it is finished with a status, tried again because of an error, or worked again without
 * having been tried, since something else stopped its account.
 */
type Fate =
  | { readonly status: 'DONE' | 'DEAD' | 'UNKNOWN_ACCOUNT'; readonly reason: string | null }
  | { readonly status: 'LATER'; readonly error: unknown }
  | { readonly status: 'NOT_ASKED'; readonly stop: Stop }

/** What stopped an account: nothing more is asked of it in this round. */
interface Stop {
  readonly error: unknown
  /** How often what was asked for had failed before. */
  readonly failures: number
}

interface Parcel {
  readonly job: Job
  readonly delivery: StoredDelivery
  fate: Fate
}

/** A record to read again, for all the deliveries that asked for it. */
interface Reread {
  readonly integration: Integration
  readonly stream: string
  readonly remoteId: string
  readonly parcels: Set<Parcel>
}

/** What a delivery says by itself is news. */
const BY_WEBHOOK: Telling = { origin: 'webhook' }

/** How many records, or rows, of one account are asked for side by side. */
const AT_ONCE = { limit: 4 }

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
export async function deliver(delivering: Delivering, jobs: readonly Job[]): Promise<void> {
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
    await apply(delivering, integration, { changes, observedAt: parcel.delivery.receivedAt, ...BY_WEBHOOK })
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

async function readAgain(delivering: Delivering, rereads: readonly Reread[]): Promise<void> {
  const stopped = new Map<string, Stop>()
  const clients = new Map<string, Promise<AccountClient>>()
  const clientOf = ({ id }: Integration): Promise<AccountClient> => {
    const opened = clients.get(id) ?? delivering.accounts.open(id, 'live')
    clients.set(id, opened)
    return opened
  }
  await mapBounded(rereads.toSorted(byPatience), AT_ONCE, async (reread) => {
    const { integration, parcels } = reread
    const stop = stopped.get(integration.id)
    if (stop !== undefined) {
      for (const parcel of parcels) leave(delivering, parcel, stop)
      return
    }
    try {
      await readOne(delivering, reread, await clientOf(integration))
    } catch (error) {
      const verdict = judge(error)
      if (verdict === 'reconnect' && !stopped.has(integration.id)) {
        await needsReconnect(delivering, integration, reasonOf(error))
      }
      if (verdict === 'reconnect' || verdict === 'retry') {
        stopped.set(integration.id, { error, failures: failuresOf(reread) })
      }
      for (const parcel of parcels) worsen(delivering, parcel, error)
    }
  })
}

/** What failed the least goes first; of those what waits the longest, whatever else comes in meanwhile. */
function byPatience(one: Reread, other: Reread): number {
  return failuresOf(one) - failuresOf(other) || waitsSince(one) - waitsSince(other)
}

const failuresOf = ({ parcels }: Reread): number => Math.max(...[...parcels].map(({ job }) => job.tries))

const waitsSince = ({ parcels }: Reread): number =>
  Math.min(...[...parcels].map(({ delivery }) => delivery.receivedAt.getTime()))

async function readOne(delivering: Delivering, reread: Reread, client: AccountClient): Promise<void> {
  const { store, clock, signal } = delivering
  const { integration, stream: name, remoteId } = reread
  const stream = delivering.connectors.get(integration.provider)?.streams.find((each) => each.name === name)
  if (!stream?.readOne) throw new Error(`${integration.provider} cannot read one record of "${name}" again`)
  const observedAt = clock.now()
  const context = readContext(store, { integrationId: integration.id, stream: name }, { now: observedAt, signal })
  // What the store knows of the stream is found out while the provider answers: somebody waits for the event.
  const [changes, telling] = await Promise.all([
    stream.readOne(client, remoteId, context),
    rereadTelling(store, integration, name),
  ])
  const reading = { stream: name, read: [remoteId], failed: [] }
  await apply(delivering, integration, { changes, observedAt, reading, ...telling })
}

/** A record that is read before the first run of its stream came to it brings its history along, which is no news. */
async function rereadTelling(store: Store, integration: Integration, stream: string): Promise<Telling> {
  const wasRead = (await store.checkpoints.completedAt(integration.id)).has(stream)
  return wasRead ? BY_WEBHOOK : historyTelling(store, integration, stream)
}

async function apply(
  { store }: Delivering,
  { id }: Integration,
  seen: Omit<Batch, 'integrationId' | 'learnedBy'>,
): Promise<void> {
  if (seen.changes.length > 0) await store.apply({ integrationId: id, learnedBy: 'WEBHOOK', ...seen })
}

async function needsReconnect({ store, log }: Delivering, integration: Integration, reason: string): Promise<void> {
  log(`deliver: ${integration.provider} integration ${integration.id} must be reconnected: ${reason}`)
  await store.integrations.needsReconnect(integration, reason)
}

/** The worst that happened decides: trying again repeats everything, and finds the rest again. */
function worsen({ log }: Delivering, parcel: Parcel, error: unknown): void {
  switch (judge(error)) {
    case 'ignore':
      return
    case 'retry':
      parcel.fate = { status: 'LATER', error }
      return
    case 'reconnect':
    case 'give up':
      log(`deliver: delivery ${parcel.delivery.id} is given up: ${reasonOf(error)}`)
      if (parcel.fate.status === 'DONE') parcel.fate = { status: 'DEAD', reason: reasonOf(error) }
  }
}

/** The provider is not asked for it in this round; with a credential that it refused, not at all. */
function leave(delivering: Delivering, parcel: Parcel, stop: Stop): void {
  if (judge(stop.error) === 'reconnect') return worsen(delivering, parcel, stop.error)
  if (parcel.fate.status !== 'LATER') parcel.fate = { status: 'NOT_ASKED', stop }
}

async function settle(delivering: Delivering, { job, delivery, fate }: Parcel): Promise<void> {
  const { store, jobs, retries, clock, log } = delivering
  if (fate.status === 'NOT_ASKED') {
    const { error, failures } = fate.stop
    return jobs.send('delivery', job, { delayMs: retryDelayMs(retries, failures, error, clock.now()) })
  }
  if (fate.status !== 'LATER') return finish(delivering, delivery, fate)
  const tries = job.tries + 1
  const reason = reasonOf(fate.error)
  log(`deliver: try ${tries} of ${retries.tries} of delivery ${delivery.id} failed: ${describe(fate.error)}`)
  await store.deliveries.attempt(delivery.id, reason)
  if (tries >= retries.tries) {
    return finish(delivering, delivery, { status: 'DEAD', reason: `given up after ${tries} tries: ${reason}` })
  }
  const delayMs = retryDelayMs(retries, job.tries, fate.error, clock.now())
  await jobs.send('delivery', { ...job, tries }, { delayMs })
}

async function finish(
  { store, clock, metrics }: Delivering,
  { id, provider, receivedAt }: StoredDelivery,
  fate: Extract<Fate, { readonly reason: string | null }>,
): Promise<void> {
  await store.deliveries.finish(id, fate)
  metrics?.deliveryEnded(provider, fate.status, (clock.now().getTime() - receivedAt.getTime()) / 1_000)
}
