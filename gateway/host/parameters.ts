import type { IncomingMessage } from 'node:http'
import { namesOperation, NOTHING_ASKED, type OperationParameters } from '../persisted/operation-texts.ts'
import { readJsonBody } from './body.ts'
import { Refusal } from './refusal.ts'

/** What a GraphQL request over HTTP asks. Which operation is meant, its text or its id says. */
export interface RequestParameters extends OperationParameters {
  readonly operationName: string | null
  readonly variables: Readonly<Record<string, unknown>> | null
}

/**
 * Reads what a GET asks by its address, or a POST by its JSON body.
 *
 * @throws Refusal 400 when that is no GraphQL request
 * @throws BodyError the body cannot be taken
 */
export async function readParameters(request: IncomingMessage, maxBodyBytes: number): Promise<RequestParameters> {
  const given = request.method === 'POST' ? await readJsonBody(request, maxBodyBytes) : readAddress(request)
  if (Array.isArray(given)) throw refuse('Batches are not served: send each operation in a request of its own.')
  if (!isRecord(given)) throw refuse('Expected an object.')
  const parameters: RequestParameters = {
    query: toText(given, 'query'),
    documentId: toText(given, 'documentId'),
    operationName: toText(given, 'operationName'),
    variables: toRecord(given, 'variables'),
    extensions: toRecord(given, 'extensions'),
  }
  if (!namesOperation(parameters)) throw refuse(NOTHING_ASKED)
  return parameters
}

function readAddress(request: IncomingMessage): Record<string, unknown> {
  const parameters = new URL(request.url ?? '/', 'http://localhost').searchParams
  const given: Record<string, unknown> = {}
  for (const [name, value] of parameters) {
    if (Object.hasOwn(given, name)) throw refuse(`Expected "${name}" once.`)
    given[name] = name === 'variables' || name === 'extensions' ? parse(name, value) : value
  }
  return given
}

function parse(name: string, value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    throw refuse(`Expected "${name}" to be JSON.`)
  }
}

function toText(given: Record<string, unknown>, name: string): string | null {
  const value = given[name] ?? null
  if (value === null || typeof value === 'string') return value
  throw refuse(`Expected "${name}" to be a string.`)
}

function toRecord(given: Record<string, unknown>, name: string): Record<string, unknown> | null {
  const value = given[name] ?? null
  if (value === null || isRecord(value)) return value
  throw refuse(`Expected "${name}" to be an object.`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(message: string): Refusal {
  return new Refusal(400, 'BAD_REQUEST', message)
}
