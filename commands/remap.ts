import type { Config } from '../config.ts'
import { keysOf } from '../foundation.ts'
import { openLocks } from '../ingest/locks.ts'
import { type RemapCount, remapRows } from '../ingest/remap.ts'
import { systemClock } from '../kit/clock.ts'
import type { Connector } from '../kit/contract.ts'
import { rederiveFacts } from '../store/facts/rederive.ts'
import { type Kind, KINDS } from '../store/kinds.ts'
import { openStore, type Store } from '../store/store.ts'
import { connectors } from '../subgraphs/registry.ts'
import type { RemapCommand } from './remap-command.ts'
import { toTable } from './table.ts'

/** What the steps of a run stand on. */
interface Work {
  readonly store: Store
  readonly connectors: ReadonlyMap<string, Connector>
  readonly command: RemapCommand
  /** Aborting stops soon; the next run goes on. */
  readonly stop: AbortSignal
  readonly log: (line: string) => void
}

/** One thing that is made again of what is stored. Answers whether all of it was. */
type Step = (work: Work) => Promise<boolean>

/** What is made again, what others are made of first. */
const STEPS: readonly Step[] = [remapStored, deriveIdentities, deriveFacts, readWords]

/**
 * Makes again what is derived from what the providers sent.
 *
 * The report goes to stdout alone; progress, and what is said about records, go to stderr.
 *
 * @returns the exit code: 1 when something stays as it was or the run was stopped, 2 when there is no such provider
 * @throws StoreError the database cannot be had, or there is no such integration
 */
export async function runRemapCommand(config: Config, command: RemapCommand, stop: AbortSignal): Promise<number> {
  const log = (line: string): void => console.error(line)
  const known = new Map(connectors.map((connector) => [connector.provider, connector]))
  if (command.provider !== null && !known.has(command.provider)) {
    log(`remap: there is no provider ${command.provider}; there are ${[...known.keys()].join(', ')}`)
    return 2
  }
  const { databaseUrl, home } = config
  await using store = await openStore({ databaseUrl, home, keys: await keysOf(config), log })
  await using locks = openLocks(store.database.url)
  await using lock = await locks.tryTake('remap')
  if (lock === null) {
    log('remap: another run is under way on this database; wait for its end')
    return 1
  }
  const work = { store, connectors: known, command, log, stop: AbortSignal.any([stop, lock.lost]) }
  let whole = true
  for (const step of STEPS) {
    if (!(await step(work))) whole = false
    if (!work.stop.aborted) continue
    log('remap: stopped; run again, it goes on where it was')
    return 1
  }
  return whole ? 0 : 1
}

/** The rows of the mirror. */
async function remapStored({ store, connectors: known, command, stop, log }: Work): Promise<boolean> {
  const report = await remapRows(
    { store, connectors: known, clock: { ...systemClock, now: store.now }, stop, log },
    command,
  )
  const head = ['KIND', 'READ', 'CHANGED', 'UNCHANGED', 'FAILED']
  const rows = KINDS.flatMap((kind) => toRow(kind, report.counts.get(kind)))
  console.log(rows.length === 0 ? 'Nothing is stored.' : toTable([head, ...rows]))
  const isWhole = [...report.counts.values()].every(({ failed }) => failed === 0)
  return report.finished && report.skipped === 0 && isWhole
}

/** Customers for contacts that have none yet; those of the others were derived with their rows. */
async function deriveIdentities({ store, stop, log }: Work): Promise<boolean> {
  const found = await store.identities.rederive(stop)
  if (found > 0) log(`remap: ${found} contacts had no customer yet`)
  return !stop.aborted
}

/** The facts that numbers are counted from, of every thread. */
async function deriveFacts({ store, command, stop, log }: Work): Promise<boolean> {
  const threads = await rederiveFacts(store.database, { integrationId: command.integrationId, signal: stop })
  if (threads > 0) log(`remap: the facts of ${threads} threads were derived`)
  return !stop.aborted
}

/** The words that a search may take for what was typed: the ingest role reads them, beside its other work. */
async function readWords({ store, stop }: Work): Promise<boolean> {
  if (!stop.aborted) await store.words.learnAgain()
  return true
}

const toRow = (kind: Kind, count: RemapCount | undefined): readonly string[][] =>
  count === undefined
    ? []
    : [[kind, ...[count.read, count.changed, count.read - count.changed - count.failed, count.failed].map(String)]]
