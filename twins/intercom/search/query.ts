import { isRecord } from '../../exchange.ts'
import { invalid } from '../errors.ts'

/** The operators the API knows. */
export const operators = ['=', '!=', 'IN', 'NIN', '<', '<=', '>', '>=', '~', '!~', '^', '$'] as const

/** One of the operators. */
export type Operator = (typeof operators)[number]

/** One comparison. */
export interface Filter {
  readonly field: string
  readonly operator: Operator
  readonly value: unknown
}

/** Several that must all hold, or of which one must. */
export interface Group {
  readonly operator: 'AND' | 'OR'
  readonly members: readonly Query[]
}

/** What a search asks for. */
export type Query = Filter | Group

/** Groups within groups at most this deep, and this many members each. Source: the published 2.16 description. */
const maxDepth = 2
const maxMembers = 15

/** @throws 400 with what is wrong with the query */
export function parseQuery(raw: unknown, depth = 1): Query {
  if (!isRecord(raw)) throw invalid('query must be an object')
  const { operator, value } = raw
  if (operator === 'AND' || operator === 'OR') {
    if (depth > maxDepth) throw invalid(`Queries can be nested at most ${maxDepth} levels deep`)
    if (!Array.isArray(value) || value.length === 0) throw invalid(`value of ${operator} must be a list of filters`)
    if (value.length > maxMembers) throw invalid(`${operator} takes at most ${maxMembers} filters`)
    return { operator, members: value.map((member: unknown) => parseQuery(member, depth + 1)) }
  }
  if (typeof raw['field'] !== 'string') throw invalid('a filter must name its field')
  const known = operators.find((candidate) => candidate === operator)
  if (!known) throw invalid(`'${String(operator)}' is not a valid operator`)
  const isList = known === 'IN' || known === 'NIN'
  if (isList !== Array.isArray(value)) {
    throw invalid(isList ? `value of ${known} must be a list` : `value of '${known}' must not be a list`)
  }
  return { field: raw['field'], operator: known, value }
}
