import { buildSubgraphSchema, type GraphQLResolverMap } from '@apollo/subgraph'
import { parse, validate, type GraphQLSchema } from 'graphql'
import { composeSupergraph } from '../../gateway/compose.ts'
import { createExecutor, type Executor } from '../../gateway/execute/executor.ts'
import type { OperationResult } from '../../gateway/execute/run.ts'
import type { Grants } from '../../gateway/grants.ts'
import { createInProcessTransport } from '../../gateway/transport/in-process.ts'
import type { Transport } from '../../gateway/transport/transport.ts'
import type { Viewer } from '../../store/viewer.ts'

/** What every test subgraph links. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable",
  "@requires", "@external", "@provides", "@interfaceObject", "@inaccessible", "@override", "@tag"])\n`

/** The person the tests ask as. */
export const VIEWER: Viewer = {
  workspaceId: 'w1',
  memberId: 'm1',
  role: 'OWNER',
  tokenId: 't1',
  expiresAt: null,
}

/** What resolvers of test subgraphs get. */
export interface SubgraphContext {
  readonly viewer: Viewer
  readonly requestId: string
  readonly signal: AbortSignal
}

/** A subgraph of a test: its SDL without the federation link, and its resolvers. */
export interface TestSubgraph {
  readonly name: string
  readonly typeDefs: string
  readonly resolvers: GraphQLResolverMap<SubgraphContext>
  /** What it links in place of {@link LINK}; nothing for a subgraph of the first federation. */
  readonly link?: string
}

/** Builds the subgraph's real schema, as a production subgraph would. */
export function buildSchema(subgraph: TestSubgraph): GraphQLSchema {
  return buildSubgraphSchema([{ typeDefs: parse(toSdl(subgraph)), resolvers: toResolvers(subgraph) }])
}

function toResolvers(subgraph: TestSubgraph): GraphQLResolverMap<unknown> {
  return subgraph.resolvers as GraphQLResolverMap<unknown>
}

/** Composes test subgraphs. */
export function compose(subgraphs: readonly TestSubgraph[]): string {
  return composeSupergraph(
    subgraphs.map((subgraph) => ({
      name: subgraph.name,
      url: `http://${subgraph.name}.invalid/graphql`,
      sdl: toSdl(subgraph),
    })),
  ).supergraphSdl
}

function toSdl({ link = LINK, typeDefs }: TestSubgraph): string {
  return link + typeDefs
}

/** An in-process way to a test subgraph; compiles no query when not told after how many calls. */
export function inProcess(subgraph: TestSubgraph, compileAfter: number | null = null): Transport {
  return createInProcessTransport({
    schema: buildSchema(subgraph),
    compileAfter,
    contextFor: (viewer, requestId, signal): SubgraphContext => ({ viewer, requestId, signal }),
  })
}

/** A graph under test. */
export interface TestGraph {
  readonly executor: Executor
  /** Every operation sent to a subgraph, in order of sending. */
  readonly sent: { readonly subgraph: string; readonly text: string; readonly variables: unknown }[]
  /** Validates and runs an operation. */
  ask(text: string, options?: AskOptions): Promise<OperationResult>
}

/** How to ask. */
export interface AskOptions {
  readonly variables?: Record<string, unknown>
  readonly operationName?: string
  readonly signal?: AbortSignal
  /** Who asks; {@link VIEWER} when not given. */
  readonly viewer?: Viewer | null
}

/** What a graph under test is made of, besides its subgraphs. */
export interface GraphOptions {
  readonly transports?: Readonly<Record<string, Transport>>
  readonly deadlineMs?: number
  /** Which progressive overrides hold for the next operation. */
  readonly roll?: () => number
  /** In place of what the subgraphs compose to. */
  readonly supergraphSdl?: string
  /** After how many calls subgraph queries are compiled; null or not given: never. */
  readonly compileAfter?: number | null
  /** Who may see what is guarded; by the token's scopes alone when not given. */
  readonly grants?: Grants | undefined
}

/** Composes subgraphs and makes an executor over them; in process unless another way is given. */
export async function makeGraph(subgraphs: readonly TestSubgraph[], options: GraphOptions = {}): Promise<TestGraph> {
  const sent: { subgraph: string; text: string; variables: unknown }[] = []
  const transports = Object.fromEntries(
    subgraphs.map((subgraph): [string, Transport] => {
      const transport = options.transports?.[subgraph.name] ?? inProcess(subgraph, options.compileAfter)
      const execute: Transport['execute'] = (request) => {
        sent.push({
          subgraph: subgraph.name,
          text: request.operation.text,
          variables: structuredClone(request.variables),
        })
        return transport.execute(request)
      }
      return [subgraph.name, { ...transport, execute }]
    }),
  )
  const executor = await createExecutor({
    supergraphSdl: options.supergraphSdl ?? compose(subgraphs),
    ...(options.roll && { roll: options.roll }),
    ...(options.grants && { grants: options.grants }),
    transports,
    deadlineMs: options.deadlineMs ?? 60_000,
  })
  const ask: TestGraph['ask'] = async (text, { variables, operationName, signal, viewer = VIEWER } = {}) => {
    const document = parse(text)
    const problems = validate(executor.schema, document)
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'))
    return executor.execute({
      document,
      variables,
      operationName,
      viewer,
      requestId: 'r1',
      signal: signal ?? new AbortController().signal,
    })
  }
  return { executor, sent, ask }
}

/** An answer as a client sees it, without what tests of data do not look at. */
export function plain(result: OperationResult): unknown {
  const errors = result.errors?.map(({ message, path, extensions }) => ({ message, path, extensions }))
  return JSON.parse(JSON.stringify(errors ? { data: result.data, errors } : { data: result.data }))
}
