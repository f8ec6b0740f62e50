import {
  getNamedType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { AccessRules, Requirement } from './access-rules.ts'
import type { Selected } from './conditions.ts'

/** Says of a requirement whether whoever asks does not meet it. */
export type IsUnmet = (requirement: Requirement) => boolean

/** What an operation selects, but for what whoever asks may not see. */
export interface Withheld {
  readonly selected: Selected
  /** The fields that were taken out, as they stand in the operation. */
  readonly fields: ReadonlySet<FieldNode>
}

/** All that is required of those who ask an operation everything, each once; its conditions do not count. */
export function findRequirements(
  { operation, fragments }: Selected,
  rules: AccessRules,
  schema: GraphQLSchema,
): readonly Requirement[] {
  const found = new Set<Requirement>()
  const look = (set: SelectionSetNode, type: GraphQLNamedType | undefined): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) continue
      if (node.kind === Kind.FIELD) for (const each of requiredFor(node, type, rules)) found.add(each)
      if (node.selectionSet) look(node.selectionSet, typeWithin(node, type, schema))
    }
  }
  look(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined)
  for (const fragment of fragments.values()) look(fragment.selectionSet, typeWithin(fragment, undefined, schema))
  return [...found]
}

/** Takes out of an operation what whoever asks may not see: no subgraph is asked for it. */
export function withhold(
  { operation, fragments }: Selected,
  rules: AccessRules,
  { schema, isUnmet }: { readonly schema: GraphQLSchema; readonly isUnmet: IsUnmet },
): Withheld {
  const fields = new Set<FieldNode>()
  const keep = (set: SelectionSetNode, type: GraphQLNamedType | undefined): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: set.selections.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FRAGMENT_SPREAD) return [node]
      if (node.kind === Kind.FIELD && requiredFor(node, type, rules).some(isUnmet)) {
        fields.add(node)
        return []
      }
      if (node.selectionSet === undefined) return [node]
      return [{ ...node, selectionSet: keep(node.selectionSet, typeWithin(node, type, schema)) }]
    }),
  })
  const root = schema.getRootType(operation.operation) ?? undefined
  const kept = { ...operation, selectionSet: keep(operation.selectionSet, root) }
  const keptFragments = new Map<string, FragmentDefinitionNode>()
  for (const [name, fragment] of fragments) {
    const selectionSet = keep(fragment.selectionSet, typeWithin(fragment, undefined, schema))
    keptFragments.set(name, { ...fragment, selectionSet })
  }
  return { selected: { operation: kept, fragments: keptFragments }, fields }
}

/** Of what type an object is, and what the schema says, everybody may know who may know of the object. */
function requiredFor(
  { name }: FieldNode,
  type: GraphQLNamedType | undefined,
  rules: AccessRules,
): readonly Requirement[] {
  return type === undefined || name.value.startsWith('__') ? [] : rules.of(type.name, name.value)
}

/** The type that is selected of inside of a node. */
function typeWithin(
  node: Exclude<SelectionNode, { readonly kind: Kind.FRAGMENT_SPREAD }> | FragmentDefinitionNode,
  type: GraphQLNamedType | undefined,
  schema: GraphQLSchema,
): GraphQLNamedType | undefined {
  if (node.kind !== Kind.FIELD) {
    return node.typeCondition === undefined ? type : schema.getType(node.typeCondition.name.value)
  }
  const field = type && 'getFields' in type ? type.getFields()[node.name.value] : undefined
  return field && getNamedType(field.type)
}
