import {
  isLeafType,
  Kind,
  parse,
  valueFromASTUntyped,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLNamedType,
  type OperationTypeNode,
} from 'graphql'

/** How many a list holds, as `@listSize` says. Source: the IBM GraphQL cost specification, and Federation 2.9. */
export interface ListSize {
  /** What the list is taken to hold when no argument says so. */
  readonly assumedSize: number | null
  /** The arguments that say how many are wanted. */
  readonly slicingArguments: readonly string[]
  /** The fields of the answer's object that hold as many; none when the field itself is the list. */
  readonly sizedFields: readonly string[]
  /** Whether one of the arguments has to be given, and no more than one. */
  readonly requireOneSlicingArgument: boolean
}

/** What the schema says of costs, by coordinates: `User`, `Query.users`, `Query.users(filter:)`, `Filter.text`. */
export interface Prices {
  /** What `@cost` says of a coordinate. */
  weightOf(coordinate: string): number | undefined
  /** What `@listSize` says of a field. */
  listSizeOf(coordinate: string): ListSize | undefined
}

/** What one value of a field weighs: by the field, by its type, or what its kind weighs where nothing is said. */
export function weigh(coordinate: string, type: GraphQLNamedType, prices: Prices): number {
  return prices.weightOf(coordinate) ?? prices.weightOf(type.name) ?? (isLeafType(type) ? 0 : 1)
}

/** What an operation weighs besides its fields. */
export const OPERATION_WEIGHT: Readonly<Record<`${OperationTypeNode}`, number>> = {
  query: 0,
  mutation: 10,
  subscription: 0,
}

const SPECIFICATION = /^https:\/\/specs\.apollo\.dev\/cost\/v/

/** Reads the prices of a supergraph. One without any says nothing of costs. */
export function readPrices(supergraphSdl: string): Prices {
  const document = parse(supergraphSdl, { noLocation: true })
  const { cost, listSize } = readNames(document)
  const weights = new Map<string, number>()
  const listSizes = new Map<string, ListSize>()
  const read = (coordinate: string, node: { readonly directives?: readonly DirectiveNode[] | undefined }) => {
    const weight = readArguments(node.directives, cost)?.['weight']
    if (typeof weight === 'number') weights.set(coordinate, weight)
    const size = readArguments(node.directives, listSize)
    if (size !== null) listSizes.set(coordinate, toListSize(size))
  }
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined) continue
    const typeName = definition.name.value
    if (definition.kind !== Kind.DIRECTIVE_DEFINITION) read(typeName, definition)
    if (!('fields' in definition)) continue
    for (const field of definition.fields ?? []) {
      const coordinate = `${typeName}.${field.name.value}`
      read(coordinate, field)
      if (field.kind !== Kind.FIELD_DEFINITION) continue
      for (const argument of field.arguments ?? []) read(`${coordinate}(${argument.name.value}:)`, argument)
    }
  }
  return { weightOf: (coordinate) => weights.get(coordinate), listSizeOf: (coordinate) => listSizes.get(coordinate) }
}

/** Under which names the supergraph has the two directives: a supergraph may rename what it links. */
function readNames(document: DocumentNode): { readonly cost: string; readonly listSize: string } {
  const schema = document.definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION)
  for (const directive of schema?.directives ?? []) {
    const { url, as, import: imports = [] } = readArguments([directive], 'link') ?? {}
    if (typeof url !== 'string' || !SPECIFICATION.test(url) || !Array.isArray(imports)) continue
    const space = typeof as === 'string' ? as : 'cost'
    const imported = new Map(imports.map((each: unknown) => toImport(each)))
    return {
      cost: imported.get('@cost') ?? space,
      listSize: imported.get('@listSize') ?? `${space}__listSize`,
    }
  }
  return { cost: 'cost', listSize: 'listSize' }
}

/** The name of an imported element, and the directive's name for it here. */
function toImport(value: unknown): readonly [unknown, string] {
  if (typeof value === 'string') return [value, value.slice(1)]
  if (typeof value !== 'object' || value === null || !('name' in value)) return [null, '']
  const { name } = value
  const as = 'as' in value ? value.as : name
  return [name, typeof as === 'string' ? as.slice(1) : '']
}

function readArguments(directives: readonly DirectiveNode[] | undefined, name: string): Record<string, unknown> | null {
  const found = directives?.find((directive) => directive.name.value === name)
  if (found === undefined) return null
  return Object.fromEntries((found.arguments ?? []).map((node) => [node.name.value, valueFromASTUntyped(node.value)]))
}

function toListSize(given: Record<string, unknown>): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = given
  const names = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : null,
    slicingArguments: names(slicingArguments),
    sizedFields: names(sizedFields),
    requireOneSlicingArgument: requireOneSlicingArgument !== false,
  }
}
