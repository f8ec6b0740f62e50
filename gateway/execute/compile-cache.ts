import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { createLruMap, type LruMap } from '../lru.ts'
import type { Requirement } from './access-rules.ts'
import { compileOperation, findOperation, type CompileContext, type CompiledOperation } from './compile.ts'
import { readConditionVariables, readFragments } from './conditions.ts'
import type { Variables } from './requires.ts'
import { findRequirements, type IsUnmet } from './withhold.ts'

/** How many ways of deciding its conditions, for those who may see as much of it, are remembered of one operation. */
const MAX_VARIANTS = 32

/** An operation of a document, compiled for each way its conditions were decided, and for all who may see as much of it. */
export interface PreparedOperation {
  readonly operation: OperationDefinitionNode
  /** For running it. Throws like {@link compileOperation}. */
  readonly compiledFor: (variables: Variables, isUnmet: IsUnmet) => CompiledOperation
  /** The same, for looking at it only: nobody hears of that. */
  readonly shownFor: (variables: Variables, isUnmet: IsUnmet) => CompiledOperation
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
  const requirements = context.rules === null ? [] : findRequirements(undecided, context.rules, context.schema)
  const variants: LruMap<CompiledOperation> = createLruMap(MAX_VARIANTS)
  const find = (variables: Variables, isUnmet: IsUnmet, tell: OnLooked): CompiledOperation => {
    let key = ''
    for (const name of conditionVariables) key += variables[name] === true ? '1' : '0'
    const unmet = new Set<Requirement>()
    for (const requirement of requirements) {
      const lacks = isUnmet(requirement)
      if (lacks) unmet.add(requirement)
      key += lacks ? '-' : '+'
    }
    const known = variants.get(key)
    tell(known === undefined ? 'miss' : 'hit')
    if (known !== undefined) return known
    const compiled = compileOperation(undecided, { variables, unmet }, context)
    variants.set(key, compiled, 1)
    return compiled
  }
  return {
    operation,
    compiledFor: (variables, isUnmet) => find(variables, isUnmet, onLooked),
    shownFor: (variables, isUnmet) => find(variables, isUnmet, () => {}),
  }
}
