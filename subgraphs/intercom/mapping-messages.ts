import { toHtml, toText } from '../../kit/html.ts'
import type { Upsert } from '../../store/change.ts'
import type { Attachment, MessageFields } from '../../store/kinds.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import type { AuthorWire, ConversationWire, PartWire, SourceWire } from './wire-threads.ts'
import type { Received } from '../../kit/wire.ts'
import { isUnattended, STATUS_AFTER, TICKET_STATUS, toAuthorType, toMessageType } from './words.ts'

/** The thread that a message stands in. */
export interface InThread {
  readonly kind: 'conversation' | 'ticket'
  readonly remoteId: string
}

/**
 * The remote id of a conversation's opening message. Intercom's own id for it may be null and is counted apart from
 * the ids of parts, so it is named after its conversation.
 */
export const sourceRemoteId = (conversationRemoteId: string): string => `${SOURCE}${conversationRemoteId}`

/** What stands before the conversation's id. */
export const SOURCE = 'source:'

/**
 * The remote id of a part. A ticket made from a conversation shows that conversation's parts as its own, with their
 * ids: each thread has its own message, so a ticket's parts are marked.
 */
export const partRemoteId = (thread: InThread, partId: string): string =>
  thread.kind === 'ticket' ? `ticket_part:${partId}` : partId

const MARKUP = /<\/?[a-z][a-z0-9]*(\s[^<>]*)?\/?>/i

/** Words as plain text. Attributes and titles may or may not be HTML. */
export const toPlain = (words: string | null): string | null =>
  words !== null && MARKUP.test(words) ? toText(words) : (words?.trim() ?? null)

/** Bodies are HTML, but plain text in webhook deliveries of version 2.15 and later: both become both. */
function toWords(body: string | null, redacted: boolean): Pick<MessageFields, 'text' | 'html'> {
  if (body === null || redacted) return { text: null, html: null }
  return { text: toPlain(body), html: MARKUP.test(body) ? body : toHtml(body) }
}

function toAttachments(wire: PartWire['attachments']): Attachment[] {
  return (wire ?? []).flatMap(({ name, url, content_type, filesize }) =>
    url === null ? [] : [{ name, url, contentType: content_type, sizeBytes: filesize ?? null }],
  )
}

function toAuthor(
  author: AuthorWire,
  unattended: boolean,
): Pick<MessageFields, 'authorType' | 'authorName' | 'contactRemoteId' | 'agentRemoteId'> {
  const type = toAuthorType(author?.type ?? null)
  const automatic = type === 'AGENT' && (unattended || author?.from_ai_agent === true)
  return {
    authorType: automatic ? 'BOT' : type,
    authorName: author?.name ?? null,
    contactRemoteId: type === 'CONTACT' ? (author?.id ?? null) : null,
    agentRemoteId: author?.type === 'admin' ? author.id : null,
  }
}

const inThread = (thread: InThread): Pick<MessageFields, 'conversationRemoteId' | 'ticketRemoteId'> => ({
  conversationRemoteId: thread.kind === 'conversation' ? thread.remoteId : null,
  ticketRemoteId: thread.kind === 'ticket' ? thread.remoteId : null,
})

/** How the thread stands after a part; null when the part does not tell. A ticket's parts name the category of its state. */
function toStatus(wire: PartWire, thread: InThread): MessageFields['statusTo'] {
  if (thread.kind === 'conversation') return STATUS_AFTER[wire.part_type] ?? null
  return wire.ticket_state === null ? null : (TICKET_STATUS[wire.ticket_state] ?? 'OTHER')
}

/** A part of a conversation or ticket, as a message. */
export function toMessage({ wire, native }: Received<PartWire>, thread: InThread): Upsert<'message'> {
  const author = toAuthor(wire.author, false)
  const redacted = wire.redacted === true
  const updatedAt = wire.updated_at ?? wire.created_at
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: partRemoteId(thread, wire.id),
    version: updatedAt,
    fields: {
      ...inThread(thread),
      ...author,
      ...toWords(wire.body, redacted),
      createdAt: wire.created_at,
      updatedAt,
      type: toMessageType(wire.part_type, wire.body !== null, author.authorType),
      nativeType: wire.part_type,
      attachments: redacted ? [] : toAttachments(wire.attachments),
      redacted,
      statusTo: toStatus(wire, thread),
    },
    native,
    beside: { ...thread },
  }
}

/** The opening message of a conversation. It has no time of change of its own, so the later observation counts. */
export function toOpeningMessage(
  source: Received<SourceWire>,
  conversation: Pick<ConversationWire, 'id' | 'created_at'>,
): Upsert<'message'> {
  const { wire, native } = source
  const redacted = wire.redacted === true
  return {
    op: 'upsert',
    kind: 'message',
    remoteId: sourceRemoteId(conversation.id),
    version: null,
    fields: {
      ...inThread({ kind: 'conversation', remoteId: conversation.id }),
      ...toAuthor(wire.author, isUnattended(wire.delivered_as)),
      ...toWords(wire.body, redacted),
      createdAt: conversation.created_at,
      updatedAt: conversation.created_at,
      type: 'REPLY',
      nativeType: 'source',
      attachments: redacted ? [] : toAttachments(wire.attachments),
      redacted,
      statusTo: null,
    },
    native,
    beside: { id: conversation.id, created_at: toUnixSeconds(conversation.created_at) },
  }
}
