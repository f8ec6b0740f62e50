import {
  BREAK,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  visit,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql'
import type { IntrospectionSetting } from './access.ts'
import { inSpanBelow } from '../observe/trace.ts'
import { gatewayError, toGraphQLError } from './errors.ts'
import { checkLimits, type Limits } from './limits.ts'
import { createLruMap } from './lru.ts'
import { checkDocumentNesting } from './nesting.ts'

/** A document that may run, or why it may not. */
export type ReadDocument = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] }

/** Characters of operations to remember, answers to bad ones included. Compiled plans live as long as their document. */
const MAX_REMEMBERED = 4_000_000
/** What remembering a document costs besides its text, in characters. */
const OVERHEAD = 1_000
const MAX_VALIDATION_ERRORS = 20

/** What a document must keep to. */
export interface DocumentRules {
  readonly schema: GraphQLSchema
  readonly introspection: IntrospectionSetting
  readonly limits: Limits
  /** Hears how many documents are remembered, good and bad, whenever that may have changed. */
  readonly onRemembered?: (count: number) => void
}

/**
 * Makes a reader of operations: parsed, measured against the limits, and only then validated, once for each text.
 *
 * The same text gives the same document object as long as it is remembered.
 */
export function createDocumentReader(rules: DocumentRules): (text: string) => ReadDocument {
  const remembered = createLruMap<ReadDocument>(MAX_REMEMBERED)
  return (text) => {
    const known = remembered.get(text)
    if (known !== undefined) return known
    const read = readDocument(text, rules)
    remembered.set(text, read, text.length + OVERHEAD)
    rules.onRemembered?.(remembered.size())
    return read
  }
}

function readDocument(text: string, { schema, introspection, limits }: DocumentRules): ReadDocument {
  const nesting = checkDocumentNesting(text, limits)
  if (nesting !== null) return { errors: [nesting] }
  let document: DocumentNode
  try {
    document = inSpanBelow('graphql.parse', {}, () => parse(text, { maxTokens: limits.maxTokens }))
  } catch (error) {
    return { errors: [wordParseError(error, limits)] }
  }
  const excess = checkLimits(document, limits)
  if (excess !== null) return { errors: [excess] }
  const incremental = findIncremental(document)
  if (incremental !== null) return { errors: [refuseIncremental(incremental)] }
  const rules = introspection === 'off' ? [...specifiedRules, NoSchemaIntrospectionCustomRule] : specifiedRules
  const hideSuggestions = introspection !== 'public'
  const problems = inSpanBelow('graphql.validate', {}, () =>
    validate(schema, document, rules, { maxErrors: MAX_VALIDATION_ERRORS, hideSuggestions }),
  )
  if (problems.length > 0) return { errors: problems.map((problem) => withCode(problem, 'GRAPHQL_VALIDATION_FAILED')) }
  // Places were for the messages above; without them a remembered document takes a fraction of the memory.
  return { document: parse(text, { noLocation: true }) }
}

/** The directive by which a document asks for an answer in parts, or null. */
function findIncremental(document: DocumentNode): 'defer' | 'stream' | null {
  let found: 'defer' | 'stream' | null = null
  visit(document, {
    Directive: ({ name: { value } }) => {
      if (value !== 'defer' && value !== 'stream') return undefined
      found = value
      return BREAK
    },
  })
  return found
}

function refuseIncremental(directive: 'defer' | 'stream'): GraphQLError {
  const message =
    `Answers come whole here: take @${directive} out, and ask for what may come later in an operation of its own, or ` +
    'subscribe to it.'
  return gatewayError('INCREMENTAL_DELIVERY_UNSUPPORTED', message)
}

function wordParseError(error: unknown, { maxTokens }: Limits): GraphQLError {
  // The parser has no error of its own for these two: too many tokens, and more nesting than the stack holds.
  const isTooMuch = error instanceof RangeError || (error instanceof GraphQLError && / \d+ tokens/.test(error.message))
  if (isTooMuch) return gatewayError('OPERATION_TOO_COMPLEX', `The document has more than ${maxTokens} tokens.`)
  return withCode(toGraphQLError(error), 'GRAPHQL_PARSE_FAILED')
}

function withCode({ message, source, positions }: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(message, { source, positions, extensions: { code } })
}
