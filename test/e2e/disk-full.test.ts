import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openServer, type Server } from '../chaos/postgres.ts'
import { LATER } from '../setup/soon.ts'
import { handedOut, stored } from './holdings.ts'
import { openSite, type Site } from './site.ts'

/** Room for the server and a small desk, and little more. */
const SIZE = '224m'
const MIB = Buffer.alloc(1024 * 1024, 1)

/** A folder whose disk is small; null where this user may make none. */
function makeSmallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-full-'))
  chmodSync(folder, 0o755)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=755`, 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
}

const disk = process.platform === 'linux' ? makeSmallDisk() : null
const opened = new AsyncDisposableStack()
let server: Server
let site: Site

beforeAll(async () => {
  if (disk === null) return
  opened.defer(() => {
    execFileSync('umount', ['-l', disk])
    rmSync(disk, { recursive: true })
  })
  server = opened.use(await openServer(join(disk, 'home')))
  site = opened.use(await openSite({ database: { own: server.url, product: server.url } }))
  await site.synced()
})

afterAll(() => opened.disposeAsync())

/** Takes all room that there is. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  let end: unknown = null
  while (end === null) await file.write(MIB).catch((error: unknown) => (end = error))
  await file.close()
  expect(end).toMatchObject({ code: 'ENOSPC' })
}

test.skipIf(disk === null)(
  'with a full disk it takes no delivery that it cannot keep, and goes on when there is room again',
  async () => {
    const ballast = join(disk ?? '', 'ballast')
    await fill(ballast)
    let kept = 0
    const refusedWith = async (): Promise<number> => {
      for (;;) {
        const padding = 'x'.repeat(100_000)
        const { status } = await site.deliver('conversation.user.replied', {
          type: 'conversation',
          id: 'none',
          padding,
        })
        if (status !== 200) return status
        kept += 1
        // Whatever room was left, deliveries take it.
        expect(kept).toBeLessThan(2_000)
      }
    }
    expect(await refusedWith()).toBe(503)
    const [conversationId = ''] = (await site.desk.ids('conversations')).slice(-1)
    await site.desk.act('/customers/reply', { conversationId, body: 'Written while the disk was full.' })
    expect((await fetch(`${site.url}/health/live`)).status).toBe(200)

    rmSync(ballast)
    const isTaken = async (): Promise<void> => {
      const item = { type: 'conversation', id: conversationId }
      expect((await site.deliver('conversation.user.replied', item)).status).toBe(200)
    }
    await vi.waitFor(isTaken, LATER)
    const rows = await server.query<{ count: number }>(
      `select count(*)::int as count from delivery where convert_from(body, 'utf8') like '%"padding"%'`,
    )
    // What was acknowledged is there; what was not may be, when its answer got lost.
    expect(rows[0]?.count).toBeGreaterThanOrEqual(kept)
    const expected = await handedOut(site.desk)
    await vi.waitFor(async () => expect(await stored(site.store.database.system)).toEqual(expected), LATER)
  },
  600_000,
)
