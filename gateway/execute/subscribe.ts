import { SubgraphError } from '../errors.ts'
import type { SubgraphAnswer } from '../transport/transport.ts'
import { blameFailure } from './blame.ts'
import { startDeadline, untilAborted } from './deadline.ts'
import { startExecution } from './execution.ts'
import { receiveRoot, type RootFetch } from './fetch.ts'
import { runSteps, type OperationResult, type Run } from './run.ts'
import { pickVariables } from './send.ts'
import type { TypeFacts } from './type-facts.ts'

/**
 * Subscribes at the source's subgraph and completes each event over the others.
 *
 * Events are completed one at a time, so their order stays, and an error of one is not in the next. Ending the
 * iterator, or the client's signal, ends the source at once.
 *
 * @returns an answer for each event, or one answer with errors when the subscription could not start
 */
export async function subscribeTo(
  run: Run,
  source: RootFetch,
  facts: TypeFacts,
): Promise<AsyncIterableIterator<OperationResult> | OperationResult> {
  const stop = new AbortController()
  const caller = { ...run.caller, signal: AbortSignal.any([run.caller.signal, stop.signal]) }
  const live: Run = { ...run, caller }
  const opened = await open(live, source)
  if (!('next' in opened)) {
    stop.abort()
    const refused = startExecution(caller, run.variables, null)
    receiveRoot(source, opened, refused, facts)
    return { errors: refused.errors }
  }
  return mapEvents(opened, caller.signal, stop, {
    complete: (answer) =>
      runSteps(live, run.compiled.step, (execution) => receiveRoot(source, answer, execution, facts)),
    wordFailure: (failure) => blameFailure(failure, source.fetch.branches[0] ?? [], source.fetch.serviceName),
  })
}

/** Opens the source within the deadline. A failure comes as an answer with errors. */
async function open(run: Run, { fetch }: RootFetch): Promise<AsyncIterator<SubgraphAnswer> | SubgraphAnswer> {
  const variables = pickVariables(fetch, startExecution(run.caller, run.variables, null))
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

/** What to do with events, and with the end of their source. */
interface EventMapping {
  readonly complete: (answer: SubgraphAnswer) => Promise<OperationResult> | OperationResult
  readonly wordFailure: (failure: unknown) => Error
}

/**
 * Maps a source one event at a time. An async generator would do, but its `return` waits for the event it is waiting
 * for; this one ends whoever waits, and the source, at once.
 */
function mapEvents(
  source: AsyncIterator<SubgraphAnswer>,
  signal: AbortSignal,
  stop: AbortController,
  mapping: EventMapping,
): AsyncIterableIterator<OperationResult> {
  const end: IteratorResult<OperationResult> = { done: true, value: undefined }
  const close = () => stop.abort()
  // The source may be waiting for its next event and not answer: it is told, not waited for.
  const endSource = () => void source.return?.().catch(() => {})
  if (signal.aborted) endSource()
  else signal.addEventListener('abort', endSource, { once: true })
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (signal.aborted) return end
      const event = source.next()
      try {
        if (!(await untilAborted(event, signal))) return end
        const { done, value } = await event
        if (!done) return { done: false, value: await mapping.complete(value) }
      } catch (failure) {
        close()
        throw mapping.wordFailure(failure)
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
