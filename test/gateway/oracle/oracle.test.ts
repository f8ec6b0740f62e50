import fc from 'fast-check'
import { buildSchema, execute, parse, validate, type GraphQLSchema } from 'graphql'
import { beforeAll, describe, expect, it } from 'vitest'
import { composeSupergraph } from '../../../gateway/compose.ts'
import { LINK, makeGraph, type TestGraph } from '../graph.ts'
import { chooseBy, writeQuery } from './queries.ts'
import { roots, subgraphs } from './subgraphs.ts'

/** The same queries in every run; when planning or executing changes, run more of them with other seeds by hand. */
const RUNS = 600
const SEED = 20261121

describe.each([
  ['as graphql-js runs it', null],
  ['compiled', 0],
])('any query over the subgraphs, %s', (_how, compileAfter) => {
  let graph: TestGraph
  let whole: GraphQLSchema

  beforeAll(async () => {
    graph = await makeGraph(subgraphs, { compileAfter })
    const { apiSdl } = composeSupergraph(
      subgraphs.map(({ name, typeDefs }) => ({ name, url: 'http://subgraph.invalid', sdl: LINK + typeDefs })),
    )
    whole = buildSchema(apiSdl)
  })

  it('answers what one schema that knows everything answers', { timeout: 120_000 }, async () => {
    const queries = fc
      .array(fc.noBias(fc.nat(999)), { minLength: 150, maxLength: 250, size: 'max' })
      .map((numbers) => writeQuery(whole, chooseBy(numbers)))
    let planned = 0
    let unplanned = 0
    await fc.assert(
      fc.asyncProperty(queries, fc.boolean(), async (text, yes) => {
        const document = parse(text)
        fc.pre(validate(whole, document).length === 0)
        const variables = { yes, no: !yes }
        const expected = await execute({ schema: whole, document, rootValue: roots, variableValues: variables })
        const answer = await graph.ask(text, { variables })
        if (answer.errors?.[0]?.extensions['code'] === 'OPERATION_NOT_PLANNED') {
          unplanned++
          return
        }
        planned++
        expect(JSON.stringify(answer.data, null, 1)).toBe(JSON.stringify(expected.data, null, 1))
        expect((answer.errors?.length ?? 0) > 0).toBe((expected.errors?.length ?? 0) > 0)
      }),
      { numRuns: RUNS, seed: SEED },
    )
    expect(planned).toBeGreaterThan(RUNS * 0.95)
    expect(unplanned).toBeLessThan(RUNS * 0.05)
  })
})
