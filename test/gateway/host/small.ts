import { createFeed, type Feed } from '../queries/live/data.ts'
import type { TestSubgraph } from '../graph.ts'

/** A subgraph with a bit of everything a host has to serve. */
export interface Small {
  readonly subgraph: TestSubgraph
  readonly feed: Feed
  /** Lets `slow` answer. */
  readonly release: () => void
  /** Resolves when `slow` is asked. */
  readonly asked: Promise<void>
}

/** Makes the subgraph. */
export function createSmall(): Small {
  const feed = createFeed()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let ask = () => {}
  const asked = new Promise<void>((resolve) => {
    ask = resolve
  })
  const subgraph: TestSubgraph = {
    name: 'small',
    typeDefs: `
      type Query { hello(name: String): String! who: String! bug: String slow: String nodes(first: Int): [Node!]! tree: Node! page(first: Int): Page }
      type Mutation { greet(name: String!): String! }
      type Subscription { tick: String! }
      type Page { nodes: [Node!]! }
      type Node { id: ID! nodes(first: Int): [Node!]! next: Node }
    `,
    resolvers: {
      Query: {
        hello: (_root: unknown, { name }: { name?: string }) => `Hello ${name ?? 'you'}`,
        who: (_root: unknown, _args: unknown, { viewer }) => `${viewer.memberId} as ${viewer.role}`,
        bug: () => {
          throw new Error('connect to postgres://root:hunter2@db failed')
        },
        slow: async () => {
          ask()
          await released
          return 'at last'
        },
        nodes: () => [],
        tree: () => ({ id: '1', nodes: [] }),
      },
      Mutation: { greet: (_root: unknown, { name }: { name: string }) => `Hi ${name}` },
      Subscription: { tick: { subscribe: () => feed.subscribe(), resolve: (event: unknown) => event } },
    },
  }
  return { subgraph, feed, release: () => release(), asked }
}
