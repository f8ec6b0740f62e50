import type { DocumentNode } from 'graphql'
import { checkMaxCost } from '../admission.ts'
import { compileEstimate } from '../cost/estimate.ts'
import { findOperation } from '../execute/compile.ts'
import { decideConditions, readFragments } from '../execute/conditions.ts'
import type { Variables } from '../execute/requires.ts'
import type { Graph } from '../graph.ts'
import { toColumns, type Column } from './columns.ts'
import { findList, type ExportedList } from './find-list.ts'
import { toPageOperation, type PageOperation } from './page-operation.ts'

/** An operation to export, let in by a graph. */
export interface ExportOperation {
  readonly document: DocumentNode
  readonly operationName: string | null
  readonly variables: Variables
}

/** An operation whose list can be read page by page on one graph. */
export interface PreparedExport {
  readonly graph: Graph
  readonly list: ExportedList
  readonly paging: PageOperation
  readonly columns: readonly Column[]
  /** What a page may cost. */
  readonly pageCost: number
}

/**
 * Prepares an export on a graph.
 *
 * @throws GraphQLError the operation is not of one list (EXPORT_…), or one page of it may cost more than an operation may
 */
export function prepareExport(graph: Graph, asked: ExportOperation, maxCost: number): PreparedExport {
  const { schema, prices } = graph.executor
  const { document, variables } = asked
  const operation = findOperation(document, asked.operationName ?? undefined)
  const selected = decideConditions({ operation, fragments: readFragments(document) }, variables)
  const reading = { schema, fragments: selected.fragments }
  const list = findList(selected.operation, reading)
  const paging = toPageOperation(selected, list, variables)
  const [page] = paging.document.definitions
  if (page?.kind !== operation.kind) throw new Error('expected the operation to stand first')
  const pageCost = compileEstimate(page, paging.document, { schema, prices })(paging.variablesAfter(paging.start))
  const tooDear = checkMaxCost(pageCost, maxCost)
  if (tooDear !== null) throw tooDear
  return { graph, list, paging, columns: toColumns(list, reading), pageCost }
}
