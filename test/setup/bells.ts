import { inject } from 'vitest'
import { openLocks } from '../../ingest/locks.ts'
import { openRelay } from '../../ingest/relay.ts'
import { type Bell, databaseBell } from '../../store/bell.ts'
import { openNatsBell } from '../../store/nats-bell.ts'
import type { TestDatabase } from './database.ts'
import { type TestServer, testServers } from './servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    natsUrl: string | null
  }
}

/** The machine's NATS (`TEST_NATS_URL`); null when none answers. */
export const natsUrl: string | null = inject('natsUrl')

/** A bell that rings for what a database holds. */
export interface OpenBell extends AsyncDisposable {
  readonly bell: Bell
}

/** On what events are tested: every server with its own bell, and one with NATS when it answers. */
export const bells: readonly {
  readonly name: string
  readonly server: TestServer | undefined
  readonly open: (database: Pick<TestDatabase, 'database' | 'url'>) => Promise<OpenBell>
}[] = [
  ...testServers.map((server) => ({
    name: server.name,
    server,
    open: ({ database }: Pick<TestDatabase, 'database'>) => {
      const bell = databaseBell(database)
      return Promise.resolve({ bell, [Symbol.asyncDispose]: () => bell[Symbol.asyncDispose]() })
    },
  })),
  ...(natsUrl === null
    ? []
    : [
        {
          name: 'embedded PostgreSQL, by NATS',
          server: testServers[0],
          open: (over: Pick<TestDatabase, 'database' | 'url'>) => Promise.resolve(openRelayed(over, natsUrl)),
        },
      ]),
]

/** A bell over NATS, and what rings it for a database. */
export function openRelayed(
  { database, url }: Pick<TestDatabase, 'database' | 'url'>,
  nats: string,
  log: (line: string) => void = () => undefined,
): OpenBell {
  const bell = openNatsBell({ url: nats, log })
  const locks = openLocks(url)
  const relay = openRelay({ store: { database, bell }, locks, log })
  return {
    bell,
    async [Symbol.asyncDispose]() {
      await relay.close()
      await locks[Symbol.asyncDispose]()
      await bell[Symbol.asyncDispose]()
    },
  }
}
