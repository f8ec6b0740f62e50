import type { EventKind, EventOp, StoreEvent } from '../change.ts'
import { fromCursor, toCursor } from '../event-position.ts'
import { toNodeId } from '../id.ts'

/** What is sent to an endpoint, as it is sent at every try. */
export interface Message {
  /** The `webhook-id`: the same at every try and every replay of one event. */
  readonly webhookId: string
  readonly eventType: string
  /** What it is about: messages of one lane are sent in order. */
  readonly lane: string
  readonly body: string
}

/** As a record, so that none can be forgotten. */
const KINDS: Readonly<Record<EventKind, true>> = {
  agent: true,
  bulkJob: true,
  company: true,
  contact: true,
  conversation: true,
  customer: true,
  definition: true,
  integration: true,
  message: true,
  rating: true,
  send: true,
  tag: true,
  team: true,
  ticket: true,
  timeEntry: true,
}

const OPS = ['created', 'updated', 'deleted'] as const satisfies readonly EventOp[]

/** Every type of event that an endpoint can be told of. */
export const EVENT_TYPES: readonly string[] = Object.keys(KINDS).flatMap((kind) => OPS.map((op) => `${kind}.${op}`))

/** What a message says that only proves an endpoint. */
export const TEST_TYPE = 'endpoint.test'

/** Which events an endpoint is told of. */
export interface EventFilter {
  /** None: all of them. */
  readonly eventTypes: readonly string[]
  /** Also history that was read for the first time. */
  readonly includeBackfill: boolean
}

/** Whether an endpoint is told of an event. */
export const isWanted = ({ eventTypes, includeBackfill }: EventFilter, event: StoreEvent): boolean =>
  (includeBackfill || event.origin !== 'backfill') &&
  (eventTypes.length === 0 || eventTypes.includes(`${event.kind}.${event.op}`))

/**
 * The message of an event: which record changed, by the ids of the graph, and nothing of what stands in it, so that a
 * receiver reads what is true by then with a token of its own. Source of the shape: standardwebhooks.com, "Payload
 * structure", read 2026-11-29.
 */
export function toMessage(event: StoreEvent): Message {
  const eventType = `${event.kind}.${event.op}`
  // As it was before cursors said of which log they are: what is sent again goes by the id that it had.
  const { log: _log, ...place } = fromCursor(event.cursor)
  const idOf = (kind: 'conversation' | 'ticket' | 'integration', id: string | null) => id && toNodeId(kind, id)
  const data = {
    id: toNodeId(event.kind, event.rowId),
    conversationId: idOf('conversation', event.conversationId),
    ticketId: idOf('ticket', event.ticketId),
    integrationId: idOf('integration', event.integrationId),
    provider: event.provider?.toUpperCase() ?? null,
    backfill: event.origin === 'backfill',
    cursor: event.cursor,
  }
  return {
    webhookId: `evt_${toCursor(place)}`,
    eventType,
    lane: event.conversationId ?? event.ticketId ?? event.rowId,
    body: JSON.stringify({ type: eventType, timestamp: event.at.toISOString(), data }),
  }
}

/** A message that proves an endpoint: nothing happened, and nothing waits for it. */
export function toTestMessage(endpointId: string, uuid: string, now: Date): Message {
  const data = { id: toNodeId('webhookEndpoint', endpointId) }
  const webhookId = `evt_test_${uuid}`
  const body = JSON.stringify({ type: TEST_TYPE, timestamp: now.toISOString(), data })
  return { webhookId, eventType: TEST_TYPE, lane: webhookId, body }
}
