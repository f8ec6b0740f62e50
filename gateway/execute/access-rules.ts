import {
  Kind,
  type ConstValueNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ScalarTypeDefinitionNode,
} from 'graphql'
import { readLinks } from './supergraph-links.ts'

/** What somebody must have to see something: of one alternative, everything. */
export interface Requirement {
  readonly kind: 'authenticated' | 'scopes' | 'policies'
  /** None for `authenticated`, which asks for a viewer alone. */
  readonly alternatives: readonly (readonly string[])[]
}

/** What the supergraph asks of those who see its types and fields. */
export interface AccessRules {
  /**
   * All that is required to see a field of a type: by the type, by the field, and by the type of its value. The same
   * requirement is the same object.
   *
   * Of an interface, whatever any type of it requires is required, for it may be behind it. That is how composers write
   * supergraphs since access was found to leak through interfaces, and it is done here for those that were written before.
   */
  of(typeName: string, fieldName: string): readonly Requirement[]
}

/** The directives that require something, by the names of their specifications, and the argument of each. */
const KINDS: Readonly<Record<string, { readonly kind: Requirement['kind']; readonly argument: string | null }>> = {
  authenticated: { kind: 'authenticated', argument: null },
  requiresScopes: { kind: 'scopes', argument: 'scopes' },
  policy: { kind: 'policies', argument: 'policies' },
}

/** What may have directives of access in a supergraph, besides fields. */
type GuardedType =
  | ObjectTypeDefinitionNode
  | InterfaceTypeDefinitionNode
  | ScalarTypeDefinitionNode
  | EnumTypeDefinitionNode

/**
 * Reads the rules of a supergraph; null when nothing requires anything.
 *
 * Sources: the definitions of `@authenticated`, `@requiresScopes` and `@policy` of Federation 2.9,
 * https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives (read 2026-11-28).
 */
export function readAccessRules(supergraph: DocumentNode): AccessRules | null {
  const read = createReader(supergraph)
  const types = new Map<string, readonly Requirement[]>()
  const fields = new Map<string, readonly Requirement[]>()
  const values = new Map<string, string>()
  const implementers = new Map<string, string[]>()
  for (const node of supergraph.definitions) {
    if (!isGuarded(node)) continue
    const typeName = node.name.value
    types.set(typeName, read(node))
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const { name } of node.interfaces ?? []) {
      implementers.set(name.value, [...(implementers.get(name.value) ?? []), typeName])
    }
    for (const field of node.fields ?? []) {
      const place = `${typeName}.${field.name.value}`
      fields.set(place, read(field))
      let { type } = field
      while (type.kind !== Kind.NAMED_TYPE) type = type.type
      values.set(place, type.name.value)
    }
  }
  if ([...types.values(), ...fields.values()].every((each) => each.length === 0)) return null
  const withImplementers = (typeName: string) => [typeName, ...(implementers.get(typeName) ?? [])]
  const ofType = (typeName: string) => withImplementers(typeName).flatMap((each) => types.get(each) ?? [])
  const found = new Map<string, readonly Requirement[]>()
  return {
    of: (typeName, fieldName) => {
      const place = `${typeName}.${fieldName}`
      let requirements = found.get(place)
      if (requirements === undefined) {
        const ofField = withImplementers(typeName).flatMap((each) => fields.get(`${each}.${fieldName}`) ?? [])
        requirements = [...new Set([...ofType(typeName), ...ofField, ...ofType(values.get(place) ?? '')])]
        found.set(place, requirements)
      }
      return requirements
    },
  }
}

function isGuarded(node: DefinitionNode): node is GuardedType {
  return (
    node.kind === Kind.OBJECT_TYPE_DEFINITION ||
    node.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    node.kind === Kind.SCALAR_TYPE_DEFINITION ||
    node.kind === Kind.ENUM_TYPE_DEFINITION
  )
}

/** Reads what the directives of something require, under the names that the supergraph has for them. */
function createReader(supergraph: DocumentNode): (node: GuardedType | FieldDefinitionNode) => readonly Requirement[] {
  const kinds = new Map(
    readLinks(supergraph).flatMap(({ name, directive }) => {
      const kind = KINDS[name]
      return kind === undefined ? [] : [[directive, kind] as const]
    }),
  )
  const known = new Map<string, Requirement>()
  return ({ directives = [] }) =>
    directives.flatMap((directive) => {
      const found = kinds.get(directive.name.value)
      if (found === undefined) return []
      const given = directive.arguments?.find(({ name }) => name.value === found.argument)?.value
      const requirement: Requirement = { kind: found.kind, alternatives: toAlternatives(given) }
      const key = JSON.stringify(requirement)
      const same = known.get(key) ?? requirement
      known.set(key, same)
      return [same]
    })
}

function toAlternatives(value: ConstValueNode | undefined): string[][] {
  return listOf(value).map((each) => listOf(each).flatMap((name) => (name.kind === Kind.STRING ? [name.value] : [])))
}

function listOf(value: ConstValueNode | undefined): readonly ConstValueNode[] {
  return value?.kind === Kind.LIST ? value.values : []
}
