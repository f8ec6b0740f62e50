/** What is measured: one entity of one subgraph, and a page of fifty over four. */
export const queries = {
  simple: '{ product(id: "p7") { id name tags } }',
  deep: `{
    products(first: 50) {
      id name tags price stock
      seller { id name city reviewCount }
      reviews { id text stars author { id name reviewCount } }
    }
  }`,
} as const

/** A query's name. */
export type QueryName = keyof typeof queries
