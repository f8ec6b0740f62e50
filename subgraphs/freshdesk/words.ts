import type { Channel, Priority, TicketStatus } from '../../store/kinds.ts'

/**
 * Statuses by number. 2 to 7 are the same in every account; the account's own begin at 8 and are nobody's business but
 * theirs: their names stand among the options of the field `status`. Source: Freshdesk API v2, "Tickets".
 */
export const TICKET_STATUS: Readonly<Record<number, TicketStatus>> = {
  2: 'OPEN',
  3: 'PENDING',
  4: 'SOLVED',
  5: 'CLOSED',
  6: 'PENDING',
  7: 'ON_HOLD',
}

/** The number that a status is set by: the lowest of that meaning. Null where Freshdesk has none. */
export function statusNumber(status: TicketStatus): number | null {
  const found = Object.keys(TICKET_STATUS).find((number) => TICKET_STATUS[Number(number)] === status)
  return found === undefined ? null : Number(found)
}

/** Priorities by number, the same in every account. */
export const PRIORITY: Readonly<Record<number, Priority>> = { 1: 'LOW', 2: 'MEDIUM', 3: 'HIGH', 4: 'URGENT' }

/** The number that a priority is set by; null where Freshdesk has none. */
export function priorityNumber(priority: Priority): number | null {
  const found = Object.keys(PRIORITY).find((number) => PRIORITY[Number(number)] === priority)
  return found === undefined ? null : Number(found)
}

/** Where a ticket came from. Only 1, 2, 3, 7, 9 and 10 are in the reference; the others are seen in accounts. */
export const CHANNEL: Readonly<Record<number, Channel>> = {
  1: 'EMAIL',
  2: 'WEB',
  3: 'PHONE',
  5: 'TWITTER',
  6: 'MESSENGER',
  7: 'CHAT',
  9: 'FORM',
  10: 'EMAIL',
  13: 'WHATSAPP',
  15: 'CHAT',
}

/** Sources that decide more than the channel: what a ticket without one is given, an agent wrote first, and the chat whose messages are structured. */
export const SOURCE = { portal: 2, outboundEmail: 10, webChat: 15 } as const

/** What a conversation is, by its `source`. Source: "Conversations". */
export const CONVERSATION: Readonly<Record<number, string>> = {
  0: 'reply',
  2: 'note',
  5: 'tweet',
  6: 'survey_feedback',
  7: 'facebook_post',
  8: 'forwarded_email',
  9: 'phone',
  11: 'ecommerce',
}

/**
 * What customers think, 1 to 5: the survey of seven steps, and the classic one of three, where 1 is the best. Null for a
 * number that is none of them. Source: "Satisfaction Ratings".
 */
export function toScore(native: number): number | null {
  return SCORE[native] ?? null
}

const SCORE: Readonly<Record<number, number>> = {
  103: 5,
  102: 4,
  101: 4,
  100: 3,
  [-101]: 2,
  [-102]: 2,
  [-103]: 1,
  1: 5,
  2: 3,
  3: 1,
}
