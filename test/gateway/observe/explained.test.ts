import { createClient } from 'graphql-ws'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { WorkspaceRole } from '../../../store/viewer.ts'
import { deferred } from '../deferred.ts'
import { VIEWER, type TestSubgraph } from '../graph.ts'
import { serve, type Served } from '../served.ts'

let gate = deferred<void>()
gate.resolve()

const people: TestSubgraph = {
  name: 'people',
  typeDefs: `type Query { team(size: Int = 3): [Person!]! me: Person } type Person @key(fields: "id") { id: ID! name: String }`,
  resolvers: {
    Query: {
      team: async (_: unknown, { size }: { size: number }) => {
        await gate.promise
        return Array.from({ length: size }, (__, n) => ({ id: `p${n % 2}`, name: `Person ${n}` }))
      },
      me: () => ({ id: 'p9', name: 'Me' }),
    },
  },
}
const tickets: TestSubgraph = {
  name: 'tickets',
  typeDefs: `type Person @key(fields: "id") { id: ID! open: Int broken: Int }`,
  resolvers: {
    Person: {
      __resolveReference: ({ id }: { id: string }) => ({ id, open: 2 }),
      broken: () => {
        throw new Error('a bug')
      },
    },
  },
}

const QUERY = '{ team { name open } }'
const ASKING = { extensions: { plan: true } }
const TEXT = `Sequence
  Fetch people: {team{__typename name id}}
  At team.@
    requires Person { __typename id }
    Fetch tickets: query($representations:[_Any!]!){_entities(representations: $representations){...on Person{open}}}`

let served: Served

beforeEach(async () => {
  gate = deferred()
  gate.resolve()
  served = await serve([people, tickets])
  for (const role of ['OWNER', 'ADMIN', 'AGENT', 'ANALYST'] as const) {
    served.tokens.set(`Bearer ${role}`, { ...VIEWER, role, tokenId: role })
  }
})
afterEach(() => served[Symbol.asyncDispose]())

const askAs = async (role: WorkspaceRole, query: string, more: object = ASKING): Promise<Record<string, unknown>> =>
  JSON.parse(await (await served.post({ query, ...more }, { authorization: `Bearer ${role}` })).text())

const EXPLAINED = {
  plan: {
    text: TEXT,
    fetches: [
      { subgraph: 'people', at: null, entities: 0, outcome: 'ok' },
      // Three in the team, but two persons.
      { subgraph: 'tickets', at: 'team.@', entities: 2, outcome: 'ok' },
    ],
  },
}

describe('extensions.plan', () => {
  it.each(['OWNER', 'ADMIN'] as const)('tells an %s who asks how the operation was carried out', async (role) => {
    const { data, extensions } = await askAs(role, QUERY)
    expect(data).toMatchObject({ team: [{ open: 2 }, { open: 2 }, { open: 2 }] })
    expect(extensions).toMatchObject(EXPLAINED)
    const { plan } = extensions as { plan: { fetches: { startedMs: number; durationMs: number }[] } }
    const [first, second] = plan.fetches
    // Each of the three is rounded to a microsecond.
    const firstEndedMs = (first?.startedMs ?? 0) + (first?.durationMs ?? 0)
    expect(second?.startedMs).toBeGreaterThan(firstEndedMs - 0.002)
  })

  it.each(['AGENT', 'ANALYST'] as const)('tells an %s nothing, and gives no hint', async (role) => {
    expect(await askAs(role, QUERY)).toEqual(await askAs(role, QUERY, {}))
    expect(await askAs(role, '{ nope }')).toEqual(await askAs(role, '{ nope }', {}))
  })

  it.each([
    {},
    { extensions: {} },
    { extensions: { plan: false } },
    { extensions: { plan: 'true' } },
    { extensions: null },
  ])('is not in the answer of an owner who asks by %j', async (more) => {
    expect(await askAs('OWNER', QUERY, more)).not.toHaveProperty('extensions')
  })

  it('comes over a socket and over Server-Sent Events, and by GET', async () => {
    const client = createClient({
      url: served.socketUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: 'Bearer OWNER' },
    })
    const overSocket = await client.iterate({ query: QUERY, ...ASKING }).next()
    expect(overSocket.value.extensions).toMatchObject(EXPLAINED)
    await client.dispose()
    const parameters = new URLSearchParams({ query: QUERY, extensions: JSON.stringify(ASKING.extensions) })
    const headers = { authorization: 'Bearer OWNER' }
    const byGet = await fetch(`${served.url}?${parameters.toString()}`, { headers })
    expect(await byGet.json()).toMatchObject({ extensions: EXPLAINED })
    const accept = 'text/event-stream'
    const byStream = await fetch(`${served.url}/stream?${parameters.toString()}`, { headers: { ...headers, accept } })
    const [, event = ''] = /^data: (.+)$/m.exec(await byStream.text()) ?? []
    expect(JSON.parse(event)).toMatchObject({ extensions: EXPLAINED })
  })

  it('goes to nobody who asks the same at the same time, and waits for nobody', async () => {
    gate = deferred()
    const asked = [askAs('OWNER', QUERY, {}), askAs('OWNER', QUERY), askAs('OWNER', QUERY, {})]
    gate.resolve()
    const [before, explained, after] = await Promise.all(asked)
    expect(explained?.['extensions']).toMatchObject(EXPLAINED)
    expect(before).not.toHaveProperty('extensions')
    expect(after).toEqual(before)
  })

  it('says what failed', async () => {
    const { extensions, errors } = await askAs('ADMIN', '{ me { broken } }')
    expect(errors).toMatchObject([{ message: 'Internal server error' }])
    expect(extensions).toMatchObject({
      plan: { fetches: [{ outcome: 'ok' }, { outcome: 'errors', at: 'me', entities: 1 }] },
    })
  })

  it('is the plan for the variables as they count, defaults included', async () => {
    const query = 'query ($with: Boolean! = false) { team(size: 1) { name open @include(if: $with) } }'
    expect(await askAs('OWNER', query)).toMatchObject({
      extensions: { plan: { text: 'Fetch people: {team(size: 1){name}}', fetches: [{ subgraph: 'people' }] } },
    })
  })

  it('is not there for what did not run, and says nothing of what asks no subgraph', async () => {
    const wrong = { ...ASKING, variables: { size: 'x' } }
    expect(await askAs('OWNER', 'query ($size: Int) { team(size: $size) { name } }', wrong)).not.toHaveProperty(
      'extensions',
    )
    expect(await askAs('OWNER', '{ __typename }')).toMatchObject({
      extensions: { plan: { text: 'Nothing', fetches: [] } },
    })
  })
})
