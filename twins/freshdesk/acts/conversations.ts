import { toHtml, toPlaintext } from '../../plaintext.ts'
import { webChat } from '../account.ts'
import { invalidValue, missingField } from '../errors.ts'
import { plainText } from '../../plain-value.ts'
import type { Attachment, Contact, Conversation, Structured, Ticket } from '../records.ts'
import type { SentFile } from '../form.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, World } from '../world.ts'
import { changeTicket } from './change.ts'

/** What somebody says. */
export interface Said {
  readonly body?: string | undefined
  readonly structured?: Structured | undefined
  readonly files?: readonly SentFile[] | undefined
}

/** What stands in the head of a mail. */
export interface Envelope {
  readonly from?: string | null | undefined
  readonly to?: readonly string[] | undefined
  readonly cc?: readonly string[] | undefined
  readonly bcc?: readonly string[] | undefined
}

/** Files of one ticket may have this many bytes together. Source: the reference's "Tickets" attributes. */
const maxAttachedBytes = 20 * 1024 * 1024

const bySource = { reply: 0, note: 2, forward: 8, phone: 9 } as const

/** One more entry under a ticket. Nothing else about the ticket changes. */
export function addConversation(
  world: World,
  ticket: Ticket,
  entry: Said &
    Envelope & { kind: keyof typeof bySource; incoming: boolean; private: boolean; userId: number; at?: string },
): Conversation {
  const at = entry.at ?? nowIn(world)
  const body = entry.structured ? htmlOf(entry.structured) : toHtml(entry.body ?? '')
  const conversation: Conversation = {
    id: nextId(world, 'conversation'),
    body: `<div>${body}</div>`,
    body_text: toPlaintext(body),
    structured_body: entry.structured ?? null,
    incoming: entry.incoming,
    private: entry.private,
    user_id: entry.userId,
    ticket_id: ticket.id,
    support_email: world.emailConfigs.find((config) => config.id === ticket.email_config_id)?.reply_email ?? null,
    from_email: entry.from ?? null,
    to_emails: entry.to ?? [],
    cc_emails: entry.cc ?? [],
    bcc_emails: entry.bcc ?? [],
    source: bySource[entry.kind],
    attachments: attach(world, ticket, entry.files ?? []),
    last_edited_at: null,
    last_edited_user_id: null,
    created_at: at,
    updated_at: at,
  }
  ticket.conversations.push(conversation)
  return conversation
}

/** Takes files in. @throws 400 together they are too large */
export function attach(world: World, ticket: Ticket | null, files: readonly SentFile[]): Attachment[] {
  const there = ticket ? [...ticket.attachments, ...ticket.conversations.flatMap(({ attachments }) => attachments)] : []
  const size = [...there, ...files].reduce((sum, file) => sum + file.size, 0)
  if (files.length > 0 && size > maxAttachedBytes) {
    throw invalidValue('attachments', 'The total size of these attachments cannot exceed 20MB.')
  }
  const at = nowIn(world)
  return files.map((file) => {
    const id = nextId(world, 'attachment')
    return {
      id,
      name: file.name,
      content_type: file.contentType,
      size: file.size,
      attachment_url: `https://s3.freshdesk.example/data/helpdesk/attachments/production/${id}/original/${encodeURIComponent(file.name)}`,
      created_at: at,
      updated_at: at,
    }
  })
}

/**
 * What may be said on a ticket: a body, or on a chat a structured one.
 *
 * @throws 400 it is the wrong one of both, or neither
 */
export function mustFit(ticket: Ticket, said: Said): void {
  if (ticket.source === webChat && !said.structured) throw missingField('structured_body')
  if (ticket.source !== webChat && said.structured) {
    throw invalidValue('structured_body', 'structured_body is taken on chat tickets only')
  }
  if (ticket.source !== webChat && (said.body ?? '') === '') throw missingField('body')
}

/** An agent answers the requester. */
export function reply(
  world: World,
  ticket: Ticket,
  by: Actor,
  said: Said & Envelope & { readonly userId: number },
): Conversation {
  mustFit(ticket, said)
  const requester = world.contacts.get(ticket.requester_id)
  const to = said.to ?? (requester?.email == null ? [] : [requester.email])
  return changeTicket(world, ticket, by, {
    happened: [{ field: 'reply_sent', from: undefined, to: 'sent' }],
    change() {
      const added = addConversation(world, ticket, { ...said, to, kind: 'reply', incoming: false, private: false })
      ticket.reply_cc_emails = [...new Set([...ticket.reply_cc_emails, ...(said.cc ?? [])])]
      ticket.stats.agent_responded_at = nowIn(world)
      ticket.stats.first_responded_at ??= nowIn(world)
      return added
    },
  })
}

/** Somebody leaves a note. */
export function note(
  world: World,
  ticket: Ticket,
  by: Actor,
  said: Said & {
    readonly userId: number
    readonly private: boolean
    readonly incoming: boolean
    readonly notify: readonly string[]
  },
): Conversation {
  mustFit(ticket, said)
  return changeTicket(world, ticket, by, {
    happened: [{ field: 'note_type', from: undefined, to: said.private ? 'private' : 'public' }],
    change: () => addConversation(world, ticket, { ...said, to: said.notify, kind: 'note' }),
  })
}

/** The requester writes again: what waited for them, or was over, is open again. */
export function writeAsRequester(world: World, ticket: Ticket, contact: Contact, said: Said, by: Actor): Conversation {
  return changeTicket(world, ticket, by, {
    happened: [{ field: 'reply_sent', from: undefined, to: 'received' }],
    change() {
      const entry = { ...said, kind: 'reply', incoming: true, private: false, userId: contact.id } as const
      const added = addConversation(world, ticket, { ...entry, from: contact.email })
      ticket.stats.requester_responded_at = nowIn(world)
      ticket.status = 2
      return added
    },
  })
}

function htmlOf({ body_contents: contents }: Structured): string {
  const texts = contents.map(({ data }) => plainText(data['content'] ?? data['text']))
  return toHtml(texts.join('\n\n'))
}
