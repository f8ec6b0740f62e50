import {
  defaultFieldResolver,
  defaultTypeResolver,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import { guard, isThenable } from './thenable.ts'

/** What values of abstract types turned out to be. */
export interface TypeNames {
  /** The names of the types of values that stood where an abstract type is expected. */
  of(abstractName: string): WeakMap<object, string>
  /** The schema whose functions say what a value is. */
  readonly schema: GraphQLSchema
}

/** Makes an empty memory of types. */
export function createTypeNames(schema: GraphQLSchema): TypeNames {
  const byAbstract = new Map<string, WeakMap<object, string>>()
  return {
    schema,
    of: (abstractName) => {
      let known = byAbstract.get(abstractName)
      if (known === undefined) byAbstract.set(abstractName, (known = new WeakMap()))
      return known
    },
  }
}

type Config = GraphQLFieldConfig<unknown, unknown>

/**
 * Gives a field a resolver whose values compiled code can go on with; undefined for a plain leaf, whose property may
 * be read as it is.
 */
export function withResolver(config: Config, typeNames: TypeNames): Config | undefined {
  const isPlainLeaf = isLeafType(getNullableType(config.type)) && Object.keys(config.args ?? {}).length === 0
  if (isPlainLeaf && config.resolve === undefined) return undefined
  const resolve: GraphQLFieldResolver<unknown, unknown> = config.resolve ?? defaultFieldResolver
  const check = compileCheck(config.type, typeNames)
  return {
    ...config,
    resolve: (source, args, context, info) => {
      const value: unknown = resolve(source, args, context, info)
      if (!isThenable(value)) return check(value, context, info)
      return guard(value.then((each) => check(each, context, info)))
    },
  }
}

/** Looks at a value on its way into the answer; the answer is the value, or a guarded promise of it. */
type Check = (value: unknown, context: unknown, info: GraphQLResolveInfo) => unknown

function compileCheck(type: GraphQLOutputType, typeNames: TypeNames): Check {
  const nullable = getNullableType(type)
  if (isListType(nullable)) return checkList(compileCheck(nullable.ofType, typeNames))
  if (isLeafType(nullable)) return (value) => value
  return isAbstractType(nullable) ? checkAbstract(nullable.name, typeNames) : checkObject
}

const checkObject: Check = (value) => {
  if (value === null || value === undefined || typeof value === 'object') return value
  throw new TypeError(`expected an object, but a resolver answered a ${typeof value}`)
}

/** What is no list becomes the compiled code's error; what is a list, but no array, becomes one. */
function checkList(check: Check): Check {
  return (value, context, info) => {
    if (Array.isArray(value)) return checkItems(value, check, context, info)
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return value
    return checkItems(Array.from(value as Iterable<unknown>), check, context, info)
  }
}

/** Copies a list only when an item has to be waited for. */
function checkItems(list: readonly unknown[], check: Check, context: unknown, info: GraphQLResolveInfo): unknown {
  let checked: unknown[] | null = null
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const after = isThenable(item) ? guard(item.then((each) => check(each, context, info))) : check(item, context, info)
    if (after === item) continue
    checked ??= [...list]
    checked[index] = after
  }
  return checked ?? list
}

/** Finds an abstract value's type before compiled code asks for it, which could not wait. */
function checkAbstract(abstractName: string, typeNames: TypeNames): Check {
  const known = typeNames.of(abstractName)
  const original = typeNames.schema.getType(abstractName)
  const resolveType = (isAbstractType(original) && original.resolveType) || defaultTypeResolver
  return (value, context, info) => {
    checkObject(value, context, info)
    if (typeof value !== 'object' || value === null || value instanceof Error) return value
    const remember = (name: unknown) => {
      if (typeof name === 'string') known.set(value, name)
      return value
    }
    const type = getNamedType(info.returnType)
    if (!isAbstractType(type)) throw new TypeError(`${abstractName}: expected the field to be of an abstract type`)
    const name: unknown = resolveType(value, context, info, type)
    return isThenable(name) ? guard(name.then(remember)) : remember(name)
  }
}
