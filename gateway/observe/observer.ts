import { getOperationAST } from 'graphql'
import type { Logger } from 'pino'
import { secondsSince } from '../../observe/elapsed.ts'
import { endSpan, failSpan, inSpan, isTracing, openSpan, spanNow, within } from '../../observe/trace.ts'
import type { Admission } from '../admission.ts'
import { shownCode } from '../errors.ts'
import type { Executor, OperationRequest } from '../execute/executor.ts'
import type { OperationResult } from '../execute/run.ts'
import type { Events, ObserveEvent } from '../execute/subscribe.ts'
import type { Transport } from '../transport/transport.ts'
import type { EndedOperation, GatewayMetrics, OperationLabel, Outcome } from './metrics.ts'
import { observeFetches } from './observe-fetches.ts'

/** The one place where the gateway tells what it does, as spans, metrics and lines of the log. */
export interface Observer {
  /** The same executor, each of whose operations is seen. */
  executor(executor: Executor): Executor
  /** Hears whether an operation found its plan. */
  planLooked(result: 'hit' | 'miss'): void
  /** The same admission, whose refusals are seen. */
  admission(admission: Admission): Admission
  /** The same way to a subgraph, each of whose fetches is seen; the same object for the same transport. */
  transport(name: string, transport: Transport): Transport
  /** Prepares to see the events of a subscription: a span each, linked to the one that opened it. */
  events(request: Pick<OperationRequest, 'document' | 'operationName'>): ObserveEvent
}

/** Whom an observer tells; spans go wherever the process sends them. */
export interface ObserverOptions {
  readonly metrics: GatewayMetrics | null
  readonly logger: Logger
}

/** Makes an observer. */
export function createObserver(options: ObserverOptions): Observer {
  const { metrics } = options
  const transports = new WeakMap<Transport, Transport>()
  return {
    executor: (executor) => ({
      ...executor,
      execute: (request) => runObserved(request, options, () => executor.execute(request)),
      subscribe: (request) => runObserved(request, options, () => executor.subscribe(request)),
    }),
    planLooked: (result) => metrics?.planLooked(result),
    admission: (admission) => (asked) => {
      const admitted = admission(asked)
      if ('errors' in admitted) metrics?.operationRefused(outcomeOf(admitted))
      return admitted
    },
    transport: (name, transport) => {
      let observed = transports.get(transport)
      if (observed === undefined) transports.set(transport, (observed = observeFetches(name, transport, metrics)))
      return observed
    },
    events: (request) => {
      const opened = spanNow()
      const label = labelOf(request)
      const links = opened === null ? [] : [opened]
      const spanOptions = { parent: 'none', attributes: toAttributes(label), links } as const
      const name = `event of ${label.name ?? label.type}`
      return (complete) => {
        const startMs = performance.now()
        const answer = inSpan(name, spanOptions, complete)
        const count = () => metrics?.eventCompleted(secondsSince(startMs))
        answer.then(count, count)
        return answer
      }
    },
  }
}

/** Runs an operation, or opens a subscription, in a span, and tells how it went. Its answer is handed on as it is. */
function runObserved<R extends Promise<Ended> | Ended>(
  request: OperationRequest,
  options: ObserverOptions,
  run: () => R,
): R {
  const startMs = performance.now()
  const label = labelOf(request)
  const span = openSpan(titleOf(label), { attributes: isTracing() ? toAttributes(label) : NONE })
  options.metrics?.operationBegan()
  const end = (outcome: Outcome) => {
    if (outcome !== 'ok') failSpan(span, outcome)
    endSpan(span)
    tell(options, request, { ...label, outcome, seconds: secondsSince(startMs) })
  }
  try {
    const running = within(span, run)
    if (running instanceof Promise) {
      running.then(
        (result) => end(outcomeOf(result)),
        () => end('INTERNAL_SERVER_ERROR'),
      )
    } else end(outcomeOf(running))
    return running
  } catch (failure) {
    end('INTERNAL_SERVER_ERROR')
    throw failure
  }
}

/** An answer, or the events of a subscription that could start. */
type Ended = OperationResult | Events

function tell({ metrics, logger }: ObserverOptions, { requestId }: OperationRequest, ended: EndedOperation): void {
  metrics?.operationEnded(ended)
  if (!logger.isLevelEnabled('debug')) return
  const { seconds, ...rest } = ended
  logger.debug({ requestId, ...rest, ms: Math.round(seconds * 1_000) }, 'operation')
}

const NONE = {}

function labelOf({ document, operationName }: Pick<OperationRequest, 'document' | 'operationName'>): OperationLabel {
  const operation = getOperationAST(document, operationName)
  return { type: operation?.operation ?? 'query', name: operation?.name?.value ?? null }
}

const titleOf = ({ type, name }: OperationLabel): string => (name === null ? type : `${type} ${name}`)

/** Source: the OpenTelemetry semantic conventions for GraphQL servers, https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ (2026-11-21). */
function toAttributes({ type, name }: OperationLabel): Record<string, string> {
  return { 'graphql.operation.type': type, ...(name !== null && { 'graphql.operation.name': name }) }
}

/** The code of the first error, as the client sees it. */
function outcomeOf(ended: Ended): Outcome {
  const [first] = 'errors' in ended ? (ended.errors ?? []) : []
  return first === undefined ? 'ok' : shownCode(first)
}
