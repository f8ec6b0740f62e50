import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql'

/** Chooses a whole number from 0 up to, but not including, a bound. */
export type Choose = (bound: number) => number

/** Values to give: by the name of the argument or input field, or else by that of its type. */
export type Samples = Readonly<Record<string, readonly unknown[]>>

/** Where values are written. */
export interface Values {
  readonly choose: Choose
  readonly samples: Samples
  /** The operation's variables so far, as they are declared. */
  readonly definitions: string[]
  /** What they are; one that is declared and left out is not in it. */
  readonly variables: Record<string, unknown>
}

/** Something that takes a value: an argument, or a field of an input object. */
export type Taker = GraphQLArgument | GraphQLInputField

const SAMPLES: Samples = {
  Int: [1, 0, 3, -2],
  Float: [0.5, 2, 1e21],
  Boolean: [true, false],
  String: ['x', '', 'Łódź ☂ "quoted"'],
  ID: ['1', '2', 'nobody'],
}

/** True when a value has to be given. */
export function isRequired({ type, defaultValue }: Taker): boolean {
  return isNonNullType(type) && defaultValue === undefined
}

/** Writes a value: null, a literal that may hold variables, or a variable. */
export function writeValue(values: Values, taker: Taker): string {
  return writeNested(values, taker, 2)
}

function writeNested(values: Values, taker: Taker, depth: number): string {
  const { choose, definitions, variables } = values
  if (choose(3) < 2) return writeLiteral(values, taker.type, taker.name, depth)
  const name = `v${definitions.length}`
  const isOptional = !isNonNullType(taker.type)
  const fallback = isOptional && choose(3) === 2 ? ` = ${writeLiteral(plainly(values), taker.type, taker.name, 1)}` : ''
  definitions.push(`$${name}: ${String(taker.type)}${fallback}`)
  if (!isOptional || choose(3) > 0) variables[name] = makeValue(values, taker.type, taker.name, depth)
  return `$${name}`
}

/** What is written as a default must not hold variables. */
function plainly(values: Values): Values & { readonly constant: true } {
  return { ...values, constant: true }
}

function writeLiteral(
  values: Values & { readonly constant?: true },
  type: GraphQLInputType,
  name: string,
  depth: number,
): string {
  const { choose } = values
  if (!isNonNullType(type) && choose(6) === 5) return 'null'
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    // A single value stands for a list of one.
    if (choose(4) === 3) return writeLiteral(values, getNullableType(nullable.ofType), name, depth)
    return `[${repeat(choose(3), () => writeLiteral(values, nullable.ofType, name, depth)).join(', ')}]`
  }
  if (isInputObjectType(nullable)) {
    const fields = chooseFields(nullable, values, depth).map((field) => {
      const written = values.constant
        ? writeLiteral(values, field.type, field.name, depth - 1)
        : writeNested(values, field, depth - 1)
      return `${field.name}: ${written}`
    })
    return `{ ${fields.join(', ')} }`
  }
  const value = chooseSample(values, nullable, name)
  return isEnumType(nullable) ? String(value) : JSON.stringify(value)
}

function makeValue(values: Values, type: GraphQLInputType, name: string, depth: number): unknown {
  const { choose } = values
  if (!isNonNullType(type) && choose(6) === 5) return null
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    if (choose(4) === 3) return makeValue(values, getNullableType(nullable.ofType), name, depth)
    return repeat(choose(3), () => makeValue(values, nullable.ofType, name, depth))
  }
  if (!isInputObjectType(nullable)) return chooseSample(values, nullable, name)
  const fields = chooseFields(nullable, values, depth)
  return Object.fromEntries(fields.map((field) => [field.name, makeValue(values, field.type, field.name, depth - 1)]))
}

function chooseFields(type: GraphQLInputObjectType, { choose }: Values, depth: number): readonly GraphQLInputField[] {
  return Object.values(type.getFields()).filter((field) => {
    if (isRequired(field)) return true
    return depth > 0 && choose(2) === 0
  })
}

function chooseSample({ choose, samples }: Values, type: GraphQLInputType, name: string): unknown {
  const named = getNamedType(type)
  const known = samples[name] ?? samples[named.name] ?? SAMPLES[named.name]
  const possible = known ?? (isEnumType(named) ? named.getValues().map((value) => value.name) : [])
  if (possible.length === 0) throw new Error(`expected samples of ${named.name}`)
  return possible[choose(possible.length)]
}

function repeat<T>(times: number, make: () => T): T[] {
  return Array.from({ length: times }, make)
}
