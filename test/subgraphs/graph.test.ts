import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { rowId, toNodeId } from '../../store/id.ts'
import { at, upsert } from '../store/records.ts'
import { type GraphSite, openGraph } from './graph-site.ts'

let graph: GraphSite
const idOf = (kind: 'agent' | 'contact' | 'conversation' | 'ticket' | 'message', remoteId: string): string =>
  toNodeId(kind, rowId(graph.integrationId, kind, remoteId))

beforeAll(async () => {
  graph = await openGraph()
  await graph.say(1, [
    upsert('agent', 'zoe', { name: 'Zoe', teamRemoteIds: ['care'] }),
    upsert('agent', 'amy', { name: 'Amy', teamRemoteIds: ['care'] }),
    upsert('team', 'care', { name: 'Care', agentRemoteIds: ['amy', 'zoe'] }),
    upsert('contact', 'ana', { name: 'Ana Navarro', email: 'Ana@Example.com', createdAt: at(1) }),
    upsert('contact', 'bob', { name: 'Bob', createdAt: at(2) }),
    upsert('ticket', 't', {
      subject: 'Refund',
      contactRemoteId: 'ana',
      teamRemoteId: 'care',
      status: 'OPEN',
      number: '7',
    }),
  ])
  for (const [index, contact] of ['ana', 'bob', 'ana'].entries()) {
    await graph.say(2, [
      upsert('conversation', `c${index}`, {
        contactRemoteId: contact,
        contactRemoteIds: [contact],
        assigneeRemoteId: index === 0 ? 'zoe' : null,
        createdAt: at(index),
        updatedAt: at(10 - index),
      }),
    ])
  }
})
afterAll(() => graph[Symbol.asyncDispose]())

describe('lists', () => {
  test.each(['agents', 'teams', 'tags', 'companies', 'contacts', 'conversations', 'tickets'])(
    '%s take an order without a field, without a direction, or without both',
    async (list) => {
      for (const order of ['{}', '{direction: ASC}', '{field: CREATED_AT}']) {
        for (const field of [list, `intercom { ${list === 'agents' ? 'admins' : list}`]) {
          const close = field === list ? '' : ' }'
          const answer = await graph.ask(`{ ${field}(orderBy: ${order}) { totalCount }${close} }`)
          expect(answer).not.toHaveProperty('errors')
        }
      }
    },
  )

  test('of one account say how it fares', async () => {
    const asked = '{ integrations { id provider status } }'
    const one = { integrations: [{ id: graph.integration, provider: 'INTERCOM', status: 'ACTIVE' }] }
    expect(
      await graph.ask(`{ intercom ${asked} named: intercom(integrationId: "${graph.integration}") ${asked} }`),
    ).toEqual({
      data: { intercom: one, named: one },
    })
  })

  test('sort names upwards and times downwards, unless told', async () => {
    expect(await graph.ask('{ agents(orderBy: { field: NAME }) { nodes { name } } }')).toEqual({
      data: { agents: { nodes: [{ name: 'Amy' }, { name: 'Zoe' }] } },
    })
    const newest = await graph.ask('{ conversations(orderBy: { field: UPDATED_AT }) { nodes { remoteId } } }')
    expect(newest).toEqual({
      data: { conversations: { nodes: [{ remoteId: 'c0' }, { remoteId: 'c1' }, { remoteId: 'c2' }] } },
    })
  })

  test('go backwards as well as forwards, and count only when asked', async () => {
    const first = '{ conversations(first: 2) { totalCount nodes { remoteId } pageInfo { hasNextPage endCursor } } }'
    expect(await graph.ask(first)).toMatchObject({
      data: { conversations: { totalCount: 3, pageInfo: { hasNextPage: true } } },
    })
    expect(await graph.ask('{ conversations(last: 1) { nodes { remoteId } pageInfo { hasPreviousPage } } }')).toEqual({
      data: { conversations: { nodes: [{ remoteId: 'c2' }], pageInfo: { hasPreviousPage: true } } },
    })
  })

  test.each([
    ['first: 0', 'first'],
    ['first: 101', 'first'],
    ['last: 0', 'last'],
    ['first: 1, last: 1', 'first and last'],
    ['before: "x"', 'before'],
    ['filter: { contactId: null }', 'contactId'],
    ['filter: { contactId: "nope" }', 'contactId'],
    ['filter: { tagIds: ["contact_AAAAAAAAAAAAAAAAAAAAAA"] }', 'tagIds'],
  ])('refuse %s and name it', async (args, named) => {
    const answer = await graph.ask(`{ conversations(${args}) { totalCount } }`)
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    expect(JSON.stringify(answer)).toContain(named)
  })

  test('tell given to nobody from not asked', async () => {
    const nobody = await graph.ask('{ conversations(filter: { assigneeId: null }) { totalCount } }')
    expect(nobody).toEqual({ data: { conversations: { totalCount: 2 } } })
    const all = await graph.ask('{ conversations(filter: { providers: null }) { totalCount } }')
    expect(all).toEqual({ data: { conversations: { totalCount: 3 } } })
  })

  test('of something stay inside it, whatever the filter says', async () => {
    const [ana, bob] = [idOf('contact', 'ana'), idOf('contact', 'bob')]
    const of = (contactId: string): string =>
      `{ node(id: "${ana}") { ... on Contact { conversations(filter: { contactId: "${contactId}" }) { totalCount } } } }`
    expect(await graph.ask(of(ana))).toEqual({ data: { node: { conversations: { totalCount: 2 } } } })
    expect(await graph.ask(of(bob))).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  })

  test('hold every tool, or only the ones that are named', async () => {
    expect(
      await graph.ask(
        '{ tickets(filter: { providers: [INTERCOM] }) { nodes { number team { tickets { totalCount } } } } }',
      ),
    ).toEqual({
      data: { tickets: { nodes: [{ number: '7', team: { tickets: { totalCount: 1 } } }] } },
    })
    expect(await graph.ask('{ tickets(filter: { providers: [] }) { totalCount } }')).toEqual({
      data: { tickets: { totalCount: 0 } },
    })
  })
})

describe('things by id', () => {
  test('are found by their global id, in the order of the ids', async () => {
    const ids = [idOf('ticket', 't'), 'nonsense', idOf('contact', 'nobody'), graph.integration]
    expect(await graph.ask(`{ nodes(ids: ${JSON.stringify(ids)}) { __typename id } }`)).toEqual({
      data: {
        nodes: [{ __typename: 'IntercomTicket', id: ids[0] }, null, null, { __typename: 'Integration', id: ids[3] }],
      },
    })
  })

  test('of another workspace are not there', async () => {
    const elsewhere = { workspaceId: randomUUID() }
    const ids = [idOf('ticket', 't'), graph.integration]
    const answer = await graph.ask(
      `{ nodes(ids: ${JSON.stringify(ids)}) { id } integration(id: "${graph.integration}") { id } intercom(integrationId: "${graph.integration}") { integrationId }
         conversations { totalCount } search(query: "Refund") { totalCount } stats(metrics: [NEW], from: "2025-01-01T00:00:00Z") { total { count } } }`,
      elsewhere,
    )
    expect(answer).toEqual({
      data: {
        nodes: [null, null],
        integration: null,
        intercom: null,
        conversations: { totalCount: 0 },
        search: { totalCount: 0 },
        stats: [{ total: { count: 0 } }],
      },
    })
  })

  test('that are none are null, and nothing else of the answer is lost', async () => {
    const answer = await graph.ask(
      '{ integration(id: "x") { id } intercom(integrationId: "x") { integrationId } viewer { member { name role } } }',
    )
    expect(answer).toEqual({
      data: { integration: null, intercom: null, viewer: { member: { name: 'Ann', role: 'OWNER' } } },
    })
  })
})

test('a search names what it found, by its own fragment', async () => {
  const hits = 'edges { node { type rank node { ... on Contact { name } ... on Ticket { subject } } } }'
  expect(await graph.ask(`{ search(query: "ana@example.com", types: [CONTACT]) { ${hits} } }`)).toEqual({
    data: { search: { edges: [{ node: { type: 'CONTACT', rank: 1, node: { name: 'Ana Navarro' } } }] } },
  })
  expect(await graph.ask('{ search(query: "  ") { totalCount } }')).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  })
})

test('an analyst reads, and does nothing else', async () => {
  const write = `mutation { addNote(input: { conversationId: "${idOf('conversation', 'c0')}", body: "x" }) { userErrors { code } } }`
  expect(await graph.ask(write, { role: 'ANALYST' })).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  expect(await graph.ask('{ conversations { totalCount } }', { role: 'ANALYST' })).not.toHaveProperty('errors')
})

describe('a subscription to messages', () => {
  const said = (remoteId: string, authorType: 'CONTACT' | 'AGENT', text: string) =>
    upsert('message', remoteId, { conversationRemoteId: 'c0', authorType, text })

  test('hears what its filter lets pass, with fields of two subgraphs, and no history', async () => {
    const events = await graph.follow(
      'subscription { messageAdded(filter: { authorType: [CONTACT] }) { message { text } conversation { remoteId integration { name } } } }',
    )
    const next = events.next()
    await graph.say(20, [said('old', 'CONTACT', 'history')], 'backfill')
    await graph.say(21, [said('m1', 'AGENT', 'hello'), said('m2', 'CONTACT', 'help')], 'webhook')
    expect(JSON.parse(JSON.stringify((await next).value))).toMatchObject({
      data: {
        messageAdded: {
          message: { text: 'help' },
          conversation: { remoteId: 'c0', integration: { name: 'invented' } },
        },
      },
    })
    await events.return?.()
  })

  test('has a message read once, however many others wait with other filters', async () => {
    const filters = ['authorType: [CONTACT]', 'authorType: [AGENT, CONTACT]', 'type: [REPLY]', 'type: [NOTE]']
    const all = await Promise.all(
      filters.map((filter) => graph.follow(`subscription { messageAdded(filter: { ${filter} }) { cursor } }`)),
    )
    const nexts = all.map((events) => events.next())
    // Whoever waits for it has heard what came before.
    const { database } = graph.store
    const plain = { ...database }
    const asked: string[] = []
    const counting = vi.spyOn(database, 'workspace').mockImplementation((id) => {
      const own = plain.workspace(id)
      return { query: (sql, values) => (asked.push(sql), own.query(sql, values)) }
    })
    await graph.say(30, [
      said('m3', 'CONTACT', 'help'),
      upsert('message', 'm4', { conversationRemoteId: 'c0', type: 'NOTE' }),
    ])
    await Promise.all(nexts)
    counting.mockRestore()
    expect(asked.filter((sql) => sql.includes('from "message"'))).toHaveLength(2)
    for (const events of all) await events.return?.()
  })

  test('that takes its time hears nothing of a message that is gone by then', async () => {
    const ask = 'subscription { messageAdded(filter: { authorType: [CONTACT] }) { id } }'
    const [quick, slow] = [await graph.follow(ask), await graph.follow(ask)]
    await graph.say(40, [said('m5', 'CONTACT', 'a secret')], 'webhook')
    const heard = (remoteId: string) => ({ data: { messageAdded: { id: idOf('message', remoteId) } } })
    expect((await quick.next()).value).toMatchObject(heard('m5'))
    await graph.say(
      41,
      [{ op: 'delete', kind: 'message', remoteId: 'm5', mergedIntoRemoteId: null }, said('m6', 'CONTACT', 'help')],
      'webhook',
    )
    expect((await slow.next()).value).toMatchObject(heard('m6'))
    for (const events of [quick, slow]) await events.return?.()
  })

  test('hears what was changed or removed, where it asks for that, and of one that is gone whatever it was', async () => {
    await graph.say(50, [said('m7', 'CONTACT', 'helo'), said('m8', 'CONTACT', 'elsewhere')], 'webhook')
    const ofOne = await graph.follow(
      `subscription { messageUpdated(id: "${idOf('message', 'm7')}", filter: { authorType: [AGENT] }) { type id message { text } } }`,
    )
    const ofThread = await graph.follow(
      `subscription { messageUpdated(conversationId: "${idOf('conversation', 'c0')}") { type id message { text send { state } } } }`,
    )
    await graph.say(51, [said('m7', 'CONTACT', 'hello')], 'webhook')
    const heard = async (from: AsyncIterator<unknown>): Promise<unknown> =>
      JSON.parse(JSON.stringify((await from.next()).value))
    const id = idOf('message', 'm7')
    const changed = { type: 'UPDATED', id, message: { text: 'hello', send: null } }
    const removed = { type: 'DELETED', id, message: null }
    expect(await heard(ofThread)).toMatchObject({ data: { messageUpdated: changed } })
    await graph.say(52, [{ op: 'delete', kind: 'message', remoteId: 'm7', mergedIntoRemoteId: null }], 'webhook')
    expect(await heard(ofThread)).toMatchObject({ data: { messageUpdated: removed } })
    expect(await heard(ofOne)).toMatchObject({ data: { messageUpdated: removed } })
    await ofOne.return?.()
    await ofThread.return?.()
  })

  test('refuses a cursor that is none', async () => {
    await expect(graph.follow('subscription { messageAdded(after: "x") { cursor } }')).rejects.toThrow('after')
  })
})
