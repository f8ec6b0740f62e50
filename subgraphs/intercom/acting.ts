import type { Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { ProviderError, RejectedError } from '../../kit/errors.ts'
import type { Change } from '../../store/change.ts'
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
 * The outcome of something that has been done, with what a read now shows.
 *
 * When that read fails, the deed is done all the same, and saying otherwise would have it done twice: what the deed
 * itself answered is told, and the next sync brings the rest.
 */
export async function readBack(done: Outcome, read: () => Promise<readonly Change[]>): Promise<Outcome> {
  try {
    return { ...done, changes: [...done.changes, ...(await read())] }
  } catch (error) {
    if (error instanceof ProviderError) return done
    throw error
  }
}
