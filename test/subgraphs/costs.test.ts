import { readFile } from 'node:fs/promises'
import { parse } from 'graphql'
import { expect, it } from 'vitest'
import { compileEstimate } from '../../gateway/cost/estimate.ts'
import { readPrices } from '../../gateway/cost/prices.ts'
import { findOperation } from '../../gateway/execute/compile.ts'
import { readSupergraph } from '../../gateway/execute/type-facts.ts'

/** What an operation on our own graph may cost. */
async function estimator(): Promise<(text: string) => number> {
  const sdl = await readFile('schema/supergraph.graphql', 'utf8')
  const { publicSchema: schema } = readSupergraph(sdl)
  return (text) => {
    const document = parse(text)
    return compileEstimate(findOperation(document, undefined), document, { schema, prices: readPrices(sdl) })({})
  }
}

it('prices a search higher than a list, whatever is asked of what it finds', async () => {
  const estimate = await estimator()
  expect(estimate('{ tickets(first: 10) { nodes { id } } }')).toBe(11)
  expect(estimate('{ search(query: "a", first: 10) { nodes { rank } } }')).toBe(510)
  expect(estimate('{ search(query: "a", first: 1) { pageInfo { hasNextPage } } }')).toBe(501)
})

it('prices numbers by metric, bucket and group', async () => {
  const asked = (parts: string): string => `{ stats(metrics: [NEW], from: "2025-01-01T00:00:00Z") { ${parts} } }`
  const number = 'value { count }'
  const estimate = await estimator()
  expect(estimate(asked('total { count }'))).toBe(9 * 201)
  expect(estimate(asked(`buckets { ${number} }`))).toBe(9 * (200 + 31 * 2))
  expect(estimate(asked(`groups(first: 10) { ${number} buckets { ${number} } }`))).toBe(9 * (200 + 10 * (2 + 31 * 2)))
})
