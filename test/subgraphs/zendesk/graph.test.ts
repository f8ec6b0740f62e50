import { graphql } from 'graphql'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../config.ts'
import { openFoundation, toServices } from '../../../foundation.ts'
import { rowId, toNodeId } from '../../../store/id.ts'
import { contextFactory } from '../../../subgraphs/context.ts'
import { connectors } from '../../../subgraphs/registry.ts'
import { buildSubgraph } from '../../../subgraphs/schema.ts'
import { zendeskSubgraph } from '../../../subgraphs/zendesk/subgraph.ts'
import { createMirror } from '../../contract/mirror.ts'
import { openTestStore } from '../../setup/store.ts'
import { type Desk, openDesk, SUBDOMAIN } from './desk.ts'

/** The subgraph over a store that holds what the twin has, as a viewer asks it. */
interface Site extends AsyncDisposable {
  readonly desk: Desk
  readonly integrationId: string
  ask(query: string): Promise<unknown>
  ticketId(remoteId: string): string
}

async function openSite(): Promise<Site> {
  const opened = new AsyncDisposableStack()
  const desk = opened.use(await openDesk({ users: 20, tickets: 60 }))
  const { store, workspaceId, memberId } = opened.use(await openTestStore())
  const account = { id: SUBDOMAIN, name: SUBDOMAIN, region: null, actorRemoteId: null }
  const draft = { workspaceId, provider: 'zendesk', name: SUBDOMAIN, settings: desk.settings, account }
  const { id } = await store.integrations.create(draft, (within, made) =>
    store.credentials.save(made, desk.credential, { within }),
  )
  const mirror = createMirror()
  for (const name of ['definitions', 'groups', 'agents', 'organizations', 'users', 'tickets']) {
    for (const { changes } of await desk.readToEnd(name, mirror)) {
      await store.apply({ integrationId: id, changes, observedAt: new Date(), learnedBy: 'SYNC', origin: 'sync' })
    }
  }
  const config = readConfig({ SWITCHBOARD_DEMO: '0' }, 'all')
  const foundation = opened.use(openFoundation(config, { store, connectors, logger: pino({ level: 'silent' }) }))
  const none = (): Promise<void> => Promise.resolve()
  const services = toServices(config, foundation, {
    requestSync: none,
    requestAudit: none,
    requestSubscription: none,
    requestBulk: none,
    requestDeliveries: none,
  })
  const contextFor = contextFactory(services)
  const { schema } = await buildSubgraph(zendeskSubgraph)
  const viewer = { workspaceId, memberId, role: 'OWNER', tokenId: 'test', expiresAt: null } as const
  return {
    desk,
    integrationId: toNodeId('integration', id),
    ticketId: (remoteId) => toNodeId('ticket', rowId(id, 'ticket', remoteId)),
    async ask(query) {
      const answer = await graphql({ schema, source: query, contextValue: contextFor(viewer, 'test', {}) })
      return JSON.parse(JSON.stringify(answer))
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site[Symbol.asyncDispose]())

describe('the root', () => {
  it('has Zendesk’s own lists, of one account or of all', async () => {
    const lists = 'tickets { totalCount } contacts { totalCount } companies { totalCount } agents { totalCount }'
    const answer = await site.ask(`{
      zendesk { integrations { id } ${lists} }
      one: zendesk(integrationId: "${site.integrationId}") { integrationId ${lists} }
      none: zendesk(integrationId: "x") { integrationId }
    }`)
    const counted = { tickets: { totalCount: expect.any(Number) }, agents: { totalCount: 6 } }
    expect(answer).toMatchObject({
      data: {
        zendesk: { integrations: [{ id: site.integrationId }], ...counted },
        one: { integrationId: site.integrationId, ...counted },
        none: null,
      },
    })
  })

  it('tells what the account defined, and what Zendesk counted', async () => {
    const answer = await site.ask(`{ zendesk {
      brands { name url active } forms { name } fields { key appliesTo type nativeType options { value label } }
      customStatuses { label category }
      stats { tickets unsolved solved medianFirstReplyMinutes reopens good bad satisfaction }
    } }`)
    expect(answer).toMatchObject({
      data: {
        zendesk: {
          brands: expect.arrayContaining([expect.objectContaining({ active: true })]),
          forms: expect.arrayContaining([{ name: 'Returns' }]),
          fields: expect.arrayContaining([
            expect.objectContaining({ key: 'loyalty', appliesTo: 'contact', type: 'LIST' }),
          ]),
          customStatuses: expect.arrayContaining([{ label: 'Waiting on supplier', category: 'hold' }]),
          stats: { medianFirstReplyMinutes: expect.any(Number), satisfaction: expect.any(Number) },
        },
      },
    })
  })

  it('finds in Zendesk’s own language what is mirrored', async () => {
    const answer = await site.ask(`{ zendesk {
      search(query: "type:ticket status:closed") { __typename remoteId ... on ZendeskTicket { nativeStatus } }
    } }`)
    expect(answer).toMatchObject({
      data: {
        zendesk: {
          search: expect.arrayContaining([
            expect.objectContaining({ __typename: 'ZendeskTicket', nativeStatus: 'closed' }),
          ]),
        },
      },
    })
    expect(await site.ask('{ zendesk { search(query: " ") { id } } }')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })
})

it('tells of a ticket what only Zendesk has', async () => {
  const answer = await site.ask(`{ zendesk { tickets(first: 1, filter: { status: [CLOSED] }) { nodes {
    viaChannel externalId isPublic hasIncidents problem { id } brand { name } form { name }
    customStatus { label category } satisfactionRating { score comment }
    metrics { replies reopens firstReplyMinutes solvedAt }
    customFields { key label type value }
  } } } }`)
  expect(answer).toMatchObject({
    data: {
      zendesk: {
        tickets: {
          nodes: [
            {
              viaChannel: expect.any(String),
              isPublic: true,
              problem: null,
              brand: { name: expect.any(String) },
              customStatus: { category: 'solved' },
              satisfactionRating: { score: expect.any(String) },
              metrics: { replies: expect.any(Number), solvedAt: expect.any(String) },
              customFields: expect.arrayContaining([expect.objectContaining({ label: 'Order', type: 'TEXT' })]),
            },
          ],
        },
      },
    },
  })
})

describe('what only Zendesk can do', () => {
  it('is refused before it is asked when the input cannot be', async () => {
    const id = site.ticketId('1')
    const answer = await site.ask(`mutation {
      none: zendeskMergeTickets(input: { ticketId: "${id}", sourceIds: [] }) { userErrors { code field } }
      nobody: zendeskMarkTicketAsSpam(input: { ticketId: "x" }) { userErrors { code field } }
      blank: zendeskFollowUpTicket(input: { ticketId: "${id}", body: " " }) { userErrors { code field } }
    }`)
    expect(answer).toMatchObject({
      data: {
        none: { userErrors: [{ code: 'BAD_USER_INPUT', field: 'sourceIds' }] },
        nobody: { userErrors: [{ code: 'NOT_FOUND', field: 'ticketId' }] },
        blank: { userErrors: [{ code: 'BAD_USER_INPUT', field: 'body' }] },
      },
    })
  })

  it('goes on with a closed ticket, and says why it cannot with an open one', async () => {
    const listed = async (status: string): Promise<string> => {
      const answer = await site.ask(
        `{ zendesk { tickets(first: 1, filter: { status: [${status}] }) { nodes { id } } } }`,
      )
      return /"id":"([^"]+)"/.exec(JSON.stringify(answer))?.[1] ?? ''
    }
    const ask = (id: string): Promise<unknown> =>
      site.ask(`mutation { zendeskFollowUpTicket(input: { ticketId: "${id}", body: "Once more" }) {
        ticket { number nativeStatus description } userErrors { code message }
      } }`)
    expect(await ask(await listed('CLOSED'))).toMatchObject({
      data: { zendeskFollowUpTicket: { ticket: { description: 'Once more' }, userErrors: [] } },
    })
    expect(await ask(await listed('OPEN, PENDING, SOLVED'))).toMatchObject({
      data: {
        zendeskFollowUpTicket: {
          ticket: null,
          userErrors: [{ code: 'PROVIDER_REJECTED', message: expect.stringContaining('Followup source: is invalid') }],
        },
      },
    })
  })
})
