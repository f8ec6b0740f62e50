import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  OperationTypeNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql'
import { isRequired, writeValue, type Choose, type Samples, type Values } from './values.ts'

/** An operation, and what its variables are. */
export interface WrittenOperation {
  readonly text: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Aliases that are names of something else elsewhere: in JavaScript, in plans, in what subgraphs are asked. */
const ODD_ALIASES = ['constructor', 'toString', '__proto__', '_entities', '_client_id', 'length', 'then', 'ID']

/** Makes choices out of given numbers, and the first of all once they are used up: fewer numbers, smaller operation. */
export function chooseBy(numbers: readonly number[]): Choose {
  let next = 0
  return (bound) => (numbers[next++] ?? 0) % bound
}

interface Writing extends Values {
  readonly schema: GraphQLSchema
  readonly fragments: string[]
  /** The alias of each field that goes by another name. */
  readonly aliases: ReadonlyMap<string, string>
}

/**
 * Writes a random query or mutation: fields under each other's names and under odd ones, arguments as literals and
 * variables (given, null, absent, defaulted, inside of input objects), fragments of all kinds, conditions on variables
 * and constants, and introspection beside data.
 *
 * It may be invalid (two fields under one alias); it never is out of the schema.
 */
export function writeOperation(schema: GraphQLSchema, choose: Choose, samples: Samples = {}): WrittenOperation {
  const mutation = schema.getMutationType()
  const isMutation = mutation != null && choose(3) === 0
  const root = schema.getRootType(isMutation ? OperationTypeNode.MUTATION : OperationTypeNode.QUERY)
  if (!root) throw new Error('expected a schema with queries')
  const writing = startWriting(schema, choose, samples)
  return toOperation(writing, isMutation ? 'mutation' : 'query', writeSelections(writing, root, 4))
}

/** Writes a random subscription, of one root field and with no condition on it, as subscriptions have to; else as queries are. */
export function writeSubscription(schema: GraphQLSchema, choose: Choose, samples: Samples = {}): WrittenOperation {
  const root = schema.getSubscriptionType()
  const fields = Object.values(root?.getFields() ?? {})
  const field = fields[choose(fields.length)]
  if (!root || !field) throw new Error('expected a schema with subscriptions')
  const writing = startWriting(schema, choose, samples)
  const alias = ['', 'event: ', ...ODD_ALIASES.map((name) => `${name}: `)][choose(4)]
  const written = writeArguments(writing, field.args)
  const type = getNamedType(field.type)
  const inner = isCompositeType(type) ? ` ${writeSelections(writing, type, 4)}` : ''
  const selection = `${alias}${field.name}${written}${inner}`
  return toOperation(writing, 'subscription', choose(4) === 0 ? `{ ... { ${selection} } }` : `{ ${selection} }`)
}

function startWriting(schema: GraphQLSchema, choose: Choose, samples: Samples): Writing {
  return { schema, choose, samples, fragments: [], definitions: [], variables: {}, aliases: swapNames(schema, choose) }
}

function toOperation({ definitions, fragments, variables }: Writing, kind: string, body: string): WrittenOperation {
  const defined = definitions.length > 0 ? ` (${definitions.join(', ')})` : ''
  return { text: [`${kind}${defined} ${body}`, ...fragments].join('\n'), variables }
}

/** Lets some names stand for each other throughout an operation, so that an alias never clashes with a field. */
function swapNames(schema: GraphQLSchema, choose: Choose): ReadonlyMap<string, string> {
  const fields = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!type.name.startsWith('__') && 'getFields' in type) for (const name in type.getFields()) fields.add(name)
  }
  const names = [...fields, ...ODD_ALIASES.filter((name) => !fields.has(name))]
  const aliases = [...names]
  for (let swaps = choose(4); swaps > 0; swaps--) {
    const one = choose(fields.size)
    const other = choose(names.length)
    const [left, right] = [aliases[one], aliases[other]]
    if (left !== undefined && right !== undefined) [aliases[one], aliases[other]] = [right, left]
  }
  return new Map(names.map((name, index) => [name, aliases[index] ?? name]))
}

function writeSelections(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const count = 1 + writing.choose(5)
  const selections = Array.from({ length: count }, () => writeSelection(writing, type, depth))
  return `{ ${selections.join(' ')} }`
}

function writeSelection(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { choose, schema } = writing
  const kind = choose(10)
  if (kind === 0) return `${['', 'kind: '][choose(2)]}__typename${writeCondition(writing)}`
  if (kind === 1 && type === schema.getQueryType()) return writeIntrospection(writing)
  if (kind <= 3 || !('getFields' in type)) return writeFragment(writing, type, depth)
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 1 || !isCompositeType(getNamedType(field.type)),
  )
  const field = fields[choose(Math.max(1, fields.length))]
  return field === undefined ? '__typename' : writeField(writing, field, depth)
}

function writeIntrospection({ schema, choose }: Writing): string {
  const types = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'))
  const asked = types[choose(types.length)] ?? 'Query'
  const root = '__schema { queryType { name } mutationType { name } }'
  return [root, `about: __type(name: "${asked}") { name kind }`, '__type(name: "Nothing") { name }'][choose(3)] ?? root
}

function writeField(writing: Writing, field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type)
  const written = writeArguments(writing, field.args)
  const inner = isCompositeType(type) ? ` ${writeSelections(writing, type, depth - 1)}` : ''
  // The same field with other arguments needs another name: most operations are to be valid.
  const alias =
    written === '' ? writing.aliases.get(field.name) : `${field.name}${written.replaceAll(/[^A-Za-z0-9]/g, '_')}`
  const renamed = alias === undefined || alias === field.name ? '' : `${alias}: `
  return `${renamed}${field.name}${written}${writeCondition(writing)}${inner}`
}

function writeArguments(writing: Writing, args: readonly GraphQLArgument[]): string {
  const written = args.flatMap((argument) => {
    if (!isRequired(argument) && writing.choose(3) === 0) return []
    return [`${argument.name}: ${writeValue(writing, argument)}`]
  })
  return written.length > 0 ? `(${written.join(', ')})` : ''
}

function writeCondition({ choose, definitions, variables }: Writing): string {
  if (choose(5) < 4) return ''
  const directive = ['skip', 'include'][choose(2)]
  const value = ['$yes', '$no', 'true', 'false'][choose(4)] ?? 'true'
  const name = value.slice(1)
  if (value.startsWith('$') && !(name in variables)) {
    definitions.push(`${value}: Boolean!`)
    variables[name] = name === 'yes'
  }
  return ` @${directive}(if: ${value})`
}

function writeFragment(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { choose, fragments, schema } = writing
  const related = Object.values(schema.getTypeMap())
    .filter(isCompositeType)
    .filter((other) => overlaps(schema, type, other))
  const target = related[choose(related.length)] ?? type
  const condition = writeCondition(writing)
  const body = writeSelections(writing, target, depth)
  if (choose(3) > 0) return `...${choose(6) > 0 ? ` on ${target.name}` : untyped(target, type)}${condition} ${body}`
  const name = `F${fragments.length}`
  fragments.push(`fragment ${name} on ${target.name} ${body}`)
  return `...${name}${condition}`
}

function untyped(target: GraphQLCompositeType, type: GraphQLCompositeType): string {
  return target === type ? '' : ` on ${target.name}`
}

function overlaps(schema: GraphQLSchema, one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
  if (other.name.startsWith('__')) return false
  const objectsOf = (type: GraphQLCompositeType) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type])
  const objects = objectsOf(other)
  return objectsOf(one).some((type) => isObjectType(type) && objects.includes(type))
}
