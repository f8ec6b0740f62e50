import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
  type GraphQLLeafType,
} from 'graphql'
import type { TypeFacts } from './type-facts.ts'

/**
 * Says how clients see a leaf that a subgraph answered, which is not null: null when they may not see it, undefined
 * when the type has no such value.
 *
 * A subgraph's leaves are as its library wrote them, so nothing is turned into another type here, with one exception:
 * an ID may come as a number. What a custom scalar may be only its subgraph knows.
 */
export type ReadLeaf = (value: unknown) => unknown

/** True for a value that is a leaf of its type as it is; false for one that has to be read, or is none. */
export type IsPlain = (value: unknown) => boolean

/** Nothing is taken as it is. */
export const isNever: IsPlain = () => false

const MAX_INT = 2 ** 31 - 1

const READERS: ReadonlyMap<string, ReadLeaf> = new Map<string, ReadLeaf>([
  [GraphQLString.name, (value) => (typeof value === 'string' ? value : undefined)],
  [GraphQLBoolean.name, (value) => (typeof value === 'boolean' ? value : undefined)],
  [GraphQLFloat.name, (value) => (typeof value === 'number' ? value : undefined)],
  [GraphQLInt.name, (value) => (isInt(value) ? value : undefined)],
  [
    GraphQLID.name,
    (value) => (typeof value === 'string' ? value : Number.isInteger(value) ? String(value) : undefined),
  ],
])

function isInt(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value <= MAX_INT && value >= -MAX_INT - 1
}

const isString: IsPlain = (value) => typeof value === 'string'
const isNumber: IsPlain = (value) => typeof value === 'number'
const isBoolean: IsPlain = (value) => typeof value === 'boolean'

const PLAIN: ReadonlyMap<string, IsPlain> = new Map([
  [GraphQLString.name, isString],
  [GraphQLID.name, isString],
  [GraphQLBoolean.name, isBoolean],
  [GraphQLFloat.name, isNumber],
  [GraphQLInt.name, isInt],
])

/** Finds out which values of a type need no reader. */
export function findPlain(type: GraphQLLeafType): IsPlain {
  return isEnumType(type) ? isNever : (PLAIN.get(type.name) ?? isNever)
}

/** Makes the reader of a type's leaves. */
export function createLeafReader(type: GraphQLLeafType, facts: TypeFacts): ReadLeaf {
  if (!isEnumType(type)) return READERS.get(type.name) ?? ((value) => value)
  const seen = new Set<unknown>(type.getValues().map(({ name }) => name))
  return (value) => {
    if (seen.has(value)) return value
    return facts.hasValue(type.name, value) ? null : undefined
  }
}
