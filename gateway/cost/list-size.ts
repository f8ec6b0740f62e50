import { valueFromASTUntyped, type FieldNode, type GraphQLField, type ValueNode } from 'graphql'
import { gatewayError } from '../errors.ts'
import type { VariableValues } from './argument-cost.ts'
import type { ListSize } from './prices.ts'

/** How many of something there may be. Throws a GraphQLError when an argument that must say so does not. */
export type CountItems = (variables: VariableValues) => number

/** What a list is taken to hold when neither the operation nor the schema says how much of it is wanted. */
const UNSAID_SIZE = 25

/** The arguments that say how much of a list is wanted, as the Relay cursor specification names them. */
const PAGE_ARGUMENTS = ['first', 'last']

/** What a field says of the sizes of lists: of itself, if it is one, and of lists in the object that it answers. */
export interface FieldSize {
  readonly count: CountItems
  /** Whether the count throws when an argument that must say it does not. */
  readonly mustBeSaid: boolean
  /** The lists in its object that are sized by it; null for all of them. */
  readonly sizedFields: ReadonlySet<string> | null
}

/** Compiles the size that a field's arguments ask for; null when nothing is said of it, neither there nor in the schema. */
export function compileFieldSize(
  node: FieldNode,
  definition: GraphQLField<unknown, unknown>,
  said: ListSize | undefined,
): FieldSize | null {
  const names =
    said?.slicingArguments ?? PAGE_ARGUMENTS.filter((name) => definition.args.some((arg) => arg.name === name))
  if (said === undefined && names.length === 0) return null
  const unsaid = said?.assumedSize ?? UNSAID_SIZE
  const given = names.flatMap((name) => {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value
    return value === undefined ? [] : [value]
  })
  const defaults = definition.args.filter(({ name }) => names.includes(name)).map(({ defaultValue }) => defaultValue)
  const mustBeSaid = said !== undefined && names.length > 0 && said.requireOneSlicingArgument
  const count: CountItems = (variables) => {
    const sizes = given.map((value) => readSize(value, variables)).filter((size) => size !== null)
    if (mustBeSaid && sizes.length > 1) throw refuse(node, 'only one', names)
    if (sizes.length > 0) return Math.max(0, ...sizes)
    const usual = defaults.filter((size) => typeof size === 'number')
    if (usual.length > 0) return Math.max(0, ...usual)
    if (mustBeSaid) throw refuse(node, 'one', names)
    return unsaid
  }
  const { sizedFields = [] } = said ?? {}
  return { count, mustBeSaid, sizedFields: sizedFields.length > 0 ? new Set(sizedFields) : null }
}

/** The size of a list of which nothing is said. */
export const countUnsaid: CountItems = () => UNSAID_SIZE

/** The number that is given; also as a Float, or in the words of a scalar for numbers that no Int holds. */
function readSize(value: ValueNode, variables: VariableValues): number | null {
  const given = valueFromASTUntyped(value, variables)
  if (typeof given === 'number') return given
  return typeof given === 'string' && /^-?\d+$/.test(given) ? Number(given) : null
}

function refuse(node: FieldNode, howMany: string, names: readonly string[]) {
  const message = `${node.name.value}: expected ${howMany} of the arguments ${names.join(', ')}.`
  return gatewayError('BAD_USER_INPUT', message)
}
