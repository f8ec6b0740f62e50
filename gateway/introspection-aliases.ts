import { Kind, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql'

/**
 * Counts the objects and lists of the schema's own description that a document asks for under another name.
 *
 * Reading the schema costs nothing and runs at once, in one go. Lists of it inside each other multiply with every name
 * that they are asked for by, so that a few hundred bytes would hold up everybody for seconds; who wants to read the schema
 * needs no aliases. `__type` may have one, since each is another type.
 */
export function countIntrospectionAliases(document: DocumentNode): number {
  let total = 0
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) total += countIn(node.selectionSet, false)
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      total += countIn(node.selectionSet, isOfTheSchema(node.typeCondition.name.value))
    }
  }
  return total
}

/** Counts in a selection; what fragments hold is counted where they are defined. */
function countIn(set: SelectionSetNode, isInside: boolean): number {
  let total = 0
  for (const node of set.selections) {
    if (node.kind === Kind.FRAGMENT_SPREAD || node.selectionSet === undefined) continue
    if (node.kind === Kind.INLINE_FRAGMENT) {
      total += countIn(node.selectionSet, isInside)
      continue
    }
    const name = node.name.value
    const isEntry = name === '__schema' || name === '__type'
    if (isAliased(node) && (isInside || name === '__schema')) total++
    total += countIn(node.selectionSet, isInside || isEntry)
  }
  return total
}

function isAliased({ alias, name }: FieldNode): boolean {
  return alias !== undefined && alias.value !== name.value
}

/** True for the types of introspection, whose names nobody else may have. */
function isOfTheSchema(type: string): boolean {
  return type.startsWith('__')
}
