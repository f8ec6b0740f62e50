import {
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { compileArgumentCost, type CountArguments } from '../cost/argument-cost.ts'
import { OPERATION_WEIGHT, weigh, type Prices } from '../cost/prices.ts'
import { gatewayError } from '../errors.ts'
import { collectFields, type CollectContext, type CollectedField } from './collect.ts'
import { isData, type Data } from './data.ts'
import { createLeafReader, findPlain, isNever, type IsPlain } from './leaves.ts'
import type { Variables } from './requires.ts'

/** One shaping of an answer. */
export interface Shaping {
  /** What `__schema` and `__type` answered, under the client's keys. */
  readonly introspection: Data | null
  /** Read to know what is explained already; a null where none may be adds its own. */
  readonly errors: GraphQLError[]
  /** Coerced; arguments may cost by them. */
  readonly variables: Variables
}

/** An answer in the client's shape. */
export interface Shaped {
  /** Null when a non-null field broke all the way up. */
  readonly data: Data | null
  /** What the answer cost: every value that was shaped, those included that were dropped for a null. */
  readonly cost: number
}

/** Turns the data that steps merged into the client's answer. */
export type Shape = (data: Data, shaping: Shaping) => Shaped

/** What shaping needs of the document and the schema. */
export interface ShapeContext extends CollectContext {
  readonly prices: Prices
}

/** The shaping and where in the answer it is: `path` is valid up to the depth handed along. */
interface Cursor extends Shaping {
  readonly path: (string | number)[]
  /** What was shaped so far has cost. */
  cost: number
}

/** A null that a non-null field refuses: it makes the nearest nullable place above null. */
const BROKEN = Symbol('broken')

type Complete = (value: unknown, cursor: Cursor, depth: number) => unknown
type CompleteObject = (data: Data, cursor: Cursor, depth: number) => Data | null

/** Where a value stands in the schema, for messages: `User.name`. */
type Position = string

/**
 * Compiles the shape of an operation's answer: the client's keys in the client's order, nothing that was fetched for
 * the plan's sake, no value of a hidden type or enum value, and nulls carried up from where they may not be.
 */
export function compileShape(
  root: GraphQLObjectType,
  operation: OperationDefinitionNode,
  context: ShapeContext,
): Shape {
  const complete = compileObject(root, [operation.selectionSet], context, null)
  const cost = OPERATION_WEIGHT[operation.operation]
  return (data, shaping) => {
    const cursor: Cursor = { ...shaping, path: [], cost }
    const shaped = complete(data, cursor, 0)
    return { data: shaped, cost: Math.max(0, cursor.cost) }
  }
}

interface ShapedField {
  readonly key: string
  readonly planKey: string
  readonly complete: Complete
  /** True for a value that clients see as it is, and that costs nothing: there is nothing to complete. */
  readonly isPlain: IsPlain
  /** What its arguments cost for each object; null when that is nothing. */
  readonly argumentCost?: CountArguments | null
}

function compileObject(
  type: GraphQLObjectType | GraphQLInterfaceType,
  sets: readonly SelectionSetNode[],
  context: ShapeContext,
  position: Position | null,
): CompleteObject {
  // The root is no value of a field, and costs nothing.
  const weight = position === null ? 0 : weigh(position, type, context.prices)
  const fields = collectFields(type, sets, context).map((field) => compileField(type, field, context))
  const dear = fields.map(({ argumentCost }) => argumentCost ?? null).filter((count) => count !== null)
  // Set on a plain object, this key would be its prototype.
  const isOdd = fields.some(({ key }) => key === '__proto__')
  return (data, cursor, depth) => {
    const shaped: Data = isOdd ? Object.create(null) : {}
    cursor.cost += weight
    if (dear.length > 0) for (const count of dear) cursor.cost += count(cursor.variables)
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]
      if (field === undefined) continue
      const { key } = field
      const given = data[field.planKey]
      if (field.isPlain(given)) {
        shaped[key] = given
        continue
      }
      cursor.path[depth] = key
      const value = field.complete(given, cursor, depth + 1)
      if (value === BROKEN) return null
      shaped[key] = value
    }
    return shaped
  }
}

function compileField(
  type: GraphQLObjectType | GraphQLInterfaceType,
  field: CollectedField,
  context: ShapeContext,
): ShapedField {
  const { key, planKey, name, node, sets } = field
  if (name === '__typename') return { key, planKey, complete: completeTypename(type), isPlain: isNever }
  if (name === '__schema' || name === '__type') {
    return { key, planKey, complete: (_value, { introspection }) => introspection?.[key] ?? null, isPlain: isNever }
  }
  const definition = type.getFields()[name]
  if (definition === undefined) throw new Error(`shape: expected a field of ${type.name}, but got "${name}"`)
  const position = `${type.name}.${name}`
  if (field.isWithheld) return { key, planKey, complete: completeWithheld(definition.type, position), isPlain: isNever }
  return {
    key,
    planKey,
    complete: compileType(definition.type, sets, context, position),
    isPlain: plainnessOf(definition.type, position, context.prices),
    argumentCost: compileArgumentCost(node, definition, [position], context.prices),
  }
}

/** Most values are leaves that cost nothing: those are taken over right where their object is, one type of leaf at a time. */
function plainnessOf(type: GraphQLOutputType, position: Position, prices: Prices): IsPlain {
  const leaf = isNonNullType(type) ? type.ofType : type
  return isLeafType(leaf) && weigh(position, leaf, prices) === 0 ? findPlain(leaf) : isNever
}

/** What whoever asks may not see is null, and says so. */
function completeWithheld(type: GraphQLOutputType, position: Position): Complete {
  const complete: Complete = (_value, cursor, depth) => {
    if (!hasRoom(cursor)) return null
    const path = cursor.path.slice(0, depth)
    cursor.errors.push(
      gatewayError('UNAUTHORIZED_FIELD_OR_TYPE', `What the token may see does not include ${position}.`, { path }),
    )
    return null
  }
  return isNonNullType(type) ? completeNonNull(complete, position) : complete
}

/** An object that is still shaped as an interface is one of which no subgraph said what it is. */
function completeTypename(type: GraphQLObjectType | GraphQLInterfaceType): Complete {
  if (isObjectType(type)) return () => type.name
  return completeNonNull(() => null, `${type.name}.__typename`)
}

function compileType(
  type: GraphQLOutputType,
  sets: readonly SelectionSetNode[],
  context: ShapeContext,
  position: Position,
): Complete {
  if (isNonNullType(type)) return completeNonNull(compileType(type.ofType, sets, context, position), position)
  if (isListType(type)) return completeList(compileType(type.ofType, sets, context, position), position)
  if (isLeafType(type)) {
    return atCost(weigh(position, type, context.prices), completeLeaf(type, context, position))
  }
  if (isObjectType(type)) return completeObject(type, sets, context, position)
  return completeAbstract(type, sets, context, position)
}

function completeNonNull(complete: Complete, position: Position): Complete {
  return (value, cursor, depth) => {
    const completed = complete(value, cursor, depth)
    if (completed !== null) return completed
    const path = cursor.path.slice(0, depth)
    if (hasRoom(cursor) && !cursor.errors.some((error) => explains(error, path))) {
      cursor.errors.push(
        gatewayError('SUBGRAPH_ANSWER_INVALID', `Cannot return null for non-nullable field ${position}.`, { path }),
      )
    }
    return BROKEN
  }
}

/** Errors of one answer that shaping adds to, at most: each is compared with all before it, and nobody reads more. */
const MAX_ERRORS = 1_000

function hasRoom({ errors }: Cursor): boolean {
  return errors.length < MAX_ERRORS
}

/** An error explains a null on its way, in either direction; one without a path explains all. */
function explains(error: GraphQLError, path: readonly (string | number)[]): boolean {
  const other = error.path ?? []
  for (let index = 0; index < other.length && index < path.length; index++) {
    if (other[index] !== path[index]) return false
  }
  return true
}

function completeList(complete: Complete, position: Position): Complete {
  return (value, cursor, depth) => {
    if (value === null || value === undefined) return null
    if (!Array.isArray(value)) return refuse('a list', value, cursor, depth, position)
    const shaped: unknown[] = []
    for (let index = 0; index < value.length; index++) {
      cursor.path[depth] = index
      const item = complete(value[index], cursor, depth + 1)
      if (item === BROKEN) return null
      shaped.push(item)
    }
    return shaped
  }
}

/** Leaves mostly cost nothing, and then nothing is done for it. */
function atCost(weight: number, complete: Complete): Complete {
  if (weight === 0) return complete
  return (value, cursor, depth) => {
    const completed = complete(value, cursor, depth)
    if (completed !== null) cursor.cost += weight
    return completed
  }
}

function completeLeaf(type: GraphQLLeafType, { facts }: CollectContext, position: Position): Complete {
  const read = createLeafReader(type, facts)
  return (value, cursor, depth) => {
    if (value === null || value === undefined) return null
    const leaf = read(value)
    return leaf === undefined ? refuse(type.name, value, cursor, depth, position) : leaf
  }
}

function completeObject(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  context: ShapeContext,
  position: Position,
): Complete {
  let complete: CompleteObject | null = null
  return (value, cursor, depth) => {
    if (value === null || value === undefined) return null
    if (!isData(value)) return refuse('an object', value, cursor, depth, position)
    complete ??= compileObject(type, sets, context, position)
    return complete(value, cursor, depth)
  }
}

function completeAbstract(
  type: GraphQLAbstractType,
  sets: readonly SelectionSetNode[],
  context: ShapeContext,
  position: Position,
): Complete {
  const byName = new Map<unknown, CompleteObject | null>()
  return (value, cursor, depth) => {
    if (value === null || value === undefined) return null
    if (!isData(value)) return refuse('an object', value, cursor, depth, position)
    const typeName = value['__typename']
    let complete = byName.get(typeName)
    if (complete === undefined) {
      const concrete = toConcrete(type, typeName, context)
      if (concrete === undefined) return refuse(`a ${type.name}`, value, cursor, depth, position)
      complete = concrete && compileObject(concrete, sets, context, position)
      byName.set(typeName, complete)
    }
    return complete === null ? null : complete(value, cursor, depth)
  }
}

/**
 * As which type an object is shaped: its own; the interface itself when it is not known better, as with an interface
 * object; null when its type is hidden; undefined when it is unknown or cannot stand here.
 */
function toConcrete(
  type: GraphQLAbstractType,
  typeName: unknown,
  { schema, facts }: ShapeContext,
): GraphQLObjectType | GraphQLInterfaceType | null | undefined {
  const self = isInterfaceType(type) ? type : undefined
  if (typeName === undefined) return self
  if (typeof typeName !== 'string') return undefined
  const named = schema.getType(typeName)
  if (named === undefined) return facts.isType(typeName) ? null : undefined
  if (isObjectType(named)) return schema.isSubType(type, named) ? named : undefined
  return self
}

function refuse(expected: string, value: unknown, cursor: Cursor, depth: number, position: Position): null {
  if (!hasRoom(cursor)) return null
  const got = Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
  const message = `${position}: expected ${expected}, but a subgraph answered ${got}`
  cursor.errors.push(gatewayError('SUBGRAPH_ANSWER_INVALID', message, { path: cursor.path.slice(0, depth) }))
  return null
}
