import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { rowId, toNodeId } from '../../../store/id.ts'
import { at, batch, makeIntegration, upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

let graph: GraphSite
/** A second account, at another tool. */
let second: string

/** What stands in an answer below some fields. */
const below = (answer: unknown, ...fields: readonly string[]): unknown =>
  ['data', ...fields].reduce((value, field) => (value as Readonly<Record<string, unknown>>)[field], answer) // as asked for
const ask = (query: string, as?: Parameters<GraphSite['ask']>[1]) => graph.ask(query, as)
const contact = (remoteId: string): string =>
  toNodeId('contact', rowId(remoteId === remoteId.toLowerCase() ? graph.integrationId : second, 'contact', remoteId))
const customer = (remoteId: string): string => contact(remoteId).replace('contact_', 'customer_')
const known = (email: string) => ({ email, emailVerified: true })

async function sayThere(n: number, changes: Parameters<GraphSite['say']>[1]): Promise<void> {
  await graph.store.apply(batch(second, n, changes))
}

beforeAll(async () => {
  graph = await openGraph()
  second = (await makeIntegration(graph.store.database, { workspaceId: graph.workspaceId, provider: 'zendesk' }))
    .integrationId
  await graph.say(1, [
    upsert('contact', 'ana', { name: 'Ana', ...known('ana@x.example'), createdAt: at(1), lastSeenAt: at(9) }),
    upsert('contact', 'bob', { name: 'Bob', email: 'bob@x.example', createdAt: at(3) }),
    upsert('contact', 'cat', { name: 'Cat', createdAt: at(4) }),
    upsert('conversation', 'c', { contactRemoteId: 'ana', contactRemoteIds: ['ana'], createdAt: at(10) }),
    upsert('message', '1', { conversationRemoteId: 'c', text: 'one', createdAt: at(10) }),
    upsert('message', '2', { conversationRemoteId: 'c', text: 'two', createdAt: at(12) }),
    upsert('rating', 'r', { conversationRemoteId: 'c', score: 4, createdAt: at(20) }),
    upsert('conversation', 'other', { contactRemoteId: 'cat', contactRemoteIds: ['cat'], createdAt: at(10) }),
    upsert('conversation', 'nobody', {}),
  ])
  await sayThere(1, [
    upsert('contact', 'ANA', { name: 'Ana N.', ...known('ANA@x.example'), createdAt: at(2) }),
    upsert('contact', 'BOB', { name: 'Bob', ...known('bob@x.example'), createdAt: at(2) }),
    upsert('ticket', 'T', { contactRemoteId: 'ANA', contactRemoteIds: ['ANA'], subject: 'Refund', createdAt: at(11) }),
    upsert('message', '3', { ticketRemoteId: 'T', text: 'three', createdAt: at(13) }),
    upsert('message', '4', { ticketRemoteId: 'T', text: 'four', createdAt: null }),
  ])
})
afterAll(() => graph?.[Symbol.asyncDispose]())

describe('a customer', () => {
  test('is one person, of whichever contact or thread it is asked', async () => {
    const fields = `customer { id name emails providers createdAt lastSeenAt contacts { totalCount nodes { remoteId } } }`
    const ana = {
      id: [customer('ana'), customer('ANA')].toSorted((a, b) => idOrder(a, b))[0],
      name: 'Ana',
      emails: ['ana@x.example'],
      providers: ['INTERCOM', 'ZENDESK'],
      createdAt: at(1).toISOString(),
      lastSeenAt: at(9).toISOString(),
      contacts: { totalCount: 2, nodes: [{ remoteId: 'ana' }, { remoteId: 'ANA' }] },
    }
    const answer = await ask(`{
      contact: node(id: "${contact('ANA')}") { ... on Contact { ${fields} } }
      tickets { nodes { ${fields} } }
      conversations(filter: { contactId: "${contact('ana')}" }) { nodes { ${fields} } }
    }`)
    expect(answer).toEqual({
      data: {
        contact: { customer: ana },
        tickets: { nodes: [{ customer: ana }] },
        conversations: { nodes: [{ customer: ana }] },
      },
    })
    const both = await ask(
      `{ nodes(ids: ["${customer('ana')}", "${customer('ANA')}", "${customer('nil')}"]) { id ... on Customer { name } } }`,
    )
    expect(both).toEqual({ data: { nodes: [{ id: ana.id, name: 'Ana' }, { id: ana.id, name: 'Ana' }, null] } })
    expect(await ask('{ conversations { nodes { remoteId customer { name } } } }')).toMatchObject({
      data: { conversations: { nodes: expect.arrayContaining([{ remoteId: 'nobody', customer: null }]) } },
    })
  })

  test('has the conversations and tickets of all its contacts, and stays inside them', async () => {
    const lists = 'conversations { nodes { remoteId } } tickets(filter: { providers: [ZENDESK] }) { totalCount }'
    expect(await ask(`{ node(id: "${customer('ANA')}") { ... on Customer { ${lists} } } }`)).toEqual({
      data: { node: { conversations: { nodes: [{ remoteId: 'c' }] }, tickets: { totalCount: 1 } } },
    })
  })

  test('a page of threads costs one statement more with customers', async () => {
    const { database } = graph.store
    const plain = { ...database }
    const asked = vi.fn<(sql: string) => void>()
    const counting = vi.spyOn(database, 'workspace').mockImplementation((id) => {
      const own = plain.workspace(id)
      return { query: (sql, values) => (asked(sql), own.query(sql, values)) }
    })
    const counted = async (fields: string): Promise<number> => {
      asked.mockClear()
      await ask(`{ conversations { nodes { id ${fields} } } }`)
      return asked.mock.calls.length
    }
    expect((await counted('customer { name emails }')) - (await counted(''))).toBe(1)
    counting.mockRestore()
  })

  test('has a timeline across tools, newest first, in pages that hold everything once', async () => {
    const item = '{ type at conversation { id } ticket { subject } message { text } rating { score } }'
    const seen: unknown[] = []
    for (let after: string | null = null; ;) {
      const answer = await ask(
        `{ node(id: "${customer('ana')}") { ... on Customer { timeline(first: 2, after: ${JSON.stringify(after)}) {
          totalCount nodes ${item} pageInfo { hasNextPage endCursor } } } } }`,
      )
      const timeline = below(answer, 'node', 'timeline') as Timeline // as asked for
      expect(timeline.totalCount).toBe(7)
      seen.push(...timeline.nodes)
      if (!timeline.pageInfo.hasNextPage) break
      after = timeline.pageInfo.endCursor
    }
    const nothing = { conversation: null, ticket: null, message: null, rating: null }
    const told = (second_: number | null, type: string, what: object) => ({
      ...nothing,
      type,
      at: second_ === null ? null : at(second_).toISOString(),
      ...what,
    })
    expect(seen).toEqual([
      told(20, 'RATING', { rating: { score: 4 } }),
      told(13, 'MESSAGE', { message: { text: 'three' } }),
      told(12, 'MESSAGE', { message: { text: 'two' } }),
      told(11, 'TICKET', { ticket: { subject: 'Refund' } }),
      told(10, 'MESSAGE', { message: { text: 'one' } }),
      told(10, 'CONVERSATION', { conversation: { id: expect.any(String) } }),
      told(null, 'MESSAGE', { message: { text: 'four' } }),
    ])
    const some = `{ node(id: "${customer('ana')}") { ... on Customer { timeline(types: [TICKET, RATING]) { nodes { type } } } } }`
    expect(await ask(some)).toEqual({
      data: { node: { timeline: { nodes: [{ type: 'RATING' }, { type: 'TICKET' }] } } },
    })
  })
})

interface Timeline {
  readonly totalCount: number
  readonly nodes: readonly unknown[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** Global ids in the order of their rows' ids. */
function idOrder(a: string, b: string): number {
  const hex = (id: string): string => Buffer.from(id.slice(id.indexOf('_') + 1), 'base64url').toString('hex')
  return hex(a) < hex(b) ? -1 : 1
}

describe('lists of customers', () => {
  test.each([
    ['', ['Cat', 'Bob', 'Bob', 'Ana']],
    ['orderBy: { field: NAME }', ['Ana', 'Bob', 'Bob', 'Cat']],
    ['orderBy: { field: LAST_SEEN_AT }, first: 1', ['Ana']],
    ['last: 1', ['Ana']],
    ['filter: { linked: true }', ['Ana']],
    ['filter: { linked: false, providers: [ZENDESK] }', ['Bob']],
    ['filter: { query: "an" }', ['Ana']],
    ['filter: { query: "!" }', []],
    ['filter: { email: "ANA@X.example" }', ['Ana']],
    ['filter: { email: "\\u0000" }', []],
    [`filter: { createdAfter: "${at(4).toISOString()}", lastSeenBefore: null }`, ['Cat']],
    [`filter: { lastSeenBefore: "${at(10).toISOString()}" }`, ['Ana']],
  ])('customers(%s)', async (args, expected) => {
    const answer = await ask(`{ customers${args === '' ? '' : `(${args})`} { nodes { name } } }`)
    const { nodes } = below(answer, 'customers') as { readonly nodes: readonly { readonly name: string }[] } // as asked for
    expect(nodes.map(({ name }) => name)).toEqual(expected)
  })

  test('go on after a cursor, and count', async () => {
    const page = '{ customers(first: 2) { totalCount pageInfo { endCursor hasNextPage } } }'
    const answer = await ask(page)
    const { totalCount, pageInfo } = below(answer, 'customers') as Timeline // as asked for
    expect({ totalCount, more: pageInfo.hasNextPage }).toEqual({ totalCount: 4, more: true })
    expect(
      await ask(`{ customers(first: 1, after: "${pageInfo.endCursor}", orderBy: {}) { nodes { name } } }`),
    ).toEqual({
      data: { customers: { nodes: [{ name: 'Bob' }] } },
    })
    expect(await ask('{ customers(after: "x") { totalCount } }')).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  test('of another workspace hold nothing', async () => {
    const elsewhere = { workspaceId: randomUUID() }
    expect(await ask(`{ customers { totalCount } node(id: "${customer('ana')}") { id } }`, elsewhere)).toEqual({
      data: { customers: { totalCount: 0 }, node: null },
    })
  })
})

describe('linking', () => {
  const link = (input: string) =>
    `mutation { linkContacts(input: { ${input} }) { customer { name contacts { nodes { remoteId } } } userErrors { code field } } }`
  const unlink = (input: string) =>
    `mutation { unlinkContact(input: { ${input} }) { customer { name } others { name } userErrors { code field } } }`

  test('by a member is told with who did it, and undone', async () => {
    const explained = `links { nodes { evidence value confidence madeBy { name } contact { id } other { id } } }
      suggestedLinks { nodes { evidence value confidence sharedBy other { remoteId } } }
      history { nodes { type evidence madeBy { name } } }`
    const bob = `{ node(id: "${customer('bob')}") { ... on Customer { ${explained} } } }`
    const suggested = { evidence: 'UNVERIFIED_EMAIL', value: 'bob@x.example', confidence: 0.5, sharedBy: null }
    const before = await ask(bob)
    expect(before).toEqual({
      data: {
        node: {
          links: { nodes: [] },
          suggestedLinks: { nodes: [{ ...suggested, other: { remoteId: 'BOB' } }] },
          history: { nodes: [] },
        },
      },
    })
    const named = `contactId: "${contact('bob')}", otherId: "${contact('BOB')}"`
    expect(await ask(link(named))).toEqual({
      data: {
        linkContacts: {
          customer: { name: 'Bob', contacts: { nodes: [{ remoteId: 'BOB' }, { remoteId: 'bob' }] } },
          userErrors: [],
        },
      },
    })
    const made = { evidence: 'MEMBER', madeBy: { name: 'Ann' } }
    expect(await ask(bob)).toEqual({
      data: {
        node: {
          links: {
            nodes: [
              { ...made, value: null, confidence: 1, contact: { id: contact('bob') }, other: { id: contact('BOB') } },
            ],
          },
          suggestedLinks: { nodes: [] },
          history: { nodes: [{ type: 'LINKED', ...made }] },
        },
      },
    })
    expect(await ask(unlink(named))).toEqual({
      data: { unlinkContact: { customer: { name: 'Bob' }, others: [{ name: 'Bob' }], userErrors: [] } },
    })
    expect(await ask(bob)).toMatchObject({
      data: {
        node: {
          suggestedLinks: { nodes: [{}] },
          history: { nodes: [{ type: 'UNLINKED', evidence: null, madeBy: { name: 'Ann' } }, { type: 'LINKED' }] },
        },
      },
    })
    expect(await ask('{ activity(first: 2) { nodes { action } } }')).toMatchObject({
      data: { activity: { nodes: [{ action: 'customer.unlinked' }, { action: 'customer.linked' }] } },
    })
  })

  test('of what contacts share is told as no member’s', async () => {
    const answer = await ask(
      `{ node(id: "${customer('ana')}") { ... on Customer {
        links(first: 1) { totalCount nodes { evidence madeBy { name } } } history { nodes { type evidence madeBy { name } } } } } }`,
    )
    const shared = { evidence: 'VERIFIED_EMAIL', madeBy: null }
    expect(answer).toEqual({
      data: {
        node: { links: { totalCount: 1, nodes: [shared] }, history: { nodes: [{ type: 'LINKED', ...shared }] } },
      },
    })
  })

  test.each([
    ['link', 'bob', 'bob', 'BAD_USER_INPUT', 'otherId'],
    ['link', 'ana', 'ANA', 'BAD_USER_INPUT', 'otherId'],
    ['link', 'bob', 'nobody', 'NOT_FOUND', 'otherId'],
    ['link', 'nobody', 'bob', 'NOT_FOUND', 'contactId'],
    ['unlink', 'bob', 'cat', 'BAD_USER_INPUT', 'otherId'],
    ['unlink', 'bob', null, 'BAD_USER_INPUT', 'contactId'],
    ['unlink', 'nobody', null, 'NOT_FOUND', 'contactId'],
  ] as const)('refuses to %s %s and %s', async (deed, one, other, code, field) => {
    const input = [`contactId: "${contact(one)}"`, ...(other === null ? [] : [`otherId: "${contact(other)}"`])].join(
      ', ',
    )
    const answer = await ask((deed === 'link' ? link : unlink)(input))
    expect(answer).toMatchObject({
      data: { [deed === 'link' ? 'linkContacts' : 'unlinkContact']: { customer: null, userErrors: [{ code, field }] } },
    })
  })

  test('refuses what is no contact’s id, and whoever may only read', async () => {
    expect(await ask(link(`contactId: "${customer('ana')}", otherId: "${contact('bob')}"`))).toMatchObject({
      data: { linkContacts: { userErrors: [{ code: 'NOT_FOUND', field: 'contactId' }] } },
    })
    const named = `contactId: "${contact('bob')}", otherId: "${contact('cat')}"`
    expect(await ask(link(named), { role: 'ANALYST' })).toMatchObject({
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    })
    expect(await ask(link(named), { workspaceId: randomUUID() })).toMatchObject({
      data: { linkContacts: { userErrors: [{ code: 'NOT_FOUND', field: 'contactId' }] } },
    })
  })
})

test('followers of a customer hear of whom it becomes part of, too', async () => {
  await graph.say(5, [upsert('contact', 'dan', { name: 'Dan' }), upsert('contact', 'eve', { name: 'Eve' })])
  const [low = '', high = ''] = [customer('dan'), customer('eve')].toSorted(idOrder)
  const feed = await graph.follow(
    `subscription { customerUpdated(id: "${high}") { type id cursor customer { id contacts { totalCount } } } }`,
  )
  await ask(
    `mutation { linkContacts(input: { contactId: "${contact('dan')}", otherId: "${contact('eve')}" }) { userErrors { code } } }`,
  )
  const told = [(await feed.next()).value, (await feed.next()).value]
  const now = { id: low, contacts: { totalCount: 2 } }
  expect(told).toMatchObject([
    { data: { customerUpdated: { type: 'UPDATED', id: low, customer: now } } },
    { data: { customerUpdated: { type: 'DELETED', id: high, customer: now } } },
  ])
  await feed.return?.()
})

test('what became of all customers that are followed is looked up at once', async () => {
  const people = ['fay', 'gus', 'hal']
  await graph.say(
    6,
    [...people, 'ivy'].map((name) => upsert('contact', name, { name })),
  )
  const feeds = await Promise.all(
    people.map((name) => graph.follow(`subscription { customerUpdated(id: "${customer(name)}") { id } }`)),
  )
  const nexts = feeds.map((feed) => feed.next())
  const { database } = graph.store
  const plain = { ...database }
  const asked: unknown[] = []
  const noting = vi.spyOn(database, 'workspace').mockImplementation((id) => {
    const own = plain.workspace(id)
    return {
      query: (sql, values) => (sql.startsWith('with recursive way') && asked.push(values?.[1]), own.query(sql, values)),
    }
  })
  await graph.say(7, [upsert('contact', 'ivy', { name: 'Ivy' })])
  for (const name of people) await graph.say(8, [upsert('contact', name, { name: 'New' })])
  const told = (await Promise.all(nexts)).map(({ value }) => value)
  noting.mockRestore()
  expect(told).toMatchObject(people.map((name) => ({ data: { customerUpdated: { id: customer(name) } } })))
  expect(asked[0]).toHaveLength(people.length)
  for (const feed of feeds) await feed.return?.()
})
