import type { TestSubgraph } from '../../graph.ts'
import { findMedium, media, type Medium } from './data.ts'

/** Owns media. */
export const librarySubgraph: TestSubgraph = {
  name: 'library',
  typeDefs: `
    type Query { library: [Medium!]! }
    interface Medium { id: ID! title: String! }
    type Image implements Medium @key(fields: "id") { id: ID! title: String! @shareable width: Int! @shareable }
    type Film implements Medium @key(fields: "id") { id: ID! title: String! @shareable seconds: Int! @shareable }
  `,
  resolvers: {
    Query: { library: () => media },
    Medium: { __resolveType: ({ __typename }: Medium) => __typename },
    Image: { __resolveReference: findMedium },
    Film: { __resolveReference: findMedium },
  },
}
