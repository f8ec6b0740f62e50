import type { TestSubgraph } from '../../graph.ts'
import { media, type MediumRow } from './data.ts'

const find = ({ id }: { readonly id: string }) => media.find((medium) => medium.id === id) ?? null

/** Owns media, as an interface with several types behind it. */
export const catalogueSubgraph: TestSubgraph = {
  name: 'catalogue',
  typeDefs: `
    type Query { media: [Medium]! known: [Medium!]! shelf: [Shelved]! named: [Named] }
    interface Named { title: String! }
    interface Medium implements Named @key(fields: "id") { id: ID! title: String! }
    type Book implements Medium & Named @key(fields: "id") { id: ID! title: String! pages: Int length: Int code: String! }
    type Film implements Medium & Named @key(fields: "id") { id: ID! title: String! minutes: Int length: Int code: String }
    type Draft implements Medium & Named @key(fields: "id") @inaccessible { id: ID! title: String! }
    union Shelved = Book | Film
  `,
  resolvers: {
    Query: {
      media: () => media,
      known: () => media.slice(0, 2),
      shelf: () => media.slice(0, 2),
      named: () => media,
    },
    Medium: { __resolveReference: find, __resolveType: ({ __typename }: MediumRow) => __typename },
    Named: { __resolveType: ({ __typename }: MediumRow) => __typename },
    Shelved: { __resolveType: ({ __typename }: MediumRow) => __typename },
    Book: { __resolveReference: find, length: ({ pages }: { pages: number }) => pages, code: () => 'B' },
    Film: { __resolveReference: find, length: ({ minutes }: { minutes: number }) => minutes, code: () => 'F' },
    Draft: { __resolveReference: find },
  },
}
