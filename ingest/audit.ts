import type { AccountClient } from '../kit/account-client.ts'
import type { Clock } from '../kit/clock.ts'
import type { Audit, AuditPage, Listed, Stream } from '../kit/contract.ts'
import { CredentialError, ProviderError, RateLimitedError, UnavailableError } from '../kit/errors.ts'
import { gone } from '../kit/gone.ts'
import { type ReadRecords, readEach } from '../kit/read-each.ts'
import { readContext } from '../kit/read-context.ts'
import { saysIntegrationEnded } from '../store/errors.ts'
import type { AuditStep, Batch, Reading } from '../store/change.ts'
import type { Integration } from '../store/integrations.ts'
import type { AuditPass, Audited } from '../store/ledger/ledger.ts'
import type { Store } from '../store/store.ts'
import { reasonOf } from './retry.ts'
import { isActive } from './sync.ts'

/** One stream of one integration, held against its provider. */
export interface AuditRun {
  readonly store: Store
  readonly stream: Stream
  readonly client: AccountClient
  readonly integration: Integration
  readonly clock: Clock
  /** Aborting stops after the step in hand is stored. */
  readonly stop: AbortSignal
  /** Aborting ends the requests that are under way. */
  readonly signal: AbortSignal
  readonly log: (line: string) => void
}

/** A pass that is being made. */
interface Pass extends AuditRun {
  readonly audit: Audit
  readonly audited: Audited
  readonly pass: AuditPass
}

/** Records that one step reads again. */
const STEP = 20

/** Of them so many side by side. */
const AT_ONCE = 4

/** Held records that are asked for by themselves in one pass, since no list shows them; the others wait for the next ones. */
const MOST_ASKED = 500

/** A list may show a record so much later than we were told of it. */
const LAG_MS = 15 * 60_000

/** Why a record that is listed and not shown whole is missing where none can be read by itself. */
const UNREADABLE = 'it cannot be read by itself'

/**
 * Holds what is stored of a stream against the provider's list, heals what differs, and writes down how complete it is.
 *
 * First the list is walked: what is not held, or held as it was, is read again. Then what is held and was not listed is
 * asked for by itself, and only what the provider then says is gone becomes a tombstone: lists are late, and leave
 * records out. Each step is stored with what it healed, so that stopping anywhere is safe, by `kill -9` too: the pass goes
 * on there. One that does not come to the end of its list deletes nothing. The caller sees to it that no other audit of
 * the integration is under way.
 *
 * @throws CredentialError, RateLimitedError, UnavailableError the pass goes on where it was
 * @throws ProviderError of another class: the pass is given up, and the next one begins anew
 */
export async function auditStream(run: AuditRun): Promise<'DONE' | 'STOPPED' | 'UNAUDITED'> {
  const { store, stream, integration, clock } = run
  const { audit } = stream
  if (audit === undefined) return 'UNAUDITED'
  const { method, prefix = '' } = audit
  const audited = { integrationId: integration.id, stream: stream.name, kind: stream.kind, method, prefix }
  try {
    const pass = await store.ledger.begin(audited, clock.now())
    await store.integrations.touch(integration.id)
    return await goThrough({ ...run, audit, audited, pass })
  } catch (error) {
    if (saysIntegrationEnded(error) || run.signal.aborted) return 'STOPPED'
    if (isOfOneStream(error)) {
      await store.ledger.fail(audited, reasonOf(error))
      await store.integrations.touch(integration.id)
    }
    throw error
  }
}

/** Whether the provider refused this list, and neither the account nor everything. */
const isOfOneStream = (error: unknown): boolean =>
  error instanceof ProviderError &&
  !(error instanceof CredentialError || error instanceof RateLimitedError || error instanceof UnavailableError)

async function goThrough(made: Pass): Promise<'DONE' | 'STOPPED'> {
  const { store, audited, pass, clock, integration } = made
  const end = pass.phase === 'LIST' ? await walk(made) : { nameless: pass.nameless }
  if (end === 'STOPPED' || (await settleAbsent(made, end.nameless)) === 'STOPPED') return 'STOPPED'
  await store.ledger.finish(audited, pass, clock.now())
  await store.integrations.touch(integration.id)
  return 'DONE'
}

/** Walks the list to its end. */
async function walk(made: Pass): Promise<{ readonly nameless: number } | 'STOPPED'> {
  const { audit, client, clock, pass } = made
  let { cursor, nameless } = pass
  for (;;) {
    if (await isStopped(made)) return 'STOPPED'
    const observedAt = clock.now()
    const page = await audit.list(client, cursor, contextOf(made, observedAt))
    if ((await readPage(made, page, observedAt)) === 'STOPPED') return 'STOPPED'
    nameless += page.nameless
    cursor = page.cursor
    if (page.done) return { nameless }
  }
}

/** Brings up to date what a page shows otherwise than it is held, and stores the place behind the page. */
async function readPage(made: Pass, page: AuditPage, observedAt: Date): Promise<'READ' | 'STOPPED'> {
  const { store, stream, audited } = made
  const { listed, nameless, cursor, done, total } = page
  const held = await store.versions(
    audited.integrationId,
    stream.kind,
    listed.map(({ remoteId }) => remoteId),
  )
  const stale = listed.filter((each) => isStale(each, held))
  const alone = stale.filter(({ changes }) => changes === null)
  for (const part of stream.readOne === null ? [] : partsOf(alone)) {
    if (await isStopped(made)) return 'STOPPED'
    await readAgain(made, part)
  }
  const behind = new Set(alone.map(({ remoteId }) => remoteId))
  const seen = [
    ...listed.filter(({ remoteId }) => !behind.has(remoteId)).map(({ remoteId }) => ({ remoteId, reason: null })),
    ...(stream.readOne === null ? alone.map(({ remoteId }) => ({ remoteId, reason: UNREADABLE })) : []),
  ]
  const whole = stale.flatMap(({ remoteId, changes }) => (changes === null ? [] : [{ remoteId, changes }]))
  await apply(made, {
    observedAt,
    changes: whole.flatMap(({ changes }) => changes),
    reading: { ...ownOf(stream), read: whole.map(({ remoteId }) => remoteId), failed: [] },
    seen,
    page: { cursor, done, told: total, nameless },
  })
  return 'READ'
}

/** What is not held as listed. Where the list tells no version, what it shows whole is compared when it is stored. */
function isStale({ remoteId, version, changes }: Listed, held: ReadonlyMap<string, Date | null>): boolean {
  const standing = held.get(remoteId)
  if (standing === undefined) return true
  if (version === null) return changes !== null
  return standing === null || standing < version
}

/** Reads records by themselves, and stores what came of it. */
async function readAgain(made: Pass, records: readonly Pick<Listed, 'remoteId'>[]): Promise<void> {
  const { stream, client, clock, signal } = made
  const observedAt = clock.now()
  const options = { limit: AT_ONCE, signal, remoteIdOf: ({ remoteId }: Pick<Listed, 'remoteId'>) => remoteId }
  const { changes, failed }: ReadRecords = await readEach(records, options, async ({ remoteId }, within) => {
    const context = contextOf({ ...made, signal: within }, observedAt)
    return (await stream.readOne?.(client, remoteId, context)) ?? []
  })
  const reasons = new Map(failed.map(({ remoteId, reason }) => [remoteId, reason]))
  const seen = records.map(({ remoteId }) => ({ remoteId, reason: reasons.get(remoteId) ?? null }))
  const read = seen.filter(({ reason }) => reason === null).map(({ remoteId }) => remoteId)
  await apply(made, { observedAt, changes, reading: { ...ownOf(stream), read, failed }, seen, page: null })
}

/** Finds out about what is held and was not listed. */
async function settleAbsent(made: Pass, nameless: number): Promise<'SETTLED' | 'STOPPED'> {
  const { store, stream, audit, audited, pass } = made
  if (stream.readOne !== null) {
    const absent = await store.ledger.absent(audited, pass, MOST_ASKED)
    for (const part of partsOf(absent.map((remoteId) => ({ remoteId })))) {
      if (await isStopped(made)) return 'STOPPED'
      await readAgain(made, part)
    }
    return 'SETTLED'
  }
  // One that does not say who it is may be any of those that seem to be gone.
  if (audit.method !== 'FULL_PASS' || nameless > 0) return 'SETTLED'
  for (;;) {
    if (await isStopped(made)) return 'STOPPED'
    const absent = await store.ledger.absent(audited, pass, MOST_ASKED)
    if (absent.length === 0) return 'SETTLED'
    await apply(made, {
      observedAt: new Date(pass.startedAt.getTime() - LAG_MS),
      changes: absent.map((remoteId) => gone(stream.kind, remoteId)),
      seen: absent.map((remoteId) => ({ remoteId, reason: null })),
      page: null,
    })
  }
}

const ownOf = ({ name, kind }: Stream): Pick<Reading, 'stream' | 'kind'> => ({ stream: name, kind })

type Found = Pick<Batch, 'observedAt' | 'changes' | 'reading'> & Pick<AuditStep, 'seen' | 'page'>

async function apply({ store, stream, pass, integration }: Pass, { seen, page, ...found }: Found): Promise<void> {
  const audit = { stream: stream.name, kind: stream.kind, pass: pass.pass, seen, page }
  await store.apply({ integrationId: integration.id, learnedBy: 'AUDIT', origin: 'sync', ...found, audit })
}

const contextOf = ({ store, audited, signal }: Pass, now: Date) => readContext(store, audited, { now, signal })

const isStopped = async (made: Pass): Promise<boolean> => made.stop.aborted || !(await isActive(made))

function* partsOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += STEP) yield items.slice(from, from + STEP)
}
