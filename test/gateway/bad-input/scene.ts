import { expect } from 'vitest'
import type { Limits } from '../../../gateway/limits.ts'
import type { Transport } from '../../../gateway/transport/transport.ts'
import { connectRaw, type RawClient } from '../fan-out/raw-client.ts'
import { serveSubgraph, type Answer, type HttpSubgraph, type SubscriptionWay } from '../http-subgraph.ts'
import { createFeed, type Feed } from '../queries/live/data.ts'
import { serve, type Served } from '../served.ts'
import type { TestSubgraph } from '../graph.ts'

/** A gateway over two subgraphs on real sockets: one that is always well, and one that answers as a test likes. */
export interface Scene extends AsyncDisposable {
  readonly served: Served
  /** How many requests came to either subgraph since the last look. */
  asked(): number
  /** What happens at the well subgraph's subscription `tick`. */
  readonly feed: Feed
  /** Connects a client; the scene ends it. */
  client(): Promise<RawClient>
  /**
   * Does something bad while somebody else goes on asking what is all right, one query after the other, each by HTTP
   * through both doors; all of them have to be answered as if nothing were.
   */
  beside<T>(bad: () => Promise<T>): Promise<T>
}

/** How the scene is set. */
export interface SceneOptions {
  readonly limits?: Partial<Limits>
  readonly deadlineMs?: number
  /** What the odd subgraph answers; as its schema says when not given. */
  readonly odd?: Answer
  readonly way?: SubscriptionWay
  /** Another way to the odd subgraph. */
  readonly transport?: Transport
}

const firmSubgraph = (feed: Feed): TestSubgraph => ({
  name: 'firm',
  typeDefs: `
    scalar Any
    type Query { steady(n: Int!): String! search(filter: Filter, any: Any, list: [[Int]]): String node: Node! nodes(first: Int): [Node!]!
      thing(id: ID!): Thing things: [Thing!]! }
    type Mutation { write(text: String!): String! }
    type Subscription { tick(text: String): String }
    input Filter { text: String and: [Filter!] }
    type Node { id: ID! nodes(first: Int): [Node!]! next: Node }
    type Thing @key(fields: "id") { id: ID! }
  `,
  resolvers: {
    Query: {
      steady: (_root: unknown, { n }: { n: number }) => `steady ${n}`,
      search: (_root: unknown, { filter, any }: { filter?: { text?: string }; any?: unknown }) =>
        filter?.text ?? JSON.stringify(any ?? null).slice(0, 100),
      node: () => ({ id: '1', nodes: [] }),
      nodes: () => [],
      thing: (_root: unknown, { id }: { id: string }) => ({ id }),
      things: () => [{ id: '1' }, { id: '2' }],
    },
    Mutation: { write: (_root: unknown, { text }: { text: string }) => `wrote ${text}` },
    Subscription: { tick: { subscribe: () => feed.subscribe(), resolve: (event: unknown) => event } },
  },
})

const oddSubgraph: TestSubgraph = {
  name: 'odd',
  typeDefs: `
    type Query { odd: Odd oddest: Odd! either: Either mood: Mood hiddenMood: HiddenMood @inaccessible }
    type Mutation { change: Odd }
    type Subscription { oddity: Odd }
    type Odd { name: String count: Int share: Float isOdd: Boolean id: ID mood: Mood list: [Odd!] firm: String! odd: Odd either: Either named: Named }
    interface Named { name: String }
    type Left implements Named { name: String }
    type Right implements Named { name: String }
    type Unseen implements Named @inaccessible { name: String }
    union Either = Left | Right
    enum Mood { GOOD BAD SECRET @inaccessible }
    enum HiddenMood @inaccessible { ANY }
    type Thing @key(fields: "id") { id: ID! name: String size: Int! }
  `,
  resolvers: {
    Query: { odd: () => ({ name: 'as it should be', count: 1 }), oddest: () => ({}) },
    Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `Thing ${id}`, size: 1 }) },
  },
}

/** Sets the scene. */
export async function setScene(options: SceneOptions = {}): Promise<Scene> {
  const { limits = {}, deadlineMs = 60_000, odd, way, transport } = options
  const feed = createFeed()
  const firm = firmSubgraph(feed)
  const opened = [await serveSubgraph(firm), await serveSubgraph(oddSubgraph, odd, way)]
  const transports = Object.fromEntries(opened.map(({ name, transport }) => [name, transport]))
  const served = await serve([firm, oddSubgraph], {
    transports: { ...transports, ...(transport && { odd: transport }) },
    limits,
    deadlineMs,
  })
  const clients: RawClient[] = []
  let healthy = 0
  let looked = 0
  return {
    served,
    feed,
    asked: () => {
      const sum = total(opened) - healthy
      const asked = sum - looked
      looked = sum
      return asked
    },
    client: async () => {
      const client = await connectRaw(served.socketUrl)
      clients.push(client)
      return client
    },
    beside: (bad) =>
      keepAsking(async (n) => {
        healthy++
        const answer = await served.ask('query ($n: Int!) { steady(n: $n) }', { variables: { n } })
        expect(answer).toEqual({ data: { steady: `steady ${n}` } })
      }, bad),
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client[Symbol.dispose]()
      await served[Symbol.asyncDispose]()
      await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()))
    },
  }
}

function total(subgraphs: readonly HttpSubgraph[]): number {
  return subgraphs.reduce((sum, { requests }) => sum + requests.length, 0)
}

async function keepAsking<T>(ask: (n: number) => Promise<void>, meanwhile: () => Promise<T>): Promise<T> {
  let isOver = false
  const asking = (async () => {
    let n = 0
    do await ask(n++)
    while (!isOver)
    // Once more, after all of it.
    await ask(n)
  })()
  const work = meanwhile().finally(() => {
    isOver = true
  })
  try {
    const [result] = await Promise.all([work, asking])
    return result
  } finally {
    isOver = true
    await Promise.allSettled([asking])
  }
}
