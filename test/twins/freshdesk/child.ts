import { startFreshdeskTwin } from '../../../twins/freshdesk/index.ts'

// A twin in a process of its own, to be killed. It says where it listens, and works as fast as it can.
const [statePath = '', webhookUrl = ''] = process.argv.slice(2)
const twin = await startFreshdeskTwin({
  accounts: [{ domain: 'harbour', contacts: 40, companies: 4, tickets: 20, limits: { total: 1_000_000 } }],
  statePath,
  log: (line) => console.log(`log ${line}`),
})
if (twin.counts().rules === 0) {
  await twin.control('POST', '/webhooks', { url: webhookUrl, content: { fields: ['ticket_id', 'ticket_subject'] } })
}
twin.startTraffic({ everyMs: 1 })
const [account] = twin.accounts()
console.log(`ready ${account?.url}/api/v2 Basic ${Buffer.from(`${account?.apiKey}:X`).toString('base64')}`)
