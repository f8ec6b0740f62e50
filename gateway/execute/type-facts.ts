import {
  buildASTSchema,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isNullableType,
  isObjectType,
  parse,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type UnionTypeDefinitionNode,
} from 'graphql'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { SupergraphError } from '../subgraph-urls.ts'
import { readAccessRules, type AccessRules } from './access-rules.ts'
import { readEntries, readKeyFields, type Entries } from './entries.ts'
import { checkFeatures } from './features.ts'

/** What the steps of a plan must know of types, hidden ones included. */
export interface TypeFacts {
  /** True when an object named `typeName` satisfies the condition `... on condition`. */
  matches(condition: string, typeName: string): boolean
  /** True for an object type; false for an interface, as which an interface object introduces itself. */
  isObject(typeName: string): boolean
  /** True for an interface or union behind which there may be objects of a type that clients may not know. */
  hasHiddenTypes(typeName: string): boolean
  /** True for a field that is null of an entity whose subgraph does not know it: it may be null, and is in no key. */
  mayBeUnknown(typeName: string, fieldName: string): boolean
  /** True for the name of any type. */
  isType(typeName: string): boolean
  /** True for a value of an enum, hidden ones included. */
  hasValue(enumName: string, value: unknown): boolean
  /** True for a name that is a field of any type: an alias of that name could stand where a key is expected. */
  isField(name: string): boolean
}

/** Both readings of a supergraph: what clients see, and the facts plans need. */
export interface SupergraphTypes {
  readonly publicSchema: GraphQLSchema
  readonly facts: TypeFacts
  /** Null when no operation has to be planned from an entity on. */
  readonly entries: Entries | null
  /** Null when nothing is kept from anybody. */
  readonly rules: AccessRules | null
}

/**
 * Reads a supergraph's SDL.
 *
 * @throws SupergraphError it is no SDL, no schema comes of it, or it relies on a feature that is not carried out
 */
export function readSupergraph(supergraphSdl: string): SupergraphTypes {
  try {
    const document = parse(supergraphSdl, { noLocation: true })
    checkFeatures(document)
    const publicSchema = buildASTSchema(toPublic(document), { assumeValidSDL: true })
    const facts = readTypeFacts(document, publicSchema)
    return { publicSchema, facts, entries: readEntries(document), rules: readAccessRules(document) }
  } catch (cause) {
    if (cause instanceof SupergraphError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new SupergraphError(`the supergraph makes no schema: ${reason}`, { cause })
  }
}

/** What clients see of a supergraph. The composer's transformation leaves hidden types in the unions they are members of. */
function toPublic(supergraph: DocumentNode): DocumentNode {
  const visible = transformSupergraphToPublicSchema(supergraph)
  const names = new Set(visible.definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : [])))
  const UnionTypeDefinition = (node: UnionTypeDefinitionNode) => ({
    ...node,
    types: node.types?.filter(({ name }) => names.has(name.value)) ?? [],
  })
  return visit(visible, { UnionTypeDefinition })
}

function readTypeFacts(supergraph: DocumentNode, publicSchema: GraphQLSchema): TypeFacts {
  const schema = buildASTSchema(supergraph, { assumeValidSDL: true, assumeValid: true })
  const possible = new Map<string, ReadonlySet<string>>()
  const objects = new Set<string>()
  const fields = new Set<string>()
  const isInKey = readKeyFields(supergraph)
  const isHidden = (typeName: string) => publicSchema.getType(typeName) === undefined
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type)) objects.add(type.name)
    if (isAbstractType(type)) possible.set(type.name, new Set(schema.getPossibleTypes(type).map(({ name }) => name)))
    if (!type.name.startsWith('__') && 'getFields' in type) {
      for (const name of Object.keys(type.getFields())) fields.add(name)
    }
  }
  return {
    matches: (condition, typeName) => condition === typeName || possible.get(condition)?.has(typeName) === true,
    hasHiddenTypes: (typeName) => [...(possible.get(typeName) ?? [])].some(isHidden),
    mayBeUnknown: (typeName, fieldName) => {
      const type = schema.getType(typeName)
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined
      return field !== undefined && isNullableType(field.type) && !isInKey(typeName, fieldName)
    },
    isType: (typeName) => schema.getType(typeName) !== undefined,
    hasValue: (enumName, value) => {
      const type = schema.getType(enumName)
      return isEnumType(type) && type.getValues().some(({ name }) => name === value)
    },
    isObject: (typeName) => objects.has(typeName),
    isField: (name) => fields.has(name),
  }
}
