import type { Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { toCustomFields } from './custom-fields.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import { toPlain } from './mapping-messages.ts'
import type { ConversationWire, PartWire, StateWire, TicketTypeWire, TicketWire } from './wire-threads.ts'
import type { Received } from '../../kit/wire.ts'
import { CHANNEL, CONVERSATION_STATUS, PRIORITY, TICKET_STATUS } from './words.ts'

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The record without its parts, which are rows of their own; their count stays. */
function withoutParts(native: Json, key: 'conversation_parts' | 'ticket_parts'): Json {
  if (!isObject(native)) return native
  const list = native[key]
  if (list === undefined || !isObject(list)) return native
  const { [key]: _parts, ...rest } = list
  return { ...native, [key]: rest }
}

/**
 * A conversation, without its messages and rating.
 *
 * @param version null when the record did not come with its parts: then the next sync reads it whole
 */
export function toConversation(
  { wire, native }: Received<ConversationWire>,
  version: Date | null,
): Upsert<'conversation'> {
  const state = wire.state ?? (wire.open === false ? 'closed' : 'open')
  const channel = wire.source?.type ?? wire.channel?.initial ?? null
  const contacts = (wire.contacts?.contacts ?? []).map((contact) => contact.id)
  return {
    op: 'upsert',
    kind: 'conversation',
    remoteId: wire.id,
    version,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      subject: toPlain(wire.title ?? wire.source?.subject ?? null),
      status: CONVERSATION_STATUS[state] ?? (wire.open === false ? 'CLOSED' : 'OPEN'),
      nativeStatus: state,
      priority: wire.priority === null ? 'NONE' : (PRIORITY[wire.priority] ?? 'OTHER'),
      nativePriority: wire.priority,
      channel: channel === null ? 'OTHER' : (CHANNEL[channel] ?? 'OTHER'),
      nativeChannel: channel,
      snoozedUntil: wire.snoozed_until,
      waitingSince: wire.waiting_since,
      read: wire.read ?? null,
      contactRemoteId: contacts[0] ?? null,
      contactRemoteIds: contacts,
      assigneeRemoteId: wire.admin_assignee_id,
      teamRemoteId: wire.team_assignee_id,
      companyRemoteId: wire.company?.id ?? null,
      tagRemoteIds: (wire.tags?.tags ?? []).map((tag) => tag.id),
      customFields: toCustomFields(wire.custom_attributes),
    },
    native: withoutParts(native, 'conversation_parts'),
  }
}

/** The rating of a conversation, which has no id of its own; null while there is none. */
export function toRating({ wire, native }: Received<ConversationWire>): Upsert<'rating'> | null {
  const rating = wire.conversation_rating
  if (typeof rating?.rating !== 'number') return null
  const updatedAt = rating.updated_at ?? rating.created_at
  return {
    op: 'upsert',
    kind: 'rating',
    remoteId: wire.id,
    version: updatedAt,
    fields: {
      createdAt: rating.created_at,
      updatedAt,
      conversationRemoteId: wire.id,
      ticketRemoteId: null,
      contactRemoteId: rating.contact?.id ?? wire.contacts?.contacts?.[0]?.id ?? null,
      agentRemoteId: rating.teammate?.type === 'admin' ? rating.teammate.id : null,
      score: Math.min(5, Math.max(1, rating.rating)),
      nativeScore: String(rating.rating),
      remark: rating.remark,
    },
    native: (isObject(native) ? native['conversation_rating'] : null) ?? null,
    beside: { contacts: { contacts: (wire.contacts?.contacts ?? []).slice(0, 1).map(({ id }) => ({ id })) } },
  }
}

/** The names under which a ticket's title and description stand among its attributes. */
export const TITLE = '_default_title_'
/** See `TITLE`. */
export const DESCRIPTION = '_default_description_'

const words = (value: Json | undefined): string | null =>
  toPlain(typeof value === 'string' && value !== '' ? value : null)

function dataTypes(type: TicketTypeWire | null | undefined): Map<string, string> {
  const declared = type?.ticket_type_attributes?.data ?? []
  return new Map(
    declared.flatMap(({ name, data_type }) =>
      name === null || data_type === null ? [] : [[name, data_type] as const],
    ),
  )
}

/** The states that a ticket went through, and when each began, as its parts tell, oldest first. */
export function toStates(parts: readonly Received<PartWire>[]): StateWire[] {
  const told = parts.flatMap(({ wire: { ticket_state, created_at } }) =>
    ticket_state === null ? [] : [{ ticket_state, created_at }],
  )
  return told.filter(({ ticket_state }, index) => ticket_state !== told[index - 1]?.ticket_state)
}

/** When the ticket was last resolved; null while it is not. */
function solvedAt(wire: TicketWire, states: readonly StateWire[]): Date | null {
  if (wire.ticket_state?.category !== 'resolved') return null
  const last = states.at(-1)
  return last?.ticket_state === 'resolved' ? last.created_at : null
}

/**
 * A ticket, without its messages.
 *
 * @param states those that it went through: they tell when it was solved
 * @param version null when it is not known to have come with all its parts
 */
export function toTicket(
  { wire, native }: Received<TicketWire>,
  states: readonly StateWire[],
  version: Date | null,
): Upsert<'ticket'> {
  const state = wire.ticket_state ?? null
  const { [TITLE]: title, [DESCRIPTION]: description, ...attributes } = wire.ticket_attributes ?? {}
  const contacts = (wire.contacts?.contacts ?? []).map((contact) => contact.id)
  const conversation = wire.linked_objects?.data?.find((linked) => linked.type === 'conversation')
  return {
    op: 'upsert',
    kind: 'ticket',
    remoteId: wire.id,
    version,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      number: wire.ticket_id,
      subject: words(title),
      description: words(description),
      status: TICKET_STATUS[state?.category ?? 'unknown'] ?? 'OTHER',
      nativeStatus: state?.internal_label ?? state?.category ?? (wire.open === false ? 'closed' : 'open'),
      // Intercom's tickets have neither a priority nor a channel.
      priority: 'NONE',
      nativePriority: null,
      channel: 'OTHER',
      nativeChannel: null,
      type: wire.ticket_type?.name ?? null,
      contactRemoteId: contacts[0] ?? null,
      contactRemoteIds: contacts,
      companyRemoteId: null,
      assigneeRemoteId: wire.admin_assignee_id,
      teamRemoteId: wire.team_assignee_id,
      conversationRemoteId: conversation?.id ?? null,
      dueAt: null,
      firstReplyDueAt: null,
      escalated: null,
      solvedAt: solvedAt(wire, states),
      reopenedAt: null,
      tagRemoteIds: (wire.tags?.tags ?? []).map((tag) => tag.id),
      customFields: toCustomFields(attributes, dataTypes(wire.ticket_type)),
    },
    native: withoutParts(native, 'ticket_parts'),
    beside: states.map(({ ticket_state, created_at }) => ({ ticket_state, created_at: toUnixSeconds(created_at) })),
  }
}
