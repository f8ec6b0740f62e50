import type { Channel, CustomField, Priority, TicketStatus } from '../../store/kinds.ts'

/** Source: schema `TicketObject`, `status`. */
export const TICKET_STATUS: Readonly<Record<string, TicketStatus>> = {
  new: 'NEW',
  open: 'OPEN',
  pending: 'PENDING',
  hold: 'ON_HOLD',
  solved: 'SOLVED',
  closed: 'CLOSED',
}

/** Source: schema `TicketObject`, `priority`. */
export const PRIORITY: Readonly<Record<string, Priority>> = {
  low: 'LOW',
  normal: 'MEDIUM',
  high: 'HIGH',
  urgent: 'URGENT',
}

/** How tickets come. The set is open. Source: "Via object reference". */
export const CHANNEL: Readonly<Record<string, Channel>> = {
  web: 'WEB',
  web_form: 'FORM',
  web_widget: 'FORM',
  web_messaging: 'CHAT',
  native_messaging: 'CHAT',
  mobile: 'CHAT',
  mobile_sdk: 'CHAT',
  chat: 'CHAT',
  line: 'CHAT',
  email: 'EMAIL',
  api: 'API',
  web_service: 'API',
  voice: 'PHONE',
  phone: 'PHONE',
  sms: 'SMS',
  text: 'SMS',
  whatsapp: 'WHATSAPP',
  facebook: 'MESSENGER',
  facebook_messenger: 'MESSENGER',
  instagram_dm: 'INSTAGRAM',
  twitter: 'TWITTER',
  twitter_dm: 'TWITTER',
}

/** What fields hold. Source: schemas `TicketFieldObject`, `CustomFieldObject`. */
export const FIELD_TYPE: Readonly<Record<string, CustomField['type']>> = {
  text: 'TEXT',
  textarea: 'TEXT',
  regexp: 'TEXT',
  integer: 'NUMBER',
  decimal: 'NUMBER',
  checkbox: 'BOOLEAN',
  date: 'DATE',
  tagger: 'LIST',
  dropdown: 'LIST',
  multiselect: 'LIST',
}

/** Fields of tickets that every account has, and that are no custom ones. Source: "Ticket fields", field types. */
export const SYSTEM_FIELDS: ReadonlySet<string> = new Set([
  'subject',
  'description',
  'status',
  'custom_status',
  'tickettype',
  'priority',
  'basic_priority',
  'group',
  'assignee',
])

/** Whether a role is of somebody who answers. */
export const isStaff = (role: string | null): boolean => role !== null && role !== 'end-user'

/** A rating that was given, from 1 to 5; null for one that was only asked for. With a comment the word says so. */
export function toScore(score: string | null): number | null {
  if (score === null) return null
  if (/^good(_|$)/.test(score)) return 5
  return /^bad(_|$)/.test(score) ? 1 : null
}
