import { bodyObject, isRecord, ReplyError } from '../exchange.ts'
import type { TwinReply, TwinRequest } from '../exchange.ts'
import type { Answered } from '../front.ts'
import { checked, noteRequest } from '../conformity.ts'
import type { Conformity } from '../conformity.ts'
import type { RouteMatch } from '../router.ts'
import { login, mayCall } from './access.ts'
import type { Desk, ZendeskControlled } from './controlled.ts'
import type { CallDeed } from './deeds.ts'
import { notFound, refusal } from './errors.ts'
import { createLimits } from './limits.ts'
import type { Limits, Spent } from './limits.ts'
import { authorizations, exchangeToken } from './oauth.ts'
import { newUser } from './acts/users.ts'
import type { ApiCall, Route } from './routes/call.ts'
import { keyField } from './routes/idempotency.ts'
import { findRoute } from './routes/table.ts'
import { nowIn } from '../world.ts'

/** The accounts, and what exchanges with them are held against. */
export interface ApiParts extends Conformity {
  readonly twin: ZendeskControlled
}

/** The REST API and the OAuth pages of all accounts. */
export interface Api {
  answer(request: TwinRequest): Answered | Promise<Answered>
  /** An answer that says something else went wrong: 429 or a 5xx on purpose. */
  failure(status: number, request: TwinRequest): Answered
}

/** A request, with the account and the path that its address names. */
interface Addressed {
  readonly request: TwinRequest
  readonly desk: Desk
  readonly limits: Limits
  /** Without the account and `.json`, as the description has it. */
  readonly path: string
  readonly base: string
  readonly match: RouteMatch<Route> | null
}

const apiPrefix = '/api/v2'

/** Builds the API over the accounts: `/{subdomain}/api/v2/…`, and `/{subdomain}/oauth/…`. */
export function createApi(parts: ApiParts): Api {
  const { twin } = parts
  const limits = new Map(twin.desks.map((desk) => [desk, createLimits(twin.clock, desk.world.account)]))
  const address = (request: TwinRequest): Addressed | null => {
    const [, subdomain, rest] = /^\/([^/]+)(\/.*)$/.exec(request.path) ?? []
    const desk = twin.desks.find(({ world }) => world.account.subdomain === subdomain)
    const own = desk && limits.get(desk)
    if (!desk || !own || rest === undefined) return null
    const path = rest.replace(/\.json$/, '')
    const base = `http://${request.headers.host ?? 'twin'}/${subdomain}`
    const match = path.startsWith(`${apiPrefix}/`) ? findRoute(request.method, path.slice(apiPrefix.length)) : null
    return { request, desk, limits: own, path, base, match }
  }
  return {
    answer(request) {
      const addressed = address(request)
      // Nobody has that subdomain: a page, not JSON. Source: the provider's notes.
      if (!addressed) return { reply: { status: 404, html: '<h1>No help desk at this address</h1>' }, template: null }
      if (addressed.path.startsWith('/oauth/')) return { reply: oauth(parts, addressed), template: addressed.path }
      const template = addressed.match?.template ?? null
      const spent = addressed.limits.spend(addressed.match?.handler.limited, updateOf(addressed))
      if (spent.retryAfter !== null) return { reply: finished(exceeded(), spent), template }
      const finish = (reply: TwinReply): Answered => {
        const fitting = attempt(parts, () => checked(parts, addressed, reply))
        return { reply: finished(fitting, spent), template }
      }
      const reply = attempt(parts, () => answerTo(parts, addressed))
      return reply instanceof Promise ? reply.then(finish) : finish(reply)
    },
    failure(status, request) {
      const addressed = address(request)
      const template = addressed?.match?.template ?? null
      if (status !== 429 || !addressed) return { reply: broken(status), template }
      return { reply: finished(exceeded(), addressed.limits.exhausted()), template }
    },
  }
}

function oauth(parts: ApiParts, addressed: Addressed): TwinReply {
  const { request, desk, base, path } = addressed
  const { twin } = parts
  const pages = {
    world: desk.world,
    base,
    client: twin.client,
    act: (act: Parameters<typeof twin.oauth>[1]) => twin.oauth(desk, act),
  }
  return attempt(parts, () => {
    twin.passTime()
    if (path === '/oauth/authorizations/new' && ['GET', 'POST'].includes(request.method))
      return authorizations(pages, request)
    if (path !== '/oauth/tokens' || request.method !== 'POST') throw notFound()
    noteRequest(parts, addressed, bodyObject(request) ?? {})
    return checked(parts, addressed, exchangeToken(pages, request))
  })
}

/** Whose limit an update of a ticket counts against: the caller's and the ticket's. */
function updateOf({ match, request }: Addressed): string | null {
  if (match?.handler.limited !== 'ticketUpdate') return null
  return `${request.headers.authorization ?? ''} ${match.params['ticket_id'] ?? ''}`
}

function answerTo(parts: ApiParts, addressed: Addressed): TwinReply | Promise<TwinReply> {
  const { twin } = parts
  const { request, desk, match, base, path } = addressed
  twin.passTime()
  const { world } = desk
  const who = login(world, request.headers.authorization)
  if (!match) throw refusal(404, 'InvalidEndpoint', 'Not found')
  mayCall(match.handler, request.method, who)
  const body = bodyIn(request)
  noteRequest(parts, addressed, body)
  const key = request.headers['idempotency-key']
  const call: ApiCall = {
    world,
    base,
    path: path.slice(apiPrefix.length),
    params: match.params,
    query: request.query,
    body: typeof key === 'string' ? { ...body, [keyField]: key } : body,
    sentBytes: request.bytes.byteLength,
    contentType: request.headers['content-type'] ?? 'application/octet-stream',
    // Somebody unknown is nobody, with a number that nobody has.
    caller: who?.user ?? { ...newNobody(desk), id: 0 },
    grantId: who?.grant?.id ?? null,
    invocations: twin.invocations,
  }
  if (match.handler.outside) {
    match.handler.answer(call)
    return match.handler.outside(call)
  }
  if (request.method === 'GET') return match.handler.answer(call)
  return twin.recorder.record(deedOf(call, request), () => match.handler.answer(call))
}

function newNobody({ world }: Desk) {
  // Taking a number for somebody who is nobody would change the account.
  return newUser({ ...world, numbers: { ...world.numbers } }, '', nowIn(world))
}

function deedOf(
  { world, base, path, query, body, sentBytes, contentType, caller, grantId }: ApiCall,
  { method }: TwinRequest,
): CallDeed {
  const account = world.account.subdomain
  const asked = { method, path, query: query.toString(), body, sentBytes, contentType }
  return { do: 'call', account, base, ...asked, userId: caller.id, grantId }
}

/** The body as an object; a file has none. @throws 400 JSON that is none; 415 something else */
function bodyIn(request: TwinRequest): Record<string, unknown> {
  const type = request.headers['content-type'] ?? ''
  if (request.path.replace(/\.json$/, '').endsWith('/uploads') || request.body === '') return {}
  if (!type.startsWith('application/json')) {
    // The provider reads such a body as a form without fields it knows, and says that the record is missing.
    return {}
  }
  const body = bodyObject(request)
  if (!isRecord(body)) throw refusal(400, 'BadRequest', 'Unparseable JSON')
  return body
}

function attempt<Reply extends TwinReply | Promise<TwinReply>>(parts: ApiParts, act: () => Reply): Reply | TwinReply {
  try {
    return act()
  } catch (error) {
    if (error instanceof ReplyError) return error.reply
    parts.log(`unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return broken(500)
  }
}

/** Text, not to be parsed. Source: the provider's notes. */
function exceeded(): TwinReply {
  const text = 'Number of allowed API requests per minute exceeded'
  return { status: 429, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, html: text }
}

function broken(status: number): TwinReply {
  const headers: Record<string, string> = status === 503 ? { 'Retry-After': '30' } : {}
  return {
    status,
    headers,
    json: { error: { title: 'Sorry, we could not process your request', message: 'Please try again in a moment.' } },
  }
}

function finished(reply: TwinReply, spent: Spent): TwinReply {
  const retry: Record<string, string> = spent.retryAfter === null ? {} : { 'Retry-After': String(spent.retryAfter) }
  return { ...reply, headers: { ...spent.headers, ...retry, ...reply.headers } }
}
