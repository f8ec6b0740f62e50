import { SubgraphError } from '../errors.ts'
import type { SubgraphAnswer, SubgraphEvents } from '../transport/transport.ts'
import { blameFailure } from './blame.ts'
import type { Data } from './data.ts'
import { startDeadline, untilAborted } from './deadline.ts'
import { startExecution, type Caller } from './execution.ts'
import { receiveRoot, type RootFetch } from './fetch.ts'
import { runSteps, type OperationResult, type Run } from './run.ts'
import { pickVariables } from './send.ts'
import type { TypeFacts } from './type-facts.ts'
import type { Usage } from './usage.ts'

/** A subscription that can start: where its events come from, and how each becomes an answer. */
export interface Subscription {
  /** What is asked at the subgraph for events. */
  readonly source: RootFetch
  /** The variables that go with it. */
  readonly sourceVariables: Data
  /** Counts the events that it completes, and all of them together as long as they may come. */
  readonly usage: Usage
  /**
   * Subscribes at the source's subgraph. Aborting the signal ends that at once.
   *
   * @returns the events, or one answer with errors when the subscription could not start
   */
  start(signal: AbortSignal): Promise<Events | OperationResult>
  /** Completes an event over the other subgraphs. */
  complete(event: SubgraphAnswer, signal: AbortSignal): Promise<OperationResult> | OperationResult
}

/**
 * An answer for each event of a subscription, one at a time, so that their order stays. Ending the iterator ends the
 * source at once.
 */
export interface Events extends AsyncIterableIterator<OperationResult> {
  /**
   * From the next event on, answers as another subscription does; the source stays open. An event that is being
   * completed is finished as before.
   *
   * @returns false, and nothing has changed, when the other's events come from elsewhere
   */
  continueAs(other: Subscription): boolean
  /** Ends the source now, and the events after the one that is being completed. Idempotent. */
  leave(): void
  /** Ends the source now, and the events after those that have come from it already. Idempotent. */
  finish(): void
}

/** What a subscription is made of. */
export interface SubscriptionOptions {
  /** As it will run, but for the signal. */
  readonly run: Omit<Run, 'caller'> & { readonly caller: Omit<Caller, 'signal'> }
  readonly source: RootFetch
  readonly facts: TypeFacts
  readonly usage: Usage
  /** Called when an event has been completed, with what its answer cost. */
  readonly onCompleted: (cost: number) => void
  readonly observed: ObservedSubscription | null
}

/** Sees what becomes of a subscription; what it is handed runs as if nobody looked. */
export interface ObservedSubscription {
  open(start: () => Promise<Events | OperationResult>): Promise<Events | OperationResult>
  event(complete: () => Promise<OperationResult>): Promise<OperationResult>
}

/** Makes a subscription. An error of one event is not in the next. */
export function createSubscription(options: SubscriptionOptions): Subscription {
  const { run, source, facts, usage, onCompleted, observed } = options
  const live = (signal: AbortSignal): Run => ({ ...run, caller: { ...run.caller, signal } })
  const complete = async (event: SubgraphAnswer, signal: AbortSignal): Promise<OperationResult> => {
    const release = usage.begin()
    let cost = 0
    try {
      const result = await runSteps(live(signal), run.compiled.step, (execution) =>
        receiveRoot(source, event, execution, facts),
      )
      cost = result.actualCost ?? 0
      return result
    } finally {
      onCompleted(cost)
      release()
    }
  }
  const start = async (given: AbortSignal): Promise<Events | OperationResult> => {
    const release = usage.begin()
    const stop = new AbortController()
    const signal = AbortSignal.any([given, stop.signal])
    const opened = await open(live(signal), subscription)
    if ('next' in opened) return mapEvents({ source: opened, signal, stop, subscription, release })
    stop.abort()
    release()
    const refused = startExecution(live(signal).caller, run.variables, null)
    receiveRoot(source, opened, refused, facts)
    return { errors: refused.errors }
  }
  const subscription: Subscription = {
    source,
    sourceVariables: pickVariables(source.fetch, run),
    usage,
    start: (given) => observed?.open(() => start(given)) ?? start(given),
    complete: (event, signal) => observed?.event(() => complete(event, signal)) ?? complete(event, signal),
  }
  return subscription
}

/** True when two subscriptions hear the same: asked the same, with the same variables, of the same subgraph. */
function haveSameSource(one: Subscription, other: Subscription): boolean {
  const { fetch } = one.source
  const { fetch: otherFetch } = other.source
  return (
    fetch.transport === otherFetch.transport &&
    fetch.operation.text === otherFetch.operation.text &&
    JSON.stringify(one.sourceVariables) === JSON.stringify(other.sourceVariables)
  )
}

/** Opens the source within the deadline. A failure comes as an answer with errors. */
async function open(
  run: Run,
  { source: { fetch }, sourceVariables: variables }: Subscription,
): Promise<SubgraphEvents | SubgraphAnswer> {
  using deadline = startDeadline(run.caller.signal, run.deadlineMs)
  try {
    const opening = fetch.transport.subscribe({ operation: fetch.operation, variables, ...run.caller })
    if (await untilAborted(opening, deadline.signal)) return await opening
    // Nobody waits for it any more: should it open yet, it is closed.
    void opening.then((late) => ('next' in late ? late.return?.() : undefined)).catch(() => {})
    throw new SubgraphError('TIMEOUT', `subgraph "${fetch.serviceName}" did not answer in time`)
  } catch (failure) {
    return { errors: [blameFailure(failure, [], fetch.serviceName)] }
  }
}

/** An open source, and whose events it brings. */
interface Opened {
  readonly source: SubgraphEvents
  /** Aborts when the events end, and when `stop` does. */
  readonly signal: AbortSignal
  readonly stop: AbortController
  readonly subscription: Subscription
  /** Called once, when the source has ended. */
  readonly release: () => void
}

/**
 * Maps a source one event at a time. An async generator would do, but its `return` waits for the event it is waiting
 * for; this one ends whoever waits, and the source, at once.
 */
function mapEvents({ source, signal, stop, subscription: first, release: releaseFirst }: Opened): Events {
  const end: IteratorResult<OperationResult> = { done: true, value: undefined }
  let subscription = first
  let release = releaseFirst
  const left = new AbortController()
  const isOver = AbortSignal.any([signal, left.signal])
  const close = () => stop.abort()
  const endSource = () => {
    release()
    // The source may be waiting for its next event and not answer: it is told, not waited for.
    void source.return?.().catch(() => {})
  }
  if (isOver.aborted) endSource()
  else isOver.addEventListener('abort', endSource, { once: true })
  return {
    leave: () => left.abort(),
    finish: () => {
      if (source.finish === undefined) left.abort()
      else source.finish()
    },
    [Symbol.asyncIterator]() {
      return this
    },
    continueAs: (other) => {
      if (isOver.aborted || !haveSameSource(subscription, other)) return false
      const releaseOther = other.usage.begin()
      release()
      release = releaseOther
      subscription = other
      return true
    },
    async next() {
      if (isOver.aborted) return end
      const event = source.next()
      try {
        if (!(await untilAborted(event, isOver))) return end
        const { done, value } = await event
        if (!done) return { done: false, value: await subscription.complete(value, signal) }
      } catch (failure) {
        close()
        const { fetch } = subscription.source
        throw blameFailure(failure, fetch.branches[0] ?? [], fetch.serviceName)
      }
      close()
      return end
    },
    async return() {
      close()
      return end
    },
  }
}
