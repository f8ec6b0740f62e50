import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { PlanNode } from '@graphql-hive/router-query-planner'
import { Kind, parse, visit } from 'graphql'
import { describe, expect, it, vi } from 'vitest'
import { makeGraph, type TestSubgraph } from '../graph.ts'
import { peopleSubgraph } from './desk/people.ts'
import { ticketsSubgraph } from './desk/tickets.ts'
import { agentsSubgraph } from './live/agents.ts'
import { createFeed } from './live/data.ts'
import { ticketsSubgraph as liveTickets } from './live/tickets.ts'

const here = new URL('.', import.meta.url)

/** Cases that show what a directive of federation 2.9 does, by their folders. */
const DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  authenticated: ['access', 'carried-along'],
  composeDirective: ['carried-along'],
  context: ['context'],
  cost: ['carried-along'],
  extends: ['first-federation'],
  external: ['requires-deep', 'provides', 'desk'],
  fromContext: ['context'],
  inaccessible: ['inaccessible', 'media'],
  interfaceObject: ['interface-object', 'media'],
  key: ['key-compound', 'key-missing', 'key-multiple'],
  link: ['carried-along'],
  listSize: ['carried-along'],
  override: ['override', 'override-progressive'],
  policy: ['access'],
  provides: ['provides'],
  requires: ['requires-abstract', 'requires-circular', 'requires-deep'],
  requiresScopes: ['access'],
  shareable: ['shared-roots', 'own-types'],
  tag: ['carried-along'],
}

describe('a directive of federation', () => {
  it.each(Object.entries(DIRECTIVES))('has its cases: @%s', async (name, cases) => {
    for (const folder of cases)
      expect({ folder, directives: await directivesOf(folder) }).toEqual({
        folder,
        directives: expect.arrayContaining([name]),
      })
    expect(cases).not.toEqual([])
  })

  it('is in the table when a case uses it', async () => {
    const entries = await readdir(here, { withFileTypes: true })
    const used = await Promise.all(entries.filter((each) => each.isDirectory()).map(({ name }) => directivesOf(name)))
    // The one that `@composeDirective` composes, and one of GraphQL itself.
    const others = new Set(['badge', 'deprecated', 'specifiedBy', 'oneOf'])
    const unknown = [...new Set(used.flat())].filter((name) => !(name in DIRECTIVES) && !others.has(name))
    expect(unknown).toEqual([])
  })
})

/** The directives that the subgraphs of a case use, as their SDL says; not those it only imports. */
async function directivesOf(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const { link = '', typeDefs } of await subgraphsOf(folder)) {
    const document = parse(link + typeDefs)
    visit(document, {
      Directive: ({ name }) => void found.push(name.value),
      // What a directive's definition says of itself is no use of it.
      [Kind.DIRECTIVE_DEFINITION]: () => false,
    })
  }
  return found
}

async function subgraphsOf(folder: string): Promise<readonly TestSubgraph[]> {
  const files = (await readdir(new URL(`${folder}/`, here))).filter((file) => file !== 'test.ts')
  const modules = await Promise.all(
    files.map((file) => vi.importActual<object>(fileURLToPath(new URL(`${folder}/${file}`, here)))),
  )
  return modules.flatMap((module) => Object.values(module)).filter(isSubgraph)
}

function isSubgraph(value: unknown): value is TestSubgraph {
  return typeof value === 'object' && value !== null && 'typeDefs' in value && 'resolvers' in value
}

const desk = [peopleSubgraph, ticketsSubgraph]
const live = [liveTickets(createFeed()), agentsSubgraph]

/**
 * An operation for every kind of node whose plan has one; null for kinds that are never planned: conditions are decided
 * before, and clients have no `@defer`. That those are carried out, or refused, is shown by plans written by hand.
 */
const NODES: Readonly<Record<PlanNode['kind'], { subgraphs: readonly TestSubgraph[]; text: string } | null>> = {
  Fetch: { subgraphs: desk, text: '{ version }' },
  Flatten: { subgraphs: desk, text: '{ me { ticketCount } }' },
  BatchFetch: { subgraphs: desk, text: '{ me { tickets { id } friend { ticketCount } } people { ticketCount } }' },
  Sequence: { subgraphs: desk, text: '{ me { ticketCount } }' },
  Parallel: { subgraphs: desk, text: '{ me { id } tickets { id } }' },
  Subscription: { subgraphs: live, text: 'subscription { ticketChanged { subject } }' },
  Condition: null,
  Defer: null,
}

describe('a kind of plan node', () => {
  it.each(Object.entries(NODES).flatMap(([kind, asked]) => (asked ? [{ kind, ...asked }] : [])))(
    'is planned: $kind, for $text',
    async ({ kind, subgraphs, text }) => {
      const { executor } = await makeGraph(subgraphs)
      expect(kindsOf(executor.explain(parse(text))?.node)).toContain(kind)
    },
  )

  it('is never planned that hangs on a condition, or defers', async () => {
    const { executor } = await makeGraph(desk)
    const text = `query ($yes: Boolean!) {
      me { ticketCount @include(if: $yes) ... @skip(if: $yes) { tickets { author @include(if: $yes) { name } } } }
    }`
    for (const yes of [true, false]) {
      expect(kindsOf(executor.explain(parse(text), undefined, { variables: { yes } })?.node)).not.toContain('Condition')
    }
    expect(executor.schema.getDirective('defer')).toBeUndefined()
  })
})

function kindsOf(node: PlanNode | undefined): PlanNode['kind'][] {
  if (node === undefined) return []
  const below = (): readonly (PlanNode | undefined)[] => {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        return node.nodes
      case 'Flatten':
        return [node.node]
      case 'Subscription':
        // The planner leaves its kind out, whatever the types say.
        return [{ ...node.primary, kind: 'Fetch' }]
      case 'Condition':
        return [node.ifClause, node.elseClause]
      case 'Fetch':
      case 'BatchFetch':
      case 'Defer':
        return []
    }
  }
  return [node.kind, ...below().flatMap(kindsOf)]
}
