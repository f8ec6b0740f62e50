import { describe, expect, it } from 'vitest'
import { makeGraph, plain, type TestSubgraph } from '../graph.ts'

/** A supergraph of two subgraphs, as composers wrote it over the years; what differs is given. */
interface Version {
  readonly join: string
  /** The first argument of `@join__field`, which newer versions may leave out. */
  readonly fieldGraph: string
  readonly more: string
  /** What stands on a value of an enum, and on a union. */
  readonly onValue: string
  readonly onUnion: string
}

const LINKED = (join: string): string => `schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/${join}", for: EXECUTION)
{ query: Query }
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph {
  REVIEWS @join__graph(name: "reviews", url: "http://reviews.invalid/graphql")
  STOCK @join__graph(name: "stock", url: "http://stock.invalid/graphql")
}`

const toSupergraph = ({ join, fieldGraph, more, onValue, onUnion }: Version): string => `${LINKED(join)}
directive @join__field(graph: ${fieldGraph}, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
${more}
interface Named @join__type(graph: STOCK) { name: String }
type Product implements Named
  @join__implements(graph: STOCK, interface: "Named")
  @join__type(graph: STOCK, key: "upc")
  @join__type(graph: REVIEWS, key: "upc", extension: true)
{
  upc: String!
  name: String @join__field(graph: STOCK)
  grams: Int @join__field(graph: STOCK) @join__field(graph: REVIEWS, external: true)
  size: Size @join__field(graph: STOCK)
  reviews: [Review!] @join__field(graph: REVIEWS)
  postage: Int @join__field(graph: REVIEWS, requires: "grams")
}
type Review @join__type(graph: REVIEWS) { body: String product: Product @join__field(graph: REVIEWS, provides: "grams") }
enum Size @join__type(graph: STOCK) { SMALL ${onValue} LARGE ${onValue} }
union Thing ${onUnion} = Box | Product
type Box @join__type(graph: STOCK) { holds: Named }
type Query @join__type(graph: STOCK) @join__type(graph: REVIEWS) {
  product: Product @join__field(graph: STOCK)
  things(size: Size): [Thing] @join__field(graph: STOCK)
  latest: Review @join__field(graph: REVIEWS)
}`

const TYPE =
  'directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true'
const ON_TYPES = 'repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR'

const V02: Version = {
  join: 'v0.2',
  fieldGraph: 'join__Graph!',
  more: `${TYPE}) ${ON_TYPES}`,
  onValue: '',
  onUnion: '@join__type(graph: STOCK)',
}

const V03: Version = {
  join: 'v0.3',
  fieldGraph: 'join__Graph',
  more: `${TYPE}, isInterfaceObject: Boolean! = false) ${ON_TYPES}
    directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
    directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION`,
  onValue: '@join__enumValue(graph: STOCK)',
  onUnion:
    '@join__type(graph: STOCK) @join__unionMember(graph: STOCK, member: "Box") ' +
    '@join__unionMember(graph: STOCK, member: "Product")',
}

/** As the composer of the first federation wrote it: with `@core` in place of `@link`, and owners. */
const V01 = `schema
  @core(feature: "https://specs.apollo.dev/core/v0.2"),
  @core(feature: "https://specs.apollo.dev/join/v0.1", for: EXECUTION)
{ query: Query }
directive @core(as: String, feature: String!, for: core__Purpose) repeatable on SCHEMA
directive @join__field(graph: join__Graph, provides: join__FieldSet, requires: join__FieldSet) on FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__owner(graph: join__Graph!) on INTERFACE | OBJECT
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on INTERFACE | OBJECT
scalar join__FieldSet
enum core__Purpose { EXECUTION SECURITY }
enum join__Graph {
  REVIEWS @join__graph(name: "reviews" url: "http://reviews.invalid/graphql")
  STOCK @join__graph(name: "stock" url: "http://stock.invalid/graphql")
}
type Product @join__owner(graph: STOCK) @join__type(graph: STOCK, key: "upc") @join__type(graph: REVIEWS, key: "upc") {
  upc: String! @join__field(graph: STOCK)
  reviews: [Review!] @join__field(graph: REVIEWS)
}
type Review { body: String }
type Query { product: Product @join__field(graph: STOCK) }`

const BALL = { __typename: 'Product', upc: 'b', name: 'Ball', grams: 400, size: 'LARGE' }

const STOCK: TestSubgraph = {
  name: 'stock',
  typeDefs: `
    type Query { product: Product things(size: Size): [Thing] }
    interface Named { name: String }
    type Product implements Named @key(fields: "upc") { upc: String! name: String grams: Int @shareable size: Size }
    enum Size { SMALL LARGE }
    union Thing = Box | Product
    type Box { holds: Named }`,
  resolvers: {
    Query: { product: () => BALL, things: () => [{ __typename: 'Box', holds: BALL }, BALL] },
    Product: { __resolveReference: () => BALL },
  },
}

const REVIEWS: TestSubgraph = {
  name: 'reviews',
  link: '',
  typeDefs: `
    type Query { latest: Review }
    type Review { body: String product: Product @provides(fields: "grams") }
    extend type Product @key(fields: "upc") {
      upc: String! @external
      grams: Int @external
      reviews: [Review!]
      postage: Int @requires(fields: "grams")
    }`,
  resolvers: {
    Query: { latest: () => ({ body: 'Round', product: { upc: 'b', grams: 400 } }) },
    Product: {
      reviews: () => [{ body: 'Round' }],
      postage: ({ grams }: { grams: number }) => grams * 2,
    },
  },
}

const makeOver = (supergraphSdl: string) => makeGraph([REVIEWS, STOCK], { supergraphSdl })

describe('a supergraph that an older composer wrote', () => {
  it.each([
    ['of join v0.2', V02],
    ['of join v0.3', V03],
  ])('%s is served', async (_name, version) => {
    const graph = await makeOver(toSupergraph(version))
    expect(
      plain(
        await graph.ask(
          `query ($size: Size) {
          product { name size postage reviews { body } }
          things(size: $size) { ... on Box { holds { name ... on Product { postage } } } ... on Named { name } }
          latest { product { grams name } }
          __schema { types { name } }
        }`,
          { variables: { size: 'SMALL' } },
        ),
      ),
    ).toEqual({
      data: {
        product: { name: 'Ball', size: 'LARGE', postage: 800, reviews: [{ body: 'Round' }] },
        things: [{ holds: { name: 'Ball', postage: 800 } }, { name: 'Ball' }],
        latest: { product: { grams: 400, name: 'Ball' } },
        __schema: { types: expect.not.arrayContaining([{ name: expect.stringMatching(/^(join|link)__/) }]) },
      },
    })
  })

  it('of join v0.1 is not, and the error says what to do', async () => {
    await expect(makeOver(V01)).rejects.toMatchObject({
      code: 'SUPERGRAPH_UNUSABLE',
      message: expect.stringMatching(/^it was composed for Federation 1 .*compose the same subgraphs for Federation 2/),
    })
  })
})
