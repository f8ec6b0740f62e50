import {
  getNamedType,
  isInputObjectType,
  valueFromASTUntyped,
  type ArgumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql'
import type { Prices } from './prices.ts'

/** Values of an operation's variables; those that were not given may be absent. */
export type VariableValues = Readonly<Record<string, unknown>>

/** What the arguments of a field weigh each time it is resolved. */
export type CountArguments = (variables: VariableValues) => number

/**
 * Compiles what the arguments of a field weigh: an input object one, anything else nothing, unless the schema says
 * otherwise, and what is inside with it. Null when they weigh nothing whatever they are.
 *
 * @param coordinates where the schema may say something of the field: on several types where it is any of theirs, and the
 *   dearest counts
 */
export function compileArgumentCost(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  coordinates: readonly string[],
  prices: Prices,
): CountArguments | null {
  const counts: CountArguments[] = []
  for (const argument of node.arguments ?? []) {
    const type = definition.args.find(({ name }) => name === argument.name.value)?.type
    if (type === undefined) continue
    const weight = weighDearest(coordinates, argument.name.value, prices)
    if (weight === undefined && !isInputObjectType(getNamedType(type))) continue
    counts.push((variables) => countValue(readValue(argument, variables), type, weight, prices))
  }
  return counts.length === 0 ? null : (variables) => counts.reduce((sum, count) => sum + count(variables), 0)
}

function weighDearest(coordinates: readonly string[], argument: string, prices: Prices): number | undefined {
  const weights = coordinates.map((coordinate) => prices.weightOf(`${coordinate}(${argument}:)`))
  const said = weights.filter((weight) => weight !== undefined)
  return said.length === 0 ? undefined : Math.max(...said)
}

function readValue({ value }: ArgumentNode, variables: VariableValues): unknown {
  return valueFromASTUntyped(value, variables)
}

function countValue(value: unknown, given: GraphQLInputType, weight: number | undefined, prices: Prices): number {
  if (value === null || value === undefined) return 0
  if (Array.isArray(value)) {
    return value.reduce((sum: number, item) => sum + countValue(item, given, weight, prices), 0)
  }
  const named = getNamedType(given)
  if (!isInputObjectType(named)) return weight ?? 0
  const fields = named.getFields()
  let total = weight ?? 1
  for (const [name, inner] of Object.entries(value)) {
    const type = fields[name]?.type
    if (type !== undefined) total += countValue(inner, type, prices.weightOf(`${named.name}.${name}`), prices)
  }
  return total
}
