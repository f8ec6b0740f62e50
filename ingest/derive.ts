import type { Store } from '../store/store.ts'

/**
 * A round of giving customers to contacts that a version without customers stored: it is over when none lacks one, and
 * every further round does nothing.
 *
 * @param signal aborting ends a round after the batch in hand; the next process goes on from there
 */
export function deriveIdentities(
  { identities }: Pick<Store, 'identities'>,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (line: string) => void },
): () => Promise<void> {
  let isOver = false
  return async () => {
    if (isOver) return
    const derived = await identities.rederive(signal)
    isOver = !signal.aborted
    if (derived > 0) log(`customers: ${derived} contacts stored before there were customers have theirs now`)
  }
}
