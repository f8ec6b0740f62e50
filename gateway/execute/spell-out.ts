import {
  Kind,
  type DocumentNode,
  type GraphQLError,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { gatewayError } from '../errors.ts'
import { readFragments } from './conditions.ts'

/** How many selections an operation may have, each counted wherever its fragment is spread. */
const MAX_SELECTIONS = 10_000

/**
 * Takes the only operation out of a document, with every fragment in place of its spreads; at the root, fields alone.
 *
 * @throws GraphQLError OPERATION_TOO_COMPLEX: that makes too much of it
 */
export function spellOut(document: DocumentNode): OperationDefinitionNode {
  const fragments = readFragments(document)
  let left = MAX_SELECTIONS
  const spell = (set: SelectionSetNode): SelectionSetNode => ({
    kind: Kind.SELECTION_SET,
    selections: set.selections.map((node): SelectionNode => {
      if (left-- <= 0) throw tooMuch()
      if (node.kind === Kind.FIELD)
        return node.selectionSet ? { ...node, selectionSet: spell(node.selectionSet) } : node
      if (node.kind === Kind.INLINE_FRAGMENT) return { ...node, selectionSet: spell(node.selectionSet) }
      const fragment = fragments.get(node.name.value)
      if (fragment === undefined) throw new Error(`expected a fragment named ${node.name.value}`)
      const { typeCondition, selectionSet } = fragment
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet: spell(selectionSet) }
    }),
  })
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('expected an operation')
  return {
    ...operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections: fieldsOf(spell(operation.selectionSet)) },
  }
}

function tooMuch(): GraphQLError {
  const message = `The operation selects more than ${MAX_SELECTIONS} fields, counted wherever their fragments are spread.`
  return gatewayError('OPERATION_TOO_COMPLEX', message)
}

function fieldsOf({ selections }: SelectionSetNode): readonly SelectionNode[] {
  return selections.flatMap((node) => (node.kind === Kind.INLINE_FRAGMENT ? fieldsOf(node.selectionSet) : [node]))
}
