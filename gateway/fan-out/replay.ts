import {
  Kind,
  getArgumentValues,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Variables } from '../execute/requires.ts'

/**
 * Names of arguments that may say where to go on from. What an argument means only its subgraph knows, so the names
 * are many on purpose: one too many costs a shared execution, one too few would cost events.
 */
const CURSOR_NAME = /^(after|since|from|cursor|last|resume|replay|offset|start|position|seq|history)/i

/**
 * True when a subscription asks, by an argument that is not null, for events of the past.
 *
 * Whoever joins such a subscription after its first event would miss what was replayed to the others. An argument that
 * cannot be read counts as one.
 */
export function asksForReplay(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  schema: GraphQLSchema,
  variables: Variables,
): boolean {
  const fields = schema.getSubscriptionType()?.getFields() ?? {}
  return rootFields(operation.selectionSet, document).some((node) => {
    const field = fields[node.name.value]
    if (field === undefined) return false
    try {
      return holdsCursor(getArgumentValues(field, node, variables))
    } catch {
      return true
    }
  })
}

function holdsCursor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, inner]) => (CURSOR_NAME.test(name) && inner !== null && inner !== undefined) || holdsCursor(inner),
  )
}

/** The root's fields, through fragments and whatever their conditions say. */
function rootFields(set: SelectionSetNode, document: DocumentNode): FieldNode[] {
  return set.selections.flatMap((node): FieldNode[] => {
    if (node.kind === Kind.FIELD) return [node]
    if (node.kind === Kind.INLINE_FRAGMENT) return rootFields(node.selectionSet, document)
    const fragment = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === node.name.value,
    )
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(fragment.selectionSet, document) : []
  })
}
