import { toHtml, toText } from '../../kit/html.ts'
import type { Received } from '../../kit/wire.ts'
import type { Upsert } from '../../store/change.ts'
import type { Attachment, AuthorType, Json, MessageFields } from '../../store/kinds.ts'
import type { UserWire } from './wire.ts'
import type { AttachmentWire, AuditEventWire, AuditWire, LogEventWire, TicketWire } from './wire-tickets.ts'
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
function isAgent(id: string, ticket: TicketWire, said: { readonly people: People; readonly open: boolean }): boolean {
  const known = said.people.get(id)
  if (known !== undefined) return isStaff(known.wire.role)
  const customers = [ticket.requester_id, ...(ticket.email_cc_ids ?? []), ...(ticket.collaborator_ids ?? [])]
  return !said.open || !customers.includes(id)
}

function toAuthor(
  id: string | null,
  ticket: TicketWire,
  said: { readonly people: People; readonly open: boolean; readonly byRule: boolean },
): Author {
  if (id === null || isNobody(id)) {
    const authorType: AuthorType = said.byRule ? 'BOT' : 'SYSTEM'
    return { authorType, authorName: null, contactRemoteId: null, agentRemoteId: null }
  }
  const agent = isAgent(id, ticket, said)
  return {
    authorType: agent ? (said.byRule ? 'BOT' : 'AGENT') : 'CONTACT',
    authorName: said.people.get(id)?.wire.name ?? null,
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

/** What all messages of an audit share. */
const inTicket = (ticket: TicketWire, { audit }: ReadAudit) => ({
  conversationRemoteId: null,
  ticketRemoteId: ticket.id,
  createdAt: audit.wire.created_at,
  updatedAt: audit.wire.created_at,
})

function toComment(
  { wire, native }: Received<AuditEventWire>,
  within: { readonly ticket: TicketWire; readonly audit: ReadAudit; readonly people: People },
  afterwards: Afterwards,
): Upsert<'message'> {
  const { ticket, audit, people } = within
  const { via, author_id } = audit.audit.wire
  const isOpen = wire.public !== false && !afterwards.madePrivate.has(wire.id)
  const html = wire.html_body ?? (wire.body === null ? null : toHtml(wire.body))
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: wire.id,
    // A comment has no time of change, and may be redacted later: then the later observation counts.
    version: null,
    fields: {
      ...inTicket(ticket, audit),
      ...toAuthor(wire.author_id ?? author_id, ticket, { people, open: isOpen, byRule: via?.channel === 'rule' }),
      type: isOpen ? 'REPLY' : 'NOTE',
      nativeType: wire.type,
      text: wire.plain_body ?? toText(html),
      html,
      attachments: toAttachments(wire.attachments),
      redacted: afterwards.redacted.has(wire.id),
      statusTo: null,
    },
    native,
  }
}

function toActivity(
  event: Received<AuditEventWire>,
  within: { readonly ticket: TicketWire; readonly audit: ReadAudit; readonly people: People },
): Upsert<'message'> {
  const { ticket, audit, people } = within
  const { via, author_id } = audit.audit.wire
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: event.wire.id,
    version: null,
    fields: {
      ...inTicket(ticket, audit),
      ...toAuthor(author_id, ticket, { people, open: true, byRule: via?.channel === 'rule' }),
      type: 'ACTIVITY',
      nativeType: `Change ${event.wire.field_name ?? ''}`,
      text: toStory(event),
      html: null,
      attachments: [],
      redacted: false,
      statusTo: toStatus(event),
    },
    native: event.native,
  }
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
  const afterwards = toAfterwards(audits)
  const comments = log && new Set(log.flatMap(({ wire }) => /^zen:comment:(.+)$/.exec(wire.reference ?? '')?.[1] ?? []))
  const told = audits.flatMap((audit) =>
    audit.events.flatMap((event) => {
      const { type, field_name, id } = event.wire
      if (COMMENTS.has(type)) {
        return comments === null || comments.has(id) ? [toComment(event, { ticket, audit, people }, afterwards)] : []
      }
      return type === 'Change' && field_name !== null && TOLD.has(field_name)
        ? [toActivity(event, { ticket, audit, people })]
        : []
    }),
  )
  const said = (log ?? []).flatMap((event) => (event.wire.type === 'message' ? [toSaid(event, ticket, people)] : []))
  return [...told, ...said]
}

/** One message of a messaging ticket's conversation. */
function toSaid({ wire, native }: Received<LogEventWire>, ticket: TicketWire, people: People): Upsert<'message'> {
  const id = wire.author?.['zen:support:user_id'] ?? null
  const isOpen = wire.metadata?.public !== false
  const author = toAuthor(id, ticket, { people, open: isOpen, byRule: wire.author?.type === 'bot' })
  const text = wire.content?.text ?? null
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: `message:${wire.id}`,
    version: null,
    fields: {
      ...author,
      authorName: author.authorName ?? wire.author?.display_name ?? null,
      conversationRemoteId: null,
      ticketRemoteId: ticket.id,
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
  }
}
