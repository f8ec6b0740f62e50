import { execute, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql'
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit'
import { isFitToCompile } from './in-process-fitness.ts'
import { toCompilable, type CompilableSchema } from './in-process-schema.ts'
import { isThenable } from './thenable.ts'
import type { SubgraphOperation } from './transport.ts'

/** Runs one operation against the subgraph's schema. */
export type RunOperation = (
  operation: SubgraphOperation,
  args: ExecutionArgs,
) => Promise<ExecutionResult> | ExecutionResult

/** What is known of an operation: how often it was asked since it was last cold, and what became of it. */
interface Heat {
  calls: number
  /** Undefined until it was tried, null when it cannot be compiled. */
  query: CompiledQuery['query'] | null | undefined
}

/**
 * Makes a runner that compiles a query to code once it was asked `compileAfter` times, and runs the rest by graphql-js.
 *
 * Answers are those of graphql-js: whatever compiled code answers with an error is asked again of graphql-js, with the
 * same context, so that its loaders remember; and the query is cold again, so that while errors last, only every
 * so many are asked twice. What is compiled is forgotten together with the operation.
 */
export function createCompilingRunner(schema: GraphQLSchema, compileAfter: number): RunOperation {
  const heats = new WeakMap<SubgraphOperation, Heat>()
  let compilable: CompilableSchema | null | undefined
  const compile = (operation: SubgraphOperation): CompiledQuery['query'] | null => {
    if (!isFitToCompile(schema, operation.document)) return null
    if (compilable === undefined) compilable = toCompilable(schema)
    if (compilable === null) return null
    const compiled = compileQuery(compilable.schema, operation.document, undefined, {
      customSerializers: compilable.serializers,
      disablingCapturingStackErrors: true,
    })
    return isCompiledQuery(compiled) ? compiled.query : null
  }
  return (operation, args) => {
    if (operation.kind !== 'query') return execute(args)
    let heat = heats.get(operation)
    if (heat === undefined) heats.set(operation, (heat = { calls: 0, query: undefined }))
    if (heat.query === null || heat.calls++ < compileAfter) return execute(args)
    const query = (heat.query ??= compile(operation))
    return query === null ? execute(args) : runCompiled(query, heat, args)
  }
}

function runCompiled(
  query: CompiledQuery['query'],
  heat: Heat,
  args: ExecutionArgs,
): Promise<ExecutionResult> | ExecutionResult {
  const askAgain = () => {
    heat.calls = 0
    return execute(args)
  }
  const take = (result: ExecutionResult) => (result.errors === undefined ? result : askAgain())
  let result: ReturnType<CompiledQuery['query']>
  try {
    result = query(args.rootValue, args.contextValue, args.variableValues)
  } catch {
    // Compiled code stumbled over what graphql-js catches, such as a getter that throws; its error is the answer.
    return askAgain()
  }
  return isThenable(result) ? Promise.resolve(result).then(take) : take(result)
}
