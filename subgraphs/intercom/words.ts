import type { AuthorType, Channel, ConversationStatus, MessageType, Priority, TicketStatus } from '../../store/kinds.ts'

/** Intercom's words for a conversation's `state`, as ours. Another word is judged by whether the conversation is open. */
export const CONVERSATION_STATUS: Readonly<Record<string, ConversationStatus>> = {
  open: 'OPEN',
  snoozed: 'SNOOZED',
  closed: 'CLOSED',
}

/** The category of a ticket's state; accounts name their own states, each in one of these. */
export const TICKET_STATUS: Readonly<Record<string, TicketStatus>> = {
  submitted: 'NEW',
  in_progress: 'OPEN',
  waiting_on_customer: 'PENDING',
  resolved: 'SOLVED',
}

/** Versions up to 2.13 say only `priority` and `not_priority`. */
export const PRIORITY: Readonly<Record<string, Priority>> = {
  none: 'NONE',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  urgent: 'URGENT',
  priority: 'HIGH',
  not_priority: 'NONE',
}

/** `source.type`, and the values of `channel.initial`. */
export const CHANNEL: Readonly<Record<string, Channel>> = {
  conversation: 'CHAT',
  messenger: 'CHAT',
  chat: 'CHAT',
  inapp: 'CHAT',
  in_app: 'CHAT',
  push: 'CHAT',
  email: 'EMAIL',
  phone: 'PHONE',
  phone_call: 'PHONE',
  phone_switch: 'PHONE',
  sms: 'SMS',
  whatsapp: 'WHATSAPP',
  facebook: 'MESSENGER',
  instagram: 'INSTAGRAM',
  twitter: 'TWITTER',
  api: 'API',
}

/** How a conversation began that nobody at a keyboard began. */
const UNATTENDED: ReadonlySet<string> = new Set(['automated', 'campaigns_initiated', 'operator_initiated'])

/** Whether an opening message was sent by an automation, though an admin is named as its author. */
export const isUnattended = (deliveredAs: string | null): boolean => deliveredAs !== null && UNATTENDED.has(deliveredAs)

const AUTHOR: Readonly<Record<string, AuthorType>> = {
  user: 'CONTACT',
  lead: 'CONTACT',
  contact: 'CONTACT',
  visitor: 'CONTACT',
  admin: 'AGENT',
  team: 'AGENT',
  bot: 'BOT',
  fin: 'BOT',
  operator: 'BOT',
  ai_agent: 'BOT',
}

/** Who an author is. A blank author (Twitter) and a word that is not known are the system. */
export const toAuthorType = (word: string | null): AuthorType => (word === null ? 'SYSTEM' : (AUTHOR[word] ?? 'SYSTEM'))

/** Parts that are a message by themselves. */
const SPOKEN: ReadonlySet<string> = new Set(['comment', 'quick_reply'])

/** Parts that tell a change of state, and hold a message to the customer when they have a body. */
const SPOKEN_WITH_BODY: ReadonlySet<string> = new Set([
  'open',
  'close',
  'snoozed',
  'unsnoozed',
  'timer_unsnooze',
  'assignment',
  'assign_and_reopen',
  'assign_and_unsnooze',
  'away_mode_assignment',
])

/**
 * Parts of a conversation after which it stands otherwise. A part without a word here leaves it as it is: `state`, which
 * parts have as well, does not say whether it is how the conversation stood before the part or after. Source: REST 2.16,
 * schema `conversation_part`, and the provider's notes.
 */
export const STATUS_AFTER: Readonly<Record<string, ConversationStatus>> = {
  close: 'CLOSED',
  open: 'OPEN',
  assign_and_reopen: 'OPEN',
  note_and_reopen: 'OPEN',
  snoozed: 'SNOOZED',
  unsnoozed: 'OPEN',
  timer_unsnooze: 'OPEN',
  assign_and_unsnooze: 'OPEN',
}

/**
 * What sort of message a part is. The set of part types is open.
 *
 * An unknown part with words is a reply only when a contact said them: what an unknown part of an agent or a bot
 * says may be for agents alone, such as a summary.
 */
export function toMessageType(part: string, hasBody: boolean, author: AuthorType): MessageType {
  if (part === 'note' || part.startsWith('note_')) return 'NOTE'
  if (SPOKEN.has(part)) return 'REPLY'
  return hasBody && (SPOKEN_WITH_BODY.has(part) || author === 'CONTACT') ? 'REPLY' : 'ACTIVITY'
}
