import { pino } from 'pino'
import { openSender } from '../../ingest/jobs.ts'
import { receiveRoute } from '../../ingest/receive.ts'
import { systemClock } from '../../kit/clock.ts'
import { listen } from '../../server/listen.ts'
import { openStore } from '../../store/store.ts'
import { connectors } from '../../subgraphs/registry.ts'
import { runChild } from './child.ts'
import { PROVIDER, SECRET } from './push.ts'

const nothing = (): void => undefined

// The product's own door and listener. What is stored is worked elsewhere, or later.
await runChild(async (databaseUrl) => {
  const keys = [{ id: 'bench', key: Buffer.alloc(32) }]
  const store = await openStore({ databaseUrl, home: '.', keys, log: nothing })
  const jobs = await openSender({ databaseUrl: store.database.url, log: nothing })
  const route = receiveRoute({
    store,
    jobs,
    connectors,
    secrets: () => [SECRET],
    stored: nothing,
    clock: systemClock,
    log: nothing,
  })
  const role = {
    name: 'receiver',
    routes: [route],
    upgrades: [],
    notReady: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  }
  const { url } = await listen({ roles: [role], port: 0, host: '127.0.0.1', logger: pino({ level: 'silent' }) })
  return `${url}/webhooks/${PROVIDER}`
})
