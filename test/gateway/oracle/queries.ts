import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql'

/** Chooses a whole number from 0 up to, but not including, a bound. */
export type Choose = (bound: number) => number

/** Fields that go under each other's names throughout a query: its aliases could be taken for keys, and never clash. */
const SWAPS: readonly (readonly [string, string])[] = [
  ['', ''],
  ['id', 'name'],
  ['id', 'nick'],
  ['text', 'id'],
  ['author', 'likedBy'],
  ['name', '_name'],
]

/** Makes choices out of given numbers, and the first of all once they are used up: fewer numbers, smaller query. */
export function chooseBy(numbers: readonly number[]): Choose {
  let next = 0
  return (bound) => (numbers[next++] ?? 0) % bound
}

/**
 * Writes a random query: fields with aliases and arguments, fragments of all kinds, conditions on the variables `$yes`
 * and `$no` and on constants. It may be invalid (two fields under one alias); it never is out of the schema.
 */
export function writeQuery(schema: GraphQLSchema, choose: Choose): string {
  const fragments: string[] = []
  const root = schema.getQueryType()
  if (!root) throw new Error('expected a schema with queries')
  const [one, other] = SWAPS[choose(SWAPS.length)] ?? ['', '']
  const aliases = new Map([
    [one, other],
    [other, one],
  ])
  const body = writeSelections({ schema, choose, fragments, aliases }, root, 4)
  const text = [body, ...fragments].join('\n')
  const used = ['$yes: Boolean!', '$no: Boolean!', '$n: Int = 2'].filter((variable) =>
    new RegExp(`\\${variable.slice(0, variable.indexOf(':'))}\\b`).test(text),
  )
  return used.length > 0 ? `query (${used.join(', ')}) ${text}` : text
}

interface Writing {
  readonly schema: GraphQLSchema
  readonly choose: Choose
  readonly fragments: string[]
  readonly aliases: ReadonlyMap<string, string>
}

function writeSelections(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const count = 1 + writing.choose(5)
  const selections = Array.from({ length: count }, () => writeSelection(writing, type, depth))
  return `{ ${selections.join(' ')} }`
}

function writeSelection(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { choose } = writing
  const kind = choose(9)
  if (kind === 0) return `${['', 'kind: '][choose(2)]}__typename${writeCondition(choose)}`
  if (kind <= 2 || !('getFields' in type)) return writeFragment(writing, type, depth)
  const fields = Object.values(type.getFields()).filter(
    (field) => depth > 1 || !isCompositeType(getNamedType(field.type)),
  )
  const field = fields[choose(Math.max(1, fields.length))]
  return field === undefined ? '__typename' : writeField(writing, field, depth)
}

function writeField(writing: Writing, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { choose } = writing
  const type = getNamedType(field.type)
  const inner = isCompositeType(type) ? ` ${writeSelections(writing, type, depth - 1)}` : ''
  const written = writeArguments(field, choose)
  // The same field with other arguments needs another name: most queries are to be valid.
  const swapped = writing.aliases.get(field.name)
  const alias = written === '' ? swapped && `${swapped}: ` : `${field.name}${written.replaceAll(/\W/g, '_')}: `
  return `${alias ?? ''}${field.name}${written}${writeCondition(choose)}${inner}`
}

function writeArguments(field: GraphQLField<unknown, unknown>, choose: Choose): string {
  const written = field.args.flatMap(({ name }) => {
    if (name === 'id') return [`id: "u${choose(5)}"`]
    const value = ['1', '3', '$n', null][choose(4)]
    return value === null || value === undefined || (name === 'scale' && value === '$n') ? [] : [`${name}: ${value}`]
  })
  return written.length > 0 ? `(${written.join(', ')})` : ''
}

function writeCondition(choose: Choose): string {
  const directive = ['skip', 'include'][choose(2)]
  const value = ['$yes', '$no', 'true', 'false'][choose(4)]
  return choose(5) === 0 ? ` @${directive}(if: ${value})` : ''
}

function writeFragment(writing: Writing, type: GraphQLCompositeType, depth: number): string {
  const { choose, fragments, schema } = writing
  const related = Object.values(schema.getTypeMap())
    .filter(isCompositeType)
    .filter((other) => overlaps(schema, type, other))
  const target = related[choose(related.length)] ?? type
  const condition = writeCondition(choose)
  const body = writeSelections(writing, target, depth)
  if (choose(3) > 0) return `... on ${target.name}${condition} ${body}`
  const name = `F${fragments.length}`
  fragments.push(`fragment ${name} on ${target.name} ${body}`)
  return `...${name}${condition}`
}

function overlaps(schema: GraphQLSchema, one: GraphQLCompositeType, other: GraphQLCompositeType): boolean {
  if (other.name.startsWith('__')) return false
  const objectsOf = (type: GraphQLCompositeType) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type])
  const objects = objectsOf(other)
  return objectsOf(one).some((type) => isObjectType(type) && objects.includes(type))
}
