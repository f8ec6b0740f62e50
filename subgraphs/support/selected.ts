import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql'

/** The names of all fields that are asked for anywhere below a field, whatever their conditions say. */
export function namesBelow({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>()
  const walk = (set: SelectionSetNode | undefined): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) names.add(node.name.value)
      walk(node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value]?.selectionSet : node.selectionSet)
    }
  }
  for (const node of fieldNodes) walk(node.selectionSet)
  return names
}
