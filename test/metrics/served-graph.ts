import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { start } from '../../start.ts'
import { type Client, openClient } from '../e2e/client.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'

/** A store of a test's own, and the whole product that answers over HTTP from it. */
export interface ServedStore extends TestStore {
  /** Serves it from now on, until it is disposed: what the desks tell before that comes in by the test alone. */
  serve(): Promise<Client>
}

/** Opens a store that can be served. */
export async function openServedStore(): Promise<ServedStore> {
  await using opened = new AsyncDisposableStack()
  const key = { id: 'test', key: randomBytes(32) }
  const site = opened.use(await openTestStore({ keys: [key] }))
  const everything = opened.move()
  return {
    ...site,
    async serve() {
      const home = await mkdtemp(join(tmpdir(), 'switchboard-numbers-'))
      everything.defer(() => rm(home, { recursive: true, force: true }))
      const config = readConfig({
        HOST: '127.0.0.1',
        PORT: '0',
        DATABASE_URL: site.url,
        SWITCHBOARD_HOME: home,
        SWITCHBOARD_DEMO: '0',
        SWITCHBOARD_KEYS: `${key.id}:${key.key.toString('base64')}`,
        LOG_LEVEL: 'silent',
      })
      const running = await start(config)
      everything.defer(() => running.close())
      const { secret } = await site.store.tokens.issue(site.memberId, { name: 'numbers', expiresAt: null })
      return openClient(running.url, secret)
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
