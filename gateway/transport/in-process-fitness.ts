import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isObjectType,
  isSpecifiedScalarType,
  Kind,
  typeFromAST,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'

/**
 * How many fields a compiled operation may have, each counted once for every object type it can stand in: the compiler
 * writes code for each of them, so that nested interfaces multiply.
 */
const MAX_FIELDS = 2_000

/**
 * True for an operation that the compiler is known to answer as graphql-js does.
 *
 * Others are no worse, but meet something it does otherwise: only queries, no directives, no arguments it would spell
 * into its code as something else than they are, no keys whose joined paths could be taken for one another, and not
 * too much of it.
 */
export function isFitToCompile(schema: GraphQLSchema, document: DocumentNode): boolean {
  const [operation, ...others] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined || others.length > 0 || operation.operation !== 'query') return false
  const root = schema.getQueryType()
  if (!root || hasDirectives(operation) || !areFitVariables(operation, schema)) return false
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const walk: Walk = { schema, fragments, fields: 0 }
  return isFitObject(root, [operation.selectionSet], walk)
}

interface Walk {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  fields: number
}

function isFitObject(type: GraphQLObjectType, sets: readonly SelectionSetNode[], walk: Walk): boolean {
  const byKey = new Map<string, FieldNode[]>()
  if (!sets.every((set) => collect(type, set, byKey, walk))) return false
  return [...byKey.values()].every((nodes) => isFitField(type, nodes, walk))
}

/** Collects the fields of an object; false when something on the way is not fit. */
function collect(type: GraphQLObjectType, set: SelectionSetNode, byKey: Map<string, FieldNode[]>, walk: Walk): boolean {
  return set.selections.every((node) => {
    if (hasDirectives(node)) return false
    if (node.kind === Kind.FIELD) {
      const key = node.alias?.value ?? node.name.value
      const known = byKey.get(key)
      if (known === undefined) byKey.set(key, [node])
      else known.push(node)
      return true
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : walk.fragments.get(node.name.value)
    if (fragment === undefined) return false
    const condition = fragment.typeCondition && walk.schema.getType(fragment.typeCondition.name.value)
    const applies =
      condition === undefined ||
      condition === type ||
      (isAbstractType(condition) && walk.schema.isSubType(condition, type))
    return !applies || collect(type, fragment.selectionSet, byKey, walk)
  })
}

function isFitField(type: GraphQLObjectType, nodes: readonly FieldNode[], walk: Walk): boolean {
  const [node] = nodes
  if (node === undefined || ++walk.fields > MAX_FIELDS) return false
  if (node.name.value === '__typename') return true
  const field = type.getFields()[node.name.value]
  if (field === undefined || !isPlainKey(node.alias?.value ?? node.name.value)) return false
  if (!areFitArguments(node, field)) return false
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  const named = getNamedType(field.type)
  if (!isCompositeType(named)) return true
  const objects = isObjectType(named) ? [named] : walk.schema.getPossibleTypes(named)
  return objects.every((object) => isPlainKey(object.name) && isFitObject(object, sets, walk))
}

/** The compiler joins a path's keys with underscores to name what it hands to a resolver as `info`. */
function isPlainKey(key: string): boolean {
  return !key.slice(1).includes('_')
}

function hasDirectives({ directives }: { readonly directives?: readonly unknown[] | undefined }): boolean {
  return directives !== undefined && directives.length > 0
}

function areFitVariables({ variableDefinitions = [] }: OperationDefinitionNode, schema: GraphQLSchema): boolean {
  return variableDefinitions.every(({ type, defaultValue }) => {
    const input = typeFromAST(schema, type)
    if (!isInputType(input)) return false
    const named = getNamedType(input)
    if (!isFinite(named, [])) return false
    return hasFitDefaults(named, new Set()) && (defaultValue === undefined || isPlainLiteral(defaultValue, named))
  })
}

function areFitArguments(node: FieldNode, field: GraphQLField<unknown, unknown>): boolean {
  if (!field.args.every(isFitDefault)) return false
  return (node.arguments ?? []).every(({ name, value }) => {
    if (value.kind === Kind.VARIABLE) return true
    const definition = field.args.find((each) => each.name === name.value)
    if (definition === undefined) return false
    const type = getNamedType(definition.type)
    return hasFitDefaults(type, new Set()) && isPlainLiteral(value, type)
  })
}

/** The compiler writes out the parsing of an input object in full: one that may hold itself, it would write for ever. */
function isFinite(type: GraphQLNamedInputType, around: readonly GraphQLNamedInputType[]): boolean {
  if (!isInputObjectType(type)) return true
  if (around.includes(type)) return false
  return Object.values(type.getFields()).every((field) => isFinite(getNamedType(field.type), [...around, type]))
}

/** What may be left out of an input object, down to the leaves, must have defaults that are fit. */
function hasFitDefaults(type: GraphQLNamedInputType, seen: Set<GraphQLNamedInputType>): boolean {
  if (!isInputObjectType(type) || seen.has(type)) return true
  seen.add(type)
  return Object.values(type.getFields()).every(
    (field) => isFitDefault(field) && hasFitDefaults(getNamedType(field.type), seen),
  )
}

/** A default is written into the code as JSON, after it was spelled and decoded by the copied schema's types. */
function isFitDefault({ type, defaultValue }: { readonly type: GraphQLInputType; readonly defaultValue?: unknown }) {
  if (defaultValue === undefined || defaultValue === null) return true
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValues().every(({ name, value }) => name === value)
  return isSpecifiedScalarType(named) && isPlainJson(defaultValue)
}

/** True for a literal that is the same written as JSON: no variable in it, and nothing a custom scalar would decode. */
function isPlainLiteral(value: ValueNode, type: GraphQLNamedInputType): boolean {
  switch (value.kind) {
    case Kind.NULL:
      return true
    case Kind.VARIABLE:
      return false
    case Kind.LIST:
      return value.values.every((item) => isPlainLiteral(item, type))
    case Kind.OBJECT: {
      if (!isInputObjectType(type)) return false
      const fields = type.getFields()
      return value.fields.every((each) => {
        const field = fields[each.name.value]
        return field !== undefined && isPlainLiteral(each.value, getNamedType(field.type))
      })
    }
    case Kind.ENUM:
      return isEnumType(type) && isPlainJson(type.getValue(value.value)?.value)
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.STRING:
    case Kind.BOOLEAN:
      return isSpecifiedScalarType(type)
  }
}

function isPlainJson(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.every(isPlainJson)
  if (typeof value !== 'object') return typeof value !== 'bigint' && typeof value !== 'symbol' && value === value
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === null || prototype === Object.prototype) && Object.values(value).every(isPlainJson)
}
