import { Client } from 'pg'
import { setTimeout as wait } from 'node:timers/promises'
import { EmbeddedDatabaseError, EmbeddedDatabaseInUseError } from '../errors.ts'
import { exists } from './postmaster.ts'

/** The advisory lock that the process using an embedded server holds. Any constant would do. */
const OWNER_LOCK = 1_398_230_595
const APPLICATION = 'switchboard owner'
const CONNECT_TIMEOUT_MS = 5_000
/** How long the lock of a process that was just killed may outlive it. */
const PATIENCE_MS = 2_000
const POLL_MS = 50

/** The right to use an embedded server, held as long as the connection stands. */
export interface Ownership {
  /** Resolves when the connection ends, for whatever reason. */
  readonly lost: Promise<void>
  release(): Promise<void>
}

/**
 * Claims the server for this process.
 *
 * The claim is a lock that the server itself holds for our connection: a kill of ours ends the connection and with it
 * the claim, so none is ever stale.
 *
 * @returns null when the server does not answer (yet, or any more)
 * @throws EmbeddedDatabaseInUseError another process has claimed it
 * @throws EmbeddedDatabaseError it does not know our password
 */
export async function claimServer(url: string, home: string): Promise<Ownership | null> {
  const client = new Client({
    connectionString: url,
    application_name: `${APPLICATION} ${process.pid}`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  })
  const lost = new Promise<void>((resolve) => client.once('end', resolve))
  // What breaks the connection also ends it, which is what `lost` tells.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const holder = await lock(client)
    if (holder === null) return { lost, release: () => client.end().catch(() => undefined) }
    await client.end()
    throw new EmbeddedDatabaseInUseError(
      `the database in ${home} is in use by process ${holder}; stop that one first, or set SWITCHBOARD_HOME to another folder, or let both use one DATABASE_URL`,
    )
  } catch (error) {
    await client.end().catch(() => undefined)
    if (error instanceof EmbeddedDatabaseError) throw error
    if (isRefusal(error))
      throw new EmbeddedDatabaseError(`the database in ${home} refuses us: ${error.message}`, { cause: error })
    return null
  }
}

/** Takes the lock; answers null, or the process that has it. */
async function lock(client: Client): Promise<string | null> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const taken = await client.query<{ ok: boolean }>('select pg_try_advisory_lock($1) as ok', [OWNER_LOCK])
    if (taken.rows[0]?.ok === true) return null
    const held = await client.query<{ name: string }>(
      `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
       where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
      [OWNER_LOCK],
    )
    const holder = held.rows[0]?.name.slice(APPLICATION.length + 1)
    if (holder !== undefined && (exists(Number(holder)) || Date.now() > deadline)) return holder
    await wait(POLL_MS)
  }
}

/** Login refused (class 28): the password file and the data folder are not of one making. */
const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('28')
