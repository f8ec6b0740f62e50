import { Client, type QueryResult } from 'pg'

/** A lock that is held until it is disposed of. */
export interface Lock extends AsyncDisposable {
  /** Aborted when the database session ended under the holder: from then on someone else may hold the lock. */
  readonly lost: AbortSignal
}

/** Locks among all processes on one database. A process that dies, however it dies, holds none from that moment on. */
export interface Locks extends AsyncDisposable {
  /** Takes the lock, or answers null when anyone has it, this process included. */
  tryTake(name: string): Promise<Lock | null>
  /** Counts this process among the living until it ends, and tells whether it is the only one. */
  join(): Promise<boolean>
}

/** Every living process holds it, shared. */
const ALIVE = 'switchboard/ingest/alive'

const TRY = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken'
const SHARE = 'select pg_advisory_lock_shared(hashtextextended($1, 0))'
const UNLOCK = 'select pg_advisory_unlock(hashtextextended($1, 0))'

/**
 * Opens the door to the locks: session-level advisory locks on one connection of their own.
 *
 * The connection is made when the first lock is asked for, and again after it was lost.
 */
export function openLocks(databaseUrl: string): Locks {
  const held = new Map<string, AbortController>()
  let session: Promise<Client> | null = null
  let joined = false

  const endSession = (ended: Promise<Client>): void => {
    if (session !== ended) return
    session = null
    for (const lost of held.values()) lost.abort(new Error('the database session that held the lock ended'))
  }

  const openSession = (): Promise<Client> => {
    if (session !== null) return session
    const client = new Client({
      connectionString: databaseUrl,
      application_name: 'switchboard locks',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
    })
    const connect = async (): Promise<Client> => {
      await client.connect()
      if (joined) await client.query(SHARE, [ALIVE])
      return client
    }
    const opened = connect()
    session = opened
    client.on('error', () => endSession(opened))
    client.on('end', () => endSession(opened))
    opened.catch(() => endSession(opened))
    return opened
  }

  const turns = new WeakMap<Client, Promise<unknown>>()
  /** One after the other: a connection answers one question at a time. */
  const ask = (client: Client, sql: string, name: string): Promise<QueryResult<{ taken: boolean }>> => {
    const before = turns.get(client) ?? Promise.resolve()
    const answered = before.then(() => client.query<{ taken: boolean }>(sql, [name]))
    turns.set(
      client,
      answered.catch(() => undefined),
    )
    return answered
  }

  const take = async (name: string, lost: AbortController): Promise<Lock | null> => {
    const client = await openSession()
    const { rows } = await ask(client, TRY, name)
    if (rows[0]?.taken !== true) return null
    return {
      lost: lost.signal,
      async [Symbol.asyncDispose]() {
        if (held.get(name) !== lost) return
        try {
          // A session that ended took its locks with it.
          if (!lost.signal.aborted) await ask(client, UNLOCK, name)
        } catch (error) {
          if (!lost.signal.aborted) throw error
        } finally {
          held.delete(name)
        }
      },
    }
  }

  return {
    async tryTake(name) {
      const scoped = `switchboard/ingest/${name}`
      // Within one session a lock can be taken twice, so the first holder is remembered here.
      if (held.has(scoped)) return null
      const lost = new AbortController()
      held.set(scoped, lost)
      const lock = await take(scoped, lost).catch((error: unknown) => {
        held.delete(scoped)
        throw error
      })
      if (lock === null) held.delete(scoped)
      return lock
    },
    async join() {
      const client = await openSession()
      // To have it alone is possible only while nobody shares it; whoever else joins waits until it is shared again.
      const { rows } = await ask(client, TRY, ALIVE)
      const alone = rows[0]?.taken === true
      await ask(client, SHARE, ALIVE)
      if (alone) await ask(client, UNLOCK, ALIVE)
      joined = true
      return alone
    },
    async [Symbol.asyncDispose]() {
      const opened = session
      session = null
      if (opened === null) return
      const client = await opened.catch(() => null)
      await client?.end()
    },
  }
}
