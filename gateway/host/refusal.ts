import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Viewer } from '../../store/viewer.ts'
import type { Access, IntrospectionSetting } from '../access.ts'
import { refuseStranger } from '../admission.ts'
import { gatewayError, presentError, toGraphQLError, type ErrorAudience, type ErrorCode } from '../errors.ts'
import { BodyError } from './body.ts'
import { isKnownHost } from './cross-site.ts'

/** An answer that is no GraphQL answer of an operation: status and the one error of its body. */
export class Refusal extends Error {
  readonly status: number
  readonly code: ErrorCode

  constructor(status: number, code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.code = code
  }
}

/** The id that the listener gave the request, so that its log and ours agree. */
export function toRequestId(response: ServerResponse): string {
  const given = response.getHeader('x-request-id')
  if (typeof given === 'string') return given
  const requestId = randomUUID()
  response.setHeader('x-request-id', requestId)
  return requestId
}

/** Who is let in, and whether strangers may ask for the schema. */
export interface Door {
  readonly access: Access
  readonly introspection: IntrospectionSetting
  readonly isAllowedOrigin: (origin: string) => boolean
}

/**
 * Says who sends a GET or POST; null for a stranger where the schema is public.
 *
 * @throws Refusal 401 for a stranger, 405 for other methods, 403 where everybody is let in by a name that may be anybody's
 */
export async function authenticate(request: IncomingMessage, door: Door): Promise<Viewer | null> {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new Refusal(405, 'BAD_REQUEST', `Expected GET or POST, but got ${request.method}.`)
  }
  if (door.access.isOpen === true && !isKnownHost(request.headers, door.isAllowedOrigin)) {
    throw new Refusal(403, 'BAD_REQUEST', 'Open for development, this is answered by address or as localhost only.')
  }
  const viewer = await door.access.authenticate(request.headers.authorization)
  if (viewer !== null || door.introspection === 'public') return viewer
  throw strangerRefusal()
}

/** What a stranger is told over HTTP. */
export function strangerRefusal(): Refusal {
  const [{ message }] = refuseStranger().errors
  return new Refusal(401, 'UNAUTHENTICATED', message)
}

/** The refusal that a failure to answer becomes. */
export function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof BodyError) return new Refusal(error.status, 'BAD_REQUEST', error.message)
  if (error instanceof Error && 'code' in error && error.code === 'DATABASE_UNAVAILABLE') {
    return new Refusal(503, 'DATABASE_UNAVAILABLE', 'The store cannot be reached.', { cause: error })
  }
  return new Refusal(500, 'INTERNAL_SERVER_ERROR', 'Internal server error', { cause: error })
}

/** Answers with a refusal. What is unexpected is reported whole and masked. */
export function writeRefusal(response: ServerResponse, refusal: Refusal, audience: ErrorAudience): void {
  const { status, code, message, cause } = refusal
  const error = code === 'INTERNAL_SERVER_ERROR' ? toGraphQLError(cause) : gatewayError(code, message)
  const body = JSON.stringify({ errors: [presentError(error, audience)] })
  if (status === 401) response.setHeader('www-authenticate', 'Bearer')
  if (status === 405) response.setHeader('allow', 'GET, POST, OPTIONS')
  // The rest of a body that is too large is not waited for, so the connection cannot be used again.
  if (status === 413) response.setHeader('connection', 'close')
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(body)
}
