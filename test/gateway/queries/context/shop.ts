import type { TestSubgraph } from '../../graph.ts'
import { findItem, findReader, noteOf, priceOf, readers, type Asking, type Item, type Reader } from './data.ts'
import { LINK } from './link.ts'

const typeOf = { __resolveType: ({ __typename }: Reader) => __typename }

/** Knows readers, and answers for things by what readers have: an argument of the client's beside one of the context. */
export const shopSubgraph: TestSubgraph = {
  name: 'shop',
  link: LINK,
  typeDefs: `
    type Query { readers: [Reader!] members: [Member] reader(id: ID!): Reader }
    type Mutation { visit(id: ID!): Reader }
    interface Reader @context(name: "reader") { id: ID! locale: Locale }
    type Locale { code: String }
    type Member implements Reader @key(fields: "id") {
      id: ID! locale: Locale currency: String! basket: [Item] first: Item
    }
    type Guest implements Reader @key(fields: "id") { id: ID! locale: Locale badge: String basket: [Item] }
    type Item @key(fields: "id") {
      id: ID!
      price(times: Int, currency: String @fromContext(field: "$reader ... on Member { currency } ... on Guest { badge }")): String
      label(code: String @fromContext(field: "$reader { locale { code } }")): Label!
      related: [Item!]
    }
    type Label { text: String! of: Item }
  `,
  resolvers: {
    Query: {
      readers: () => readers,
      members: () => readers.map((each) => (each.__typename === 'Member' ? each : null)),
      reader: (_, key: Reader) => findReader(key),
    },
    Mutation: { visit: (_, key: Reader) => findReader(key) },
    Reader: typeOf,
    Member: {
      __resolveReference: findReader,
      locale: ({ locale }: Reader) => locale && { code: locale },
      basket: ({ basket }: Reader) => basket.map((id) => ({ id })),
      first: ({ basket: [id] }: Reader) => id && { id },
    },
    Guest: {
      __resolveReference: findReader,
      locale: ({ locale }: Reader) => locale && { code: locale },
      basket: ({ basket }: Reader) => basket.map((id) => ({ id })),
    },
    Item: {
      __resolveReference: findItem,
      price: (item: Item, asking: Asking) => priceOf(item, asking),
      label: (item: Item, { code }: { readonly code?: string | null }) => ({
        text: noteOf(item.id, code, 0),
        of: item,
      }),
      related: ({ id }: Item) => (findItem({ id })?.related ?? []).map((each) => findItem({ id: each })),
    },
  },
}
