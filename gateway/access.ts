import { Kind, type DocumentNode, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'
import type { Viewer } from '../store/viewer.ts'

/** Says who asks. */
export interface Access {
  /**
   * Checks what came in an Authorization header, or in `connection_init`.
   *
   * @returns null for no token, one that is not known, and one that has ended; rejects when it cannot be checked now
   */
  authenticate(authorization: string | undefined): Promise<Viewer | null>
  /** True where everybody is let in, so that no token shows that a page may ask; false when not given. */
  readonly isOpen?: boolean
}

/**
 * Who may read the schema: everybody (so that tools can load it before they have a token), who has a token, or nobody.
 * Where everybody may, messages also suggest the names that were perhaps meant.
 */
export type IntrospectionSetting = 'public' | 'authenticated' | 'off'

/** True when an operation asks only for the schema. */
export function isIntrospectionOnly(operation: OperationDefinitionNode, document: DocumentNode): boolean {
  if (operation.operation !== 'query') return false
  const seen = new Set<string>()
  const isOnly = (set: SelectionSetNode): boolean =>
    set.selections.every((node) => {
      if (node.kind === Kind.FIELD) return node.name.value.startsWith('__')
      if (node.kind === Kind.INLINE_FRAGMENT) return isOnly(node.selectionSet)
      const name = node.name.value
      if (seen.has(name)) return true
      seen.add(name)
      return document.definitions.some(
        (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name && isOnly(each.selectionSet),
      )
    })
  return isOnly(operation.selectionSet)
}
