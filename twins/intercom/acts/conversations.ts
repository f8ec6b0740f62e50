import { announceConversation } from '../announce.ts'
import { toHtml } from '../../plaintext.ts'
import type { Attachment, Author, Contact, Conversation, Part, Priority } from '../records.ts'
import { contactAuthor, nextId } from '../world.ts'
import type { World } from '../world.ts'
import { addPart } from './parts.ts'

/** What a customer or an admin says. */
export interface Message {
  /** HTML, or text to be made HTML. */
  readonly body: string
  readonly attachments?: readonly Attachment[]
  /** Unix seconds; now unless told. */
  readonly at?: number
}

/** How a conversation begins. */
export interface Opening extends Message {
  readonly author: Author
  readonly contactIds: readonly string[]
  readonly type: string
  readonly deliveredAs: string
  readonly subject?: string
  readonly url?: string | null
}

/** Starts a conversation without telling anybody. */
export function beginConversation(world: World, opening: Opening): Conversation {
  const at = opening.at ?? world.clock.seconds()
  const byAdmin = opening.author.type === 'admin'
  const conversation: Conversation = {
    id: nextId(world, 'conversation'),
    title: null,
    createdAt: at,
    updatedAt: at,
    waitingSince: byAdmin ? null : at,
    snoozedUntil: null,
    state: 'open',
    read: byAdmin,
    priority: 'none',
    adminId: null,
    teamId: null,
    source: {
      type: opening.type,
      id: nextId(world, 'message'),
      deliveredAs: opening.deliveredAs,
      subject: opening.subject ?? '',
      body: toHtml(opening.body),
      author: opening.author,
      attachments: opening.attachments ?? [],
      url: opening.url ?? null,
      redacted: false,
    },
    contactIds: [...opening.contactIds],
    tags: [],
    rating: null,
    customAttributes: {},
    parts: [],
    ticketId: null,
    companyId: null,
    aiAgent: null,
  }
  world.conversations.set(conversation.id, conversation)
  return conversation
}

/** A customer writes for the first time. */
export function openAsContact(world: World, contact: Contact, message: Message): Conversation {
  const conversation = beginConversation(world, {
    ...message,
    author: contactAuthor(contact),
    contactIds: [contact.id],
    type: 'conversation',
    deliveredAs: 'customer_initiated',
  })
  contact.lastRepliedAt = conversation.createdAt
  announceConversation(world, 'conversation.user.created', conversation)
  return conversation
}

/**
 * A customer reads what was written to them: "Contacts reading conversations (User and Lead)". Nothing says that it moves
 * the conversation's time or its `read`, so that nothing but the topic tells of it. Source: Intercom, "Webhook Topics", 2.16.
 */
export function readAsContact(world: World, conversation: Conversation): void {
  announceConversation(world, 'conversation.read', conversation)
}

/** A customer writes again; a conversation that was closed or asleep opens. */
export function replyAsContact(world: World, conversation: Conversation, contact: Contact, message: Message): Part {
  const at = message.at ?? world.clock.seconds()
  const reopens = conversation.state !== 'open'
  conversation.state = 'open'
  conversation.snoozedUntil = null
  conversation.waitingSince ??= at
  conversation.read = false
  contact.lastRepliedAt = at
  const part = addPart(world, conversation, {
    type: reopens ? 'open' : 'comment',
    author: contactAuthor(contact),
    body: toHtml(message.body),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    at,
  })
  announceConversation(world, 'conversation.user.replied', conversation, part)
  return part
}

/** An admin answers, or leaves a note that only admins see. */
export function replyAsAdmin(
  world: World,
  conversation: Conversation,
  reply: Message & { readonly author: Author; readonly kind: 'comment' | 'note' | 'quick_reply' },
): Part {
  const part = addPart(world, conversation, {
    type: reply.kind,
    author: reply.author,
    body: toHtml(reply.body),
    ...(reply.attachments ? { attachments: reply.attachments } : {}),
    ...(reply.at === undefined ? {} : { at: reply.at }),
  })
  if (reply.kind === 'note') {
    announceConversation(world, 'conversation.admin.noted', conversation, part)
    return part
  }
  conversation.waitingSince = null
  for (const id of conversation.contactIds) {
    const contact = world.contacts.get(id)
    if (contact) contact.lastContactedAt = part.createdAt
  }
  announceConversation(world, 'conversation.admin.replied', conversation, part)
  return part
}

/** Something is new to the customer or seen by an admin. */
export function markRead(world: World, conversation: Conversation, read: boolean): void {
  if (conversation.read === read) return
  conversation.read = read
  conversation.updatedAt = world.clock.seconds()
}

/** How urgent it is. */
export function setPriority(world: World, conversation: Conversation, priority: Priority, author: Author): void {
  if (conversation.priority === priority) return
  conversation.priority = priority
  const part = addPart(world, conversation, { type: 'priority_updated', author })
  announceConversation(world, 'conversation.priority.updated', conversation, part)
}

/** A customer says how it was. Rating again replaces the first rating. */
export function rate(
  world: World,
  conversation: Conversation,
  given: { readonly rating: number; readonly remark: string | null },
): void {
  const at = world.clock.seconds()
  const contactId = conversation.contactIds[0]
  if (contactId === undefined) throw new Error(`conversation ${conversation.id} has nobody who could rate it`)
  conversation.rating = {
    ...given,
    createdAt: conversation.rating?.createdAt ?? at,
    updatedAt: at,
    contactId,
    adminId: conversation.adminId,
  }
  conversation.updatedAt = at
  announceConversation(world, 'conversation.rating.added', conversation)
}
