import { startIntercomTwin } from '../../../twins/intercom/index.ts'

// A twin in a process of its own, to be killed. It says where it listens, and works as fast as it can.
const [statePath = '', webhookUrl = ''] = process.argv.slice(2)
const twin = await startIntercomTwin({
  clientId: 'app_1',
  clientSecret: 'ic_client_secret_4f1d',
  contacts: 40,
  companies: 4,
  conversations: 20,
  tickets: 10,
  rateLimit: 100_000,
  statePath,
  log: (line) => console.log(`log ${line}`),
})
await twin.subscribe({ url: webhookUrl, topics: null })
twin.startTraffic({ everyMs: 1 })
console.log(`ready ${twin.url} Bearer ${twin.accessToken}`)
