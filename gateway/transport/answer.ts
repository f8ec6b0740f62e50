import { SubgraphError } from '../errors.ts'
import type { SubgraphAnswer, SubgraphAnswerError } from './transport.ts'

/** What a subgraph answered over HTTP. */
export interface HttpAnswer {
  readonly status: number
  /** The header `content-encoding`; undefined when there is none. */
  readonly encoding: string | readonly string[] | undefined
  readonly text: string
}

/**
 * What is wrong with an answer that is encoded, though it was asked for as it is; null for one that is not.
 *
 * Nothing is decoded: a few bytes of it could become any number.
 */
export function findEncoding(name: string, encoding: string | readonly string[] | undefined): SubgraphError | null {
  // The reference server of graphql-sse says "none", which is no registered encoding.
  if (encoding === undefined || encoding === 'identity' || encoding === 'none') return null
  const message = `subgraph "${name}": expected an answer without content-encoding, but got ${String(encoding)}`
  return new SubgraphError('SUBGRAPH_ANSWER_INVALID', message)
}

/**
 * Reads the GraphQL answer of a subgraph; any status may carry one.
 *
 * @throws SubgraphError there is none, or the subgraph refused the gateway itself
 */
export function readAnswer(name: string, { status, encoding, text }: HttpAnswer): SubgraphAnswer {
  // A refusal is about the gateway's own assertion: the client's token was good.
  if (status === 401 || status === 403) {
    throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" refused the gateway (HTTP ${status})`)
  }
  const encoded = findEncoding(name, encoding)
  if (encoded !== null) throw encoded
  const answer = parseAnswer(text)
  if (answer !== null) return answer
  if (status >= 200 && status < 300) {
    throw new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${name}": expected a GraphQL answer`)
  }
  throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" answered HTTP ${status}`)
}

/** Reads a GraphQL answer out of JSON text; null when it is none. */
export function parseAnswer(text: string): SubgraphAnswer | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return toAnswer(value)
}

/** Reads a GraphQL answer out of decoded JSON; null when it is none. What `data` holds is looked at when it is used. */
export function toAnswer(value: unknown): SubgraphAnswer | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('data' in value) && !('errors' in value)) return null
  const errors = 'errors' in value ? toErrors(value.errors) : undefined
  if (errors === null) return null
  return { data: 'data' in value ? value.data : undefined, errors }
}

/** Reads a list of GraphQL errors; null when it is none, undefined when there are none. */
export function toErrors(value: unknown): readonly SubgraphAnswerError[] | null | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) return null
  const errors: SubgraphAnswerError[] = []
  for (const item of value) {
    const error = toError(item)
    if (error === null) return null
    errors.push(error)
  }
  return errors
}

function toError(value: unknown): SubgraphAnswerError | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('message' in value) || typeof value.message !== 'string') return null
  const path = 'path' in value && isPath(value.path) ? value.path : undefined
  const extensions = 'extensions' in value && isRecord(value.extensions) ? value.extensions : undefined
  return { message: value.message, path, extensions }
}

function isPath(value: unknown): value is (string | number)[] {
  return Array.isArray(value) && value.every((key) => typeof key === 'string' || typeof key === 'number')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
