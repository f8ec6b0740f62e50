import { startIntercomTwin } from '../../../twins/intercom/index.ts'
import type { IntercomTwin, IntercomTwinOptions } from '../../../twins/intercom/index.ts'
import { contractOf } from '../contracts.ts'
import { readAnswer } from '../probe.ts'
import type { Answer, Json } from '../probe.ts'

/** The description of the API, when it is at hand. */
export const { contractPath, hasContract } = contractOf('intercom')

/** The moment all these tests happen at, unless they move it: a Thursday noon. */
export const noon = new Date('2026-01-15T12:00:00Z')

/** The same in Unix seconds. */
export const noonSeconds = noon.getTime() / 1000

/** Starts a small desk at noon, held against the contract if there is one. */
export async function startDesk(options: Partial<IntercomTwinOptions> = {}): Promise<IntercomTwin> {
  return startIntercomTwin({
    clientId: 'app_1',
    clientSecret: 'ic_client_secret_4f1d',
    seed: 7,
    contacts: 120,
    companies: 12,
    conversations: 90,
    tickets: 30,
    rateLimit: 10_000,
    now: () => noon,
    ...(hasContract ? { contractPath } : {}),
    ...options,
  })
}

/** Calls the API with the desk's token. */
export async function call(
  twin: IntercomTwin,
  method: string,
  path: string,
  options: { readonly body?: Json; readonly token?: string; readonly headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(`${twin.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${options.token ?? twin.accessToken}`,
      Accept: 'application/json',
      'Intercom-Version': '2.16',
      ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })
  return readAnswer(response)
}
