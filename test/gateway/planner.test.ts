import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createPlanner, PlanningError } from '../../gateway/planner.ts'
import { SupergraphError } from '../../gateway/subgraph-urls.ts'
import { compose, makeGraph, plain } from './graph.ts'
import { peopleSubgraph } from './queries/desk/people.ts'
import { ticketsSubgraph } from './queries/desk/tickets.ts'

describe('the planner', () => {
  it('does not start with something that is no supergraph', async () => {
    await expect(createPlanner('type Query {')).rejects.toThrow(SupergraphError)
  })

  it('says on which machines it runs where it does not', async () => {
    const program = `import(${JSON.stringify(new URL('../../gateway/planner.ts', import.meta.url).href)})
      .then(({ createPlanner }) => createPlanner('type Query { a: Int }'))
      .then(() => console.log('started'), (error) => console.log(error.code, error.message))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: '/nowhere/planner.node' },
    })
    expect(stdout).toContain('PLANNER_UNAVAILABLE the query planner has no build for')
    expect(stdout).toContain('glibc Linux or macOS')
  })

  it('says which operation it cannot plan', async () => {
    const planner = await createPlanner(compose([peopleSubgraph, ticketsSubgraph]))
    expect(() => planner.at(0).plan('{ nope }')).toThrow(PlanningError)
    expect(() => planner.at(0).plan('{ nope }')).toThrow('{ nope }')
  })

  it('is excused to the client where it finds no way, with a code of its own', async () => {
    // A supergraph that composing would refuse: nobody can be asked for a person by key, and tickets know no names.
    const supergraphSdl = compose([peopleSubgraph, ticketsSubgraph]).replaceAll(
      'key: "id"',
      'key: "id", resolvable: false',
    )
    const graph = await makeGraph([peopleSubgraph, ticketsSubgraph], { supergraphSdl })
    expect(plain(await graph.ask('{ tickets { author { name } } }'))).toEqual({
      errors: [
        {
          message: 'No plan over the subgraphs answers this operation.',
          extensions: { code: 'OPERATION_NOT_PLANNED' },
        },
      ],
    })
    expect(plain(await graph.ask('{ tickets { subject } }'))).toHaveProperty('data.tickets.length', 3)
  })
})
