import fc from 'fast-check'
import {
  buildSchema,
  execute,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
  type DocumentNode,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Viewer } from '../../../store/viewer.ts'
import { makeGraph, type TestGraph, type TestSubgraph } from '../graph.ts'
import { serveSubgraphs, type HttpSubgraphs } from '../http-subgraph.ts'
import type { Grants } from '../../../gateway/grants.ts'
import { printPlan } from '../../../gateway/print-plan.ts'
import { toComparable, type Answer, type Comparable } from './comparable.ts'
import { chooseBy, writeOperation } from './operations.ts'
import type { Samples } from './values.ts'

/** An operation that a case asks. */
export interface CaseOperation {
  readonly text: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** The whole plan, as printed, but for blank lines around it; compared when given. */
  readonly plan?: string
}

/** Subgraphs that show one thing about federation, and one schema that knows what they know together. */
export interface FederationCase {
  readonly subgraphs: readonly TestSubgraph[]
  /** What clients must see, and the schema of the oracle. */
  readonly schema: string
  /** The oracle's root fields: data, and methods where there are arguments. Objects of abstract types say `__typename`. */
  readonly roots: object
  /** By what each shows. */
  readonly operations: Readonly<Record<string, string | CaseOperation>>
  /** What random operations give for arguments, besides values of all kinds. */
  readonly samples?: Samples
  /** Puts the data back to where it was; mutations need it. */
  readonly reset?: () => void
  /** Who asks; somebody whose token has no scopes when not given. */
  readonly viewer?: Viewer
  /** Past which policies whoever asks may go; past none when not given. */
  readonly grants?: Grants
  /** How the oracle resolves the fields of a document, where a resolver must know how it is asked; by `roots` when not given. */
  readonly resolver?: (document: DocumentNode) => GraphQLFieldResolver<unknown, unknown>
  /** Random operations in each process; fewer over HTTP. */
  readonly runs?: number
}

/** Not shrunk, for that takes minutes; when planning or executing changes, run others by `TEST_SEED`. */
const RUNS = 60
/** Over HTTP each costs several times as much, and differs by JSON alone. */
const RUNS_OVER_HTTP = 15

const WAYS = [
  { way: 'in process', compileAfter: null, share: 1 },
  { way: 'compiled in process', compileAfter: 0, share: 1 },
  { way: 'over HTTP', compileAfter: null, share: RUNS_OVER_HTTP / RUNS },
]

/**
 * Tests a case: the schema that clients see; the plans; and that the answers, to its own operations and to random ones,
 * are those of the oracle, in whichever way the subgraphs are reached.
 */
export function testCase(name: string, federation: FederationCase): void {
  const whole = buildSchema(federation.schema)
  const { viewer, grants } = federation
  const operations = Object.entries(federation.operations).map(([shows, operation]): [string, CaseOperation] => [
    shows,
    typeof operation === 'string' ? { text: operation } : operation,
  ])
  const planned = operations.filter(([, { plan }]) => plan !== undefined)

  describe.each(WAYS)(`${name}, $way`, ({ way, compileAfter, share }) => {
    let served: HttpSubgraphs | undefined
    let graph: TestGraph

    beforeAll(async () => {
      served = way === 'over HTTP' ? await serveSubgraphs(federation.subgraphs) : undefined
      graph = await makeGraph(federation.subgraphs, { compileAfter, grants, transports: served?.transports ?? {} })
    })
    afterAll(() => served?.[Symbol.asyncDispose]())

    it('shows clients what the oracle has', () => {
      expect(print(graph.executor.schema)).toBe(print(whole))
    })

    it.each(operations)('%s', async (_shows, { text, variables = {} }) => {
      const expected = await askOracle(whole, federation, text, variables)
      federation.reset?.()
      expect(toComparable(await graph.ask(text, { variables, viewer }))).toEqual(expected)
    })

    it.each(planned)('%s, by the plan it says', (_shows, { text, variables = {}, plan }) => {
      expect(printPlan(graph.executor.explain(parse(text), undefined, { variables, viewer }))).toBe(plan?.trim())
    })

    it('answers any operation as the oracle does', async () => {
      const written = fc
        .array(fc.noBias(fc.nat(999)), { minLength: 150, maxLength: 250, size: 'max' })
        .map((numbers) => writeOperation(whole, chooseBy(numbers), federation.samples))
      const valid = written.filter(({ text }) => validate(whole, parse(text)).length === 0)
      await fc.assert(
        fc.asyncProperty(valid, async ({ text, variables }) => {
          const expected = await askOracle(whole, federation, text, variables)
          federation.reset?.()
          expect(toComparable(await graph.ask(text, { variables, viewer }))).toEqual(expected)
        }),
        { numRuns: Math.ceil((federation.runs ?? RUNS) * share), endOnFailure: true },
      )
    })
  })
}

async function askOracle(
  schema: GraphQLSchema,
  { roots, reset, resolver }: FederationCase,
  text: string,
  variableValues: Readonly<Record<string, unknown>>,
): Promise<Comparable> {
  reset?.()
  const document = parse(text)
  const fieldResolver = resolver?.(document) ?? null
  const answer: Answer = await execute({ schema, document, rootValue: roots, variableValues, fieldResolver })
  return toComparable(answer)
}

function print(schema: GraphQLSchema): string {
  return printSchema(lexicographicSortSchema(schema))
}
