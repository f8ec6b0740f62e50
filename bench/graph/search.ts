import { type Product, RefusedError } from './product.ts'
import { makeQueries } from './search-queries.ts'
import { sumUp, type Timed } from './timed.ts'

const SEARCH = `
  query Search($query: String!) {
    search(query: $query, first: 20) { nodes { type rank snippet node { id } } }
  }`

/** Asks 200 different things (`search-queries.ts`), each once after a few that warm up; by class of query, and all together. */
export async function timeSearch(
  product: Product,
  vocabulary: readonly string[],
): Promise<readonly { readonly name: string; readonly times: Timed }[]> {
  const queries = makeQueries(vocabulary, {
    emails: [3, 33, 333, 3_333].map((n) => `person${n}@example.com`),
    ticketNumbers: ['7', '77', '777'],
  })
  for (const query of ['warm', 'up', 'the caches']) await product.ask(SEARCH, { query })
  const byClass = new Map<string, number[]>()
  for (const { query, kind } of queries) {
    const ms = await timeOne(product, query)
    byClass.set(kind, [...(byClass.get(kind) ?? []), ms])
  }
  const all = [...byClass.values()].flat()
  return [['all', all] as const, ...byClass].map(([name, times]) => ({ name, times: sumUp(times) }))
}

/** One that is ended at its deadline took as long as that. */
async function timeOne(product: Product, query: string): Promise<number> {
  try {
    return (await product.ask(SEARCH, { query })).ms
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'TIMEOUT') return error.ms
    throw error
  }
}
