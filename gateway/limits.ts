import { Kind, type DocumentNode, type FragmentDefinitionNode, type GraphQLError, type SelectionSetNode } from 'graphql'
import { gatewayError } from './errors.ts'
import { countIntrospectionAliases } from './introspection-aliases.ts'

/** What one operation may ask for. Checked before validation, which itself costs time on hostile documents. */
export interface Limits {
  /** Bytes of an HTTP request's body. */
  readonly maxBodyBytes: number
  /** Bytes of one WebSocket message. */
  readonly maxFrameBytes: number
  /** Lexical tokens of a document, all its operations and fragments together. */
  readonly maxTokens: number
  /** Brackets inside brackets of a document, whatever they enclose. The planner takes no more than 49. */
  readonly maxNesting: number
  /** Lists and objects inside each other in a variable. */
  readonly maxVariableNesting: number
  /** Fields inside fields. */
  readonly maxDepth: number
  /** Fields of an operation, fragments spelled out. */
  readonly maxFields: number
  readonly maxRootFields: number
  /** Fields that are given another name, fragments spelled out. */
  readonly maxAliases: number
  /** Directives of an operation, fragments spelled out. */
  readonly maxDirectives: number
  /** Objects of `__schema` and `__type` that are given another name; `__type` itself may be. */
  readonly maxIntrospectionAliases: number
  /** What an operation may cost, as its page sizes say; an object costs 1 where the schema does not say otherwise. */
  readonly maxCost: number
  /** Subscriptions and other operations one socket may have under way. */
  readonly maxOperationsPerSocket: number
  /** Characters of events that may wait for one connection's reader before the connection is given up. */
  readonly maxWaitingChars: number
}

/** Room for every operation a person would write, and for the introspection of every common client. */
export const DEFAULT_LIMITS: Limits = {
  maxBodyBytes: 512 * 1024,
  maxFrameBytes: 512 * 1024,
  maxTokens: 5_000,
  maxNesting: 40,
  maxVariableNesting: 32,
  maxDepth: 16,
  maxFields: 1_500,
  maxRootFields: 40,
  maxAliases: 100,
  maxDirectives: 100,
  maxIntrospectionAliases: 0,
  maxCost: 200_000,
  maxOperationsPerSocket: 200,
  maxWaitingChars: 4 * 1024 * 1024,
}

/** For a gateway on a developer's own machine: operations may ask for anything. What would end the process stays bounded. */
export const NO_LIMITS: Limits = {
  maxBodyBytes: Infinity,
  maxFrameBytes: Infinity,
  maxTokens: Infinity,
  maxDepth: Infinity,
  maxFields: Infinity,
  maxRootFields: Infinity,
  maxAliases: Infinity,
  maxDirectives: Infinity,
  maxIntrospectionAliases: Infinity,
  maxCost: Infinity,
  maxOperationsPerSocket: Infinity,
  maxNesting: DEFAULT_LIMITS.maxNesting,
  maxVariableNesting: DEFAULT_LIMITS.maxVariableNesting,
  maxWaitingChars: DEFAULT_LIMITS.maxWaitingChars,
}

/** How much a selection asks for, fragments spelled out. */
interface Extent {
  readonly depth: number
  /** Fields of the selection itself. */
  readonly width: number
  /** Fields of the selection and of all below it. */
  readonly fields: number
  readonly aliases: number
  readonly directives: number
}

const NOTHING: Extent = { depth: 0, width: 0, fields: 0, aliases: 0, directives: 0 }

/**
 * Says which limit the worst operation of a document passes, or null.
 *
 * Every fragment is measured once, so a document that spreads fragments into fragments takes no longer than its length.
 */
export function checkLimits(document: DocumentNode, limits: Limits): GraphQLError | null {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node)
  const measure = createMeasure(fragments)
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue
    const problem = compare(measure(node.selectionSet), limits)
    if (problem !== null) return gatewayError('OPERATION_TOO_COMPLEX', problem)
  }
  if (countIntrospectionAliases(document) > limits.maxIntrospectionAliases) {
    const message = 'The schema may be asked for once in an operation, and its lists and objects without aliases.'
    return gatewayError('OPERATION_TOO_COMPLEX', message)
  }
  return null
}

function compare(extent: Extent, limits: Limits): string | null {
  if (extent.depth > limits.maxDepth) return `The operation is nested deeper than ${limits.maxDepth} fields.`
  if (extent.width > limits.maxRootFields) return `The operation has more than ${limits.maxRootFields} root fields.`
  if (extent.aliases > limits.maxAliases) return `The operation has more than ${limits.maxAliases} aliases.`
  if (extent.directives > limits.maxDirectives) return `The operation has more than ${limits.maxDirectives} directives.`
  if (extent.fields > limits.maxFields) return `The operation has more than ${limits.maxFields} fields.`
  return null
}

function createMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>): (set: SelectionSetNode) => Extent {
  const measured = new Map<string, Extent>()
  const measureFragment = (name: string): Extent => {
    const known = measured.get(name)
    if (known !== undefined) return known
    // Set before it is known, so that a fragment that spreads itself ends here; validation refuses it afterwards.
    measured.set(name, NOTHING)
    const fragment = fragments.get(name)
    const extent = fragment === undefined ? NOTHING : measure(fragment.selectionSet)
    measured.set(name, extent)
    return extent
  }
  const measure = (set: SelectionSetNode): Extent => {
    let { depth, width, fields, aliases, directives } = NOTHING
    for (const node of set.selections) {
      const isField = node.kind === Kind.FIELD
      const inner =
        node.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(node.name.value)
          : node.selectionSet === undefined
            ? NOTHING
            : measure(node.selectionSet)
      depth = Math.max(depth, inner.depth + (isField ? 1 : 0))
      width += isField ? 1 : inner.width
      fields += inner.fields + (isField ? 1 : 0)
      aliases += inner.aliases + (isField && node.alias ? 1 : 0)
      directives += inner.directives + (node.directives?.length ?? 0)
    }
    return { depth, width, fields, aliases, directives }
  }
  return measure
}
