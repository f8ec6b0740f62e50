import { rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { EmbeddedDatabaseError, EmbeddedDatabaseInUseError } from '../errors.ts'
import { prepareBinaries } from './binaries.ts'
import { type Cluster, LOGIN, prepareCluster } from './cluster.ts'
import { claimServer, type Ownership } from './owner.ts'
import { choosePlace, chooseSocketFolder } from './place.ts'
import { findPostmaster, type Postmaster } from './postmaster.ts'
import { startServer, stopServer } from './server.ts'
import { setWatchdog } from './watchdog.ts'

/** A PostgreSQL server of our own. */
export interface EmbeddedServer extends AsyncDisposable {
  /** With the password; the database in it is there. */
  readonly url: string
  /** Stops the server and waits until its process is gone. */
  stop(): Promise<void>
}

const POLL_MS = 50
/** How long a server that is there but does not answer is waited for. */
const ANSWER_TIMEOUT_MS = 60_000
const LONGEST_RETRY_MS = 5_000

/**
 * Starts the PostgreSQL that belongs to `home`, or adopts the one that a killed process left running there.
 *
 * It runs on a unix socket (Windows: on a port of this machine only), belongs to this process alone, is started again
 * should it die, and is stopped by a watchdog should this process be killed.
 *
 * @throws EmbeddedDatabaseInUseError another process uses the folder
 * @throws EmbeddedDatabaseError a sentence that says what to do: root can hand the server to nobody, this system has no
 * such programs, …
 */
export async function startEmbedded(options: { home: string; log: (line: string) => void }): Promise<EmbeddedServer> {
  const { home, log } = options
  const place = choosePlace(home, log)
  const cluster = await prepareCluster(place, prepareBinaries(place, log))
  const socketFolder = chooseSocketFolder(place)
  const stopping = new AbortController()

  const take = (): Promise<Taken> => takeServer({ cluster, socketFolder, home, signal: stopping.signal, log })

  let owned = await take()
  const url = owned.url
  const watchdog = setWatchdog(place)

  const takeAgain = async (): Promise<void> => {
    for (let delayMs = POLL_MS; !stopping.signal.aborted; delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS)) {
      try {
        owned = await take()
        return
      } catch (error) {
        if (stopping.signal.aborted) return
        log(`embedded PostgreSQL went away and cannot be had back yet: ${String(error)}`)
        await wait(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }
  const supervise = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await owned.ownership.lost
      await takeAgain()
    }
  }
  const supervised = supervise()

  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return supervised
    stopping.abort()
    watchdog.dismiss()
    const running = findPostmaster(cluster.data)
    // Our claim is kept until the server has cut it off: nobody adopts a server that is about to stop.
    if (running !== null) await stopServer(cluster, running)
    await owned.ownership.release()
    await supervised
    if (dirname(socketFolder) !== place.folder) rmdirSync(socketFolder)
  }
  return { url, stop, [Symbol.asyncDispose]: stop }
}

interface Taken {
  readonly url: string
  readonly ownership: Ownership
}

/**
 * Starts the server, or finds it running, and claims it. When that fails, or is aborted, what it started is stopped.
 */
async function takeServer(options: {
  cluster: Cluster
  socketFolder: string
  home: string
  signal: AbortSignal
  log: (line: string) => void
}): Promise<Taken> {
  const { cluster, home, signal, log } = options
  const deadline = Date.now() + ANSWER_TIMEOUT_MS
  let started = false
  try {
    while (Date.now() < deadline && !signal.aborted) {
      const running = findPostmaster(cluster.data)
      if (running === null) {
        await startServer(cluster, options.socketFolder)
        started = true
        continue
      }
      const url = urlOf(cluster, running)
      const ownership = running.status === 'ready' ? await claimServer(url, home) : null
      if (ownership === null) {
        await wait(POLL_MS)
        continue
      }
      if (!started) log(`embedded PostgreSQL: adopted the server that was left running (process ${running.pid})`)
      return { url, ownership }
    }
    throw new EmbeddedDatabaseError(
      `the PostgreSQL that runs in ${cluster.data} does not answer; end its process, and start again`,
    )
  } catch (error) {
    const running = started && !(error instanceof EmbeddedDatabaseInUseError) ? findPostmaster(cluster.data) : null
    if (running !== null) await stopServer(cluster, running)
    throw error
  }
}

/** In the database that every server has, which is all ours. */
function urlOf(cluster: Cluster, postmaster: Postmaster): string {
  const login = `${LOGIN}:${encodeURIComponent(cluster.password)}`
  return postmaster.socketFolder === ''
    ? `postgres://${login}@${postmaster.host}:${postmaster.port}/postgres`
    : `postgres://${login}@localhost/postgres?host=${encodeURIComponent(postmaster.socketFolder)}&port=${postmaster.port}`
}
