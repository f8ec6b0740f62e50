import {
  isInterfaceType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql'
import type { Fragments } from '../execute/conditions.ts'

/** What reading selections needs to know. */
export interface Reading {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
}

/** A field where it is asked for, and what the schema says of it there. */
export interface AskedField {
  readonly node: FieldNode
  readonly definition: GraphQLField<unknown, unknown>
}

/** By the names of an object's answer, in order, wherever the document asks for each. */
export type AskedFields = ReadonlyMap<string, readonly AskedField[]>

/** The name of a field in the answer. */
export function nameOf(node: FieldNode): string {
  return node.alias?.value ?? node.name.value
}

/** Says of every name in the answer of an object where selections ask for it, fragments spelled out. */
export function gatherFields(
  sets: readonly SelectionSetNode[],
  type: GraphQLNamedType,
  { schema, fragments }: Reading,
): AskedFields {
  const found = new Map<string, AskedField[]>()
  const gather = (set: SelectionSetNode, parent: GraphQLNamedType): void => {
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) {
        const definition = findField(parent, node.name.value)
        if (definition === undefined) continue
        const name = nameOf(node)
        const asked = found.get(name) ?? []
        found.set(name, asked)
        asked.push({ node, definition })
        continue
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value)
      const condition = fragment?.typeCondition?.name.value
      const narrowed = condition === undefined ? parent : schema.getType(condition)
      if (fragment !== undefined && narrowed !== undefined) gather(fragment.selectionSet, narrowed)
    }
  }
  for (const set of sets) gather(set, type)
  return found
}

const META_FIELDS = [TypeNameMetaFieldDef, SchemaMetaFieldDef, TypeMetaFieldDef]

function findField(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  const own = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
  return own ?? META_FIELDS.find((field) => field.name === name)
}
