import type { IncomingMessage } from 'node:http'
import { readJsonBody } from './body.ts'
import { Refusal } from './refusal.ts'

/** What a GraphQL request over HTTP asks. */
export interface Parameters {
  readonly query: string
  readonly operationName: string | null
  readonly variables: Readonly<Record<string, unknown>> | null
}

/**
 * Reads what a GET asks by its address, or a POST by its JSON body.
 *
 * @throws Refusal 400 when that is no GraphQL request
 * @throws BodyError the body cannot be taken
 */
export async function readParameters(request: IncomingMessage, maxBodyBytes: number): Promise<Parameters> {
  const given = request.method === 'POST' ? await readJsonBody(request, maxBodyBytes) : readAddress(request)
  if (!isRecord(given)) throw malformed('an object')
  const { query, operationName = null, variables = null } = given
  if (typeof query !== 'string') throw malformed('"query" to be a string')
  if (operationName !== null && typeof operationName !== 'string') throw malformed('"operationName" to be a string')
  if (variables !== null && !isRecord(variables)) throw malformed('"variables" to be an object')
  return { query, operationName, variables }
}

function readAddress(request: IncomingMessage): unknown {
  const parameters = new URL(request.url ?? '/', 'http://localhost').searchParams
  const variables = parameters.get('variables')
  try {
    return {
      query: parameters.get('query') ?? undefined,
      operationName: parameters.get('operationName'),
      variables: variables === null ? null : JSON.parse(variables),
    }
  } catch {
    throw malformed('"variables" to be JSON')
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(what: string): Refusal {
  return new Refusal(400, 'BAD_REQUEST', `Expected ${what}.`)
}
