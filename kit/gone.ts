import { NotFoundError } from './errors.ts'
import type { Change, Deletion } from '../store/change.ts'
import type { Kind } from '../store/kinds.ts'

/** A record that is gone at its provider. */
export const gone = (kind: Kind, remoteId: string): Deletion => ({
  op: 'delete',
  kind,
  remoteId,
  mergedIntoRemoteId: null,
})

/**
 * Reads a record, and says that it is gone when it is not there.
 *
 * @throws ProviderError of every other class
 */
export async function readOrGone(
  kind: Kind,
  remoteId: string,
  read: () => Promise<readonly Change[]>,
): Promise<readonly Change[]> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof NotFoundError) return [gone(kind, remoteId)]
    throw error
  }
}
