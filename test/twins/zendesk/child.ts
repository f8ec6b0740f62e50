import { startZendeskTwin } from '../../../twins/zendesk/index.ts'

// A twin in a process of its own, to be killed. It says where it listens, and works as fast as it can.
const [statePath = '', webhookUrl = ''] = process.argv.slice(2)
const twin = await startZendeskTwin({
  accounts: [{ subdomain: 'lantern', users: 30, organizations: 4, tickets: 20, limits: { total: 1_000_000 } }],
  statePath,
  log: (line) => console.log(`log ${line}`),
})
const [account] = twin.accounts()
const authorization = `Basic ${Buffer.from(`${account?.email}/token:${account?.apiToken}`).toString('base64')}`
if (twin.counts().webhooks === 0) {
  const webhook = {
    name: 'Tell',
    endpoint: webhookUrl,
    http_method: 'POST',
    request_format: 'json',
    status: 'active',
    subscriptions: ['zen:event-type:ticket.created'],
  }
  await fetch(`${account?.url}/api/v2/webhooks`, {
    method: 'POST',
    headers: { Authorization: authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify({ webhook }),
  })
}
twin.startTraffic({ everyMs: 1 })
console.log(`ready ${account?.url}/api/v2 ${authorization}`)
