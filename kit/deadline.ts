import type { AccountClient } from './account-client.ts'
import { UnavailableError } from './errors.ts'

/**
 * Does something with an account within a time, all its requests together.
 *
 * @throws UnavailableError the time was over; what was under way was ended
 */
export async function within<T>(
  client: AccountClient,
  timeoutMs: number,
  work: (client: AccountClient) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const bounded: AccountClient = {
    ...client,
    request: (call) =>
      client.request({ ...call, signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout }),
  }
  try {
    return await work(bounded)
  } catch (error) {
    if (!timeout.aborted) throw error
    throw new UnavailableError(client.provider, `did not answer within ${timeoutMs / 1000} s`, null, { cause: error })
  }
}
