import { GraphQLError, Kind, type FieldNode, type SelectionSetNode } from 'graphql'
import type { Fragments, Selected } from './conditions.ts'

/**
 * Makes an error point at nothing but what the client asked for: its path ends where it would go on into a field that
 * was fetched for the plan's sake, such as one that another requires. Those may even be hidden from clients.
 */
export type PointAtAsked = (error: GraphQLError) => GraphQLError

/** Prepares for the errors of one operation; paths are in the client's keys. */
export function pointAtAsked({ operation, fragments }: Selected): PointAtAsked {
  return (error) => {
    const { path } = error
    if (path === undefined) return error
    const length = askedLength(path, operation.selectionSet, fragments)
    if (length === path.length) return error
    const { message, extensions, originalError } = error
    return new GraphQLError(message, { path: length > 0 ? path.slice(0, length) : null, extensions, originalError })
  }
}

function askedLength(path: readonly (string | number)[], root: SelectionSetNode, fragments: Fragments): number {
  let sets: readonly SelectionSetNode[] = [root]
  for (const [index, key] of path.entries()) {
    if (typeof key === 'number') continue
    const fields = sets.flatMap((set) => fieldsOf(set, key, fragments))
    if (fields.length === 0) return index
    sets = fields.flatMap(({ selectionSet }) => selectionSet ?? [])
  }
  return path.length
}

/** The selections under a key, for whichever type. */
function fieldsOf({ selections }: SelectionSetNode, key: string, fragments: Fragments): readonly FieldNode[] {
  return selections.flatMap((node): readonly FieldNode[] => {
    if (node.kind === Kind.FIELD) return (node.alias ?? node.name).value === key ? [node] : []
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
    return fragment === undefined ? [] : fieldsOf(fragment.selectionSet, key, fragments)
  })
}
