import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectors } from '../../../subgraphs/registry.ts'
import { rowId, toNodeId } from '../../../store/id.ts'
import type { Kind } from '../../../store/kinds.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'
import { type Desk, openDesk } from './desk.ts'

let desk: Desk
let graph: GraphSite
let integrationId: string
/** A ticket of the account's own status and source, with a product, rated, and with time spent on it. */
let ticketRemoteId: string

beforeAll(async () => {
  const account = { domain: 'acme', name: 'Acme', apiKey: 'acmeadminkey', limits: { total: 100_000 } }
  desk = await openDesk({ accounts: [{ ...account, contacts: 20, companies: 4, tickets: 25 }], indexLagMs: 0 })
  graph = await openGraph()
  const made = await desk.twin.control('POST', '/customers/open', {
    body: 'It never came',
    subject: 'A parcel',
    source: 101,
  })
  ticketRemoteId = String(Object(made)['id'])
  const ticketId = Number(ticketRemoteId)
  const [product] = Object((await desk.client.request({ method: 'GET', path: '/products' })).body)
  const fields = { status: 9, product_id: product['id'], tags: ['counter'] }
  await desk.twin.control('POST', '/agents/update', { ticketId, fields })
  await desk.twin.control('POST', '/customers/rate', { ticketId, rating: 102, feedback: 'Quick.' })
  const spent = { method: 'POST', path: `/tickets/${ticketId}/time_entries`, body: { time_spent: '01:10' } } as const
  await desk.client.request(spent)

  const settings = { baseUrl: desk.twin.url, region: null, domain: 'acme', actorRemoteId: null }
  const known = { id: '1', name: 'Acme', region: null, actorRemoteId: null }
  const credential = { accessToken: null, refreshToken: null, expiresAt: null, fields: { apiKey: account.apiKey } }
  const draft = { workspaceId: graph.workspaceId, provider: 'freshdesk', name: 'Acme', settings, account: known }
  const { id } = await graph.store.integrations.create(draft, (within, made) =>
    graph.store.credentials.save(made, credential, { within }),
  )
  integrationId = id
  const connector = connectors.find(({ provider }) => provider === 'freshdesk')
  for (const stream of connector?.streams ?? []) await desk.run(stream, null)
  await graph.store.apply({
    integrationId,
    changes: desk.mirror.rows(),
    observedAt: desk.clock.now(),
    learnedBy: 'SYNC',
    origin: 'sync',
  })
})
afterAll(async () => {
  await graph?.[Symbol.asyncDispose]()
  await desk?.[Symbol.asyncDispose]()
})

const nodeId = (kind: Kind, remoteId: string): string => toNodeId(kind, rowId(integrationId, kind, remoteId))
const ask = async (query: string): Promise<unknown> => {
  const answer = Object(await graph.ask(query))
  expect(answer['errors']).toBeUndefined()
  return answer['data']
}

describe('the graph of Freshdesk', () => {
  it('names an account’s own numbers, and shows what only Freshdesk has of a ticket', async () => {
    const data = await ask(`{ node(id: "${nodeId('ticket', ticketRemoteId)}") { ... on FreshdeskTicket {
      status nativeStatus statusLabel priorityLabel nativeChannel sourceLabel channel spam
      product { name } satisfaction { score nativeScore feedback } stats { statusUpdated: pendingSince resolvedAt }
      timeEntries { seconds billable agent { remoteId } } tags { name } customFields { key label type value valueLabel }
    } } }`)
    expect(data).toMatchObject({
      node: {
        status: 'OTHER',
        nativeStatus: '9',
        statusLabel: 'Ready for pickup',
        priorityLabel: 'Low',
        nativeChannel: '101',
        channel: 'OTHER',
        sourceLabel: 'Shop counter',
        spam: false,
        product: { name: 'Online shop' },
        satisfaction: { score: 4, nativeScore: '102', feedback: 'Quick.' },
        timeEntries: [{ seconds: 4_200, billable: true, agent: { remoteId: expect.any(String) } }],
        tags: [{ name: 'counter' }],
        customFields: expect.arrayContaining([
          expect.objectContaining({ key: 'cf_fragile', label: 'Fragile', type: 'BOOLEAN' }),
        ]),
      },
    })
  })

  it('lists what the account has and defines, and counts', async () => {
    const data = await ask(`{ freshdesk(integrationId: "${toNodeId('integration', integrationId)}") {
      integrations { name } tickets(first: 3) { totalCount nodes { remoteId } } contacts { totalCount } companies { totalCount }
      teams { totalCount } agents { nodes { name available teams { name } ... on FreshdeskAgent { ticketScope } } } tags { totalCount }
      fields(appliesTo: "contact") { key label type options { value label } } products { remoteId name }
      slaPolicies { name active targets } businessHours { name timeZone hours } timeEntries(first: 2) { totalCount nodes { seconds } }
      stats { tickets open solved ratings averageRating trackedSeconds medianFirstResponseSeconds }
    } }`)
    expect(data).toMatchObject({
      freshdesk: {
        integrations: [{ name: 'Acme' }],
        companies: { totalCount: 4 },
        agents: { nodes: expect.arrayContaining([expect.objectContaining({ available: false, ticketScope: 'own' })]) },
        fields: expect.arrayContaining([
          {
            key: 'cf_loyalty',
            label: 'Loyalty',
            type: 'LIST',
            options: expect.arrayContaining([{ value: 'gold', label: 'gold' }]),
          },
        ]),
        products: [{ name: 'Online shop' }, { name: 'Trade portal' }],
        slaPolicies: [{ name: 'Chat and trade', active: true }, { name: 'Default SLA Policy' }],
        businessHours: [{ name: 'Counter' }, { name: 'Default', hours: { monday: expect.anything() } }],
        stats: { tickets: desk.mirror.ids('ticket').length, ratings: desk.mirror.ids('rating').length },
      },
    })
  })

  it('searches in Freshdesk’s language, and says what it does not take', async () => {
    const search = (query: string, more = '') =>
      ask(
        `{ freshdesk { search(query: "${query}"${more}) { total tickets { remoteId } companies { name } userErrors { code field message } } } }`,
      )
    expect(await search("tag:'counter'")).toMatchObject({
      freshdesk: { search: { total: 1, tickets: [{ remoteId: ticketRemoteId }], userErrors: [] } },
    })
    expect(await search("created_at:>'2010-01-01'", ', kind: COMPANIES, first: 2')).toMatchObject({
      freshdesk: { search: { total: 4, companies: [{}, {}] } },
    })
    expect(await search('colour:2')).toMatchObject({
      freshdesk: {
        search: { total: 0, userErrors: [{ code: 'PROVIDER_REJECTED', message: expect.stringContaining('colour') }] },
      },
    })
  })

  it('forwards, marks as spam and takes back, and sets what only Freshdesk has', async () => {
    const ticketId = nodeId('ticket', ticketRemoteId)
    const act = (name: string, input: string, payload: string) =>
      ask(
        `mutation { ${name}(input: { ticketId: "${ticketId}" ${input} }) { ${payload} userErrors { code field message } } }`,
      )
    const forwarded = await act(
      'freshdeskForwardTicket',
      'body: "Have a look" to: ["x@example.com"]',
      'message { type nativeType }',
    )
    expect(forwarded).toEqual({
      freshdeskForwardTicket: { message: { type: 'NOTE', nativeType: 'forwarded_email' }, userErrors: [] },
    })
    expect(await act('freshdeskForwardTicket', 'body: "Have a look" to: []', 'message { id }')).toMatchObject({
      freshdeskForwardTicket: { message: null, userErrors: [{ field: 'to', code: 'BAD_USER_INPUT' }] },
    })
    expect(await act('freshdeskMarkTicketAsSpam', '', 'ticket { id }')).toEqual({
      freshdeskMarkTicketAsSpam: { ticket: null, userErrors: [] },
    })
    expect(await ask(`{ node(id: "${ticketId}") { id } }`)).toEqual({ node: null })
    expect(await act('freshdeskUnmarkTicketAsSpam', '', 'ticket { remoteId }')).toEqual({
      freshdeskUnmarkTicketAsSpam: { ticket: { remoteId: ticketRemoteId }, userErrors: [] },
    })
    const changed = await act(
      'freshdeskUpdateTicket',
      'nativeStatus: 8 productId: null',
      'ticket { statusLabel product { name } }',
    )
    expect(changed).toEqual({
      freshdeskUpdateTicket: { ticket: { statusLabel: 'Waiting on supplier', product: null }, userErrors: [] },
    })
    expect(await act('freshdeskUpdateTicket', 'nativeStatus: 77', 'ticket { id }')).toMatchObject({
      freshdeskUpdateTicket: { ticket: null, userErrors: [{ code: 'PROVIDER_REJECTED' }] },
    })
  })
})
