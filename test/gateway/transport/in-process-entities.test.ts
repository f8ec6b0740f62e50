import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../../gateway/transport/in-process.ts'
import type { SubgraphOperation } from '../../../gateway/transport/transport.ts'
import { buildSchema, VIEWER } from '../graph.ts'

/** A subgraph that owns an interface, and counts how often it looks for what is behind it. */
function makeSubgraph() {
  const looked: string[] = []
  const schema = buildSchema({
    name: 'shapes',
    typeDefs: `
      type Query { shapes: Int }
      interface Shape @key(fields: "id") { id: ID! area: Float! }
      type Square implements Shape @key(fields: "id") { id: ID! area: Float! }
      type Circle implements Shape @key(fields: "id") { id: ID! area: Float! }
    `,
    resolvers: {
      Shape: {
        __resolveReference: ({ id }: { readonly id: string }) => {
          looked.push(id)
          return { id, area: id.length }
        },
        __resolveType: ({ id }: { readonly id: string }) => (id.startsWith('s') ? 'Square' : 'Circle'),
      },
    },
  })
  return { looked, transport: createInProcessTransport({ schema, compileAfter: 0, contextFor: () => ({}) }) }
}

describe('compiled code', () => {
  it('answers entities of an interface without asking twice', async () => {
    const { looked, transport } = makeSubgraph()
    const text = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Shape { __typename area } } }'
    const operation: SubgraphOperation = { text, document: parse(text, { noLocation: true }), kind: 'query' }
    const answer = await transport.execute({
      operation,
      variables: { r: ['s1', 'c22'].map((id) => ({ __typename: 'Shape', id })) },
      viewer: VIEWER,
      requestId: 'r1',
      signal: new AbortController().signal,
    })
    expect(JSON.parse(JSON.stringify(answer))).toEqual({
      data: {
        _entities: [
          { __typename: 'Square', area: 2 },
          { __typename: 'Circle', area: 3 },
        ],
      },
    })
    expect(looked).toEqual(['s1', 'c22'])
  })
})
