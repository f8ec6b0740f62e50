import { counter, gauge, histogram, type Metrics } from '../../observe/metrics.ts'
import type { ErrorCode } from '../errors.ts'
import { createNameBound } from './name-bound.ts'

/** What is told of an operation: its kind, and the name that its client gave it. */
export interface OperationLabel {
  readonly type: 'query' | 'mutation' | 'subscription'
  /** At most its first hundred letters; null for one without a name, or of a stranger. */
  readonly name: string | null
}

/** How an operation went: `ok`, or the code of its first error. */
export type Outcome = 'ok' | ErrorCode

/** An operation that has ended. */
export interface EndedOperation extends OperationLabel {
  readonly outcome: Outcome
  readonly seconds: number
}

/** How a fetch went: `errors` when the subgraph answered with some, `aborted` when nobody waited for it any more. */
export type FetchOutcome = 'ok' | 'errors' | 'aborted' | ErrorCode

/** Over which way a client reads events. */
export type EventTransport = 'websocket' | 'sse'

/** What the gateway counts. Nothing here takes longer than about a microsecond. */
export interface GatewayMetrics {
  operationBegan(): void
  operationEnded(ended: EndedOperation): void
  /** These names are the operator's, and told apart whatever clients choose. */
  namesListed(names: Iterable<string>): void
  /** An operation was not let in; nothing that its client wrote is told. */
  operationRefused(outcome: Outcome): void
  fetchEnded(fetch: { readonly subgraph: string; readonly outcome: FetchOutcome; readonly seconds: number }): void
  /** An operation looked for its plan: found, or made. */
  planLooked(result: 'hit' | 'miss'): void
  /** So many documents are remembered, good and bad; plans live as long as their document. */
  documentsRemembered(count: number): void
  /** An event of a subscription was completed over the subgraphs, for all who share it. */
  eventCompleted(seconds: number): void
  /** A connection was given up because events came faster than it read. */
  slowReaderEnded(transport: EventTransport): void
  /** Another supergraph was to be served. */
  reloaded(result: 'served' | 'refused'): void
}

/** How many names that clients choose are told apart; what comes later counts as `other`. */
const MAX_NAMES = 100

/** Makes the gateway's counters. */
export function createGatewayMetrics(metrics: Metrics): GatewayMetrics {
  const operations = histogram(
    metrics,
    {
      name: 'switchboard_operation_duration_seconds',
      help: 'Queries and mutations that ran, and subscriptions until they were open, by name, type and code of their first error ("ok" without one).',
    },
    ['operation', 'type', 'outcome'],
  )
  const refused = counter(
    metrics,
    { name: 'switchboard_operations_refused_total', help: 'Operations that were not let in, by error code.' },
    ['outcome'],
  )
  const fetches = histogram(
    metrics,
    { name: 'switchboard_fetch_duration_seconds', help: 'Fetches from subgraphs, by how they went.' },
    ['subgraph', 'outcome'],
  )
  const plans = counter(
    metrics,
    {
      name: 'switchboard_plan_cache_lookups_total',
      help: 'Operations that found their plan (hit), or had it made (miss).',
    },
    ['result'],
  )
  const events = histogram(
    metrics,
    {
      name: 'switchboard_event_completion_duration_seconds',
      help: 'Events of subscriptions completed over the subgraphs, once for all subscribers who share them.',
    },
    [],
  )
  const slow = counter(
    metrics,
    {
      name: 'switchboard_slow_readers_ended_total',
      help: 'Connections given up since they read slower than events came.',
    },
    ['transport'],
  )
  const reloads = counter(
    metrics,
    { name: 'switchboard_supergraph_reloads_total', help: 'Supergraphs that were to replace the one served.' },
    ['result'],
  )
  let documents = 0
  const remembered = {
    name: 'switchboard_documents_remembered',
    help: 'Texts of operations whose document, and with it its plans, is kept.',
  }
  gauge(metrics, remembered, [], () => [{ labels: {}, value: documents }])
  let inFlight = 0
  gauge(
    metrics,
    {
      name: 'switchboard_operations_in_flight',
      help: 'Queries and mutations under way, and subscriptions that are being opened.',
    },
    [],
    () => [{ labels: {}, value: inFlight }],
  )
  const bound = createNameBound(MAX_NAMES)
  return {
    operationBegan: () => void inFlight++,
    operationEnded: ({ type, name, outcome, seconds }) => {
      inFlight--
      operations.observe({ operation: bound(name), type, outcome }, seconds)
    },
    namesListed: (names) => bound.add(names),
    operationRefused: (outcome) => refused.inc({ outcome }),
    fetchEnded: ({ subgraph, outcome, seconds }) => fetches.observe({ subgraph, outcome }, seconds),
    planLooked: (result) => plans.inc({ result }),
    documentsRemembered: (count) => void (documents = count),
    eventCompleted: (seconds) => events.observe(seconds),
    slowReaderEnded: (transport) => slow.inc({ transport }),
    reloaded: (result) => reloads.inc({ result }),
  }
}

/** How much is open in a gateway now. */
export interface GatewayCounts {
  readonly groups: number
  readonly listeners: number
  readonly sockets: number
  readonly streams: number
  /** Supergraphs that were replaced, and on which something still runs. */
  readonly retiring: number
}

/** Shows what is open, looked up whenever the metrics are read. */
export function exposeGatewayCounts(metrics: Metrics, read: () => GatewayCounts): void {
  const show = (name: string, help: string, pick: (counts: GatewayCounts) => number) =>
    gauge(metrics, { name, help }, [], () => [{ labels: {}, value: pick(read()) }])
  show('switchboard_subscription_groups', 'Subscriptions run, each for all who ask the same.', ({ groups }) => groups)
  show('switchboard_subscription_listeners', 'Subscriptions of clients.', ({ listeners }) => listeners)
  show('switchboard_sockets', 'WebSockets of clients.', ({ sockets }) => sockets)
  show('switchboard_event_streams', 'Streams of Server-Sent Events to clients.', ({ streams }) => streams)
  show(
    'switchboard_supergraphs_retiring',
    'Replaced supergraphs on which something still runs.',
    ({ retiring }) => retiring,
  )
}
