import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startZendeskTwin, type ZendeskTwin } from '../../twins/zendesk/index.ts'
import type { Cast, Driver, ProviderFaults, World } from './driver.ts'
import { decideAt } from './intercom-consent.ts'
import { openDesk } from './zendesk-desk.ts'
import { openRest, type Rest } from './zendesk-rest.ts'
import { openViews } from './zendesk-views.ts'
import { odd, takes, unseen } from './zendesk-words.ts'

/** Zendesk's own description: with it beside us, the twin refuses what it does not allow. */
const CONTRACT = fileURLToPath(new URL('../../../shared/contracts/zendesk.openapi.json', import.meta.url))

const app = { clientId: 'client_7c2e', clientSecret: 'secret_7c2e', redirectUri: 'https://switchboard.test/callback' }

const SUBDOMAIN = 'harbourpine'

/** More than a page of what comes in pages, of 500 people and 100 tickets. */
const sizes = { users: 510, organizations: 14, tickets: 110 }

/** So much that no call of these tests is throttled but those that are to be. */
const limits = {
  total: 1_000_000,
  export: 1_000_000,
  ticketUpdate: 1_000_000,
  ticketList: 1_000_000,
  searchExport: 1_000_000,
  ticketDelete: 1_000_000,
}

/** Zendesk, played by its twin. */
export const zendeskDriver: Driver = {
  provider: 'zendesk',
  readWhole: ['definitions', 'groups', 'agents'],
  unchanging: ['definitions'],
  undeletable: ['definitions', 'satisfaction ratings'],
  described: existsSync(CONTRACT),
  takes,
  reached: [],
  odd,
  unseen,
  async start(clock, kind) {
    const twin = await startZendeskTwin({
      accounts: [{ subdomain: SUBDOMAIN, name: 'Harbour & Pine', limits, ...sizes }],
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      redirectUris: [app.redirectUri],
      now: () => clock.now(),
      ...(kind === 'strict' && existsSync(CONTRACT) ? { contractPath: CONTRACT } : {}),
    })
    const [account] = twin.accounts()
    if (account === undefined) throw new Error('the twin has no account')
    const rest = openRest(twin, account)
    const { actorRemoteId, ...cast } = await hire(rest)
    const values = { domain: SUBDOMAIN, email: account.email, apiToken: account.apiToken }
    const world: World = {
      settings: { baseUrl: twin.url, region: null, domain: SUBDOMAIN, actorRemoteId },
      credential: { accessToken: null, refreshToken: null, expiresAt: null, fields: values },
      account: { id: SUBDOMAIN, name: SUBDOMAIN },
      ways: [
        { kind: 'oauth2', app, values: { domain: SUBDOMAIN }, rotates: true, decide: decideAt },
        { kind: 'fields', values },
      ],
      cast,
      faults: faultsOf(twin),
      ...openDesk(twin, rest, clock),
      ...openViews(rest),
      deliverTo: () => Promise.reject(new Error('the connector subscribes by itself')),
      async subscriptionsTo(url) {
        const hooks = await rest.all('/webhooks', 'webhooks')
        return hooks.filter((hook) => hook.text('endpoint') === url).length
      },
      delivered: () => twin.settleWebhooks(),
      async revoke() {
        await twin.control('POST', '/tokens/revoke', { apiToken: true })
      },
      async shutOut() {
        await twin.control('POST', '/tokens/revoke', {})
      },
      async expireTokens() {
        await twin.control('POST', '/tokens/expire', {})
      },
      async renewSecret() {
        for (const hook of await rest.all('/webhooks', 'webhooks'))
          await rest.post(`/webhooks/${hook.text('id')}/signing_secret`, {})
      },
      flipped: async () =>
        twin
          .webhookAttempts()
          .filter((attempt) => attempt.flipped)
          .map(({ status }) => status),
      async requests() {
        return twin.requests().filter(({ number }) => !rest.own.has(number))
      },
      async forgetRequests() {
        twin.clearRequests()
        rest.own.clear()
      },
      async violations() {
        return twin
          .violations()
          .map(({ direction, method, path, problems }) => `${direction} ${method} ${path}: ${problems.join('; ')}`)
      },
      [Symbol.asyncDispose]: () => twin.close(),
    }
    // What is there from now on is as old as an export shows.
    await clock.wait(61_000)
    await world.forgetRequests()
    return world
  },
}

const faultsOf = (twin: ZendeskTwin): ProviderFaults => ({
  async throttleNext(count) {
    twin.setFaults({ failNext: { count, status: 429 } })
  },
  async failNext(count, status) {
    twin.setFaults({ failNext: { count, status } })
  },
  async malformedNext(count) {
    twin.setFaults({ malformedNext: count })
  },
  async hangUpNext(count) {
    twin.setFaults({ hangUpNext: count })
  },
  async slow(latencyMs) {
    twin.setFaults({ latencyMs })
  },
  async webhooks(faults) {
    twin.setWebhookFaults(faults)
  },
  async clear() {
    twin.clearFaults()
  },
})

/** Puts a customer, their company and their ticket into the account, for the suite alone. */
async function hire(rest: Rest): Promise<Cast & { readonly actorRemoteId: string }> {
  const [admin] = await rest.all('/users?role=admin', 'users')
  const agents = await rest.all('/users?role=agent', 'users')
  const free = agents.filter((agent) => agent.text('ticket_restriction') === '')
  const [agent, other] = free
  const memberships = await rest.all('/group_memberships', 'group_memberships')
  const teamOf = memberships.find((each) => each.text('user_id') === other?.text('id'))
  const organization = (await rest.post('/organizations', { organization: { name: 'Suite GmbH' } })).piece(
    'organization',
  )
  const companyRemoteId = organization.text('id')
  const user = { name: 'Ana Suite', email: 'ana.suite@example.com', organization_id: Number(companyRemoteId) }
  const contactRemoteId = (await rest.post('/users', { user })).piece('user').text('id')
  const made = await rest.post('/tickets', {
    ticket: {
      requester_id: Number(contactRemoteId),
      subject: 'A ticket',
      comment: { body: 'of the suite', author_id: Number(contactRemoteId) },
      status: 'open',
    },
  })
  const ticket = { kind: 'ticket', remoteId: made.piece('ticket').text('id') } as const
  const fields = await rest.all('/ticket_fields', 'ticket_fields')
  const text = fields.find((field) => field.flag('removable') && field.text('type') === 'text')
  return {
    actorRemoteId: admin?.text('id') ?? '',
    agentRemoteId: agent?.text('id') ?? '',
    otherAgentRemoteId: other?.text('id') ?? '',
    teamRemoteId: teamOf?.text('group_id') ?? '',
    contactRemoteId,
    companyRemoteId,
    threads: [ticket],
    taggable: [ticket, { kind: 'contact', remoteId: contactRemoteId }, { kind: 'company', remoteId: companyRemoteId }],
    nobody: { ticket: '999999999' },
    ticketType: 'task',
    customFields: {
      ticket: { key: text?.text('id') ?? '', value: '#8841' },
      contact: { key: 'loyalty', value: 'gold' },
      company: { key: 'credit_terms', value: '30 days' },
    },
  }
}
