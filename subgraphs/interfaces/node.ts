import { Field, ID, InterfaceType } from 'type-graphql'
import type { Kind } from '../../store/kinds.ts'
import { typeName } from '../names.ts'

/** What stands behind a value of an interface type: a stored row, or something of our own that names its type. */
export type Typed = { readonly kind: Kind; readonly provider: string } | { readonly __typename: string }

/** Says which object type a value of an interface is. */
export const typeOf = (value: Typed): string =>
  '__typename' in value ? value.__typename : typeName(value.provider, value.kind)

/** Something with a global id. Each subgraph names its own types for it, so none is registered by itself. */
@InterfaceType('Node', {
  autoRegisterImplementations: false,
  description: 'Anything that has a global id.',
  resolveType: typeOf,
})
export class Node {
  @Field(() => ID, { description: 'Global and opaque; `node(id:)` finds the thing again.' })
  readonly id!: string
}
