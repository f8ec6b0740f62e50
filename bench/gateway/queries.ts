import { PAGE, PAGES } from './data.ts'

/** What is measured: one entity of one subgraph, and a page of fifty over four. */
const queries = {
  simple: {
    text: 'query Simple($id: ID!) { product(id: $id) { id name tags } }',
    variablesOf: (page: number) => ({ id: `p${page * PAGE}` }),
  },
  deep: {
    text: `query Deep($skip: Int!) {
      products(first: ${PAGE}, skip: $skip) {
        id name tags price stock
        seller { id name city reviewCount }
        reviews { id text stars author { id name reviewCount } }
      }
    }`,
    variablesOf: (page: number) => ({ skip: page * PAGE }),
  },
} as const

/** What is asked again and again: one query, each time about something else or always about the same. */
export interface Work {
  readonly query: keyof typeof queries
  readonly variables: 'distinct' | 'identical'
}

/** One operation as a client sends it. */
export interface Operation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** The `n`th operation of some work. Distinct ones have no entity in common before {@link PAGES} of them were asked. */
export function toOperation({ query, variables }: Work, n: number): Operation {
  const { text, variablesOf } = queries[query]
  return { query: text, variables: variablesOf(variables === 'distinct' ? n % PAGES : 0) }
}
