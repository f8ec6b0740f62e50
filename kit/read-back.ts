import type { Change } from '../store/change.ts'
import type { Outcome } from './actions.ts'
import { ProviderError } from './errors.ts'

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
