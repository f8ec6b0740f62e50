import type { SpanContext } from '@opentelemetry/api'
import { getOperationAST } from 'graphql'
import type { Logger } from 'pino'
import { secondsSince } from '../../observe/elapsed.ts'
import { endSpan, failSpan, inSpan, isTracing, openSpan, spanNow, within, type OpenSpan } from '../../observe/trace.ts'
import type { Admission } from '../admission.ts'
import { shownCode } from '../errors.ts'
import type { Executor, OperationRequest } from '../execute/executor.ts'
import type { OperationResult } from '../execute/run.ts'
import type { Events, ObservedSubscription } from '../execute/subscribe.ts'
import type { Transport } from '../transport/transport.ts'
import type { EndedOperation, GatewayMetrics, OperationLabel, Outcome } from './metrics.ts'
import { shorten } from './name-bound.ts'
import { observeFetches } from './observe-fetches.ts'

/** The one place where the gateway tells what it does, as spans, metrics and lines of the log. */
export interface Observer {
  /** The same executor, each of whose operations is seen. */
  executor(executor: Executor): Executor
  /** Hears whether an operation found its plan. */
  planLooked(result: 'hit' | 'miss'): void
  /** Hears how many documents are remembered. */
  documentsRemembered(count: number): void
  /** The same admission, whose refusals are seen. */
  admission(admission: Admission): Admission
  /** The same way to a subgraph, each of whose fetches is seen; the same object for the same transport. */
  transport(name: string, transport: Transport): Transport
  /** Prepares to see a subscription: its opening, and of each event a span of its own, linked to the opening. */
  subscription(request: Observable): ObservedSubscription
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
    }),
    planLooked: (result) => metrics?.planLooked(result),
    documentsRemembered: (count) => metrics?.documentsRemembered(count),
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
    subscription: (request) => observeSubscription(request, options),
  }
}

/** What has to be known of an operation to tell of it. */
type Observable = Pick<OperationRequest, 'document' | 'operationName' | 'requestId' | 'viewer'>

function observeSubscription(request: Observable, options: ObserverOptions): ObservedSubscription {
  const label = labelOf(request)
  const title = `event of ${label.name ?? label.type}`
  const attributes = toAttributes(label)
  let opened: SpanContext | null = null
  return {
    open: (start) =>
      runObserved(request, options, () => {
        opened = spanNow()
        return start()
      }),
    event: (complete) => {
      const startMs = performance.now()
      const links = opened === null ? [] : [opened]
      const answer = inSpan(title, { parent: 'none', attributes, links }, complete)
      const count = () => options.metrics?.eventCompleted(secondsSince(startMs))
      answer.then(count, count)
      return answer
    },
  }
}

/** Runs an operation, or opens a subscription, in a span, and tells how it went. Its answer is handed on as it is. */
function runObserved<R extends Promise<Ended> | Ended>(request: Observable, options: ObserverOptions, run: () => R): R {
  const startMs = performance.now()
  const label = labelOf(request)
  const span = isTracing() ? openOperation(label) : null
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

/** An operation that came over a socket has no request above it: it is the top of its trace. */
function openOperation(label: OperationLabel): OpenSpan {
  const side = spanNow() === null ? 'server' : 'internal'
  return openSpan(titleOf(label), { side, attributes: toAttributes(label) })
}

function tell({ metrics, logger }: ObserverOptions, { requestId }: Observable, ended: EndedOperation): void {
  metrics?.operationEnded(ended)
  if (!logger.isLevelEnabled('debug')) return
  const { seconds, ...rest } = ended
  logger.debug({ requestId, ...rest, ms: Math.round(seconds * 1_000) }, 'operation')
}

/** Who shows no token has nothing of what they wrote told. */
function labelOf({ document, operationName, viewer }: Observable): OperationLabel {
  const operation = getOperationAST(document, operationName)
  const name = viewer === null ? undefined : operation?.name?.value
  return { type: operation?.operation ?? 'query', name: name === undefined ? null : shorten(name) }
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
