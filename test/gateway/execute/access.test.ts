import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { GRANT_ALL } from '../../../gateway/grants.ts'
import { printPlan } from '../../../gateway/print-plan.ts'
import { compose, makeGraph, plain, VIEWER, type GraphOptions, type TestSubgraph } from '../graph.ts'
import { GOOD, serve } from '../served.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@authenticated", "@requiresScopes", "@policy"])\n`

const vault: TestSubgraph = {
  name: 'vault',
  link: LINK,
  typeDefs: `
    type Query {
      open: Int
      key: Int @requiresScopes(scopes: [["vault"]])
      lock: Int! @policy(policies: [["locksmith"]])
      boxes: [Box!]
    }
    type Subscription { opened: Int @requiresScopes(scopes: [["vault"]]) closed: Int ajar: Lid }
    type Box { id: ID! lid: Lid! @authenticated weight: Int! @requiresScopes(scopes: [["vault"]]) }
    type Lid { id: ID! colour: String @requiresScopes(scopes: [["vault"]]) }
    interface Holder { of: String }
    type Ring implements Holder { of: String @requiresScopes(scopes: [["vault"]]) }
    type Chain implements Holder { of: String }
    extend type Query { holder: Holder }
  `,
  resolvers: {
    Query: {
      open: () => 1,
      key: () => 2,
      lock: () => 3,
      boxes: () => ['a', 'b'].map((id) => ({ id, lid: { id }, weight: 1 })),
      holder: () => ({ __typename: 'Chain', of: 'gold' }),
    },
    Subscription: {
      opened: { subscribe: () => tell({ opened: 1 }) },
      closed: { subscribe: () => tell({ closed: 1 }) },
      ajar: { subscribe: () => tell({ ajar: { id: 'l', colour: 'red' } }) },
    },
  },
}

async function* tell(event: object): AsyncGenerator<object> {
  yield event
}

const open = (options: GraphOptions = {}) => makeGraph([vault], options)
const KNOWN = { ...VIEWER, scopes: ['vault'] }

describe('what whoever asks may not see', () => {
  it('is null with an error where it stands, and is not asked for', async () => {
    const graph = await open()
    expect(plain(await graph.ask('{ open key boxes { id lid { colour } } }'))).toEqual({
      data: {
        open: 1,
        key: null,
        boxes: ['a', 'b'].map((id) => ({ id, lid: { colour: null } })),
      },
      errors: [
        toRefusal('Query.key', ['key']),
        toRefusal('Lid.colour', ['boxes', 0, 'lid', 'colour']),
        toRefusal('Lid.colour', ['boxes', 1, 'lid', 'colour']),
      ],
    })
    expect(graph.sent.map(({ text }) => text)).toEqual(['{open boxes{id lid{__typename}}}'])
  })

  it('breaks what may not be null, and needs nobody when nothing is left', async () => {
    const graph = await open()
    expect(plain(await graph.ask('{ open lock }'))).toEqual({ data: null, errors: [toRefusal('Query.lock', ['lock'])] })
    expect(plain(await graph.ask('{ key }'))).toEqual({
      data: { key: null },
      errors: [toRefusal('Query.key', ['key'])],
    })
    expect(graph.sent.map(({ text }) => text)).toEqual(['{open}'])
  })

  it('is seen by who has the scopes, the policies, or a gateway that is open', async () => {
    const [scoped, all] = await Promise.all([open(), open({ grants: GRANT_ALL })])
    expect(plain(await scoped.ask('{ key }', { viewer: KNOWN }))).toEqual({ data: { key: 2 } })
    expect(plain(await scoped.ask('{ key }', { viewer: { ...VIEWER, scopes: ['vault2'] } }))).toMatchObject({
      data: { key: null },
    })
    expect(plain(await all.ask('{ key lock }'))).toEqual({ data: { key: 2, lock: 3 } })
  })

  it('is in no plan that is shown to them', async () => {
    const { executor } = await open()
    const planFor = (viewer: typeof VIEWER) => printPlan(executor.explain(parse('{ open key }'), undefined, { viewer }))
    expect(planFor(VIEWER)).toBe('Fetch vault: {open}')
    expect(planFor(KNOWN)).toBe('Fetch vault: {open key}')
  })

  it('is subscribed to nowhere', async () => {
    const { executor } = await open()
    const subscribe = async (text: string) => {
      const { signal } = new AbortController()
      return executor.subscribe({ document: parse(text), viewer: VIEWER, requestId: 'r', signal })
    }
    const refused = await subscribe('subscription { opened }')
    expect('next' in refused ? 'events' : plain(refused)).toEqual({
      data: { opened: null },
      errors: [toRefusal('Subscription.opened', ['opened'])],
    })
    const events = await subscribe('subscription { ajar { id colour } }')
    if (!('next' in events)) throw new Error('expected events')
    expect(plain((await events.next()).value)).toEqual({
      data: { ajar: { id: 'l', colour: null } },
      errors: [toRefusal('Lid.colour', ['ajar', 'colour'])],
    })
  })
})

describe('the rules of a supergraph', () => {
  const supergraphSdl = compose([vault])

  it('are found whatever it calls their directives', async () => {
    const url = 'https://specs.apollo.dev/requiresScopes/v0.1'
    const renamed = supergraphSdl
      .replaceAll('@requiresScopes', '@needs')
      .replace(`@link(url: "${url}", for: SECURITY)`, `@link(url: "${url}", as: "needs", for: SECURITY)`)
    const imported = supergraphSdl
      .replaceAll('@requiresScopes', '@wants')
      .replace(
        `@link(url: "${url}", for: SECURITY)`,
        `@link(url: "${url}", import: [{ name: "@requiresScopes", as: "@wants" }], for: SECURITY)`,
      )
    for (const sdl of [renamed, imported]) {
      expect(sdl).not.toBe(supergraphSdl)
      const graph = await open({ supergraphSdl: sdl })
      expect(plain(await graph.ask('{ open key }'))).toMatchObject({ data: { open: 1, key: null } })
    }
  })

  it('reach interfaces, also where the composer did not write them there', async () => {
    const [before, after] = supergraphSdl.split('interface Holder')
    const older = `${before}interface Holder${after?.replace(/@requiresScopes\(scopes: \[\["vault"\]\]\)/, '')}`
    expect(older).not.toBe(supergraphSdl)
    for (const sdl of [supergraphSdl, older]) {
      const graph = await open({ supergraphSdl: sdl })
      expect(plain(await graph.ask('{ holder { of } }'))).toMatchObject({ data: { holder: { of: null } } })
      expect(plain(await graph.ask('{ holder { ... on Chain { of } } }'))).toEqual({ data: { holder: { of: 'gold' } } })
    }
  })
})

describe('a gateway', () => {
  it('lets past a policy whom its settings let past, by every way in', async () => {
    await using served = await serve([vault], {
      allowsPolicy: ({ role }, policy) => `${role} ${policy}` === 'OWNER locksmith',
    })
    served.tokens.set('Bearer agent', { ...VIEWER, role: 'AGENT' })
    expect(await served.ask('{ lock }')).toEqual({ data: { lock: 3 } })
    const refused = { data: null, errors: [expect.objectContaining(toRefusal('Query.lock', ['lock']))] }
    const asked = await served.post({ query: '{ lock }' }, { authorization: 'Bearer agent' })
    expect([asked.status, await asked.json()]).toEqual([200, refused])
  })

  it('says over streams that a subscription is refused, and holds none open', async () => {
    await using served = await serve([vault])
    const response = await fetch(`${served.url}/stream`, {
      method: 'POST',
      headers: { ...GOOD, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { opened }' }),
    })
    expect(await response.text()).toContain('UNAUTHORIZED_FIELD_OR_TYPE')
    expect(served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
  })
})

function toRefusal(position: string, path: readonly (string | number)[]) {
  return {
    message: `What the token may see does not include ${position}.`,
    path,
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
  }
}
