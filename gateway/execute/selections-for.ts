import {
  isAbstractType,
  Kind,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
} from 'graphql'

/**
 * What of selections is asked of an object of one type: fields alone, in their order, through every fragment that
 * applies to it. Fields are spelled out: there are no fragment spreads.
 */
export function selectionsFor(
  type: GraphQLObjectType,
  selections: readonly SelectionNode[],
  schema: GraphQLSchema,
): FieldNode[] {
  return selections.flatMap((node): FieldNode[] => {
    if (node.kind === Kind.FIELD) return [node]
    if (node.kind === Kind.FRAGMENT_SPREAD) throw new Error(`expected no spread of ${node.name.value}`)
    const condition = node.typeCondition && schema.getType(node.typeCondition.name.value)
    const applies =
      condition === undefined || condition === type || (isAbstractType(condition) && schema.isSubType(condition, type))
    return applies ? selectionsFor(type, node.selectionSet.selections, schema) : []
  })
}
