import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createIngestRole } from '../../ingest/role.ts'
import type { Connector } from '../../kit/contract.ts'
import { openEgress } from '../../kit/egress.ts'
import { accountsOf, openTestStore } from './fake-accounts.ts'
import { auditedConnector } from './fake-audited.ts'
import { bulkConnector } from './fake-bulk.ts'
import { fakeConnector } from './fake-connector.ts'
import { ownConnector, SIGNED } from './fake-own.ts'
import { SECRET } from './fake-provider.ts'

// An ingest process of its own, to be killed. It says where it listens and goes on until it is ended.
const [, , databaseUrl = '', kind = 'app'] = process.argv
const connectors: Readonly<Record<string, Connector>> = {
  app: fakeConnector,
  integrations: ownConnector(SIGNED, 'api'),
  bulk: bulkConnector,
  audited: auditedConnector,
}
const store = await openTestStore(databaseUrl)
const role = await createIngestRole({
  store,
  connectors: [connectors[kind] ?? fakeConnector],
  accounts: accountsOf(store),
  secrets: () => [SECRET],
  webhookUrl: (provider, token) => `https://switchboard.test/webhooks/${provider}/${token}`,
  egress: openEgress([{ address: '127.0.0.0', prefix: 8 }]),
  log: (line) => console.log(`log ${line}`),
  eventsKept: { days: 7, most: 1_000_000 },
  timing: { sweepMs: 200, outgoingDeadlineMs: 1_000 },
})
const server = createServer((request, response) => {
  void role.routes[0]?.handle(request, response, new URL(request.url ?? '/', 'http://child'))
})
server.listen(0, '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
