import type { AccountClient } from '../kit/account-client.ts'
import type { Connector, Stream } from '../kit/contract.ts'
import { UnavailableError } from '../kit/errors.ts'
import { reasonOfRecord } from '../kit/read-each.ts'
import type { Clock } from '../kit/clock.ts'
import { readContext } from '../kit/read-context.ts'
import type { Integration } from '../store/integrations.ts'
import type { QuarantinedRecord } from '../store/quarantine.ts'
import type { Store } from '../store/store.ts'
import { historyTelling } from './run-progress.ts'

/** What reading again stands on. */
export interface Quarantined {
  readonly store: Store
  readonly connector: Connector
  readonly integration: Integration
  readonly clock: Clock
  readonly stop: AbortSignal
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** How many records are read again in one go; what is left comes with the next. */
const MOST = 50

/** So many records in a row without an answer: the rest is left for when the provider answers. */
const DOWN_AFTER = 5

/** Whether a record of the integration is to be read again now. */
export async function isRecordDue(
  { store, clock }: { readonly store: Pick<Store, 'quarantine'>; readonly clock: Clock },
  integrationId: string,
  connector: Connector,
): Promise<boolean> {
  const wanted = { integrationId, streams: readableOf(connector), now: clock.now(), limit: 1 }
  return (await store.quarantine.due(wanted)).length > 0
}

/**
 * Reads again what could not be read before and whose pause has passed. What is read well leaves the quarantine; what is
 * not stays there for twice as long.
 *
 * @throws what concerns the account and not one record
 */
export async function readQuarantined(quarantined: Quarantined, client: AccountClient): Promise<void> {
  const { store, connector, integration, clock, stop } = quarantined
  const wanted = { integrationId: integration.id, streams: readableOf(connector), now: clock.now(), limit: MOST }
  let unanswered = 0
  for (const record of await store.quarantine.due(wanted)) {
    if (stop.aborted || unanswered === DOWN_AFTER) return
    const stream = connector.streams.find((each) => each.name === record.stream)
    if (!stream) continue
    unanswered = (await isAnswered(quarantined, client, { stream, record })) ? 0 : unanswered + 1
  }
}

const readableOf = (connector: Connector): string[] =>
  connector.streams.filter((stream) => stream.readOne !== null).map((stream) => stream.name)

async function isAnswered(
  { store, integration, clock, signal, log }: Quarantined,
  client: AccountClient,
  { stream, record }: { readonly stream: Stream; readonly record: QuarantinedRecord },
): Promise<boolean> {
  const { remoteId } = record
  const observedAt = clock.now()
  const telling = await historyTelling(store, integration, stream.name)
  const stillWithout = (reason: string): string =>
    `sync: ${integration.provider} ${stream.name} of ${integration.id}: still without ${remoteId}: ${reason}`
  const of = { stream: stream.name, kind: stream.kind }
  const batch = { integrationId: integration.id, observedAt, learnedBy: 'SYNC', ...telling } as const
  try {
    const context = readContext(store, record, { now: observedAt, signal })
    const changes = (await stream.readOne?.(client, remoteId, context)) ?? []
    const { refused } = await store.apply({ ...batch, changes, reading: { ...of, read: [remoteId], failed: [] } })
    for (const { reason } of refused) log(stillWithout(reason))
    return true
  } catch (error) {
    if (signal.aborted) return true
    const reason = reasonOfRecord(error)
    if (reason === null) throw error
    log(stillWithout(reason))
    const reading = { ...of, read: [], failed: [{ remoteId, reason }] }
    await store.apply({ ...batch, changes: [], reading })
    return !(error instanceof UnavailableError)
  }
}
