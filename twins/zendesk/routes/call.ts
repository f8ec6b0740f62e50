import { isRecord, json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import type { LimitedCall } from '../account.ts'
import { notFound, refusal } from '../errors.ts'
import type { User } from '../records.ts'
import type { Invocations } from '../webhooks/invocations.ts'
import { via } from '../world.ts'
import type { Actor, World } from '../world.ts'

/** One authorised call of the API. */
export interface ApiCall {
  readonly world: World
  /** Where the account is: what addresses in answers begin with. */
  readonly base: string
  /** Without the account, `/api/v2` and `.json`. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  /** Of a file that was sent as it is. */
  readonly sentBytes: number
  readonly contentType: string
  readonly caller: User
  /** The grant it is called by, null for an API token. */
  readonly grantId: number | null
  /** What webhooks were called lately; null while deeds are done again. */
  readonly invocations: Invocations | null
}

/** What a caller must be: one who answers, one who manages, or anybody at all. */
export type Needs = 'staff' | 'admin' | 'anybody'

/** One declared call. */
export interface Route {
  readonly needs: Needs
  /** What of the scopes it belongs to: `tickets` for `tickets:read`. */
  readonly resource: string
  readonly limited?: LimitedCall
  /** Answers, or throws the answer. */
  readonly answer: (call: ApiCall) => TwinReply
  /** For what waits for somebody outside, and changes nothing here: answers instead, once `answer` threw nothing. */
  readonly outside?: (call: ApiCall) => Promise<TwinReply>
}

/** Routes by `METHOD /path/{name}`. */
export type Routes = Readonly<Record<string, Route>>

/** A number in the path. @throws 404 when it is none */
export function idIn(call: ApiCall, name: string): number {
  const id = Number(call.params[name])
  if (!Number.isSafeInteger(id) || id <= 0) throw notFound()
  return id
}

/** Whoever calls, as the one who acts. */
export function actor(call: ApiCall): Actor {
  return { id: call.caller.id, via: via('api') }
}

/** The record a body wraps: `{"ticket": {…}}`. @throws 400 there is none */
export function wrapped(call: ApiCall, name: string): Readonly<Record<string, unknown>> {
  const record = call.body[name]
  if (!isRecord(record)) throw missing(name)
  return record
}

/** The records a body wraps. @throws 400 there are none */
export function wrappedList(call: ApiCall, name: string): Readonly<Record<string, unknown>>[] {
  const list: unknown = call.body[name]
  if (!Array.isArray(list)) throw missing(name)
  return list.filter(isRecord)
}

function missing(name: string) {
  return refusal(400, 'ParameterMissing', `Parameter ${name} is required`)
}

/** The numbers of `ids`, at most 100. @throws 400 none, or too many */
export function idsOf(call: ApiCall, name = 'ids'): number[] {
  const raw = call.query.get(name)
  if (raw === null || raw === '') throw missing(name)
  const ids = raw.split(',').map(Number)
  if (ids.some((id) => !Number.isSafeInteger(id))) throw refusal(400, 'BadRequest', `${name} must be numbers`)
  if (ids.length > 100) throw refusal(400, 'TooManyItems', `${name} takes at most 100 numbers`)
  return ids
}

/** What a call asks to have beside. */
export function includesOf(call: ApiCall): Set<string> {
  return new Set((call.query.get('include') ?? '').split(',').map((name) => name.trim()))
}

const DAY_MS = 24 * 3_600_000

/**
 * How many there are, as count endpoints say it: at once up to a bound, and of once a day above it. Whoever asks while a new
 * number is being made is told the bound, and no time. Source: the reference's "Count Tickets".
 */
export function counted(call: ApiCall, value: number): TwinReply {
  const { clock, countsExactlyTo, dailyCounts } = call.world
  const now = clock.now()
  const answer = (count: number, at: Date | null): TwinReply =>
    json({ count: { value: count, refreshed_at: at?.toISOString().replace(/\.\d+/, '') ?? null } })
  if (value <= countsExactlyTo) return answer(value, now)
  const list = `${call.path}?${call.query.toString()}`
  const kept = dailyCounts.get(list)
  if (kept && now.getTime() - kept.at.getTime() < DAY_MS) return answer(kept.value, kept.at)
  dailyCounts.set(list, { value, at: now })
  return answer(countsExactlyTo, null)
}

/** 204, without a body. */
export const noContent: TwinReply = { status: 204 }
