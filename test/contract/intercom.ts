import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startIntercomTwin } from '../../twins/intercom/index.ts'
import type { IntercomTwin } from '../../twins/intercom/index.ts'
import type { Cast, Driver, ProviderFaults, World } from './driver.ts'
import { decideAt } from './intercom-consent.ts'
import { openDesk } from './intercom-desk.ts'
import { openViews } from './intercom-views.ts'
import { openRest } from './intercom-rest.ts'
import { odd, takes, unseen } from './intercom-words.ts'

/** Intercom's own description: with it beside us, the twin refuses what it does not allow. */
const CONTRACT = fileURLToPath(new URL('../../../shared/contracts/intercom.openapi.json', import.meta.url))

const app = { clientId: 'client_4f1d', clientSecret: 'secret_4f1d', redirectUri: 'https://switchboard.test/callback' }

/** More than a page of everything that comes in pages: 150 contacts, 50 companies, 50 conversations, 50 tickets. */
const sizes = { contacts: 160, companies: 60, conversations: 110, tickets: 60 }

/** Intercom, played by its twin. */
export const intercomDriver: Driver = {
  provider: 'intercom',
  readWhole: ['definitions', 'admins', 'teams', 'tags', 'companies'],
  unchanging: ['definitions', 'admins', 'teams'],
  undeletable: ['definitions', 'admins', 'teams'],
  described: existsSync(CONTRACT),
  takes,
  reached: ['READ'],
  odd,
  unseen,
  async start(clock, kind) {
    const twin = await startIntercomTwin({
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      redirectUris: [app.redirectUri],
      appName: 'Harbour & Pine',
      now: () => clock.now(),
      ...sizes,
      ...(kind === 'strict' && existsSync(CONTRACT) ? { contractPath: CONTRACT } : {}),
    })
    const rest = openRest(twin)
    const cast = await hire(twin)
    const world: World = {
      settings: { baseUrl: twin.url, region: null, domain: null, actorRemoteId: cast.agentRemoteId },
      credential: { accessToken: twin.accessToken, refreshToken: null, expiresAt: null, fields: {} },
      account: { id: twin.appId, name: 'Harbour & Pine' },
      ways: [
        { kind: 'oauth2', app, values: {}, rotates: false, decide: (url, answer) => decideAt(url, answer) },
        { kind: 'fields', values: { accessToken: twin.accessToken, region: 'us' } },
      ],
      cast,
      faults: faultsOf(twin),
      ...openDesk(twin, rest),
      ...openViews(rest),
      async deliverTo({ url }) {
        await twin.subscribe({ url, topics: null })
        return app.clientSecret
      },
      subscriptionsTo: () => Promise.reject(new Error('subscriptions are made in the Developer Hub')),
      delivered: () => twin.settleWebhooks(),
      async revoke() {
        twin.revokeTokens()
      },
      async shutOut() {
        await twin.control('POST', '/tokens/revoke', { except: twin.accessToken })
      },
      expireTokens: null,
      renewSecret: null,
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
    await world.forgetRequests()
    return world
  },
}

const faultsOf = (twin: IntercomTwin): ProviderFaults => ({
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

/** Puts a customer, what they wrote and their ticket into the workspace, for the suite alone. */
async function hire(twin: IntercomTwin): Promise<Cast> {
  const rest = openRest(twin)
  const [agent, otherAgent] = (await rest.get('/admins')).list('admins')
  const [team] = (await rest.get('/teams')).list('teams')
  const [company] = (await rest.post('/companies/list', {})).list('data')
  const types = (await rest.get('/ticket_types')).list('data')
  const type = types.find((each) => each.text('category') === 'Customer')
  const contact = await rest.post('/contacts', { role: 'user', email: 'ana.suite@example.com', name: 'Ana Suite' })
  const contactRemoteId = contact.text('id')
  const opened = await rest.post('/conversations', {
    from: { type: 'user', id: contactRemoteId },
    body: 'Is anybody there?',
  })
  const ticket = await rest.post('/tickets', {
    ticket_type_id: type?.text('id') ?? '',
    contacts: [{ id: contactRemoteId }],
    ticket_attributes: { _default_title_: 'A ticket', _default_description_: 'of the suite' },
  })
  const [conversationRemoteId, ticketRemoteId] = [opened.text('conversation_id'), ticket.text('id')]
  return {
    agentRemoteId: agent?.text('id') ?? '',
    otherAgentRemoteId: otherAgent?.text('id') ?? '',
    teamRemoteId: team?.text('id') ?? '',
    contactRemoteId,
    companyRemoteId: company?.text('id') ?? null,
    threads: [
      { kind: 'conversation', remoteId: conversationRemoteId },
      { kind: 'ticket', remoteId: ticketRemoteId },
    ],
    // A ticket can be tagged, but nothing in Intercom's API says which tags it has.
    taggable: [
      { kind: 'contact', remoteId: contactRemoteId },
      { kind: 'conversation', remoteId: conversationRemoteId },
      { kind: 'company', remoteId: company?.text('id') ?? '' },
    ],
    nobody: { conversation: '999999999', ticket: '999999999' },
    ticketType: type?.text('name') ?? null,
    customFields: {
      ticket: { key: 'Order number', value: '8841' },
      contact: { key: 'loyalty_tier', value: 'gold' },
      company: { key: 'credit_terms', value: '60 days' },
    },
  }
}
