import { MapperKind, mapSchema } from '@graphql-tools/utils'
import {
  defaultTypeResolver,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLUnionType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from 'graphql'
import { createTypeNames, withResolver, type TypeNames } from './in-process-values.ts'
import { isThenable } from './thenable.ts'

/** A schema prepared for the compiler, with what it is to use in place of the leaf types' own serialisers. */
export interface CompilableSchema {
  readonly schema: GraphQLSchema
  readonly serializers: Record<string, (value: unknown) => unknown>
}

/**
 * Copies a schema so that compiled code either answers as graphql-js would, or with an error that says it cannot.
 *
 * Compiled code reads a property where a field has no resolver, and takes for granted that it is neither a promise nor
 * a function; that types are told at once and without throwing; and that what a promise brings never throws on the way
 * into the answer. So, in the copy: every field but a plain leaf has a resolver, which waits for the types of abstract
 * values beforehand and catches what would be thrown; and a leaf that comes as a promise or a function is an error.
 *
 * @returns null for a schema with two fields that the compiler would take for one another
 */
export function toCompilable(schema: GraphQLSchema): CompilableSchema | null {
  if (hasCollidingNames(schema)) return null
  const typeNames = createTypeNames(schema)
  const copy = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config) => withResolver(config, typeNames),
    [MapperKind.OBJECT_TYPE]: withStrictTypeCheck,
    [MapperKind.ABSTRACT_TYPE]: (type) => withKnownType(type, typeNames),
  })
  return { schema: copy, serializers: toSerializers(schema) }
}

/** The compiler joins the names of type and field to name a resolver. */
function hasCollidingNames(schema: GraphQLSchema): boolean {
  const seen = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.keys(type.getFields())) {
      const joined = type.name + field
      if (seen.has(joined)) return true
      seen.add(joined)
    }
  }
  return false
}

/** Compiled code hands over nothing but the value, and takes every answer but a falsy one for yes. */
function withStrictTypeCheck(type: GraphQLObjectType): GraphQLObjectType | undefined {
  const { isTypeOf, ...config } = type.toConfig()
  if (!isTypeOf) return undefined
  return new GraphQLObjectType({
    ...config,
    isTypeOf: (value, context, info) => {
      const is = isTypeOf(value, context, info)
      if (typeof is === 'boolean' && isTypeOf.length < 2) return is
      throw new TypeError(`${type.name}: expected isTypeOf to answer at once, and to look at nothing but the value`)
    },
  })
}

/**
 * Compiled code is told what was found out before. Others ask, too: the resolver of `_entities` finds an interface in the
 * copy, and asks of a value that nobody has seen yet.
 */
function withKnownType(type: GraphQLAbstractType, typeNames: TypeNames): GraphQLAbstractType {
  const known = typeNames.of(type.name)
  const ask: GraphQLTypeResolver<unknown, unknown> = type.resolveType ?? defaultTypeResolver
  const resolveType: typeof ask = (value, context, info, abstract) =>
    (typeof value === 'object' && value !== null ? known.get(value) : undefined) ?? ask(value, context, info, abstract)
  if (isInterfaceType(type)) return new GraphQLInterfaceType({ ...type.toConfig(), resolveType })
  return new GraphQLUnionType({ ...type.toConfig(), resolveType })
}

function toSerializers(schema: GraphQLSchema): CompilableSchema['serializers'] {
  const leaves = Object.values(schema.getTypeMap()).filter(isLeafType)
  return Object.fromEntries(leaves.map((type) => [type.name, toSerializer(type)]))
}

function toSerializer(type: GraphQLLeafType): (value: unknown) => unknown {
  return (value) => {
    if (typeof value === 'function' || isThenable(value)) throw new TypeError(`${type.name}: expected a plain value`)
    const serialized: unknown = type.serialize(value)
    if (serialized === null) throw new TypeError(`${type.name}: expected the serialised value not to be null`)
    return serialized
  }
}
