import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startFreshdeskTwin } from '../../twins/freshdesk/index.ts'
import type { FreshdeskTwin } from '../../twins/freshdesk/index.ts'
import type { Cast, Driver, ProviderFaults, World } from './driver.ts'
import { openDesk } from './freshdesk-desk.ts'
import { openRest, type Rest } from './freshdesk-rest.ts'
import { openViews } from './freshdesk-views.ts'
import { odd, takes, unseen } from './freshdesk-words.ts'

/** Freshdesk's reference as a description: with it beside us, the twin holds what goes to and fro against it. */
const CONTRACT = fileURLToPath(new URL('../../../shared/contracts/freshdesk.openapi.json', import.meta.url))

/** More than a page of everything that comes in pages: 100 contacts, 100 companies, 50 tickets. Nobody waits for its minutes here. */
const account = {
  domain: 'harbourandpine',
  name: 'Harbour & Pine',
  apiKey: 'twinfreshdeskadminky',
  plan: 'enterprise',
  limits: { total: 1_000_000 },
  contacts: 130,
  companies: 110,
  tickets: 150,
} as const

/** Freshdesk, played by its twin. */
export const freshdeskDriver: Driver = {
  provider: 'freshdesk',
  readWhole: [
    'fields',
    'products',
    'slaPolicies',
    'businessHours',
    'groups',
    'agents',
    // Once a day, to see what is gone.
    'companies',
    'timeEntries',
  ],
  unchanging: ['fields', 'products', 'businessHours'],
  undeletable: ['fields', 'products', 'slaPolicies', 'businessHours', 'ratings'],
  described: existsSync(CONTRACT),
  takes,
  reached: [],
  odd,
  unseen,
  async start(clock, kind) {
    const twin = await startFreshdeskTwin({
      now: () => clock.now(),
      accounts: [account],
      ...(kind === 'strict' && existsSync(CONTRACT) ? { contractPath: CONTRACT } : {}),
    })
    const rest = openRest(twin)
    const { domain, apiKey } = account
    const cast = await hire(rest)
    const accountId = (await rest.get('/account')).text('account_id')
    const world: World = {
      settings: { baseUrl: twin.url, region: null, domain, actorRemoteId: cast.agentRemoteId },
      credential: { accessToken: null, refreshToken: null, expiresAt: null, fields: { domain, apiKey } },
      account: { id: accountId, name: account.name },
      // The administrator's key, as it is by then.
      get ways() {
        return [{ kind: 'fields', values: { domain, apiKey: twin.accounts()[0]?.apiKey ?? '' } } as const]
      },
      cast,
      faults: faultsOf(twin),
      ...(await openDesk(twin, rest)),
      ...openViews(rest),
      deliverTo: () => Promise.reject(new Error('rules are made by the API')),
      async subscriptionsTo(url) {
        const lists = await Promise.all([1, 4].map((type) => rest.get(`/automations/${type}/rules`)))
        const rules = lists.flatMap((list) => list.list('rules'))
        return rules.filter((rule) => rule.list('actions').some((action) => action.text('url') === url)).length
      },
      delivered: () => twin.settleWebhooks(),
      async revoke() {
        await twin.control('POST', '/keys/reset', {})
      },
      async shutOut() {
        await twin.control('POST', '/keys/reset', {})
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

const faultsOf = (twin: FreshdeskTwin): ProviderFaults => ({
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

/** Puts a customer and their ticket into the account, for the suite alone. */
async function hire(rest: Rest): Promise<Cast> {
  const [agent, otherAgent] = await rest.list('/agents')
  const [team] = await rest.list('/groups')
  const company = await rest.post('/companies', { name: 'Suite & Sons', domains: ['suite.example.com'] })
  const contact = await rest.post('/contacts', {
    name: 'Ana Suite',
    email: 'ana.suite@example.com',
    company_id: company.number('id'),
  })
  const ticket = await rest.post('/tickets', {
    requester_id: contact.number('id'),
    subject: 'A ticket',
    description: 'of the suite',
    status: 2,
    priority: 1,
  })
  const [contactRemoteId, ticketRemoteId, companyRemoteId] = [contact, ticket, company].map((each) => each.text('id'))
  return {
    agentRemoteId: agent?.text('id') ?? '',
    otherAgentRemoteId: otherAgent?.text('id') ?? '',
    teamRemoteId: team?.text('id') ?? '',
    contactRemoteId: contactRemoteId ?? '',
    companyRemoteId: companyRemoteId ?? null,
    threads: [{ kind: 'ticket', remoteId: ticketRemoteId ?? '' }],
    taggable: [
      { kind: 'ticket', remoteId: ticketRemoteId ?? '' },
      { kind: 'contact', remoteId: contactRemoteId ?? '' },
    ],
    nobody: { ticket: '999999999' },
    ticketType: 'Incident',
    customFields: {
      ticket: { key: 'cf_order', value: '8841' },
      contact: { key: 'cf_loyalty', value: 'gold' },
      company: { key: 'cf_credit_terms', value: '30 days' },
    },
  }
}
