import { toText } from '../../kit/html.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import type { Received } from '../../kit/wire.ts'
import type { Upsert } from '../../store/change.ts'
import type { Attachment, Json, MessageFields } from '../../store/kinds.ts'
import { toCustomFields } from './custom-fields.ts'
import type { AttachmentWire, ConversationWire, DescribedWire, InTicket, TicketWire } from './wire-tickets.ts'
import { CHANNEL, CONVERSATION, PRIORITY, SOURCE, TICKET_STATUS } from './words.ts'

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The record without its conversations, which are rows of their own. */
function withoutConversations(native: Json): Json {
  if (!isObject(native)) return native
  const { conversations: _rows, ...rest } = native
  return rest
}

const isOver = (status: number): boolean => {
  const meaning = TICKET_STATUS[status]
  return meaning === 'SOLVED' || meaning === 'CLOSED'
}

/** A ticket with the tags that it names, without its messages. Native words are numbers; `words.ts` knows the stock ones. */
export function toTicket({ wire, native }: Received<TicketWire>): [Upsert<'ticket'>, ...Upsert<'tag'>[]] {
  const ticket: Upsert<'ticket'> = {
    op: 'upsert',
    kind: 'ticket',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      number: wire.id,
      subject: wire.subject,
      description: wire.description_text ?? toText(wire.description),
      status: TICKET_STATUS[wire.status] ?? 'OTHER',
      nativeStatus: String(wire.status),
      priority: PRIORITY[wire.priority] ?? 'OTHER',
      nativePriority: String(wire.priority),
      channel: CHANNEL[wire.source] ?? 'OTHER',
      nativeChannel: String(wire.source),
      type: wire.type,
      contactRemoteId: wire.requester_id,
      contactRemoteIds: wire.requester_id === null ? [] : [wire.requester_id],
      companyRemoteId: wire.company_id,
      assigneeRemoteId: wire.responder_id,
      teamRemoteId: wire.group_id,
      conversationRemoteId: null,
      dueAt: wire.due_by,
      firstReplyDueAt: wire.fr_due_by,
      escalated: wire.is_escalated ?? null,
      solvedAt: isOver(wire.status) ? (wire.stats?.resolved_at ?? wire.stats?.closed_at ?? null) : null,
      reopenedAt: wire.stats?.reopened_at ?? null,
      tagRemoteIds: [...new Set(wire.tags)],
      customFields: toCustomFields(wire.custom_fields),
    },
    native: withoutConversations(native),
  }
  return [ticket, ...tagsNamed(wire.tags)]
}

function toAttachments(files: readonly AttachmentWire[]): Attachment[] {
  return files.flatMap(({ name, attachment_url, content_type, size }) =>
    attachment_url === null ? [] : [{ name, url: attachment_url, contentType: content_type, sizeBytes: size ?? null }],
  )
}

/** What is kept of a ticket beside what was said in it. */
const inTicket = ({ id, requester_id, requester }: InTicket) => ({
  id,
  requester_id,
  ...(requester ? { requester: { id: requester.id, name: requester.name } } : {}),
})

type Author = Pick<MessageFields, 'authorType' | 'authorName' | 'contactRemoteId' | 'agentRemoteId'>

/** The requester is told by name; nobody else is. */
const byContact = (id: string | null, ticket: InTicket): Author => ({
  authorType: 'CONTACT',
  authorName: id !== null && id === ticket.requester?.id ? ticket.requester.name : null,
  contactRemoteId: id,
  agentRemoteId: null,
})

const byAgent = (id: string | null): Author => ({
  authorType: 'AGENT',
  authorName: null,
  contactRemoteId: null,
  agentRemoteId: id,
})

const BY_NOBODY: Author = { authorType: 'SYSTEM', authorName: null, contactRemoteId: null, agentRemoteId: null }

/** Merged tickets bring what their requesters said as notes, which are not `incoming`. */
function authorOf({ incoming, user_id: id }: ConversationWire, ticket: InTicket): Author {
  if (incoming === true || (id !== null && id === ticket.requester_id)) return byContact(id, ticket)
  return id === null ? BY_NOBODY : byAgent(id)
}

/** What was forwarded went to third parties, never to the customer, whatever `private` says. */
const FORWARDED = 8

/** A reply, note or forward, as a message. */
export function toMessage({ wire, native }: Received<ConversationWire>, ticket: InTicket): Upsert<'message'> {
  const source = wire.source ?? 0
  const isNote = wire.private === true || (source === FORWARDED && wire.incoming !== true)
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      ...authorOf(wire, ticket),
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      conversationRemoteId: null,
      ticketRemoteId: ticket.id,
      type: isNote ? 'NOTE' : 'REPLY',
      nativeType: CONVERSATION[source] ?? String(source),
      text: wire.body_text ?? toText(wire.body),
      html: wire.body,
      attachments: toAttachments(wire.attachments),
      redacted: false,
      statusTo: null,
    },
    native,
    beside: inTicket(ticket),
  }
}

/** What stands before the ticket's id. */
export const DESCRIBED = 'description:'

/** The remote id of a ticket's first message: its description, which has no id of its own. */
export const descriptionRemoteId = (ticketRemoteId: string): string => `${DESCRIBED}${ticketRemoteId}`

/** What of a ticket's record is its first message. */
const DESCRIPTION = ['description', 'description_text', 'structured_description', 'attachments'] as const

function descriptionIn(native: Json): Json {
  if (!isObject(native)) return null
  return Object.fromEntries(DESCRIPTION.flatMap((name) => (native[name] === undefined ? [] : [[name, native[name]]])))
}

/** The description as the first message. Of an outbound email it is an agent's, and nothing says whose. */
export function toDescription({ wire, native }: Received<DescribedWire>): Upsert<'message'> {
  const author = wire.source === SOURCE.outboundEmail ? byAgent(null) : byContact(wire.requester_id, wire)
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: descriptionRemoteId(wire.id),
    version: wire.updated_at,
    fields: {
      ...author,
      createdAt: wire.created_at,
      updatedAt: wire.created_at,
      conversationRemoteId: null,
      ticketRemoteId: wire.id,
      type: 'REPLY',
      nativeType: 'description',
      text: wire.description_text ?? toText(wire.description),
      html: wire.description,
      attachments: toAttachments(wire.attachments),
      redacted: false,
      statusTo: null,
    },
    native: descriptionIn(native),
    beside: {
      ...inTicket(wire),
      source: wire.source,
      created_at: wire.created_at?.toISOString() ?? null,
      updated_at: wire.updated_at.toISOString(),
    },
  }
}

/** Whether a chat's first entry repeats its description, as it does on web chats only. */
export function repeatsDescription(ticket: TicketWire, first: ConversationWire): boolean {
  return (
    ticket.source === SOURCE.webChat &&
    first.incoming === true &&
    (first.body_text ?? '').trim() === (ticket.description_text ?? '').trim()
  )
}
