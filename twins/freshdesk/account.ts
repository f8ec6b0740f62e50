/** What an account pays for; it decides how much it may call. */
export type Plan = 'trial' | 'growth' | 'pro' | 'enterprise'

/** Calls that have a limit of their own beside the account's. */
export type LimitedCall = 'ticketCreate' | 'ticketUpdate' | 'ticketList' | 'contactList'

/** How much an account may call in a minute. */
export interface RateLimits extends Readonly<Partial<Record<LimitedCall, number>>> {
  readonly total: number
}

/** Limits by plan. Source: the reference's "Rate Limit" section, as the provider's notes have it; a trial has no limits below its total. */
export const rateLimits: Readonly<Record<Plan, RateLimits>> = {
  trial: { total: 50 },
  growth: { total: 200, ticketCreate: 80, ticketUpdate: 80, ticketList: 20, contactList: 20 },
  pro: { total: 400, ticketCreate: 160, ticketUpdate: 160, ticketList: 100, contactList: 100 },
  enterprise: { total: 700, ticketCreate: 280, ticketUpdate: 280, ticketList: 200, contactList: 200 },
}

/** One of a closed set: its number and what it is called. */
export interface Choice {
  readonly value: number
  readonly label: string
}

/** A standing of tickets. */
export interface Status extends Choice {
  readonly customerLabel: string
  /** Whether time counts against the ticket's due times in it. */
  readonly slaRuns: boolean
}

/** A field an account added. */
export interface CustomField {
  /** As in the JSON: `cf_order`. */
  readonly name: string
  readonly label: string
  readonly type: 'custom_text' | 'custom_number' | 'custom_checkbox' | 'custom_dropdown' | 'custom_date'
  /** Of a dropdown only. */
  readonly choices?: readonly string[]
  readonly requiredForClosure?: boolean
}

/** What decides one account. */
export interface Account {
  /** Names the account in addresses: `{domain}.freshdesk.com`, and here `/{domain}`. */
  readonly domain: string
  readonly name: string
  readonly plan: Plan
  readonly limits: RateLimits
  /** Ids of everything but tickets begin here. Real ones have 11 to 14 digits. */
  readonly firstId: number
  /** How far the account's clock is from UTC, for the dates that are shown with an offset. */
  readonly offsetMinutes: number
  readonly timeZone: string
  readonly statuses: readonly Status[]
  readonly sources: readonly Choice[]
  readonly types: readonly string[]
  readonly ticketFields: readonly CustomField[]
  readonly contactFields: readonly CustomField[]
  readonly companyFields: readonly CustomField[]
  /** The older survey has 1, 2 and 3 where the newer has -103 to 103. */
  readonly survey: 'classic' | 'custom'
  /** Agents it may have. */
  readonly seats: number
  /**
   * Whether what is done by the API counts as done by an agent. Where it does not, rules for agents stay silent then;
   * rules for whoever acts do not. The provider's notes have this unconfirmed, so a client must bear both.
   */
  readonly apiActsAsAgent: boolean
}

/** Priorities, the same everywhere. */
export const priorities: readonly Choice[] = [
  { value: 1, label: 'Low' },
  { value: 2, label: 'Medium' },
  { value: 3, label: 'High' },
  { value: 4, label: 'Urgent' },
]

/** Statuses every account begins with; their own begin at 8. */
export const stockStatuses: readonly Status[] = [
  { value: 2, label: 'Open', customerLabel: 'Being Processed', slaRuns: true },
  { value: 3, label: 'Pending', customerLabel: 'Awaiting your Reply', slaRuns: false },
  { value: 4, label: 'Resolved', customerLabel: 'This ticket has been Resolved', slaRuns: false },
  { value: 5, label: 'Closed', customerLabel: 'This ticket has been Closed', slaRuns: false },
  { value: 6, label: 'Waiting on Customer', customerLabel: 'Awaiting your Reply', slaRuns: false },
  { value: 7, label: 'Waiting on Third Party', customerLabel: 'Being Processed', slaRuns: false },
]

/** Where tickets come from. 1, 2, 3, 7, 9 and 10 are in the reference; the others are seen in accounts. */
export const stockSources: readonly Choice[] = [
  { value: 1, label: 'Email' },
  { value: 2, label: 'Portal' },
  { value: 3, label: 'Phone' },
  { value: 5, label: 'Twitter' },
  { value: 6, label: 'Facebook' },
  { value: 7, label: 'Chat' },
  { value: 9, label: 'Feedback Widget' },
  { value: 10, label: 'Outbound Email' },
  { value: 15, label: 'Web Chat' },
]

/** The source of a chat, whose messages are structured. */
export const webChat = 15

/** What a number is called; the number itself when nobody named it. */
export function labelOf(choices: readonly Choice[], value: number): string {
  return choices.find((choice) => choice.value === value)?.label ?? String(value)
}
