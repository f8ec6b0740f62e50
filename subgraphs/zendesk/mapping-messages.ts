import { toHtml, toText } from '../../kit/html.ts'
import type { Received } from '../../kit/wire.ts'
import type { Upsert } from '../../store/change.ts'
import type { Attachment, AuthorType, Json, MessageFields } from '../../store/kinds.ts'
import { receive, type UserWire } from './wire.ts'
import {
  type AroundWire,
  type AttachmentWire,
  type AuditEventWire,
  type AuditWire,
  type LogEventWire,
  type TicketWire,
  wireAround,
} from './wire-tickets.ts'
import { isStaff, TICKET_STATUS } from './words.ts'

/** People who stand beside what they wrote, by id. */
export type People = ReadonlyMap<string, Received<UserWire>>

/** An audit with those of its events that can be read. */
export interface ReadAudit {
  readonly audit: Received<AuditWire>
  readonly events: readonly Received<AuditEventWire>[]
}

/** Whose number is less than 1 is no person: -1 stands for what Zendesk does by itself. */
const isNobody = (id: string | null): boolean => id === null || Number(id) < 1

type Author = Pick<MessageFields, 'authorType' | 'authorName' | 'contactRemoteId' | 'agentRemoteId'>

/** Where nobody says what an author is, only staff write in private, and who neither asked nor was copied is taken for staff. */
const isAgent = ({ author, asked }: AroundWire, isOpen: boolean): boolean =>
  author ? isStaff(author.role) : !isOpen || !asked

function toAuthor(
  id: string | null,
  around: AroundWire,
  said: { readonly open: boolean; readonly byRule: boolean },
): Author {
  if (id === null || isNobody(id)) {
    const authorType: AuthorType = said.byRule ? 'BOT' : 'SYSTEM'
    return { authorType, authorName: null, contactRemoteId: null, agentRemoteId: null }
  }
  const agent = isAgent(around, said.open)
  return {
    authorType: agent ? (said.byRule ? 'BOT' : 'AGENT') : 'CONTACT',
    authorName: around.author?.name ?? null,
    contactRemoteId: agent ? null : id,
    agentRemoteId: agent ? id : null,
  }
}

const toAttachments = (attachments: readonly AttachmentWire[] | null | undefined): Attachment[] =>
  (attachments ?? []).flatMap(({ file_name, content_url, content_type, size }) =>
    content_url === null
      ? []
      : [{ name: file_name, url: content_url, contentType: content_type, sizeBytes: size ?? null }],
  )

/** What was said. */
const COMMENTS: ReadonlySet<string> = new Set(['Comment', 'VoiceComment'])

/** Changes of state that are told as messages; the rest of a ticket's history stays at Zendesk. */
const TOLD: ReadonlySet<string> = new Set(['status', 'priority', 'type', 'assignee_id', 'group_id'])

/** Whose values are words, not ids. */
const WORDED: ReadonlySet<string> = new Set(['status', 'priority', 'type'])

/** What became of a comment after it was written, by its id. */
interface Afterwards {
  readonly redacted: ReadonlySet<string>
  readonly madePrivate: ReadonlySet<string>
}

function toAfterwards(audits: readonly ReadAudit[]): Afterwards {
  const events = audits.flatMap((audit) => audit.events.map(({ wire }) => wire))
  const about = (isMeant: (event: AuditEventWire) => boolean): ReadonlySet<string> =>
    new Set(events.filter(isMeant).flatMap(({ comment_id }) => comment_id ?? []))
  return {
    redacted: about(({ type }) => type === 'CommentRedactionEvent' || type === 'AttachmentRedactionEvent'),
    madePrivate: about((event) => event.type === 'CommentPrivacyChange' && event.public === false),
  }
}

const wordOf = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : 'none')

/** Whether a ticket was made as one that is over already. Every other stands open when it is made, which needs no telling. */
const isMadeOver = ({ wire, native }: Received<AuditEventWire>): boolean =>
  wire.type === 'Create' && wire.field_name === 'status' && ['solved', 'closed'].includes(toldBy(native, 'value'))

/** What a change says of itself: values are words of the field, or ids. */
function toldBy(native: Json, name: 'previous_value' | 'value'): string {
  const told = native !== null && typeof native === 'object' && !Array.isArray(native) ? native : {}
  return wordOf(Reflect.get(told, name))
}

/** `status: open → solved`, where the values are words. */
function toStory({ wire, native }: Received<AuditEventWire>): string | null {
  if (wire.field_name === null || !WORDED.has(wire.field_name)) return null
  return `${wire.field_name}: ${toldBy(native, 'previous_value')} → ${toldBy(native, 'value')}`
}

/** How the ticket stood from then on; null for a change of something else. */
function toStatus({ wire, native }: Received<AuditEventWire>): MessageFields['statusTo'] {
  return wire.field_name === 'status' ? (TICKET_STATUS[toldBy(native, 'value')] ?? 'OTHER') : null
}

/** All that is at hand of a ticket when its messages are mapped. */
interface Within {
  readonly ticket: TicketWire
  readonly people: People
  readonly afterwards: Afterwards
}

/** What a message by somebody takes from all that is at hand. */
function toAround(
  authorId: string | null,
  { ticket, people, afterwards }: Within,
  { audit, commentId }: { readonly audit: AuditWire | null; readonly commentId: string },
): Received<AroundWire> {
  const person = authorId === null ? undefined : people.get(authorId)?.wire
  const customers = [ticket.requester_id, ...(ticket.email_cc_ids ?? []), ...(ticket.collaborator_ids ?? [])]
  const around: Json = {
    ticket_id: ticket.id,
    audit: audit && {
      created_at: audit.created_at?.toISOString() ?? null,
      author_id: audit.author_id,
      via: { channel: audit.via?.channel ?? null },
    },
    author: person ? { name: person.name, role: person.role } : null,
    asked: authorId !== null && customers.includes(authorId),
    ...(afterwards.redacted.has(commentId) ? { redacted: true } : {}),
    ...(afterwards.madePrivate.has(commentId) ? { made_private: true } : {}),
  }
  return receive(wireAround, around, 'audits')
}

/** What all messages of an audit share. */
const inAudit = ({ ticket_id, audit }: AroundWire) => ({
  conversationRemoteId: null,
  ticketRemoteId: ticket_id,
  createdAt: audit?.created_at ?? null,
  updatedAt: audit?.created_at ?? null,
})

const byRule = ({ audit }: AroundWire): boolean => audit?.via?.channel === 'rule'

function toComment({ wire, native }: Received<AuditEventWire>, around: Received<AroundWire>): Upsert<'message'> {
  const { audit, redacted, made_private } = around.wire
  const isOpen = wire.public !== false && made_private !== true
  const html = wire.html_body ?? (wire.body === null ? null : toHtml(wire.body))
  const said = { open: isOpen, byRule: byRule(around.wire) }
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: wire.id,
    // A comment has no time of change, and may be redacted later: then the later observation counts.
    version: null,
    fields: {
      ...inAudit(around.wire),
      ...toAuthor(wire.author_id ?? audit?.author_id ?? null, around.wire, said),
      type: isOpen ? 'REPLY' : 'NOTE',
      nativeType: wire.type,
      text: wire.plain_body ?? toText(html),
      html,
      attachments: toAttachments(wire.attachments),
      redacted: redacted === true,
      statusTo: null,
    },
    native,
    beside: around.native,
  }
}

function toActivity(event: Received<AuditEventWire>, around: Received<AroundWire>): Upsert<'message'> {
  const said = { open: true, byRule: byRule(around.wire) }
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: event.wire.id,
    version: null,
    fields: {
      ...inAudit(around.wire),
      ...toAuthor(around.wire.audit?.author_id ?? null, around.wire, said),
      type: 'ACTIVITY',
      nativeType: `${event.wire.type} ${event.wire.field_name ?? ''}`,
      text: toStory(event),
      html: null,
      attachments: [],
      redacted: false,
      statusTo: toStatus(event),
    },
    native: event.native,
    beside: around.native,
  }
}

/** An event of an audit as a message; null for one that is told as none. */
export function fromEvent(event: Received<AuditEventWire>, around: Received<AroundWire>): Upsert<'message'> | null {
  const { type, field_name } = event.wire
  if (COMMENTS.has(type)) return toComment(event, around)
  const isTold = type === 'Change' && field_name !== null && TOLD.has(field_name)
  return isTold || isMadeOver(event) ? toActivity(event, around) : null
}

function fromAudit({ audit, events }: ReadAudit, within: Within): Upsert<'message'>[] {
  return events.flatMap((event) => {
    const { type, author_id, id } = event.wire
    const authorId = (COMMENTS.has(type) ? author_id : null) ?? audit.wire.author_id
    return fromEvent(event, toAround(authorId, within, { audit: audit.wire, commentId: id })) ?? []
  })
}

/**
 * What was said on a ticket and what became of it, as messages.
 *
 * @param log of a messaging ticket, what was said there; then only its comments are taken from the audits, which repeat the rest
 */
export function toMessages(
  ticket: TicketWire,
  audits: readonly ReadAudit[],
  { people, log }: { readonly people: People; readonly log: readonly Received<LogEventWire>[] | null },
): Upsert<'message'>[] {
  const within: Within = { ticket, people, afterwards: toAfterwards(audits) }
  const comments = log && new Set(log.flatMap(({ wire }) => /^zen:comment:(.+)$/.exec(wire.reference ?? '')?.[1] ?? []))
  const isRepeated = ({ wire }: Received<AuditEventWire>): boolean =>
    comments !== null && COMMENTS.has(wire.type) && !comments.has(wire.id)
  const told = audits.flatMap(({ audit, events }) =>
    fromAudit({ audit, events: events.filter((event) => !isRepeated(event)) }, within),
  )
  const said = (log ?? []).flatMap((event) => {
    const around = { audit: null, commentId: event.wire.id }
    return event.wire.type === 'message' ? [toSaid(event, toAround(authorOf(event.wire), within, around))] : []
  })
  return [...told, ...said]
}

const authorOf = ({ author }: LogEventWire): string | null => author?.['zen:support:user_id'] ?? null

/** What stands before the id of a message of a conversation's log. */
export const SAID = 'message:'

/** One message of a messaging ticket's conversation. */
export function toSaid({ wire, native }: Received<LogEventWire>, around: Received<AroundWire>): Upsert<'message'> {
  const isOpen = wire.metadata?.public !== false
  const author = toAuthor(authorOf(wire), around.wire, { open: isOpen, byRule: wire.author?.type === 'bot' })
  const text = wire.content?.text ?? null
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: `${SAID}${wire.id}`,
    version: null,
    fields: {
      ...author,
      authorName: author.authorName ?? wire.author?.display_name ?? null,
      conversationRemoteId: null,
      ticketRemoteId: around.wire.ticket_id,
      createdAt: wire.created_at,
      updatedAt: wire.created_at,
      type: isOpen ? 'REPLY' : 'NOTE',
      nativeType: wire.type,
      text,
      html: text === null ? null : toHtml(text),
      attachments: toAttachments(wire.attachments?.map((file) => ({ ...file, size: null }))),
      redacted: false,
      statusTo: null,
    },
    native,
    beside: around.native,
  }
}
