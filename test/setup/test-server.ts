import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedServer, startEmbedded } from '../../store/embedded/launch.ts'
import { onServer } from './server-url.ts'

/** A file system in memory, where the system has one. */
const MEMORY = '/dev/shm'
/** Databases of the tests that run side by side, and the log before them. */
const ROOM_BYTES = 2 * 1_024 ** 3

/**
 * Starts the embedded server of a test run, in memory if there is room.
 *
 * Every test has a database of its own, so that much of what a test takes is files being copied. Whatever is ended here is
 * ended by a kill and not by a loss of power: the server need not wait for the disk.
 */
export async function startTestServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const [server, home] = (await hasRoom())
    ? // There are systems where no program may be started from it.
      await startIn(MEMORY).catch(() => startIn(tmpdir()))
    : await startIn(tmpdir())
  await onServer(server.url, async (client) => {
    for (const setting of ['fsync', 'full_page_writes']) await client.query(`alter system set ${setting} = off`)
    await client.query('select pg_reload_conf()')
  })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function hasRoom(): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(MEMORY)
    return bavail * bsize >= ROOM_BYTES
  } catch {
    // There is no such folder.
    return false
  }
}

async function startIn(folder: string): Promise<readonly [EmbeddedServer, string]> {
  const home = await mkdtemp(join(folder, 'switchboard-test-'))
  try {
    // As root the server runs as somebody else, who has to get in.
    await chmod(home, 0o755)
    return [await startEmbedded({ home, log: () => undefined }), home]
  } catch (error) {
    await rm(home, { recursive: true, force: true })
    throw error
  }
}
