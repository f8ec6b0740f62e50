import { startZendeskTwin } from '../../../twins/zendesk/index.ts'
import type { ZendeskTwin, ZendeskTwinOptions } from '../../../twins/zendesk/index.ts'
import { contractOf } from '../contracts.ts'
import { list, readAnswer } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'

/** The description of the API, when it is at hand. */
export const { contractPath, hasContract } = contractOf('zendesk')

/** The moment all these tests happen at, unless they move it: a Thursday noon. */
export const noon = new Date('2026-01-15T12:00:00Z')

/** More calls in a minute than any test makes. */
export const unlimited = { total: 1_000_000 }

/** The two accounts of these tests: their sizes are small, and their calls without end. */
export const accounts = [
  { subdomain: 'lantern', name: 'Lantern', users: 60, organizations: 8, tickets: 120, limits: unlimited },
  { subdomain: 'mill', name: 'Mill', plan: 'team', users: 12, organizations: 2, tickets: 20, limits: unlimited },
] as const

/** Starts two small desks at noon, held against the contract if there is one. */
export async function startDesk(options: ZendeskTwinOptions = {}): Promise<ZendeskTwin> {
  return startZendeskTwin({ seed: 7, accounts, now: () => noon, ...(hasContract ? { contractPath } : {}), ...options })
}

/** How a call is made: by the first account's administrator, unless told. */
export interface CallOptions {
  readonly body?: Json
  readonly account?: string
  /** The address of the agent to act as. */
  readonly as?: string
  readonly authorization?: string | null
  readonly headers?: Record<string, string>
}

/** Calls the API; the path is below `/api/v2`. */
export async function call(
  twin: ZendeskTwin,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const account = twin.accounts().find(({ subdomain }) => subdomain === (options.account ?? 'lantern'))
  const { body, headers } = options
  const own = basic(options.as ?? account?.email ?? '', account?.apiToken ?? '')
  const authorization = options.authorization === undefined ? own : options.authorization
  const response = await fetch(`${account?.url ?? twin.url}/api/v2${path}`, {
    method,
    headers: {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return readAnswer(response)
}

/** A Basic header of the account's token, acting as somebody. */
export function basic(email: string, token: string): string {
  return `Basic ${Buffer.from(`${email}/token:${token}`).toString('base64')}`
}

/** What the control API says, as JSON. */
export async function controlled(
  twin: ZendeskTwin,
  method: string,
  path: string,
  body?: Record<string, unknown>,
): Promise<Json> {
  const answer: Json = JSON.parse(JSON.stringify(await twin.control(method, path, body)))
  return answer
}

/** Numbers the control API lists. */
export async function idsBehind(twin: ZendeskTwin, kind: string): Promise<number[]> {
  return list(await controlled(twin, 'GET', `/ids/${kind}`)).map(Number)
}
