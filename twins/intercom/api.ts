import { randomUUID } from 'node:crypto'
import type { TwinClock } from '../clock.ts'
import type { Contract, Violation } from '../contract.ts'
import { bodyObject, ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import type { Answered } from '../front.ts'
import { createRateWindow } from '../rate-window.ts'
import type { RateStanding } from '../rate-window.ts'
import { createRouter } from '../router.ts'
import type { Recorder } from '../recorder.ts'
import type { CallDeed, Deed } from './deeds.ts'
import { wakeDue } from './deeds.ts'
import { apiError } from './errors.ts'
import type { ApiCall, ApiHandler } from './routes/call.ts'
import { companyRoutes } from './routes/companies.ts'
import { contactLinkRoutes } from './routes/contact-links.ts'
import { contactRoutes } from './routes/contacts.ts'
import { conversationActionRoutes } from './routes/conversation-actions.ts'
import { conversationRoutes } from './routes/conversations.ts'
import { messageRoutes } from './routes/messages.ts'
import { createScrollRoutes } from './routes/scroll.ts'
import { ticketRoutes } from './routes/tickets.ts'
import { workspaceRoutes } from './routes/workspace.ts'
import type { SavedTwin } from './saved.ts'
import type { Tokens } from './tokens.ts'
import { getAdmin } from './world.ts'
import type { World } from './world.ts'

/** Quotas are spread in windows of this length. Source: the provider's notes. */
const windowSeconds = 10

/** The version spoken here, and those a caller may ask for. */
const currentVersion = '2.16'
const knownVersions = /^(1\.[0-4]|2\.(\d|1[0-7])|Unstable)$/

/** What the API stands on. */
export interface ApiParts {
  readonly world: World
  readonly tokens: Tokens
  readonly recorder: Recorder<SavedTwin, Deed>
  readonly clock: TwinClock
  /** Calls allowed in ten seconds, for all tokens of the workspace together. */
  readonly rateLimit: number
  readonly contract: Contract | null
  readonly violations: Violation[]
  readonly log: (line: string) => void
}

/** The REST API. */
export interface Api {
  answer(request: TwinRequest): Answered
  /** An answer that says something else went wrong: 429 or a 5xx on purpose. */
  failure(status: number): TwinReply
}

function findRoute() {
  return createRouter<ApiHandler>({
    ...contactRoutes,
    ...contactLinkRoutes,
    ...companyRoutes,
    ...createScrollRoutes(),
    ...conversationRoutes,
    ...conversationActionRoutes,
    ...ticketRoutes,
    ...workspaceRoutes,
    ...messageRoutes,
  })
}

/** Makes calls that were let in once again. */
export function redoCalls(world: World): (deed: CallDeed) => void {
  const find = findRoute()
  return ({ method, path, query, body, adminId }) => {
    const request = { method, path, query: new URLSearchParams(query), headers: {}, body: '', bytes: new Uint8Array() }
    const match = find(method, path)
    match?.handler({ world, request, params: match.params, body, caller: getAdmin(world, adminId) })
  }
}

/** Builds the REST API over a workspace. */
export function createApi(parts: ApiParts): Api {
  const { world, clock } = parts
  const find = findRoute()
  const rates = createRateWindow(clock, parts.rateLimit, windowSeconds)
  return {
    failure: (status) => {
      const resetAt = clock.seconds() - (clock.seconds() % windowSeconds) + windowSeconds
      const standing = { limit: parts.rateLimit, remaining: 0, resetAt, exceeded: true }
      return finished(status === 429 ? exceeded(parts.rateLimit) : broken(status), status === 429 ? standing : null)
    },
    answer(request) {
      const match = find(request.method, request.path)
      const template = match?.template ?? null
      let standing: RateStanding | null = null
      try {
        const installation = parts.tokens.authorize(request.headers.authorization)
        refuseUnknownVersion(request)
        standing = rates.count(world.app.id)
        if (standing.exceeded) return { reply: finished(exceeded(parts.rateLimit), standing), template }
        if (!match) throw apiError(404, 'not_found', 'The requested resource does not exist')
        const body = bodyObject(request)
        if (!body) throw apiError(400, 'parameter_invalid', 'The body is not a JSON object')
        refuseViolation(parts, request, body)
        wakeDue(world, parts.recorder)
        const call = { world, request, params: match.params, body, caller: getAdmin(world, installation.adminId) }
        const reply = isReading(request.method, match.template)
          ? match.handler(call)
          : parts.recorder.record(deedOf(call), () => match.handler(call))
        return { reply: finished(checked(parts, request, reply), standing), template }
      } catch (error) {
        return { reply: finished(checked(parts, request, replyOf(parts, error)), standing), template }
      }
    },
  }
}

/** Lists asked for by `POST` change nothing, like what is asked for by `GET`. */
function isReading(method: string, template: string): boolean {
  return method === 'GET' || template.endsWith('/search') || template === '/companies/list'
}

function deedOf({ request, body, caller }: ApiCall): CallDeed {
  const { method, path, query } = request
  return { do: 'call', method, path, query: query.toString(), body, adminId: caller.id }
}

function refuseUnknownVersion(request: TwinRequest): void {
  const asked = request.headers['intercom-version']
  if (typeof asked === 'string' && !knownVersions.test(asked)) {
    throw apiError(400, 'intercom_version_invalid', `The requested version '${asked}' could not be found`)
  }
}

function refuseViolation(parts: ApiParts, request: TwinRequest, body: Record<string, unknown>): void {
  const sent = { ...request, body: request.body === '' ? undefined : body }
  const problems = parts.contract?.checkRequest(sent) ?? []
  const [first] = problems
  if (first === undefined) return
  note(parts, { direction: 'request', method: request.method, path: request.path, status: null, problems })
  throw apiError(400, 'parameter_invalid', `Not as described: ${first}`)
}

/** An answer that is not as described must not pass for one: it becomes a 500 that says so. */
function checked(parts: ApiParts, request: TwinRequest, reply: TwinReply): TwinReply {
  if (!parts.contract || reply.json === undefined) return reply
  const sent: unknown = JSON.parse(JSON.stringify(reply.json))
  const problems = parts.contract.checkResponse({ ...request, body: undefined }, reply.status, sent)
  if (problems.length === 0) return reply
  note(parts, { direction: 'response', method: request.method, path: request.path, status: reply.status, problems })
  return apiError(500, 'server_error', `The twin's answer is not as described: ${problems.join('; ')}`).reply
}

function note(parts: ApiParts, violation: Violation): void {
  parts.violations.push(violation)
  parts.log(
    `${violation.direction} violates the contract: ${violation.method} ${violation.path}: ${violation.problems[0]}`,
  )
}

function replyOf(parts: ApiParts, error: unknown): TwinReply {
  if (error instanceof ReplyError) return error.reply
  parts.log(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return broken(500)
}

function exceeded(limit: number): TwinReply {
  const text = `Exceeded rate limit of ${limit} in ${windowSeconds}_seconds`
  return apiError(429, 'rate_limit_exceeded', text).reply
}

function broken(status: number): TwinReply {
  return status === 503
    ? apiError(503, 'service_unavailable', 'Sorry, the API service is temporarily unavailable').reply
    : apiError(status, 'server_error', 'An unexpected error occurred').reply
}

function finished(reply: TwinReply, standing: RateStanding | null): TwinReply {
  return {
    ...reply,
    headers: {
      'X-Request-Id': randomUUID(),
      'Intercom-Version': currentVersion,
      ...(standing
        ? {
            'X-RateLimit-Limit': String(standing.limit),
            'X-RateLimit-Remaining': String(standing.remaining),
            'X-RateLimit-Reset': String(standing.resetAt),
          }
        : {}),
      ...reply.headers,
    },
  }
}
