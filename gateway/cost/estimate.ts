import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { includes, readFragments, type Fragments } from '../execute/conditions.ts'
import { compileArgumentCost, type CountArguments, type VariableValues } from './argument-cost.ts'
import { compileFieldSize, countUnsaid, type CountItems, type FieldSize } from './list-size.ts'
import { OPERATION_WEIGHT, weigh, type Prices } from './prices.ts'

/**
 * Says what an operation may cost, at most, by its page sizes. The variables are those that came, not coerced yet.
 *
 * Throws a GraphQLError when an argument that must say how long a list is does not.
 */
export type Estimate = (variables: VariableValues) => number

/** What estimating needs to know of the schema. */
export interface EstimateContext {
  readonly schema: GraphQLSchema
  readonly prices: Prices
}

/** One field: how many of it there may be where it stands, and what each weighs with all that is in it. */
interface Term {
  readonly holds: (variables: VariableValues) => boolean
  readonly count: CountItems
  /** A count of other lists that throws when it is not said; null for one that needs no look. */
  readonly check: CountItems | null
  readonly weight: number
  readonly argumentCost: CountArguments | null
  readonly within: Terms
}

/** The fields of an object: those of any object that may stand there, and those of one type of object alone. */
interface Terms {
  readonly common: readonly Term[]
  readonly byType: readonly (readonly Term[])[]
}

/**
 * Compiles the estimate of an operation. Everything counts once for each place it may stand in, fragments of one object
 * merged; of fragments on several types of object the dearest counts, since an object has one type. A page's size counts
 * for the lists in the page's own object (`nodes`, `edges`). Introspection costs nothing.
 *
 * The document must keep the limits on fields, and fit the schema.
 */
export function compileEstimate(
  operation: OperationDefinitionNode,
  document: DocumentNode,
  context: EstimateContext,
): Estimate {
  const reading: Reading = { ...context, fragments: readFragments(document) }
  const root = context.schema.getRootType(operation.operation)
  const terms = root ? readTerms([operation.selectionSet], root, null, reading) : NOTHING
  const base = OPERATION_WEIGHT[operation.operation]
  const defaults: Record<string, unknown> = {}
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) defaults[variable.name.value] = valueFromASTUntyped(defaultValue)
  }
  const estimate: Estimate = (variables) => base + sumTerms(terms, { ...defaults, ...variables })
  return operation.variableDefinitions?.length ? estimate : once(estimate)
}

/** An estimate that hangs on no variable is made once. */
function once(estimate: Estimate): Estimate {
  let known: number | null = null
  return (variables) => (known ??= estimate(variables))
}

const NOTHING: Terms = { common: [], byType: [] }

interface Reading extends EstimateContext {
  readonly fragments: Fragments
}

/** A field of an object, with all the selections of it that hang on the same conditions. */
interface Gathered {
  readonly node: FieldNode
  readonly parent: GraphQLNamedType
  readonly conditions: readonly SelectionNode[]
  readonly sets: SelectionSetNode[]
}

type Bucket = Map<string, Gathered>

function readTerms(
  sets: readonly SelectionSetNode[],
  type: GraphQLNamedType,
  page: FieldSize | null,
  reading: Reading,
): Terms {
  const common: Bucket = new Map()
  const byType = new Map<string, Bucket>()
  const gather = (set: SelectionSetNode, parent: GraphQLNamedType, conditions: readonly SelectionNode[]): void => {
    for (const node of set.selections) {
      const inner = node.directives?.length ? [...conditions, node] : conditions
      if (node.kind === Kind.FIELD) {
        // The fields of an object are its own, whichever of its interfaces they are asked for as.
        const owner = isObjectType(type) ? type : parent
        gatherField({ node, parent: owner, conditions: inner, sets: [] }, bucketOf(owner))
        continue
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : reading.fragments.get(node.name.value)
      const condition = fragment?.typeCondition?.name.value
      const narrowed = condition === undefined ? parent : reading.schema.getType(condition)
      if (fragment !== undefined && narrowed !== undefined) gather(fragment.selectionSet, narrowed, inner)
    }
  }
  const bucketOf = (parent: GraphQLNamedType): Bucket => {
    if (!isAbstractType(type) || !isObjectType(parent)) return common
    const bucket = byType.get(parent.name) ?? new Map<string, Gathered>()
    byType.set(parent.name, bucket)
    return bucket
  }
  for (const set of sets) gather(set, type, [])
  const toTerms = (bucket: Bucket) => [...bucket.values()].flatMap((gathered) => toTerm(gathered, page, reading))
  return { common: toTerms(common), byType: [...byType.values()].map(toTerms) }
}

/** Two interfaces may have different fields under one name, so that fields of both count. */
function gatherField(field: Gathered, bucket: Bucket): void {
  const { node, parent, conditions } = field
  const spelled = conditions.flatMap(({ directives = [] }) => directives.map((directive) => JSON.stringify(directive)))
  const key = [parent.name, node.alias?.value ?? node.name.value, ...spelled].join(' ')
  const gathered = bucket.get(key) ?? field
  bucket.set(key, gathered)
  if (node.selectionSet) gathered.sets.push(node.selectionSet)
}

function toTerm({ node, parent, conditions, sets }: Gathered, page: FieldSize | null, reading: Reading): Term[] {
  const { schema, prices } = reading
  const definition = findField(parent, node.name.value)
  if (definition === undefined) return []
  const type = getNamedType(definition.type)
  const coordinates = coordinatesOf(parent, node.name.value, schema)
  const weight = Math.max(...coordinates.map((coordinate) => weighDearest(coordinate, type, reading)))
  const said = coordinates.map((coordinate) => prices.listSizeOf(coordinate)).find((size) => size !== undefined)
  const own = compileFieldSize(node, definition, said)
  const isList = isListOf(definition.type)
  const term: Term = {
    holds: (variables) =>
      conditions.every(({ directives = [] }) => directives.every((each) => includes(each, variables))),
    count: isList ? countOf(node.name.value, own, page) : () => 1,
    check: own?.mustBeSaid === true ? own.count : null,
    weight,
    argumentCost: compileArgumentCost(node, definition, coordinates, prices),
    within: isCompositeType(type) ? readTerms(sets, type, isList ? null : own, reading) : NOTHING,
  }
  const isFree = weight === 0 && term.argumentCost === null && !isCompositeType(type)
  return isFree ? [] : [term]
}

function findField(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined
}

/** Where the schema may say something of a field: on its type, and for an interface on whatever implements it. */
function coordinatesOf(parent: GraphQLNamedType, name: string, schema: GraphQLSchema): string[] {
  const objects = isAbstractType(parent) ? schema.getPossibleTypes(parent) : []
  return [parent, ...objects].map((type) => `${type.name}.${name}`)
}

/** The dearest that a value may be. */
function weighDearest(coordinate: string, type: GraphQLNamedType, { schema, prices }: Reading): number {
  if (!isAbstractType(type)) return weigh(coordinate, type, prices)
  return Math.max(...[type, ...schema.getPossibleTypes(type)].map((each) => weigh(coordinate, each, prices)))
}

/** How long a list is: by its own arguments, by those of the page that it stands in, or as lists are where nothing is said. */
function countOf(name: string, own: FieldSize | null, page: FieldSize | null): CountItems {
  if (own !== null && own.sizedFields === null) return own.count
  if (page !== null && (page.sizedFields === null || page.sizedFields.has(name))) return page.count
  return countUnsaid
}

function isListOf(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

function sumTerms({ common, byType }: Terms, variables: VariableValues): number {
  let dearest = 0
  for (const terms of byType) dearest = Math.max(dearest, sum(terms, variables))
  return sum(common, variables) + dearest
}

function sum(terms: readonly Term[], variables: VariableValues): number {
  let total = 0
  for (const { holds, count, check, weight, argumentCost, within } of terms) {
    if (!holds(variables)) continue
    check?.(variables)
    const cost = count(variables) * (weight + sumTerms(within, variables)) + (argumentCost?.(variables) ?? 0)
    // Less than nothing is nothing: a field can make itself cheaper, and no other one.
    total += cost < 0 ? 0 : cost
  }
  return total
}
