import type { FetchNode, PlanNode } from '@graphql-hive/router-query-planner'
import { describe, expect, it } from 'vitest'
import { compilePlan } from '../../../gateway/execute/compile-plan.ts'
import type { Data } from '../../../gateway/execute/data.ts'
import { compileRewrites } from '../../../gateway/execute/rewrites.ts'
import { startExecution } from '../../../gateway/execute/execution.ts'
import { readSupergraph } from '../../../gateway/execute/type-facts.ts'
import { createInProcessTransport } from '../../../gateway/transport/in-process.ts'
import type { Transport } from '../../../gateway/transport/transport.ts'
import { buildSchema, compose, VIEWER } from '../graph.ts'
import { catalogueSubgraph } from '../queries/media/catalogue.ts'
import { scoresSubgraph } from '../queries/media/scores.ts'

const { facts } = readSupergraph(compose([catalogueSubgraph, scoresSubgraph]))

/** Runs a plan that was written by hand, for nodes and rewrites that the planner seldom writes. */
async function run(node: PlanNode, variables: Data = {}) {
  const sent: unknown[] = []
  const way = (subgraph: typeof scoresSubgraph): Transport => {
    const transport = createInProcessTransport({ schema: buildSchema(subgraph), contextFor: () => ({}) })
    return {
      ...transport,
      execute: (request) => {
        sent.push(structuredClone(request.variables))
        return transport.execute(request)
      },
    }
  }
  const transports = { catalogue: way(catalogueSubgraph), scores: way(scoresSubgraph) }
  const caller = { viewer: VIEWER, requestId: 'r1', signal: new AbortController().signal }
  const execution = startExecution(caller, variables, null)
  await compilePlan(node, { transports, facts })(execution)
  return {
    data: JSON.parse(JSON.stringify(execution.data)),
    sent,
    errors: execution.errors.map(({ message, path }) => [message, path]),
  }
}

const fetch = (serviceName: string, operation: string, more: Partial<FetchNode> = {}): FetchNode => ({
  kind: 'Fetch',
  serviceName,
  operation,
  operationKind: 'query',
  ...more,
})
const known = fetch('catalogue', '{known{__typename id title}}')
const key = (typeCondition: string) => ({
  kind: 'InlineFragment' as const,
  typeCondition,
  selections: [
    { kind: 'Field' as const, name: '__typename' },
    { kind: 'Field' as const, name: 'id' },
  ],
})

describe('a plan', () => {
  it('follows conditions on variables, in both directions', async () => {
    const node: PlanNode = {
      kind: 'Condition',
      condition: 'yes',
      ifClause: known,
      elseClause: fetch('scores', '{best{id}}'),
    }
    expect((await run(node, { yes: true })).data).toHaveProperty('known')
    expect((await run(node, { yes: false })).data).toEqual({ best: { id: 'b1' } })
    expect((await run({ kind: 'Condition', condition: 'yes', ifClause: known }, { yes: false })).data).toBeNull()
  })

  it('renames and sets what an answer holds', async () => {
    const node = fetch('catalogue', '{named{__typename t1: title}}', {
      outputRewrites: [
        { KeyRenamer: { path: [{ Key: 'named' }, { TypenameEquals: ['Book'] }, { Key: 't1' }], renameKeyTo: 'title' } },
        {
          kind: 'ValueSetter',
          path: [{ Key: 'named' }, { TypenameEquals: ['Film'] }, { Key: 't1' }],
          setValueTo: 'cut',
        },
      ],
    })
    expect((await run(node)).data).toEqual({
      named: [
        { __typename: 'Book', title: 'Emma' },
        { __typename: 'Film', t1: 'cut' },
        { __typename: 'Draft', t1: 'Unsaid' },
      ],
    })
  })

  it('renames the paths of errors with what they are about', () => {
    const path = [{ Key: 'named' }, { TypenameEquals: ['Book'] }, { Key: 't1' }]
    const rewrites = compileRewrites([{ KeyRenamer: { path, renameKeyTo: 'title' } }], facts)
    expect(rewrites?.renamePath(['named', 0, 't1'])).toEqual(['named', 0, 'title'])
    expect(rewrites?.renamePath(['named', 0, 't1', 'x', 2])).toEqual(['named', 0, 'title', 'x', 2])
    expect(rewrites?.renamePath(['named', 0, 't2'])).toEqual(['named', 0, 't2'])
    expect(rewrites?.renamePath(['t1'])).toEqual(['t1'])
    expect(compileRewrites([], facts)).toBeNull()
  })

  it('goes on only with the types of a condition in a path', async () => {
    const node: PlanNode = {
      kind: 'Sequence',
      nodes: [
        known,
        {
          kind: 'Flatten',
          path: [{ Field: 'known' }, '@', { TypeCondition: ['Film'] }],
          node: fetch(
            'scores',
            'query($representations:[_Any!]!){_entities(representations:$representations){...on Medium{score}}}',
            {
              requires: [key('Medium')],
              inputRewrites: [
                {
                  ValueSetter: { path: [{ TypenameEquals: ['Medium'] }, { Key: '__typename' }], setValueTo: 'Medium' },
                },
              ],
            },
          ),
        },
      ],
    }
    const { data, sent } = await run(node)
    expect(sent[1]).toEqual({ representations: [{ __typename: 'Medium', id: 'f1' }] })
    expect(data).toEqual({
      known: [
        { __typename: 'Book', id: 'b1', title: 'Emma' },
        { __typename: 'Film', id: 'f1', title: 'Alien', score: 4 },
      ],
    })
  })

  it('sends every list of representations of a batch, also an empty one', async () => {
    const alias = (name: string, variable: string, condition: string) => ({
      alias: name,
      representationsVariableName: variable,
      paths: [[{ Field: 'known' }, '@' as const]],
      requires: [key(condition)],
      inputRewrites: [{ ValueSetter: { path: [{ Key: '__typename' }], setValueTo: 'Medium' } }],
    })
    const node: PlanNode = {
      kind: 'Sequence',
      nodes: [
        known,
        {
          kind: 'BatchFetch',
          serviceName: 'scores',
          operation:
            'query($a:[_Any!]!,$b:[_Any!]!){a:_entities(representations:$a){...on Medium{score}} b:_entities(representations:$b){...on Medium{s:score}}}',
          entityBatch: { aliases: [alias('a', 'a', 'Book'), alias('b', 'b', 'Draft')] },
        },
      ],
    }
    const { data, sent, errors } = await run(node)
    expect(errors).toEqual([])
    expect(sent[1]).toEqual({ a: [{ __typename: 'Medium', id: 'b1' }], b: [] })
    expect(data.known).toMatchObject([{ id: 'b1', score: 5 }, { id: 'f1' }])
  })

  it.each<PlanNode>([
    { kind: 'Defer', primary: {}, deferred: [] },
    { kind: 'Sequence', nodes: [{ kind: 'Subscription', primary: known }] },
    { kind: 'Flatten', path: [], node: { kind: 'Parallel', nodes: [] } },
    {
      kind: 'Flatten',
      path: [],
      node: fetch('scores', '{best{id}}', { requires: [{ kind: 'FragmentSpread', value: 'F' }] }),
    },
    fetch('nobody', '{best{id}}'),
  ])('is refused when it is not understood: %j', async (node) => {
    await expect(run(node)).rejects.toThrow(/^(plan|requires): expected|no transport/)
  })
})
