import type { Clock } from '../kit/clock.ts'
import { deriveDue } from '../store/facts/rederive.ts'
import type { Store } from '../store/store.ts'
import { describe } from './retry.ts'
import { type Repeating, repeatedly } from './sweep.ts'

/** What making things of stored rows stands on. */
interface Deriving {
  readonly store: Pick<Store, 'database' | 'identities' | 'words'>
  readonly clock: Clock
  readonly log: (line: string) => void
  /** Aborting ends each round after the batch in hand; the next process goes on from there. */
  readonly signal: AbortSignal
  /** Between two looks for rows of which something is still to be made. */
  readonly everyMs: number
}

/**
 * Makes in the background what is not made while rows are stored: customers and facts of rows that an older version stored
 * or that were mapped anew, and the words that a search may take for what was typed.
 */
export function openDeriving(deriving: Deriving): Repeating {
  const { store, clock, log, signal, everyMs } = deriving
  const loop = (what: string, round: () => Promise<void>): Repeating =>
    repeatedly(
      { clock, everyMs, report: (error) => log(`${what}: making them failed, and is tried again: ${describe(error)}`) },
      round,
    )
  const loops = [
    loop('customers', identityRounds(deriving)),
    loop('facts', async () => {
      while (!signal.aborted && (await deriveDue(store.database)) > 0);
    }),
    loop('words', async () => {
      while (!signal.aborted && (await store.words.learn()));
    }),
  ]
  return {
    async close() {
      await Promise.all(loops.map((each) => each.close()))
    },
  }
}

/** Rounds that give customers to contacts of a version without customers; once none lacks one, they do nothing. */
export function identityRounds({
  store,
  log,
  signal,
}: Pick<Deriving, 'log' | 'signal'> & { readonly store: Pick<Store, 'identities'> }): () => Promise<void> {
  let isOver = false
  return async () => {
    if (isOver) return
    const derived = await store.identities.rederive(signal)
    isOver = !signal.aborted
    if (derived > 0) log(`customers: ${derived} contacts stored before there were customers have theirs now`)
  }
}
