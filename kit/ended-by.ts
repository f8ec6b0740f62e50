import type { AccountClient } from './account-client.ts'
import { UnavailableError } from './errors.ts'

/** A client whose requests end with a signal. */
export const endedBy = (client: AccountClient, signal: AbortSignal): AccountClient => ({
  ...client,
  request: (call) => client.request({ ...call, signal: call.signal ? AbortSignal.any([call.signal, signal]) : signal }),
})

/** A client that asks nothing more after so long, and whose requests end by then: as if nobody answered. */
export function endedAfter(client: AccountClient, ms: number): AccountClient {
  const over = new AbortController()
  const reason = new UnavailableError(client.provider, `did not answer within ${ms} ms`, null)
  setTimeout(() => over.abort(reason), ms).unref()
  return endedBy(client, over.signal)
}
