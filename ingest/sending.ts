import { TRY_FOR_MS } from '../kit/outbox.ts'
import type { DueSend } from '../store/sends/due.ts'
import { describe } from './retry.ts'
import type { SendGround } from './send-ground.ts'
import { lookForSend } from './send-look.ts'
import { performSend } from './send-perform.ts'
import type { Repeating } from './sweep.ts'

/** So many sends are in hand in one process, at most. */
const MOST = 16

/**
 * Does the sends that are due, of all accounts, and looks for those of which nobody knows, until it is closed.
 *
 * It looks when a send is put on record anywhere, when one has ended, and every so often: for those whose time has come, and
 * those whose process ended. Several processes share them; each send is claimed by one.
 */
export async function openSending(ground: SendGround & { readonly everyMs: number }): Promise<Repeating> {
  const { store, clock, everyMs, log } = ground
  const closing = new AbortController()
  const inHand = new Set<Promise<void>>()
  let wake: () => void = () => undefined
  let isWoken = false
  const nudge = (): void => {
    isWoken = true
    wake()
  }

  const take = async (): Promise<void> => {
    await store.sends.sweep(TRY_FOR_MS)
    if (inHand.size >= MOST) return
    for (const due of await store.sends.claimDue(MOST - inHand.size)) {
      const working = work(ground, due)
        .catch((error: unknown) => log(`sends: ${due.send.action} ${due.send.id}: ${describe(error)}`))
        .finally(() => {
          inHand.delete(working)
          nudge()
        })
      inHand.add(working)
    }
  }
  const pause = async (): Promise<void> => {
    if (isWoken) return
    const waking = new AbortController()
    wake = () => waking.abort()
    const signal = AbortSignal.any([closing.signal, waking.signal])
    await clock.wait(everyMs, signal).catch(() => undefined)
  }
  const rounds = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      isWoken = false
      await take().catch((error: unknown) => log(`sends: looking for what is due failed: ${describe(error)}`))
      await pause()
    }
  }
  const bell = await store.sends.onQueued(nudge)
  const ended = rounds()
  return {
    async close() {
      closing.abort()
      await ended
      await bell[Symbol.asyncDispose]()
      await Promise.all(inHand)
    },
  }
}

/** One that is to be done is done; one of which nobody knows is looked for. */
const work = (ground: SendGround, due: DueSend): Promise<void> =>
  due.send.state === 'UNKNOWN' ? lookForSend(ground, due) : performSend(ground, due)
