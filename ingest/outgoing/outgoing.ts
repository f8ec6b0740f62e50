import type { Dispatcher } from 'undici'
import type { Clock } from '../../kit/clock.ts'
import type { Claimed, Fate } from '../../store/outgoing/sending.ts'
import type { Store } from '../../store/store.ts'
import { describe } from '../retry.ts'
import { post, type Tried } from './post.ts'
import { ALL_TRIES_MS, HOLDING_TRIES, nextTry, TRIES } from './schedule.ts'

/** What sending to endpoints stands on. */
export interface OutgoingOptions {
  readonly store: Pick<Store, 'bell' | 'sending'>
  readonly clock: Pick<Clock, 'now'>
  readonly dispatcher: Dispatcher
  readonly log: (line: string) => void
  /** Between two looks for what is due, beside those when the bell rings or a try has ended. */
  readonly pollMs: number
  /** How long an endpoint may take to answer. */
  readonly deadlineMs: number
}

/** The sender, at work until it is closed. */
export interface Outgoing {
  /** Ends what is under way, to be sent again by whoever is there. Idempotent. */
  close(): Promise<void>
}

/** How many messages may be in this process's hands, and of one endpoint: one that is slow holds only its own. */
const MOST_IN_HAND = 256
const MOST_OF_ENDPOINT = 8
/** What is in hand is nobody else's for so many deadlines: long enough for an answer to be kept, too. */
const LEASE_DEADLINES = 4
/** While something has committed above an open transaction. */
const PENDING_DELAY_MS = 100

/**
 * Starts sending what happens to the endpoints that want to be told.
 *
 * Several processes may do so on one database. At least once: what a process had in hand when it was killed is sent again
 * once its lease has ended, under the same `webhook-id`.
 */
export function openOutgoing(options: OutgoingOptions): Outgoing {
  const { store, clock, log, pollMs, deadlineMs } = options
  const closing = new AbortController()
  const inHand = new Map<Claimed, Promise<void>>()
  let bell: AsyncDisposable | null = null
  let rung = false
  let wake = (): void => undefined
  let last = ''

  const ring = (): void => {
    rung = true
    wake()
  }
  /** During an outage every round fails alike: it is said once. */
  const report = (error: unknown): void => {
    const cause = describe(error)
    if (cause !== last) log(`outgoing webhooks: ${cause}`)
    last = cause
  }
  const pause = async (delayMs: number): Promise<void> => {
    if (rung || closing.signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  const send = async (message: Claimed): Promise<void> => {
    try {
      const posting = { ...options, now: () => clock.now(), signal: closing.signal }
      await settle(options, message, await post(message, posting))
    } catch (error) {
      // Its lease ends, and it is sent again.
      if (!closing.signal.aborted) report(error)
    } finally {
      inHand.delete(message)
      ring()
    }
  }
  const round = async (): Promise<number> => {
    bell ??= await store.bell.hear(ring)
    const routed = await store.sending.route(clock.now())
    const claimed = await store.sending.claim({
      now: clock.now(),
      leaseMs: deadlineMs * LEASE_DEADLINES,
      busy: countByEndpoint(inHand.keys()),
      mostOfEndpoint: MOST_OF_ENDPOINT,
      most: MOST_IN_HAND - inHand.size,
      holdingTries: HOLDING_TRIES,
    })
    for (const message of claimed) inHand.set(message, send(message))
    last = ''
    if (routed === 'more') return 0
    return routed === 'pending' ? PENDING_DELAY_MS : pollMs
  }
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      rung = false
      const delayMs = await round().catch((error: unknown) => {
        report(error)
        rung = false
        return pollMs
      })
      await pause(delayMs)
    }
  }

  const running = run()
  return {
    async close() {
      closing.abort(new Error('the process is closing'))
      wake()
      await running
      await Promise.all(inHand.values())
      await bell?.[Symbol.asyncDispose]()
    },
  }
}

function countByEndpoint(messages: Iterable<Claimed>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { endpointId } of messages) counts.set(endpointId, (counts.get(endpointId) ?? 0) + 1)
  return counts
}

/** Keeps how a try went, and disables an endpoint that is gone, or that took nothing for as long as the message was tried. */
async function settle(
  { store, clock, log }: Pick<OutgoingOptions, 'store' | 'clock' | 'log'>,
  message: Claimed,
  tried: Tried,
): Promise<void> {
  const now = clock.now()
  const fate = fateOf(tried, message.tries + 1, now)
  await store.sending.settle(message, tried, fate)
  const reason = whyDisabled(message, { tried, fate, now })
  if (reason === null) return
  if (await store.sending.disable(message, ...reason)) {
    log(`outgoing webhooks: endpoint ${message.endpointId} is disabled`)
  }
}

/** One that said it is gone was not given the message: it waits for when the endpoint is there again, or elsewhere. */
function fateOf({ outcome, retryAt }: Tried, failures: number, now: Date): Fate {
  return outcome === 'DELIVERED' ? 'DELIVERED' : (nextTry(failures, now, retryAt) ?? 'FAILED')
}

interface Settled {
  readonly tried: Tried
  readonly fate: Fate
  readonly now: Date
}

/** Why an endpoint is to be disabled after a try; null when it is not. */
function whyDisabled(
  { triedSince }: Claimed,
  { tried: { outcome, retryAt }, fate, now }: Settled,
): readonly [reason: string, unlessAlive?: 'unlessAlive'] | null {
  if (fate === 'DELIVERED') return null
  if (outcome === 'GONE') return ['it answered that it is gone (410)']
  if (fate === 'FAILED') return [`it took nothing in ${TRIES} tries over three days`, 'unlessAlive']
  // Where more waits than can be tried, tries come so late that there would never be ten of any message.
  const isLate = triedSince !== null && now.getTime() - triedSince.getTime() > ALL_TRIES_MS
  return isLate && retryAt === null ? ['it took nothing for more than three days', 'unlessAlive'] : null
}
