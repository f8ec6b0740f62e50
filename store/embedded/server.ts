import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { EmbeddedDatabaseError } from '../errors.ts'
import { type Cluster, childOptions, run } from './cluster.ts'
import { exists, findPostmaster, type Postmaster } from './postmaster.ts'

const POLL_MS = 20
/** Long, because a server that was killed under load repeats what it had not yet written. */
const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 15_000
const LONGEST_LOG_BYTES = 10_000_000

/** Beyond PostgreSQL's defaults: a server for one machine that is also used for other things. Durability is untouched. */
const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  wal_compression: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Whoever waits for a cancelled or broken client otherwise waits for the end of its statement.
  client_connection_check_interval: '2s',
}

/**
 * Starts the server and waits until it answers. It outlives this process unless it is stopped.
 *
 * @throws EmbeddedDatabaseError with the end of the server's log
 */
export async function startServer(cluster: Cluster, socketFolder: string): Promise<void> {
  const { place, data, binaries } = cluster
  const logFile = join(place.folder, 'server.log')
  if (existsSync(logFile) && statSync(logFile).size > LONGEST_LOG_BYTES) truncateSync(logFile)
  const begin = existsSync(logFile) ? statSync(logFile).size : 0
  const settings = Object.entries({ ...SETTINGS, ...(await address(socketFolder)) })
  const parameters = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(logFile, 'a', 0o600)
  const child: ChildProcess =
    process.platform === 'win32'
      ? // pg_ctl gives up an administrator's rights, which PostgreSQL refuses as it does root's.
        spawn(binaries.pgCtl, ['start', '-D', data, '-o', parameters.map((each) => `"${each}"`).join(' ')], {
          ...childOptions(place),
          stdio: ['ignore', log, log],
        })
      : spawn(binaries.postgres, ['-D', data, ...parameters], {
          ...childOptions(place),
          detached: true,
          stdio: ['ignore', log, log],
        })
  closeSync(log)
  child.unref()
  let failed: Error | null = null
  child.once('error', (error) => (failed = error))

  const deadline = Date.now() + START_TIMEOUT_MS
  for (;;) {
    const found = findPostmaster(data)
    if (found?.status === 'ready') return
    const ended = child.exitCode !== null || child.signalCode !== null
    // Another process may have been quicker: then its server is the one to wait for.
    if (failed !== null || (ended && found === null)) {
      throw new EmbeddedDatabaseError(`embedded PostgreSQL did not start: ${tail(logFile, begin)}`, { cause: failed })
    }
    if (Date.now() > deadline) {
      throw new EmbeddedDatabaseError(`embedded PostgreSQL is still starting after two minutes; see ${logFile}`)
    }
    await wait(POLL_MS)
  }
}

/** Stops a server and waits until its process is gone: clients are cut off, and what they wrote is kept. */
export async function stopServer(cluster: Cluster, postmaster: Postmaster): Promise<void> {
  const { place, binaries, data } = cluster
  // `pg_ctl` signals as the server's user: what that user may have written into postmaster.pid is no order to root.
  for (const mode of ['fast', 'immediate'] as const) {
    await run(place, binaries.pgCtl, ['stop', '-D', data, '-m', mode, '-W'])
    const deadline = Date.now() + STOP_TIMEOUT_MS
    while (Date.now() < deadline) {
      if (!exists(postmaster.pid)) return
      await wait(POLL_MS)
    }
  }
  throw new EmbeddedDatabaseError(`embedded PostgreSQL (process ${postmaster.pid}) does not stop`)
}

/** A unix socket, and no port; on Windows, whose Node knows no unix sockets, a port of this machine only. */
async function address(socketFolder: string): Promise<Record<string, string>> {
  if (process.platform !== 'win32') {
    // A list of quoted names, since a path may hold commas.
    return {
      listen_addresses: '',
      unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
      unix_socket_permissions: '0700',
    }
  }
  return { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(await freePort()) }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const found = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (found === null || typeof found === 'string') throw new EmbeddedDatabaseError('no free port on 127.0.0.1')
  return found.port
}

function tail(logFile: string, begin: number): string {
  const text = existsSync(logFile) ? readFileSync(logFile).subarray(begin).toString() : ''
  return text.trim().split('\n').slice(-8).join('\n') || `nothing in ${logFile}`
}
