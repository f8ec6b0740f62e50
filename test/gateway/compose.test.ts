import { describe, expect, it } from 'vitest'
import { composeSupergraph, CompositionError } from '../../gateway/compose.ts'
import { readSubgraphUrls } from '../../gateway/subgraph-urls.ts'
import { LINK } from './graph.ts'

const subgraph = (name: string, sdl: string) => ({ name, url: `http://${name}.invalid/graphql`, sdl: LINK + sdl })

/** The problems of subgraphs that do not compose. */
function problemsOf(...subgraphs: { name: string; url: string; sdl: string }[]) {
  try {
    composeSupergraph(subgraphs)
  } catch (error) {
    if (error instanceof CompositionError) return error.problems
    throw error
  }
  throw new Error('expected the subgraphs not to compose')
}

describe('composition', () => {
  it('makes a supergraph with addresses, and the schema that clients see', () => {
    const { supergraphSdl, apiSdl } = composeSupergraph([
      subgraph('one', 'type Query { a: A } type A @key(fields: "id") { id: ID! secret: Int @inaccessible }'),
      subgraph('two', 'type A @key(fields: "id") { id: ID! b: Int }'),
    ])
    expect([...readSubgraphUrls(supergraphSdl)]).toEqual([
      ['one', 'http://one.invalid/graphql'],
      ['two', 'http://two.invalid/graphql'],
    ])
    expect(apiSdl.replaceAll(/\s+/g, ' ').trim()).toBe('type Query { a: A } type A { id: ID! b: Int }')
  })

  it.each([
    ['FIELD_TYPE_MISMATCH', 'type Query { a: Int @shareable }', 'type Query { a: String @shareable }'],
    ['INVALID_FIELD_SHARING', 'type Query { a: Int }', 'type Query { a: Int }'],
    ['KEY_INVALID_FIELDS', 'type Query { a: A } type A @key(fields: "nope") { id: ID! }', 'type Query { b: Int }'],
    ['NO_QUERIES', 'type A { id: ID! }', 'type B { id: ID! }'],
  ])('says %s', (code, one, two) => {
    const problems = problemsOf(subgraph('one', one), subgraph('two', two))
    expect(problems.map((problem) => problem.code)).toContain(code)
  })

  it('says which subgraph is no SDL, and where', () => {
    const problems = problemsOf(
      { name: 'one', url: 'http://one.invalid', sdl: 'type Query {' },
      { name: 'two', url: 'http://two.invalid', sdl: 'typo' },
    )
    expect(problems).toEqual([
      { code: 'GRAPHQL_PARSE_FAILED', message: '[one] Syntax Error: Expected Name, found <EOF>. (line 1, column 13)' },
      { code: 'GRAPHQL_PARSE_FAILED', message: '[two] Syntax Error: Unexpected Name "typo". (line 1, column 1)' },
    ])
  })

  it('lists every problem in its message', () => {
    const error = new CompositionError([
      { code: 'A', message: 'one' },
      { code: 'B', message: 'two' },
    ])
    expect(error.message).toBe('the subgraphs do not compose:\n  A: one\n  B: two')
  })
})
