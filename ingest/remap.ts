import type { Clock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import { IntegrationNotFoundError } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import { type Kind, KINDS } from '../store/kinds.ts'
import type { RemapPosition } from '../store/remapping.ts'
import type { Store } from '../store/store.ts'
import { remapPage, type Unmapped } from './remap-page.ts'

/** What mapping anew stands on. */
export interface Remapper {
  readonly store: Pick<Store, 'remapping' | 'apply' | 'integrations'>
  readonly connectors: ReadonlyMap<string, Connector>
  readonly clock: Pick<Clock, 'now'>
  /** Aborting stops after the page in hand; the next run goes on there. */
  readonly stop: AbortSignal
  readonly log: (line: string) => void
}

/** Which rows are meant; null means all. */
export interface RemapScope {
  readonly integrationId: string | null
  readonly provider: string | null
  readonly kinds: readonly Kind[] | null
  /** Whether to begin anew where a run was cut short, in place of going on there. */
  readonly restart: boolean
}

/** What became of the rows of one kind. */
export type RemapCount = Pick<RemapPosition, 'read' | 'changed' | 'failed'>

/** What a run did. */
export interface RemapReport {
  readonly counts: ReadonlyMap<Kind, RemapCount>
  /** Integrations of providers that are not known here: their rows stay as they are. */
  readonly skipped: number
  /** False when it was stopped before the end. */
  readonly finished: boolean
}

/** How many records that cannot be mapped are told, of one kind of one integration. */
const MOST_TOLD = 20

const PROGRESS_EVERY_MS = 5_000

const BEGINNING: RemapPosition = { afterId: null, read: 0, changed: 0, failed: 0, done: false }

/**
 * Maps stored rows again from what they keep, by the mapping as it now is, and writes those that come out otherwise.
 *
 * It gives the rows that live ingest by this mapping would have given. Safe to stop anywhere, by `kill -9` too: the next
 * run goes on at the last page that was written, and mapping a row twice changes nothing. What comes in meanwhile stands.
 * A record that can no longer be mapped is told, and its row stays as it was. The caller sees to it that no other run is
 * under way.
 *
 * @throws IntegrationNotFoundError the scope names one that is not there
 * @throws StoreError the database fails; the next run goes on
 */
export async function remapRows(remapper: Remapper, scope: RemapScope): Promise<RemapReport> {
  const { store, connectors, log, stop } = remapper
  const kinds = scope.kinds ?? KINDS
  const integrations = await inScope(store, scope)
  const forget = async (): Promise<void> => {
    for (const { id } of integrations) await store.remapping.forget(id, kinds)
  }
  if (scope.restart) await forget()
  const counts = new Map<Kind, RemapCount>()
  let skipped = 0
  for (const integration of integrations) {
    const connector = connectors.get(integration.provider)
    if (connector === undefined) {
      skipped += 1
      log(`remap: ${integration.provider} is not known here: the rows of ${integration.id} stay as they are`)
    } else {
      await remapIntegration(remapper, { integration, connector, kinds, counts })
    }
    if (stop.aborted) return { counts, skipped, finished: false }
  }
  await forget()
  return { counts, skipped, finished: true }
}

async function inScope(
  { integrations }: Pick<Store, 'integrations'>,
  { integrationId, provider }: RemapScope,
): Promise<readonly Integration[]> {
  const named = integrationId === null ? await integrations.list(null) : [await integrations.get(integrationId)]
  return named.filter((each) => provider === null || each.provider === provider)
}

interface Turn {
  readonly integration: Integration
  readonly connector: Connector
}

async function remapIntegration(
  remapper: Remapper,
  { kinds, counts, ...turn }: Turn & { readonly kinds: readonly Kind[]; readonly counts: Map<Kind, RemapCount> },
): Promise<void> {
  const { store, stop, log } = remapper
  const { id } = turn.integration
  const positions = await store.remapping.positions(id)
  try {
    for (const kind of KINDS) {
      if (stop.aborted) return
      if (!kinds.includes(kind)) continue
      add(counts, kind, await remapKind(remapper, { ...turn, kind, from: positions.get(kind) ?? BEGINNING }))
    }
  } catch (error) {
    if (!(error instanceof IntegrationNotFoundError)) throw error
    log(`remap: ${id} was erased meanwhile`)
  }
}

function add(counts: Map<Kind, RemapCount>, kind: Kind, { read, changed, failed }: RemapCount): void {
  const before = counts.get(kind) ?? BEGINNING
  if (before.read + read === 0) return
  counts.set(kind, { read: before.read + read, changed: before.changed + changed, failed: before.failed + failed })
}

/** Walks the rows of one kind to their end, or until it is stopped. Answers how far it came. */
async function remapKind(
  { store, clock, log, stop }: Remapper,
  turn: Turn & { readonly kind: Kind; readonly from: RemapPosition },
): Promise<RemapPosition> {
  const { integration, kind, from } = turn
  const what = `remap: ${integration.provider} ${kind} of ${integration.id}`
  const tellFailed = teller(what, log)
  const tell = ({ read, changed, failed }: RemapPosition): void =>
    log(`${what}: ${read} read, ${changed} changed, ${failed} failed`)
  if (from.afterId !== null && !from.done) log(`${what}: goes on after the ${from.read} that were read before`)
  let position = from
  let toldAt = clock.now().getTime()
  while (!position.done && !stop.aborted) {
    const rows = await store.remapping.page(integration, kind, position.afterId)
    const { changed, failed } = await remapPage({ store, ...turn }, rows)
    tellFailed(failed)
    position = {
      afterId: rows.at(-1)?.id ?? position.afterId,
      read: position.read + rows.length,
      changed: position.changed + changed,
      failed: position.failed + failed.length,
      done: rows.length === 0,
    }
    const now = clock.now().getTime()
    if (now - toldAt < PROGRESS_EVERY_MS && !position.done) continue
    toldAt = now
    if (position.read > 0) tell(position)
  }
  return position
}

/** Tells of records that cannot be mapped, and of many only that there are. */
function teller(what: string, log: (line: string) => void): (failed: readonly Unmapped[]) => void {
  let told = 0
  return (failed) => {
    for (const { remoteId, reason } of failed) {
      told += 1
      if (told <= MOST_TOLD) log(`${what}: ${remoteId} stays as it was: ${reason}`)
      if (told === MOST_TOLD + 1) log(`${what}: there are others that stay as they were`)
    }
  }
}
