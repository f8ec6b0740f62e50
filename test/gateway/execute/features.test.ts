import { describe, expect, it } from 'vitest'
import { compose, makeGraph, plain, type TestSubgraph } from '../graph.ts'

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@cost",
  "@listSize", "@inaccessible", "@authenticated", "@requiresScopes", "@policy", "@context", "@fromContext"])\n`

const subgraph = (typeDefs: string, more: object = {}): TestSubgraph => ({
  name: 'vault',
  link: LINK,
  typeDefs,
  resolvers: { Query: { open: () => 1, ...more } },
})

describe('what a supergraph relies on', () => {
  it('is not served when it cannot be kept', async () => {
    const known = compose([subgraph('type Query { open: Int }')])
    const [security, execution] = ['sealed', 'delayed'].map((name) => `https://acme.example/${name}/v0.1`)
    const supergraphSdl = known.replace(
      /^schema/,
      `schema @link(url: "${security}", for: SECURITY) @link(url: "${execution}", for: EXECUTION)`,
    )
    await expect(makeGraph([subgraph('type Query { open: Int }')], { supergraphSdl })).rejects.toMatchObject({
      code: 'SUPERGRAPH_UNUSABLE',
      message: expect.stringContaining(`sealed (${security}), delayed (${execution})`),
    })
  })

  it('is served when it is kept anyway, or is but a note', async () => {
    const typeDefs = `
      type Query {
        open: Int @tag(name: "public")
        secret: Int @authenticated
        list(first: Int = 1): [Int!] @listSize(slicingArguments: ["first"]) @cost(weight: 3)
        hidden: Int @inaccessible
      }`
    const graph = await makeGraph([subgraph(typeDefs, { secret: () => 2, list: () => [3] })])
    expect(plain(await graph.ask('{ open secret list(first: 1) }'))).toEqual({
      data: { open: 1, secret: 2, list: [3] },
    })
    await expect(graph.ask('{ hidden }')).rejects.toThrow('Cannot query field "hidden"')
  })

  it('carries directives that subgraphs have composed', async () => {
    const link = `extend schema
      @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
      @link(url: "https://acme.example/badge/v1.0", import: ["@badge"])
      @composeDirective(name: "@badge")
      directive @badge(of: String!) on FIELD_DEFINITION\n`
    const graph = await makeGraph([{ ...subgraph('type Query { open: Int @badge(of: "honour") }'), link }])
    expect(plain(await graph.ask('{ open }'))).toEqual({ data: { open: 1 } })
    expect(graph.executor.schema.getDirective('badge')?.args.map(({ name }) => name)).toEqual(['of'])
  })

  it('asks nothing of a subgraph for somebody who did not show who they are', async () => {
    const graph = await makeGraph([subgraph('type Query { open: Int @authenticated }')])
    const answer = await graph.ask('{ open }', { viewer: null })
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' })
    expect(graph.sent).toEqual([])
  })
})
