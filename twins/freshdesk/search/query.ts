import { invalidValue } from '../errors.ts'

/** How a field is compared: `:` is equal, `:>` at least, `:<` at most. */
export type Comparison = ':' | ':>' | ':<'

/** A value as it was written. */
export type Literal =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'number'; readonly number: number }
  | { readonly type: 'boolean'; readonly boolean: boolean }
  | { readonly type: 'null' }

/** One comparison. */
export interface Term {
  readonly field: string
  readonly comparison: Comparison
  readonly value: Literal
}

/** Terms joined by AND or OR. */
export type Query = Term | { readonly all: readonly Query[] } | { readonly any: readonly Query[] }

/** The expression between the quotes may be this long. Source: the provider's notes. */
const maxCharacters = 512

const token = /\s*(?:(\(|\))|(AND|OR)\b|([A-Za-z_][\w]*)\s*(:>|:<|:)\s*|'((?:[^'\\]|\\.)*)'|([^\s()']+))/y

/**
 * Reads a search: one expression in double quotes, with strings and dates in single quotes, such as
 * `"status:2 AND (priority:>3 OR agent_id:null)"`. AND binds closer than OR.
 *
 * @throws 400 anything else
 */
export function parseQuery(raw: string): Query {
  const expression = /^"([\s\S]*)"$/.exec(raw.trim())?.[1]
  if (expression === undefined) throw wrong('Given query is invalid: it must be in double quotes.')
  if (expression.length > maxCharacters) throw wrong(`Given query is longer than ${maxCharacters} characters.`)
  const tokens = tokensOf(expression)
  const query = readAny(tokens)
  if (tokens.length > 0) throw wrong(`Given query is invalid near '${tokens[0]?.text ?? ''}'.`)
  return query
}

interface Token {
  readonly kind: 'open' | 'close' | 'and' | 'or' | 'field' | 'quoted' | 'bare'
  readonly text: string
  readonly comparison?: Comparison
}

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (expression.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex
    const [, paren, word, field, comparison, quoted, bare] = token.exec(expression) ?? []
    if (paren !== undefined) tokens.push({ kind: paren === '(' ? 'open' : 'close', text: paren })
    else if (word !== undefined) tokens.push({ kind: word === 'AND' ? 'and' : 'or', text: word })
    else if (field !== undefined) tokens.push({ kind: 'field', text: field, comparison: comparisonOf(comparison) })
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll(/\\(.)/g, '$1') })
    else if (bare !== undefined) tokens.push({ kind: 'bare', text: bare })
    else throw wrong(`Given query is invalid near '${expression.slice(at, at + 20)}'.`)
  }
  return tokens
}

function comparisonOf(text: string | undefined): Comparison {
  return text === ':>' || text === ':<' ? text : ':'
}

function readAny(tokens: Token[]): Query {
  const any = [readAll(tokens)]
  while (tokens[0]?.kind === 'or') {
    tokens.shift()
    any.push(readAll(tokens))
  }
  const [only] = any
  return only && any.length === 1 ? only : { any }
}

function readAll(tokens: Token[]): Query {
  const all = [readTerm(tokens)]
  while (tokens[0]?.kind === 'and') {
    tokens.shift()
    all.push(readTerm(tokens))
  }
  const [only] = all
  return only && all.length === 1 ? only : { all }
}

function readTerm(tokens: Token[]): Query {
  const first = tokens.shift()
  if (first?.kind === 'open') {
    const inner = readAny(tokens)
    if (tokens.shift()?.kind !== 'close') throw wrong('Given query is invalid: a parenthesis is not closed.')
    return inner
  }
  const value = tokens.shift()
  if (first?.kind !== 'field' || !first.comparison || !value) {
    throw wrong(`Given query is invalid near '${first?.text ?? 'its end'}'.`)
  }
  return { field: first.text, comparison: first.comparison, value: literalOf(value) }
}

function literalOf({ kind, text }: Token): Literal {
  if (kind === 'quoted') return { type: 'text', text }
  if (kind !== 'bare') throw wrong(`Given query is invalid near '${text}'.`)
  if (text === 'null') return { type: 'null' }
  if (text === 'true' || text === 'false') return { type: 'boolean', boolean: text === 'true' }
  if (/^-?\d+$/.test(text)) return { type: 'number', number: Number(text) }
  throw wrong(`Given query is invalid near '${text}': strings and dates are in single quotes.`)
}

function wrong(message: string) {
  return invalidValue('query', message)
}
