import { secondsSince } from '../../observe/elapsed.ts'
import { endSpan, failSpan, inSpan, openSpan, within } from '../../observe/trace.ts'
import { SubgraphError } from '../errors.ts'
import type { SubgraphAnswer, SubgraphRequest, Transport } from '../transport/transport.ts'
import type { FetchOutcome, GatewayMetrics } from './metrics.ts'

/** The same way to a subgraph, each of whose fetches has a span and is counted. An answer that is there at once stays so. */
export function observeFetches(name: string, transport: Transport, metrics: GatewayMetrics | null): Transport {
  const title = `fetch ${name}`
  const optionsOf = {
    query: optionsFor(name, 'query'),
    mutation: optionsFor(name, 'mutation'),
    subscription: optionsFor(name, 'subscription'),
  }
  return {
    ...transport,
    execute: (request) => {
      const startMs = performance.now()
      const span = openSpan(title, optionsOf[request.operation.kind])
      const end = (outcome: FetchOutcome) => {
        if (outcome !== 'ok') failSpan(span, outcome)
        endSpan(span)
        const seconds = secondsSince(startMs)
        metrics?.fetchEnded({ subgraph: name, outcome, seconds })
        request.onFetched?.({ subgraph: name, request, outcome, startMs, seconds })
      }
      try {
        const answer = within(span, () => transport.execute(request))
        if (answer instanceof Promise) {
          answer.then(
            (answered) => end(outcomeOf(answered)),
            (failure: unknown) => end(outcomeOfFailure(failure, request)),
          )
        } else end(outcomeOf(answer))
        return answer
      } catch (failure) {
        end(outcomeOfFailure(failure, request))
        throw failure
      }
    },
    subscribe: (request) => inSpan(title, optionsOf.subscription, () => transport.subscribe(request)),
  }
}

function optionsFor(name: string, type: string) {
  return { side: 'client', attributes: { 'switchboard.subgraph': name, 'graphql.operation.type': type } } as const
}

function outcomeOf({ errors }: SubgraphAnswer): FetchOutcome {
  return errors === undefined || errors.length === 0 ? 'ok' : 'errors'
}

function outcomeOfFailure(failure: unknown, { signal }: SubgraphRequest): FetchOutcome {
  if (signal.aborted) return 'aborted'
  return failure instanceof SubgraphError ? failure.code : 'INTERNAL_SERVER_ERROR'
}
