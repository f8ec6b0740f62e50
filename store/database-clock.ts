import type { Queryable } from './database.ts'

/** The time by the database's clock, for all processes the same. */
export interface DatabaseClock extends Disposable {
  readonly now: () => Date
}

/** What a clock of the database is opened with. */
export interface DatabaseClockOptions {
  readonly system: Queryable
  /** The machine's own clock, in milliseconds. */
  readonly machine?: () => number
  readonly everyMs?: number
  readonly log: (line: string) => void
}

/** How often it is asked how far the machine's clock is off. */
const EVERY_MS = 30_000

/** Machines that keep their clocks are closer than this; the machine's own is then gone by. */
const LEAST_MS = 1_000

/**
 * Looks now and then how far the machine's clock is from the database's, and tells the time without the difference: a
 * process whose clock is wrong does what the others do. While the database is away, the last difference counts.
 *
 * @throws DatabaseUnavailableError
 */
export async function openDatabaseClock(options: DatabaseClockOptions): Promise<DatabaseClock> {
  const { system, machine = () => Date.now(), everyMs = EVERY_MS, log } = options
  let aheadMs = 0
  const look = async (): Promise<void> => {
    const before = machine()
    const [row] = await system.query<{ at: Date }>('select clock_timestamp() as at')
    const after = machine()
    const foundMs = Math.round((before + after) / 2 - (row?.at.getTime() ?? before))
    // No nearer than the asking took is anything known.
    const nowAheadMs = Math.abs(foundMs) < Math.max(LEAST_MS, after - before) ? 0 : foundMs
    if (nowAheadMs !== 0 && aheadMs === 0) {
      const seconds = Math.round(Math.abs(nowAheadMs) / 1_000)
      const side = nowAheadMs > 0 ? 'ahead of' : 'behind'
      log(`clock: this machine's is ${seconds} s ${side} the database's, which is gone by; set it right`)
    }
    aheadMs = nowAheadMs
  }
  await look()
  // A database that does not answer is told of by whoever needs it.
  const looking = setInterval(() => void look().catch(() => undefined), everyMs)
  looking.unref()
  return {
    now: () => new Date(machine() - aheadMs),
    [Symbol.dispose]: () => clearInterval(looking),
  }
}
