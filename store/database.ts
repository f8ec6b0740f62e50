import type { MikroORM } from '@mikro-orm/postgresql'
import { Pool, type PoolClient, type QueryResultRow } from 'pg'
import { createListener } from './listener.ts'
import { openOrm } from './orm.ts'
import { inStatementSpan } from './statement-span.ts'
import { nameFault } from './unavailable.ts'

/** Something that answers SQL: a pool, or one transaction. */
export interface Queryable {
  /** Runs one statement with `$1` parameters. `timestamptz` comes as Date, `int8` as string unless cast. */
  query<R>(sql: string, values?: readonly unknown[]): Promise<R[]>
}

/**
 * One PostgreSQL database, as everything of ours uses it.
 *
 * It survives the server's going away: queries then fail with `DatabaseUnavailableError`, and work again as soon as
 * the server does.
 */
export interface Database extends AsyncDisposable {
  /** Where it is; with the password. */
  readonly url: string
  /** Sees every workspace; for engines only (ingest, tokens, the vault). */
  readonly system: Queryable
  /** Sees one workspace only: row-level security holds for whatever SQL is run. Reads have a deadline, of ten seconds if none is given. */
  workspace(workspaceId: string, options?: { readonly deadlineMs?: number }): Queryable
  /**
   * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects.
   *
   * @param workspaceId row-level security holds for this workspace; null sees every workspace
   */
  transaction<T>(workspaceId: string | null, work: (tx: Queryable) => Promise<T>): Promise<T>
  /** Hears NOTIFY on one connection for all channels, which reconnects by itself and then says `heard('')`, since something may have been missed. */
  listen(channel: string, heard: (payload: string) => void): Promise<AsyncDisposable>
  /** Entities of the control plane, and migrations. */
  readonly orm: MikroORM
  /** Whether the server answers now, within two seconds. */
  isReachable(): Promise<boolean>
  /** How many connections there are now. The few of the ORM are not among them. */
  pools(): readonly PoolCounts[]
}

/** The connections of one kind: `engines` see every workspace, `readers` one at a time. */
export interface PoolCounts {
  readonly name: 'engines' | 'readers'
  readonly open: number
  readonly idle: number
  /** Statements and transactions that wait for one. */
  readonly waiting: number
}

const CONNECT_TIMEOUT_MS = 5_000
const POOL_SIZE = 10
const READ_TIMEOUT_MS = 10_000
/** A transaction of ours that stands still this long has lost its owner. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000
const REACHABLE_TIMEOUT_MS = 2_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Opens the pools of a database; connects only when asked something, and does not migrate.
 *
 * @param options.applicationName shown in `pg_stat_activity`
 */
export async function openDatabase(options: { url: string; applicationName?: string }): Promise<Database> {
  const { url, applicationName = 'switchboard' } = options
  const shared = {
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
  }
  const engines = openPool({ ...shared, application_name: applicationName })
  const readers = openPool({
    ...shared,
    application_name: `${applicationName} reader`,
    statement_timeout: READ_TIMEOUT_MS,
  })
  const orm = await openOrm(url, `${applicationName} control`)
  const listener = createListener({ url, applicationName: `${applicationName} listener` })
  /** Which workspace a reader's connection serves, and by when; it stays set until another needs it. */
  const serving = new WeakMap<PoolClient, string>()

  const asWorkspace = (
    workspaceId: string,
    { deadlineMs = READ_TIMEOUT_MS }: { deadlineMs?: number } = {},
  ): Queryable => {
    requireUuid(workspaceId)
    const setting = `set role switchboard_app; set app.workspace = '${workspaceId}'; set statement_timeout = ${Math.ceil(deadlineMs)}`
    return {
      query: <R>(sql: string, values?: readonly unknown[]) =>
        withClient(readers, async (client) => {
          if (serving.get(client) !== setting) {
            serving.delete(client)
            await client.query(setting)
            serving.set(client, setting)
          }
          return ask<R>(client, sql, values)
        }),
    }
  }

  return {
    url,
    orm,
    system: {
      query: <R>(sql: string, values?: readonly unknown[]) =>
        withClient(engines, (client) => ask<R>(client, sql, values)),
    },
    workspace: asWorkspace,
    transaction: (workspaceId, work) => withClient(engines, (client) => inTransaction(client, workspaceId, work)),
    listen: (channel, heard) => listener.hear(channel, heard),
    isReachable() {
      return new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), REACHABLE_TIMEOUT_MS)
        const answered = (reachable: boolean) => () => {
          clearTimeout(timer)
          resolve(reachable)
        }
        engines.query('select 1').then(answered(true), answered(false))
      })
    },
    pools: () => [countPool('engines', engines), countPool('readers', readers)],
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      await Promise.all([engines.end(), readers.end(), orm.close(true)])
    },
  }
}

function countPool(name: PoolCounts['name'], { totalCount, idleCount, waitingCount }: Pool): PoolCounts {
  return { name, open: totalCount, idle: idleCount, waiting: waitingCount }
}

function openPool(config: ConstructorParameters<typeof Pool>[0]): Pool {
  const pool = new Pool(config)
  // An idle connection that breaks is dropped by the pool; whoever asks next gets a new one, or the fault.
  pool.on('error', () => undefined)
  // The same for one that breaks between two statements of a transaction: its next statement rejects.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw nameFault(error)
  }
  let broken = false
  const onError = (): void => void (broken = true)
  client.on('error', onError)
  try {
    return await work(client)
  } catch (error) {
    throw nameFault(error)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/**
 * Asks by callback. Asked for a promise, the driver ties a statement to its rows so that young collections of V8 do not let
 * go of either: every row of every page then outlived its request until the next full collection.
 */
async function ask<R>(client: PoolClient, sql: string, values: readonly unknown[] = []): Promise<R[]> {
  const answer = (): Promise<R[]> =>
    new Promise((resolve, reject) => {
      client.query<R & QueryResultRow>(sql, values.map(toStorable), (error, result) =>
        error ? reject(error) : resolve(result.rows),
      )
    })
  try {
    return await inStatementSpan(sql, answer)
  } catch (error) {
    // Told from where it was asked, and not from the socket.
    if (error instanceof Error) Error.captureStackTrace(error)
    throw error
  }
}

/** No text of PostgreSQL holds NUL. One that came from outside is no reason to fail, and to fail each time that it is tried again. */
function toStorable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd')
  return Array.isArray(value) ? value.map(toStorable) : value
}

async function inTransaction<T>(
  client: PoolClient,
  workspaceId: string | null,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  if (workspaceId !== null) requireUuid(workspaceId)
  const scope =
    workspaceId === null ? '' : `; set local role switchboard_app; set local app.workspace = '${workspaceId}'`
  await client.query(`begin${scope}`)
  let over = false
  const tx: Queryable = {
    query: <R>(sql: string, values?: readonly unknown[]) =>
      over ? Promise.reject(new Error('this transaction has ended')) : ask<R>(client, sql, values),
  }
  try {
    const result = await work(tx)
    over = true
    const { command } = await client.query('commit')
    // The server answers COMMIT with ROLLBACK when a statement had failed and `work` went on regardless.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: a statement in it had failed')
    return result
  } catch (error) {
    over = true
    // A connection that is gone has rolled back by itself; the fault to tell is the first one.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** The id is written into SQL (SET takes no parameters), so nothing else may get that far. */
function requireUuid(workspaceId: string): void {
  if (!UUID.test(workspaceId)) throw new TypeError(`expected a workspace id to be a UUID, but got "${workspaceId}"`)
}
