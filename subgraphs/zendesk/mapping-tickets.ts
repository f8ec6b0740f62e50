import { gone } from '../../kit/gone.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import type { Received } from '../../kit/wire.ts'
import type { Change, Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { toCustomFields } from './custom-fields.ts'
import { type People, type ReadAudit, toMessages } from './mapping-messages.ts'
import { fromUser } from './mapping-people.ts'
import { receive } from './wire.ts'
import {
  type LogEventWire,
  type MetricsWire,
  type RatedWire,
  type RatingWire,
  type SatisfactionWire,
  type TicketWire,
  wireMetrics,
  wireRated,
  wireSatisfaction,
} from './wire-tickets.ts'
import { CHANNEL, PRIORITY, TICKET_STATUS, toScore } from './words.ts'

/** A ticket, and what was read beside it. */
export interface WholeTicket {
  readonly ticket: Received<TicketWire>
  readonly people: People
  /** Null when it was not told. */
  readonly metrics: Received<MetricsWire> | null
  readonly audits: readonly ReadAudit[]
  /** What was said on a messaging ticket; null for any other. */
  readonly log: readonly Received<LogEventWire>[] | null
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The record with what Zendesk counted of it, which comes beside it. */
function withMetrics(native: Json, metrics: Received<MetricsWire> | null): Json {
  if (metrics === null || !isObject(native)) return native
  return { ...native, metric_set: metrics.native }
}

/** What Zendesk counted of a ticket, in the record that `withMetrics` made. */
export function metricsIn(native: Json): Received<MetricsWire> | null {
  const metrics = isObject(native) ? native['metric_set'] : undefined
  return metrics === undefined ? null : receive(wireMetrics, metrics, 'metric sets')
}

/**
 * A ticket, without what was said on it.
 *
 * @param version null when it is not known to have come with all that belongs to it
 */
export function toTicket(
  { wire, native }: Received<TicketWire>,
  metrics: Received<MetricsWire> | null,
  version: Date | null,
): Upsert<'ticket'> {
  const status = TICKET_STATUS[wire.status] ?? 'OTHER'
  const channel = wire.via?.channel ?? null
  const isOver = status === 'SOLVED' || status === 'CLOSED'
  return {
    op: 'upsert',
    kind: 'ticket',
    remoteId: wire.id,
    version,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      number: wire.id,
      subject: wire.subject ?? wire.raw_subject,
      description: wire.description,
      status,
      nativeStatus: wire.status,
      priority: wire.priority === null ? 'NONE' : (PRIORITY[wire.priority] ?? 'OTHER'),
      nativePriority: wire.priority,
      channel: channel === null ? 'OTHER' : (CHANNEL[channel] ?? 'OTHER'),
      nativeChannel: channel,
      type: wire.type,
      contactRemoteId: wire.requester_id,
      contactRemoteIds: [...new Set([wire.requester_id ?? [], wire.email_cc_ids ?? []].flat())],
      companyRemoteId: wire.organization_id,
      assigneeRemoteId: wire.assignee_id,
      teamRemoteId: wire.group_id,
      conversationRemoteId: null,
      dueAt: wire.due_at,
      // Promises are told by policies, and kept or broken where their metrics are.
      firstReplyDueAt: null,
      escalated: null,
      solvedAt: isOver ? (metrics?.wire.solved_at ?? null) : null,
      reopenedAt: null,
      tagRemoteIds: wire.tags ?? [],
      customFields: toCustomFields((wire.custom_fields ?? []).map(({ id, value }) => [id, value ?? null])),
    },
    native: withMetrics(native, metrics),
  }
}

/** When the ticket last changed: what the system does moves only the one, and not every answer tells it. */
export const versionOf = (wire: TicketWire): Date | null => wire.generated_timestamp ?? wire.updated_at

/** The rating that a ticket tells, as it was last given; null while there is none. */
function toTicketRating({ ticket: { wire, native }, audits }: WholeTicket): Upsert<'rating'> | null {
  const told = isObject(native) ? native['satisfaction_rating'] : undefined
  if (!wire.satisfaction_rating || told === undefined) return null
  const given = audits.findLast(({ events }) =>
    events.some((event) => event.wire.type === 'SatisfactionRating' && toScore(event.wire.score) !== null),
  )
  const event = given?.events.findLast((each) => each.wire.type === 'SatisfactionRating')
  const rated: Json = {
    ticket: {
      id: wire.id,
      requester_id: wire.requester_id,
      assignee_id: wire.assignee_id,
      updated_at: wire.updated_at?.toISOString() ?? null,
    },
    given: given
      ? {
          created_at: given.audit.wire.created_at?.toISOString() ?? null,
          assignee_id: event?.wire.assignee_id ?? null,
        }
      : null,
  }
  return toRated(receive(wireSatisfaction, told, 'tickets'), receive(wireRated, rated, 'tickets'))
}

/** The rating that a ticket tells; null for one that was only asked for. The list tells more of it. */
export function toRated(
  { wire, native }: Received<SatisfactionWire>,
  { wire: { ticket, given }, native: beside }: Received<RatedWire>,
): Upsert<'rating'> | null {
  const score = toScore(wire.score)
  if (wire.id === null || score === null) return null
  const at = given?.created_at ?? ticket.updated_at
  return {
    op: 'upsert',
    kind: 'rating',
    remoteId: wire.id,
    version: at,
    fidelity: 'partial',
    fields: {
      createdAt: at,
      updatedAt: at,
      conversationRemoteId: null,
      ticketRemoteId: ticket.id,
      contactRemoteId: ticket.requester_id,
      agentRemoteId: given?.assignee_id ?? ticket.assignee_id,
      score,
      nativeScore: wire.score ?? '',
      remark: wire.comment,
    },
    native,
    beside,
  }
}

/** A ticket with its tags, its rating, all that was said on it, and who asked. A deletion when the record says so itself. */
export function fromTicket(whole: WholeTicket): Change[] {
  const { wire } = whole.ticket
  if (wire.status === 'deleted') return [gone('ticket', wire.id)]
  const requester = wire.requester_id === null ? undefined : whole.people.get(wire.requester_id)
  const rating = toTicketRating(whole)
  return [
    ...tagsNamed(wire.tags ?? []),
    ...(requester === undefined || requester.wire.active === false ? [] : fromUser(requester, 'partial')),
    toTicket(whole.ticket, whole.metrics, versionOf(wire)),
    ...toMessages(wire, whole.audits, whole),
    ...(rating === null ? [] : [rating]),
  ]
}

/** A rating of the list; null for one that was only asked for. */
export function toRating({ wire, native }: Received<RatingWire>): Upsert<'rating'> | null {
  const score = toScore(wire.score)
  if (score === null) return null
  return {
    op: 'upsert',
    kind: 'rating',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      conversationRemoteId: null,
      ticketRemoteId: wire.ticket_id,
      contactRemoteId: wire.requester_id,
      agentRemoteId: wire.assignee_id,
      score,
      nativeScore: wire.score,
      remark: wire.comment,
    },
    native,
  }
}
