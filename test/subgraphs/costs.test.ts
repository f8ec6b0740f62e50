import { readFile } from 'node:fs/promises'
import { parse } from 'graphql'
import { expect, it } from 'vitest'
import { compileEstimate } from '../../gateway/cost/estimate.ts'
import { readPrices } from '../../gateway/cost/prices.ts'
import { findOperation } from '../../gateway/execute/compile.ts'
import { readSupergraph } from '../../gateway/execute/type-facts.ts'

it('prices a search higher than a list, whatever is asked of what it finds', async () => {
  const sdl = await readFile('schema/supergraph.graphql', 'utf8')
  const { publicSchema: schema } = readSupergraph(sdl)
  const estimate = (text: string) => {
    const document = parse(text)
    return compileEstimate(findOperation(document, undefined), document, { schema, prices: readPrices(sdl) })({})
  }
  expect(estimate('{ tickets(first: 10) { nodes { id } } }')).toBe(11)
  expect(estimate('{ search(query: "a", first: 10) { nodes { rank } } }')).toBe(510)
  expect(estimate('{ search(query: "a", first: 1) { pageInfo { hasNextPage } } }')).toBe(501)
})
