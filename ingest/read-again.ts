import type { AccountClient } from '../kit/account-client.ts'
import { mapBounded } from '../kit/bounded.ts'
import { readContext } from '../kit/read-context.ts'
import type { Integration } from '../store/integrations.ts'
import type { Store } from '../store/store.ts'
import { apply, AT_ONCE, BY_WEBHOOK, type Delivering, needsReconnect } from './delivering.ts'
import { leave, type Parcel, type Stop, worsen } from './parcel.ts'
import { judge, reasonOf } from './retry.ts'
import { historyTelling, type Telling } from './run-progress.ts'

/** A record to read again, for all the deliveries that asked for it. */
export interface Reread {
  readonly integration: Integration
  readonly stream: string
  readonly remoteId: string
  readonly parcels: Set<Parcel>
}

/** Reads records again, at most four of an account side by side, and says what went wrong of each delivery that asked for it. */
export async function readAgain(delivering: Delivering, rereads: readonly Reread[]): Promise<void> {
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
  const reading = { stream: name, kind: stream.kind, read: [remoteId], failed: [] }
  for (const { reason } of await apply(delivering, integration, { changes, observedAt, reading, ...telling })) {
    delivering.log(`deliver: ${integration.provider} ${name} of ${integration.id}: left out a record: ${reason}`)
  }
}

/** A record that is read before the first run of its stream came to it brings its history along, which is no news. */
async function rereadTelling(store: Store, integration: Integration, stream: string): Promise<Telling> {
  const wasRead = (await store.checkpoints.completedAt(integration.id)).has(stream)
  return wasRead ? BY_WEBHOOK : historyTelling(store, integration, stream)
}
