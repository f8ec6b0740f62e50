import { ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import type { Answered } from '../front.ts'
import type { RouteMatch } from '../router.ts'
import { lockedOut, login, may, notLoggedIn } from './access.ts'
import { checked, noteRequest } from '../conformity.ts'
import type { Conformity } from '../conformity.ts'
import type { Desk, FreshdeskControlled } from './controlled.ts'
import type { Credits, Spent } from './credits.ts'
import { createCredits } from './credits.ts'
import type { CallDeed } from './deeds.ts'
import type { Agent } from './desk-records.ts'
import { unknownFields } from './check.ts'
import { accessDenied, invalid, notAllowedNow, notFound, refusal } from './errors.ts'
import { readBody } from './form.ts'
import type { ApiCall, Route } from './routes/call.ts'
import { findRoute, methodsOf } from './routes/table.ts'

/** The REST API of all accounts. */
export interface Api {
  answer(request: TwinRequest): Promise<Answered>
  /** An answer that says something else went wrong: 429 or a 5xx on purpose. */
  failure(status: number, request: TwinRequest): Answered
}

/** The accounts, and what exchanges with them are held against. */
export interface ApiParts extends Conformity {
  readonly twin: FreshdeskControlled
}

/** A request, with the account and the path that its address names. */
interface Addressed {
  readonly request: TwinRequest
  readonly desk: Desk
  readonly credits: Credits
  readonly path: string
  readonly base: string
  readonly match: RouteMatch<Route> | null
}

/** Makes calls that were let in once again. */
export function redoCall(desk: Desk, deed: CallDeed): void {
  const { method, path, query, body, files, agentId } = deed
  const match = findRoute(method, path)
  const caller = desk.world.agents.get(agentId)
  if (!match || !caller) throw new Error(`${method} ${path} was made once and cannot be made again`)
  const { params } = match
  match.handler.answer({
    world: desk.world,
    base: '',
    path,
    params,
    query: new URLSearchParams(query),
    body,
    files,
    caller,
  })
}

/** Builds the REST API over the accounts: `/{domain}/api/v2/…`. */
export function createApi(parts: ApiParts): Api {
  const { twin } = parts
  const credits = new Map(twin.desks.map((desk) => [desk, createCredits(twin.clock, desk.world.account)]))
  const address = (request: TwinRequest): Addressed | null => {
    const [, domain, path] = /^\/([^/]+)\/api\/v2(\/.*)$/.exec(request.path) ?? []
    const desk = twin.desks.find(({ world }) => world.account.domain === domain)
    const own = desk && credits.get(desk)
    if (!desk || !own || path === undefined) return null
    const base = `http://${request.headers.host ?? 'twin'}/${domain}`
    return { request, desk, credits: own, path, base, match: findRoute(request.method, path) }
  }
  return {
    async answer(request) {
      const addressed = address(request)
      // A domain or a path that is none: 404. Source: the reference's "Errors" section.
      if (!addressed) return { reply: { status: 404 }, template: null }
      const template = addressed.match?.template ?? null
      const spent = addressed.credits.spend(costOf(addressed), addressed.match?.handler.limited)
      if (spent.retryAfter !== null) return { reply: finished(exceeded(), spent), template }
      const reply = await answerTo(parts, addressed).catch((error: unknown) => replyOf(parts, error))
      return { reply: finished(checked(parts, addressed, reply), spent), template }
    },
    failure(status, request) {
      const addressed = address(request)
      const template = addressed?.match?.template ?? null
      if (status !== 429 || !addressed) return { reply: broken(status), template }
      return { reply: finished(exceeded(), addressed.credits.exhausted()), template }
    },
  }
}

/** What a call costs: one, and what it embeds. */
function costOf({ request, match }: Addressed): number {
  const include = match?.handler.include
  const asked = request.query.get('include')?.split(',') ?? []
  return 1 + (include ? asked.filter((name) => include.names.includes(name.trim())).length * include.credits : 0)
}

async function answerTo(parts: ApiParts, addressed: Addressed): Promise<TwinReply> {
  const { request, desk, path, match } = addressed
  const caller = letIn(parts, addressed)
  // Codes of 406 and 415 are recalled, not confirmed by a source.
  const accept = request.headers.accept ?? '*/*'
  if (!/application\/json|\*\/\*|application\/\*/.test(accept)) {
    throw refusal(406, 'not_acceptable', `Accept header is set to ${accept}. It should be application/json`)
  }
  if (!match) {
    const methods = methodsOf(path)
    throw methods.length > 0 ? notAllowedNow(request.method, methods) : notFound()
  }
  if (!may(desk.world, caller, match.handler.needs)) throw accessDenied()
  refuseUnknownQuery(request, match.handler)
  const sent = await readBody(request)
  noteRequest(parts, addressed, sent.body)
  const { params } = match
  const call: ApiCall = { world: desk.world, base: addressed.base, path, params, query: request.query, caller, ...sent }
  parts.twin.passTime()
  if (request.method === 'GET') return match.handler.answer(call)
  const deed: CallDeed = {
    do: 'call',
    account: desk.world.account.domain,
    method: request.method,
    path,
    query: request.query.toString(),
    ...sent,
    agentId: caller.id,
  }
  return parts.twin.recorder.record(deed, () => match.handler.answer(call))
}

/** @throws 401, 403 */
function letIn({ twin }: ApiParts, { request, desk }: Addressed): Agent {
  const tried = login(desk.world, request.headers.authorization)
  switch (tried.outcome) {
    case 'in':
      return tried.agent
    case 'locked':
      throw lockedOut()
    case 'wrong-password':
      twin.guess(desk, tried.agent)
      throw notLoggedIn()
    case 'unknown':
      throw notLoggedIn()
  }
}

function refuseUnknownQuery(request: TwinRequest, route: Route): void {
  const known = [
    ...(route.query ?? []),
    ...(route.paged ? ['page', 'per_page'] : []),
    ...(route.include ? ['include'] : []),
  ]
  const errors = unknownFields(Object.fromEntries(request.query), Object.fromEntries(known.map((name) => [name, true])))
  if (errors.length > 0) throw invalid(errors)
}

function replyOf(parts: ApiParts, error: unknown): TwinReply {
  if (error instanceof ReplyError) return error.reply
  parts.log(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return broken(500)
}

/** The text is recalled, not confirmed by a source. */
function exceeded(): TwinReply {
  return { status: 429, json: { message: 'You have exceeded the limit of requests per minute' } }
}

/** The reference gives no body for what goes wrong on the provider's side. */
function broken(status: number): TwinReply {
  return { status, json: { code: 'server_error', message: 'We are sorry, but something went wrong.' } }
}

function finished(reply: TwinReply, spent: Spent): TwinReply {
  return {
    ...reply,
    headers: {
      'X-Freshdesk-Api-Version': 'latest=v2; requested=v2',
      'X-RateLimit-Total': String(spent.total),
      'X-RateLimit-Remaining': String(spent.remaining),
      'X-RateLimit-Used-CurrentRequest': String(spent.used),
      ...(spent.retryAfter === null ? {} : { 'Retry-After': String(spent.retryAfter) }),
      ...reply.headers,
    },
  }
}
