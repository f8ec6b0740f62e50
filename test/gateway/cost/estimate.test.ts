import { GraphQLError, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { composeSupergraph } from '../../../gateway/compose.ts'
import { compileEstimate } from '../../../gateway/cost/estimate.ts'
import { readPrices } from '../../../gateway/cost/prices.ts'
import { findOperation } from '../../../gateway/execute/compile.ts'
import { readSupergraph } from '../../../gateway/execute/type-facts.ts'

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable", ${imports}])\n`

/** Estimates over a subgraph's SDL, through a supergraph that was composed of it. */
function estimating(typeDefs: string, imports = '"@cost", "@listSize"') {
  const { supergraphSdl } = composeSupergraph([{ name: 'a', url: 'http://a.invalid', sdl: link(imports) + typeDefs }])
  const { publicSchema: schema } = readSupergraph(supergraphSdl)
  const prices = readPrices(supergraphSdl)
  return (text: string, variables: Record<string, unknown> = {}) => {
    const document = parse(text, { noLocation: true })
    expect(validate(schema, document)).toEqual([])
    try {
      return compileEstimate(findOperation(document, undefined), document, { schema, prices })(variables)
    } catch (error) {
      return error instanceof GraphQLError ? error.extensions['code'] : error
    }
  }
}

describe('the estimate where the schema says nothing of costs', () => {
  const estimate = estimating(`
    type Query { user: User users(first: Int): [User!]! page(first: Int = 40, last: Int): Page node: Node any: Any
      find(filter: Filter, all: [Filter!]): User }
    type Mutation { rename(name: String): User remove: Boolean }
    type Subscription { renamed: User }
    type Page { nodes: [User!]! edges: [Edge!]! total: Int }
    type Edge { node: User }
    interface Node { id: ID! }
    union Any = User | Tag
    input Filter { text: String inner: Filter }
    type User implements Node { id: ID! friends(first: Int): Page tags: [Tag!]! names: [String!]! }
    type Tag { name: String users: [User!]! }
  `)

  it.each([
    ['an object', '{ user { id } }', 1],
    ['nothing for leaves, alone and in lists', '{ user { id names __typename } __typename }', 1],
    ['a list by its argument', '{ users(first: 10) { id } }', 10],
    ['a list of which nothing is said', '{ users { id } }', 25],
    ['a page and what is in it', '{ page(first: 10) { nodes { id } total } }', 11],
    ['a page by its default', '{ page { nodes { id } } }', 41],
    ['a page by its edges', '{ page(last: 10) { edges { node { id } } } }', 21],
    ['the larger of two sizes', '{ page(first: 3, last: 10) { nodes { id } } }', 11],
    ['pages in pages', '{ page(first: 10) { nodes { friends(first: 5) { nodes { id } } } } }', 1 + 10 * (1 + 1 + 5)],
    ['a fragment where it stands', '{ ...F } fragment F on Query { users(first: 3) { tags { name } } }', 3 * 26],
    ['what is asked for twice once', '{ user { id } ...F } fragment F on Query { user { tags { name } } }', 1 + 25],
    ['the same under two names twice', '{ a: user { id } b: user { id } }', 2],
    ['the dearest of several types', '{ any { ... on User { tags { name } } ... on Tag { users { id } name } } }', 26],
    ['an interface and what is behind it', '{ node { id ... on Node { ... on User { tags { name } } } } }', 26],
    ['ten for a mutation', 'mutation { rename { id } }', 11],
    ['ten for a mutation without objects', 'mutation { remove }', 10],
    ['one event of a subscription', 'subscription { renamed { id } }', 1],
    ['nothing for the schema', '{ __schema { types { fields { name } } } __type(name: "User") { name } }', 0],
    ['an input object, and those in it', '{ find(filter: { text: "a", inner: {} }) { id } }', 1 + 2],
    ['input objects of a list', '{ find(all: [{ text: "a" }, {}]) { id } }', 1 + 2],
    ['no input object that is null', '{ find(filter: null) { id } }', 1],
  ])('counts %s', (_what, text, cost) => {
    expect(estimate(text)).toBe(cost)
  })

  it.each([
    ['query ($n: Int) { page(first: $n) { nodes { id } } }', { n: 100 }, 101],
    ['query ($n: Int) { page(first: $n) { nodes { id } } }', {}, 41],
    ['query ($n: Int) { users(first: $n) { id } }', { n: null }, 25],
    ['query ($n: Int) { users(first: $n) { id } }', { n: -3 }, 0],
    ['query ($n: Int = 7) { page(first: $n) { nodes { id } } }', {}, 8],
    ['query ($f: Filter) { find(filter: $f) { id } }', { f: { inner: { inner: {} } } }, 4],
    ['query ($f: Filter) { find(filter: { inner: $f }) { id } }', { f: {} }, 3],
    ['query ($no: Boolean!) { user @skip(if: $no) { id } users(first: 5) { id } }', { no: true }, 5],
    ['query ($no: Boolean!) { user @skip(if: $no) { id } users(first: 5) { id } }', { no: false }, 6],
    ['query ($yes: Boolean = false) { ... @include(if: $yes) { user { id } } }', {}, 0],
    ['query ($yes: Boolean = false) { ... @include(if: $yes) { user { id } } }', { yes: true }, 1],
  ])('goes by variables: %s with %j', (text, variables, cost) => {
    expect(estimate(text, variables)).toBe(cost)
  })
})

describe('the estimate of what several types have under one name', () => {
  const estimate = estimating(`
    type Query { any: Any named: Named thing: Thing }
    union Any = Thing | Other
    interface Named { x: Small weighed(n: Int): Small }
    interface Listed { x: Large weighed(n: Int): Small }
    type Thing implements Named { x: Small weighed(n: Int @cost(weight: 5)): Small }
    type Other implements Listed { x: Large weighed(n: Int): Small @cost(weight: 50) }
    type Small { id: ID! }
    type Large { id: ID! all(first: Int): [Small!]! }
  `)

  it.each([
    [
      'each interface by its own type',
      '{ any { ... on Named { x { id } } ... on Listed { x { all(first: 90) { id } } } } }',
      1 + 1 + (1 + 90),
    ],
    [
      'each interface by its own weight',
      '{ any { ... on Named { w: weighed { id } } ... on Listed { w: weighed { id } } } }',
      1 + 1 + 50,
    ],
    [
      'a field of an object once, whatever it is asked for as',
      '{ thing { x { id } ... on Named { x { id } } } }',
      1 + 1,
    ],
    ['an argument as the dearest type weighs it', '{ named { weighed(n: 1) { id } } }', 1 + 1 + 5],
  ])('counts %s', (_what, text, cost) => {
    expect(estimate(text)).toBe(cost)
  })
})

describe('the estimate of sizes that are no Int', () => {
  const estimate = estimating(`
    scalar Size
    type Query { floats(first: Float): [User!]! sizes(first: Size): [User!]! }
    type User { id: ID! }`)

  it.each([
    ['{ floats(first: 1e3) { id } }', {}, 1_000],
    ['{ floats(first: 99.5) { id } }', {}, 99.5],
    ['{ sizes(first: "900") { id } }', {}, 900],
    ['query ($n: Size) { sizes(first: $n) { id } }', { n: '900' }, 900],
    ['query ($n: Size) { sizes(first: $n) { id } }', { n: 900 }, 900],
    ['query ($n: Size) { sizes(first: $n) { id } }', { n: 'all' }, 25],
    ['query ($n: Size) { sizes(first: $n) { id } }', { n: '' }, 25],
  ])('reads them as numbers: %s with %j', (text, variables, cost) => {
    expect(estimate(text, variables)).toBe(cost)
  })
})

describe('the estimate where the schema says what things cost', () => {
  const typeDefs = `
    type Query {
      users(first: Int, last: Int, filter: Filter @cost(weight: 4), q: String @cost(weight: 3)): UserPage
        @listSize(slicingArguments: ["first", "last"], sizedFields: ["nodes"])
      some(first: Int): [User!]! @listSize(assumedSize: 7, slicingArguments: ["first"], requireOneSlicingArgument: false)
      best: [User!]! @listSize(assumedSize: 3) @cost(weight: 2)
      node: Node
    }
    interface Node { id: ID! }
    type Mutation { go: Int @cost(weight: 5) }
    input Filter { x: String @cost(weight: 2) y: String }
    type UserPage { nodes: [User!]! others: [User!]! }
    enum Level @cost(weight: 7) { LOW HIGH }
    scalar Money @cost(weight: 6)
    type User implements Node @cost(weight: 9) { id: ID! age: Int @cost(weight: 2) level: Level paid: [Money!]! }
  `
  const estimate = estimating(typeDefs)

  it.each([
    ['an object by its type', '{ some(first: 1) { id } }', 9],
    ['a field before its type', '{ best { id } }', 3 * 2],
    ['leaves by their field, enum and scalar', '{ some(first: 1) { age level paid } }', 9 + 2 + 7 + 25 * 6],
    ['an interface by the dearest behind it', '{ node { id } }', 9],
    ['a list by what is assumed', '{ some { id } }', 7 * 9],
    [
      'sized fields, and others as if nothing were said',
      '{ users(first: 2) { nodes { id } others { id } } }',
      1 + 18 + 25 * 9,
    ],
    ['arguments', '{ users(first: 1, q: "a") { __typename } }', 1 + 3],
    [
      'input objects by their argument and their fields',
      '{ users(first: 1, filter: { x: "a", y: "b" }) { __typename } }',
      1 + 4 + 2,
    ],
    ['no argument that is null', '{ users(first: 1, q: null, filter: null) { __typename } }', 1],
    ['a mutation and its field', 'mutation { go }', 15],
  ])('counts %s', (_what, text, cost) => {
    expect(estimate(text)).toBe(cost)
  })

  it('counts no less than nothing for a field that makes another one cheaper than that', () => {
    const discounted = estimating(`
      type Query { user(short: Boolean @cost(weight: -3)): User best: User @cost(weight: -9) }
      type User { id: ID! tags(short: Boolean @cost(weight: -3)): [User!]! @listSize(assumedSize: 10) }`)
    expect(discounted('{ user(short: true) { tags { id } } }')).toBe(1 - 3 + 10)
    expect(discounted('{ user(short: true) { id } best { id } a: user { id } }')).toBe(1)
  })

  it('wants one of the arguments that say how long a list is, where the schema does', () => {
    expect(estimate('{ users { __typename } }')).toBe('BAD_USER_INPUT')
    expect(estimate('{ users(first: 1, last: 1) { __typename } }')).toBe('BAD_USER_INPUT')
    expect(estimate('query ($n: Int) { users(first: $n) { __typename } }', { n: null })).toBe('BAD_USER_INPUT')
    expect(estimate('query ($n: Int) { users(first: $n, last: 1) { __typename } }')).toBe(1)
  })

  it('finds the directives under the names that they were imported by', () => {
    const renamed = typeDefs.replaceAll('@cost', '@price').replaceAll('@listSize', '@size')
    const other = estimating(renamed, '{ name: "@cost", as: "@price" }, { name: "@listSize", as: "@size" }')
    expect(other('{ best { id age } some { id } }')).toBe(3 * (2 + 2) + 7 * 9)
  })
})
