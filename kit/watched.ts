import type { AccountClient } from './account-client.ts'

/** A client, and when it was answered last. */
export interface Watched {
  readonly client: AccountClient
  readonly answeredAt: () => Date
}

/**
 * A client that remembers when it was answered last. Of two records of one version, what was read before that is older:
 * a provider tells versions apart by the second, and a re-read under way may have come before an action.
 */
export function watched(client: AccountClient, now: () => Date): Watched {
  let answeredAt = now()
  const request: AccountClient['request'] = async (call) => {
    const answer = await client.request(call)
    answeredAt = now()
    return answer
  }
  return { client: { ...client, request }, answeredAt: () => answeredAt }
}
