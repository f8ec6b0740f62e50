/** What an account pays for; it decides how much it may call. */
export type Plan = 'team' | 'growth' | 'professional' | 'enterprise' | 'enterprise-plus'

/** Calls that have a limit of their own beside the account's. */
export type LimitedCall = 'export' | 'ticketUpdate' | 'ticketList' | 'searchExport' | 'ticketDelete'

/** How much an account may call in a minute. */
export interface RateLimits extends Readonly<Partial<Record<LimitedCall, number>>> {
  readonly total: number
  /** Updates of one ticket by one user in ten minutes. */
  readonly updatesOfOneTicket?: number
}

const perCall = {
  export: 10,
  ticketUpdate: 100,
  ticketList: 100,
  searchExport: 100,
  ticketDelete: 400,
  updatesOfOneTicket: 30,
} as const

/** Limits by plan. Source: the reference's "Rate limits" page, as the provider's notes have it. */
export const rateLimits: Readonly<Record<Plan, RateLimits>> = {
  team: { total: 200, ...perCall },
  growth: { total: 400, ...perCall },
  professional: { total: 400, ...perCall },
  enterprise: { total: 700, ...perCall },
  'enterprise-plus': { total: 2_500, ...perCall, export: 30, ticketUpdate: 300 },
}

/** A field an account added, to tickets, people or organizations. */
export interface CustomField {
  readonly id: number
  /** What people and organizations name it by; tickets name it by its id. */
  readonly key: string
  readonly title: string
  readonly type: 'text' | 'integer' | 'checkbox' | 'tagger' | 'date' | 'decimal' | 'multiselect'
  /** Of a tagger or a multiselect only: values and what they are called. */
  readonly options?: Readonly<Record<string, string>>
}

/** A finer standing than the status it belongs to. */
export interface CustomStatus {
  readonly id: number
  readonly status_category: 'new' | 'open' | 'pending' | 'hold' | 'solved'
  readonly agent_label: string
  readonly end_user_label: string
  readonly default: boolean
}

/** What decides one account. */
export interface Account {
  /** Names the account in addresses: `{subdomain}.zendesk.com`, and here `/{subdomain}`. */
  readonly subdomain: string
  readonly name: string
  readonly id: number
  readonly plan: Plan
  readonly limits: RateLimits
  /** Ids of everything but tickets begin here. Real ones have up to 14 digits. */
  readonly firstId: number
  readonly apiToken: string
  readonly ticketFields: readonly CustomField[]
  readonly userFields: readonly CustomField[]
  readonly organizationFields: readonly CustomField[]
  readonly customStatuses: readonly CustomStatus[]
}

/** The OAuth client that every account knows. Source of its fields: the reference's "OAuth Clients". */
export interface OAuthClient {
  readonly identifier: string
  readonly secret: string
  /** Where people may be sent back to; empty allows any https address, and http on this machine. */
  readonly redirectUris: readonly string[]
}

/** The statuses there are; closed ones take no changes. */
export const statuses = ['new', 'open', 'pending', 'hold', 'solved', 'closed'] as const
/** One of them. */
export type Status = (typeof statuses)[number]
/** The priorities there are. */
export const priorities = ['low', 'normal', 'high', 'urgent'] as const
/** One of them. */
export type Priority = (typeof priorities)[number]
/** The types there are. */
export const ticketTypes = ['problem', 'incident', 'question', 'task'] as const
/** One of them. */
export type TicketType = (typeof ticketTypes)[number]
