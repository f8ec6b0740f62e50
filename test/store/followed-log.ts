import { setTimeout as after } from 'node:timers/promises'
import { apply } from '../../store/apply.ts'
import type { StoreEvent, Told } from '../../store/change.ts'
import { type EventLog, openEvents } from '../../store/events.ts'
import type { OpenBell } from '../setup/bells.ts'
import { openTestDatabase, type TestDatabase } from '../setup/database.ts'
import type { TestServer } from '../setup/servers.ts'
import { SOON } from '../setup/soon.ts'
import { batch, makeIntegration, upsert } from './records.ts'

/** A log of events in a database of its own. */
export interface FollowedLog extends AsyncDisposable {
  readonly db: TestDatabase
  readonly log: EventLog
  /** A workspace of its own, which can be followed, and in which something can be said. */
  readonly setUp: () => ReturnType<typeof setUpIn>
}

/** Opens a log over a bell. */
export async function openFollowedLog(
  server: TestServer | undefined,
  open: (db: TestDatabase) => Promise<OpenBell>,
): Promise<FollowedLog> {
  const db = await openTestDatabase(server)
  const bell = await open(db)
  const log = openEvents(db.database, undefined, bell.bell)
  return {
    db,
    log,
    setUp: () => setUpIn(db, log),
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]()
      await bell[Symbol.asyncDispose]()
      await db[Symbol.asyncDispose]()
    },
  }
}

async function setUpIn(db: TestDatabase, log: EventLog) {
  const { workspaceId, integrationId } = await makeIntegration(db.database)
  const ending = new AbortController()
  const start = await log.latest(workspaceId)
  let said = 0
  return {
    workspaceId,
    integrationId,
    ending,
    start,
    follow: (cursor: string | null = start) => log.follow({ workspaceId, after: cursor, signal: ending.signal }),
    /** Makes `count` new companies, in one batch: nothing else comes of them. */
    say: async (count = 1) => {
      const changes = Array.from({ length: count }, () => upsert('company', String((said += 1))))
      const { changed } = await apply(db.database, batch(integrationId, 1, changes))
      return changed.map((change) => change.id)
    },
  }
}

/** The rows that events are about. */
export const rowIds = (events: readonly StoreEvent[]): readonly (string | null)[] => events.map((event) => event.rowId)

/** Reads `count` events, or says how many came: a lost event would otherwise be waited for without end. */
export async function take(events: AsyncIterator<Told>, count: number): Promise<StoreEvent[]> {
  const taken: StoreEvent[] = []
  const late = after(SOON.timeout, null, { ref: false })
  while (taken.length < count) {
    const next = await Promise.race([events.next(), late])
    if (next === null) throw new Error(`expected ${count} events, but only ${taken.length} came`)
    if (next.done === true) throw new Error(`ended after ${taken.length} events`)
    if (next.value.kind === 'gap') throw new Error(`expected an event, but was told of a gap`)
    taken.push(next.value)
  }
  return taken
}

/** Reads until the event of a row has come. */
export async function takeUntil(events: AsyncIterator<Told>, rowId: string | undefined): Promise<StoreEvent[]> {
  const taken: StoreEvent[] = []
  while (taken.at(-1)?.rowId !== rowId) taken.push(...(await take(events, 1)))
  return taken
}
