import type { CustomValues } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { RejectedError } from '../../kit/errors.ts'
import { PROVIDER } from './wire.ts'

/**
 * The admin in whose name something is done: who the caller names, else the integration's own.
 *
 * @throws RejectedError neither is known; Intercom does nothing in nobody's name
 */
export function adminId(client: AccountClient, acting: { readonly agentRemoteId: string | null }): string {
  const id = acting.agentRemoteId ?? client.settings.actorRemoteId
  if (id !== null) return id
  throw new RejectedError(
    PROVIDER,
    'no admin to act as',
    'agentId',
    'Intercom does this only in the name of an admin: name an agent, or reconnect.',
  )
}

/**
 * Does something that writes fields of the account's own: Intercom's refusals of those name no field, only say that it is
 * about an attribute.
 *
 * @throws RejectedError naming `customFields` then
 */
export async function withCustomFields<Result>(
  given: CustomValues | undefined,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    if (given === undefined || !(error instanceof RejectedError) || !/attribute/i.test(error.reason)) throw error
    const said = 'refused the fields of the account’s own'
    throw new RejectedError(PROVIDER, said, 'customFields', error.reason, { cause: error })
  }
}
