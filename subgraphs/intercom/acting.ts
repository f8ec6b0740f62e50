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
