import { Lexer, Source, TokenKind, type GraphQLError } from 'graphql'
import { gatewayError } from './errors.ts'
import type { Limits } from './limits.ts'

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.PAREN_L, TokenKind.BRACKET_L])
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.PAREN_R, TokenKind.BRACKET_R])

/**
 * Says when brackets of a document stand deeper inside each other than they may, or null.
 *
 * Read before it is parsed, because everything that reads documents calls itself for what is inside: parsers,
 * validation, the planner. What is not GraphQL is left to the parser to word.
 */
export function checkDocumentNesting(text: string, { maxNesting, maxTokens }: Limits): GraphQLError | null {
  const lexer = new Lexer(new Source(text))
  let depth = 0
  try {
    for (let count = 0; count <= maxTokens; count++) {
      const { kind } = lexer.advance()
      if (kind === TokenKind.EOF) return null
      if (CLOSING.has(kind)) depth--
      if (OPENING.has(kind) && ++depth > maxNesting) {
        return gatewayError('OPERATION_TOO_COMPLEX', `The document nests brackets deeper than ${maxNesting}.`)
      }
    }
    return null
  } catch {
    // A token that is none.
    return null
  }
}

/** Says when lists and objects of an operation's variables stand deeper inside each other than they may, or null. */
export function checkVariableNesting(variables: unknown, { maxVariableNesting }: Limits): GraphQLError | null {
  // The variables themselves are an object, too, which is not counted.
  if (!isDeeperThan(variables, maxVariableNesting + 1)) return null
  return gatewayError('BAD_USER_INPUT', `The variables nest lists and objects deeper than ${maxVariableNesting}.`)
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1))
}
