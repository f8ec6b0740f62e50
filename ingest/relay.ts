import { EVENT_CHANNEL } from '../store/event-table.ts'
import { type Position, toCursor } from '../store/event-position.ts'
import type { Store } from '../store/store.ts'
import type { Locks } from './locks.ts'
import { describe } from './retry.ts'

/** What relaying stands on. */
export interface Relaying {
  readonly store: Pick<Store, 'database' | 'bell'>
  readonly locks: Locks
  readonly log: (line: string) => void
}

/** Rings at once when the database says so, and looks by itself as often, since that may be lost. */
const POLL_MS = 1_000
/** While something has committed above an open transaction. */
const PENDING_DELAY_MS = 10

/** What the log holds after a place, for each workspace its newest event. */
const NEWS = `
select h.horizon::text as horizon, h.pending, e.workspace_id as "workspaceId", e.xid::text, e.id::text
from (
  select pg_snapshot_xmin(pg_current_snapshot()) as horizon,
    exists (select from event where xid >= pg_snapshot_xmin(pg_current_snapshot())) as pending
) h
left join lateral (
  select distinct on (workspace_id) workspace_id, xid, id from event
  where (xid, id) > ($1::xid8, $2::bigint) and xid < h.horizon order by workspace_id, xid desc, id desc
) e on true`

interface News {
  readonly horizon: string
  readonly pending: boolean
  readonly workspaceId: string | null
  readonly xid: string
  readonly id: string
}

/**
 * Rings a bell that the database does not ring by itself, for what the log holds.
 *
 * One process does it, and another as soon as that one is gone. It reads the log, so that a writer that dies after its commit
 * is rung for all the same. Each goes on at the place where it was itself, so that what it rings for once more is known to
 * have been rung for; who has no place yet rings for everybody. A ring that fails is tried again.
 */
export function openRelay({ store, locks, log }: Relaying): { close(): Promise<void> } {
  const closing = new AbortController()
  let rung = false
  let wake = (): void => undefined
  let told = ''
  let position: Position | null = null

  const pause = async (delayMs: number): Promise<void> => {
    if (rung || closing.signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  const ring = (): void => {
    rung = true
    wake()
  }
  /** Rings for what came after a place; answers up to where, and how long to wait. */
  const relay = async (after: Position | null): Promise<{ position: Position; delayMs: number }> => {
    const from = after ?? { xid: 0n, id: 0n }
    const rows =
      after === null
        ? await store.database.system.query<News>(
            `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, true as pending, null as "workspaceId"`,
          )
        : await store.database.system.query<News>(NEWS, [String(from.xid), String(from.id)])
    const horizon = { xid: BigInt(rows[0]?.horizon ?? '0'), id: 0n }
    if (after === null) await store.bell.ring?.('', `all ${toCursor(horizon)} ${Date.now()}`)
    for (const { workspaceId, xid, id } of rows) {
      if (workspaceId === null) continue
      await store.bell.ring?.(workspaceId, `${workspaceId} ${toCursor({ xid: BigInt(xid), id: BigInt(id) })}`)
    }
    return { position: horizon, delayMs: rows[0]?.pending === true ? PENDING_DELAY_MS : POLL_MS }
  }
  /** Relays while the lock is held. */
  const serve = async (lost: AbortSignal): Promise<void> => {
    await using _listening = await store.database.listen(EVENT_CHANNEL, ring)
    while (!closing.signal.aborted && !lost.aborted) {
      rung = false
      const relayed = await relay(position)
      position = relayed.position
      told = ''
      await pause(relayed.delayMs)
    }
  }
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      try {
        await using lock = await locks.tryTake('bell relay')
        if (lock !== null) await serve(lock.lost)
      } catch (error) {
        const cause = describe(error)
        if (cause !== told) log(`bell: not rung, and tried again: ${cause}`)
        told = cause
      }
      rung = false
      await pause(POLL_MS)
    }
  }
  const running = run()
  return {
    async close() {
      closing.abort()
      wake()
      await running
    },
  }
}
