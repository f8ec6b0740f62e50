import { startFreshdeskTwin } from '../../../twins/freshdesk/index.ts'
import type { FreshdeskTwin, FreshdeskTwinOptions } from '../../../twins/freshdesk/index.ts'
import { contractOf } from '../contracts.ts'
import { at, list, readAnswer, text } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'

/** The description of the API, when it is at hand. */
export const { contractPath, hasContract } = contractOf('freshdesk')

/** The moment all these tests happen at, unless they move it: a Thursday noon. */
export const noon = new Date('2026-01-15T12:00:00Z')

/** More calls in a minute than any test makes. */
export const unlimited = { total: 1_000_000 }

/** The two accounts of these tests: their sizes are small, and their calls without end. */
export const accounts = [
  { domain: 'harbour', name: 'Harbour', contacts: 80, companies: 8, tickets: 150, limits: unlimited },
  {
    domain: 'kestrel',
    name: 'Kestrel',
    kind: 'workshop',
    plan: 'growth',
    contacts: 20,
    companies: 3,
    tickets: 40,
    limits: unlimited,
  },
] as const

/** Starts two small desks at noon, held against the contract if there is one. */
export async function startDesk(options: FreshdeskTwinOptions = {}): Promise<FreshdeskTwin> {
  return startFreshdeskTwin({
    seed: 7,
    accounts,
    now: () => noon,
    ...(hasContract ? { contractPath } : {}),
    ...options,
  })
}

/** How a call is made: by the first account's administrator, unless told. */
export interface CallOptions {
  readonly body?: Json | FormData
  readonly domain?: string
  readonly key?: string
  readonly headers?: Record<string, string>
}

/** Calls the API; the path is below `/api/v2`. */
export async function call(
  twin: FreshdeskTwin,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { body, headers } = options
  const account = twin.accounts().find(({ domain }) => domain === (options.domain ?? 'harbour'))
  const authorization = basic(options.key ?? account?.apiKey ?? '')
  const isForm = body instanceof FormData
  const response = await fetch(`${account?.url ?? twin.url}/api/v2${path}`, {
    method,
    headers: {
      Authorization: authorization,
      ...(body === undefined || isForm ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  })
  return readAnswer(response)
}

/** A Basic header of a key, with the password the reference writes. */
export function basic(user: string, password = 'X'): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** The key of an agent by their role, of the first account unless told. */
export async function keyOf(twin: FreshdeskTwin, name: string): Promise<string> {
  const agents: Json = JSON.parse(JSON.stringify(await twin.control('GET', '/agents')))
  const agent = list(agents).find((one) => text(one, 'name').startsWith(name))
  return text(agent, 'apiKey')
}

/** What is wrong with which field: `[field, code]` of every error. */
export function errorsOf(answer: Answer): [field: Json, code: Json][] {
  return list(answer.json, 'errors').map((error) => [at(error, 'field'), at(error, 'code')])
}
