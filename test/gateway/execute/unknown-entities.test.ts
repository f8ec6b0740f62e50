import { describe, expect, it } from 'vitest'
import { makeGraph, type TestSubgraph } from '../graph.ts'

interface Agent {
  readonly id: string
  readonly grade?: number | null
}

/** The subgraph knows one agent, fails at another, and does not know the rest. */
const people: TestSubgraph = {
  name: 'people',
  typeDefs: 'type Query { people: Int } type Agent @key(fields: "id") { id: ID! grade: Int email: String }',
  resolvers: {
    Agent: {
      __resolveReference: async ({ id }: Agent) => {
        if (id === 'failing') throw new Error('out of order')
        return id === 'known' ? { id, grade: 3, email: 'known@here.example' } : null
      },
    },
  },
}

const pay: TestSubgraph = {
  name: 'pay',
  typeDefs: `
    type Query { agents: [Agent!]! }
    type Agent @key(fields: "id") { id: ID! grade: Int @external wage: Int @requires(fields: "grade") }`,
  resolvers: {
    Query: { agents: () => [{ id: 'known' }, { id: 'failing' }, { id: 'unknown' }] },
    Agent: {
      __resolveReference: (sent: Agent) => sent,
      wage: ({ grade }: Agent) => (grade == null ? 0 : grade * 100),
    },
  },
}

describe('what is required of an entity', () => {
  it('is null where its subgraph does not know it, and not known where that failed', async () => {
    const graph = await makeGraph([people, pay])
    const answer = await graph.ask('{ agents { id wage } }')
    expect(answer.data).toEqual({
      agents: [
        { id: 'known', wage: 300 },
        { id: 'failing', wage: null },
        { id: 'unknown', wage: 0 },
      ],
    })
    expect(answer.errors?.map(({ path }) => path)).toEqual([['agents', 1]])
    expect(graph.sent.at(-1)?.variables).toEqual({
      representations: [
        { __typename: 'Agent', id: 'known', grade: 3 },
        { __typename: 'Agent', id: 'unknown', grade: null },
      ],
    })
  })

  it('is not a key that stays unknown', async () => {
    const mail: TestSubgraph = {
      name: 'mail',
      typeDefs: 'type Query { mail: Int } type Agent @key(fields: "email") { email: String unread: Int }',
      resolvers: { Agent: { __resolveReference: () => ({ unread: 7 }) } },
    }
    const both: TestSubgraph = {
      ...people,
      typeDefs: `type Query { people: Int }
        type Agent @key(fields: "id") @key(fields: "email") { id: ID! grade: Int email: String }`,
    }
    const graph = await makeGraph([both, pay, mail])
    const answer = await graph.ask('{ agents { id unread } }')
    expect(answer.data).toEqual({
      agents: [
        { id: 'known', unread: 7 },
        { id: 'failing', unread: null },
        { id: 'unknown', unread: null },
      ],
    })
    expect(graph.sent.at(-1)?.variables).toEqual({
      representations: [{ __typename: 'Agent', email: 'known@here.example' }],
    })
  })
})
