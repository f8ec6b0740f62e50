import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { createLruMap, type LruMap } from '../lru.ts'
import { compileOperation, findOperation, type CompileContext, type CompiledOperation } from './compile.ts'
import { readConditionVariables, readFragments } from './conditions.ts'
import type { Variables } from './requires.ts'

/** How many ways of deciding its conditions are remembered of one operation. */
const MAX_VARIANTS = 32

/** An operation of a document, compiled for each way its conditions were decided. */
export interface PreparedOperation {
  readonly operation: OperationDefinitionNode
  /** For running it. Throws like {@link compileOperation}. */
  readonly compiledFor: (variables: Variables) => CompiledOperation
  /** The same, for looking at it only: nobody hears of that. */
  readonly shownFor: (variables: Variables) => CompiledOperation
}

/** Finds an operation in a document, which is the same object whenever the same operation comes. */
export type CompileCache = (document: DocumentNode, operationName: string | undefined) => PreparedOperation

/** Hears whether an operation was found compiled. */
export type OnLooked = (result: 'hit' | 'miss') => void

/** Makes a cache that forgets what was compiled of a document together with the document. */
export function createCompileCache(context: CompileContext, onLooked: OnLooked = () => {}): CompileCache {
  const cache = new WeakMap<DocumentNode, Map<string | undefined, PreparedOperation>>()
  return (document, operationName) => {
    let operations = cache.get(document)
    if (operations === undefined) cache.set(document, (operations = new Map()))
    let prepared = operations.get(operationName)
    if (prepared === undefined) {
      prepared = prepareOperation(findOperation(document, operationName), document, { ...context, onLooked })
      operations.set(operationName, prepared)
    }
    return prepared
  }
}

function prepareOperation(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  { onLooked, ...context }: CompileContext & { readonly onLooked: OnLooked },
): PreparedOperation {
  const undecided = { operation, fragments: readFragments(document) }
  const conditionVariables = readConditionVariables(undecided)
  const variants: LruMap<CompiledOperation> = createLruMap(MAX_VARIANTS)
  const find = (variables: Variables, tell: OnLooked): CompiledOperation => {
    let key = ''
    for (const name of conditionVariables) key += variables[name] === true ? '1' : '0'
    const known = variants.get(key)
    tell(known === undefined ? 'miss' : 'hit')
    if (known !== undefined) return known
    const compiled = compileOperation(undecided, variables, context)
    variants.set(key, compiled, 1)
    return compiled
  }
  return {
    operation,
    compiledFor: (variables) => find(variables, onLooked),
    shownFor: (variables) => find(variables, () => {}),
  }
}
