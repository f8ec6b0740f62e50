import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  type GraphQLNamedType,
  type SelectionSetNode,
} from 'graphql'
import type { ExportedList } from './find-list.ts'
import { gatherFields, type Reading } from './gather.ts'

/** A column of a table: its heading is the path with dots, and its value what stands there in a row. */
export type Column = readonly string[]

/**
 * The columns that rows of a list have, in the order in which the operation asks: one for every leaf, and one for every
 * list, whatever is in it.
 */
export function toColumns({ rowType, rowSets }: ExportedList, reading: Reading): readonly Column[] {
  return columnsOf(rowSets, rowType, reading)
}

function columnsOf(sets: readonly SelectionSetNode[], type: GraphQLNamedType, reading: Reading): readonly Column[] {
  return [...gatherFields(sets, type, reading)].flatMap(([name, fields]): readonly Column[] => {
    const [field] = fields
    const named = getNamedType(field?.definition.type)
    const isList = field !== undefined && isListType(getNullableType(field.definition.type))
    if (named === undefined || isList || !isCompositeType(named)) return [[name]]
    const inner = fields.flatMap(({ node }) => (node.selectionSet === undefined ? [] : [node.selectionSet]))
    return columnsOf(inner, named, reading).map((column) => [name, ...column])
  })
}
