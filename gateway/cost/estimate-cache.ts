import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { compileEstimate, type Estimate, type EstimateContext } from './estimate.ts'

/** Finds the estimate of an operation of a document, which is the same object whenever the same operation comes. */
export type EstimateCache = (operation: OperationDefinitionNode, document: DocumentNode) => Estimate

/** Makes a cache that forgets what was compiled of an operation together with the operation. */
export function createEstimateCache(context: EstimateContext): EstimateCache {
  const estimates = new WeakMap<OperationDefinitionNode, Estimate>()
  return (operation, document) => {
    let estimate = estimates.get(operation)
    if (estimate === undefined) {
      estimate = compileEstimate(operation, document, context)
      estimates.set(operation, estimate)
    }
    return estimate
  }
}
