import { createSourceEventStream, execute, type ExecutionArgs, type GraphQLSchema } from 'graphql'
import { inSpan, spanNow } from '../../observe/trace.ts'
import type { Viewer } from '../../store/viewer.ts'
import { createCompilingRunner } from './in-process-compiled.ts'
import type { SubgraphAnswer, SubgraphEvents, SubgraphRequest, Transport } from './transport.ts'

/** A subgraph that lives in this process. */
export interface InProcessOptions {
  readonly schema: GraphQLSchema
  /**
   * Makes the context for one part of an operation: loaders live in it.
   *
   * @param signal the same object for everything asked on behalf of one operation, or of one event of a subscription;
   *   aborts when nobody waits for the answer any more
   */
  contextFor(viewer: Viewer, requestId: string, signal: AbortSignal): object
  /** How often a query is asked before it is compiled; null compiles none. When not given, 20. */
  readonly compileAfter?: number | null
}

const COMPILE_AFTER = 20

/**
 * Reaches a subgraph without a network: graphql-js runs the plan's operation, which is parsed once and not validated
 * again, because the planner wrote it. Queries that are asked often are compiled.
 *
 * Each event of a subscription gets a context of its own, so that no loader remembers the event before.
 */
export function createInProcessTransport(options: InProcessOptions): Transport {
  const { compileAfter = COMPILE_AFTER } = options
  const run = compileAfter === null ? null : createCompilingRunner(options.schema, compileAfter)
  const argsOf = (request: SubgraphRequest, signal: AbortSignal): ExecutionArgs => ({
    schema: options.schema,
    document: request.operation.document,
    variableValues: request.variables ?? null,
    contextValue: options.contextFor(request.viewer, request.requestId, signal),
  })
  return {
    execute: (request) => {
      const args = argsOf(request, request.signal)
      return run === null ? execute(args) : run(request.operation, args)
    },
    subscribe: async (request): Promise<SubgraphEvents | SubgraphAnswer> => {
      const events = await createSourceEventStream(argsOf(request, request.signal))
      if (!(Symbol.asyncIterator in events)) return events
      const source = events[Symbol.asyncIterator]()
      // Under what opened it each event would be one more branch of a trace that never ends.
      const opened = spanNow()
      const spanOptions = { parent: 'none', links: opened === null ? [] : [opened] } as const
      return {
        next: async () => {
          const event = await source.next()
          if (event.done === true) return { done: true, value: undefined }
          const args = argsOf(request, AbortSignal.any([request.signal]))
          const resolve = async () => execute({ ...args, rootValue: event.value })
          return { done: false, value: await inSpan('resolve event', spanOptions, resolve) }
        },
        return: async () => {
          await source.return?.()
          return { done: true, value: undefined }
        },
      }
    },
    check: async () => {},
    close: async () => {},
  }
}
