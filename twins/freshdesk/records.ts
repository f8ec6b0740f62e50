/*
 * What an account holds, in the provider's own words: fields in snake_case are those of its JSON, and times are ISO 8601
 * in UTC with whole seconds (`2026-01-01T00:00:00Z`). What it never shows is in camelCase.
 */

/** Values of an account's own fields, by `cf_` name. */
export type CustomFields = Record<string, unknown>

/** A file somebody sent. */
export interface Attachment {
  readonly id: number
  readonly name: string
  readonly content_type: string
  readonly size: number
  readonly attachment_url: string
  readonly created_at: string
  readonly updated_at: string
}

/** What a chat message consists of. */
export interface Structured {
  readonly body_contents: readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[]
}

/** When what happened to a ticket, as `include=stats` tells it. */
export interface TicketStats {
  agent_responded_at: string | null
  requester_responded_at: string | null
  first_responded_at: string | null
  status_updated_at: string | null
  reopened_at: string | null
  resolved_at: string | null
  closed_at: string | null
  pending_since: string | null
}

/** One reply, note or forward under a ticket. */
export interface Conversation {
  readonly id: number
  body: string
  body_text: string
  readonly structured_body: Structured | null
  readonly incoming: boolean
  readonly private: boolean
  readonly user_id: number
  readonly ticket_id: number
  readonly support_email: string | null
  readonly from_email: string | null
  readonly to_emails: readonly string[]
  readonly cc_emails: readonly string[]
  readonly bcc_emails: readonly string[]
  /** 0 reply, 2 note, 8 forwarded email and others. */
  readonly source: number
  attachments: readonly Attachment[]
  last_edited_at: string | null
  last_edited_user_id: number | null
  readonly created_at: string
  updated_at: string
}

/** A ticket. Its description is the first message; the conversations do not repeat it, but in a chat. */
export interface Ticket {
  readonly id: number
  subject: string | null
  description: string
  description_text: string
  /** Only on a chat. */
  structured_description: Structured | null
  type: string | null
  status: number
  priority: number
  source: number
  requester_id: number
  responder_id: number | null
  group_id: number | null
  company_id: number | null
  product_id: number | null
  email_config_id: number | null
  internal_agent_id: number | null
  internal_group_id: number | null
  cc_emails: string[]
  fwd_emails: string[]
  reply_cc_emails: string[]
  to_emails: string[] | null
  tags: string[]
  custom_fields: CustomFields
  spam: boolean
  deleted: boolean
  fr_escalated: boolean
  is_escalated: boolean
  /** 1 parent, 2 child, 3 tracker, 4 related. */
  association_type: number | null
  due_by: string
  fr_due_by: string
  readonly created_at: string
  updated_at: string
  attachments: readonly Attachment[]
  readonly stats: TicketStats
  readonly conversations: Conversation[]
  watcherIds: number[]
  /** Tickets it is tied to, whichever way. */
  associatedIds: number[]
  /** Whether somebody set the due times by hand: then no policy moves them. */
  dueByHand: boolean
  /** How often it has changed. */
  revision: number
  /** Out of all lists, readable at `/tickets/archived/{id}` only. */
  archived: boolean
}

/** Somebody who writes in. */
export interface Contact {
  readonly id: number
  active: boolean
  address: string | null
  company_id: number | null
  view_all_tickets: boolean
  custom_fields: CustomFields
  description: string | null
  email: string | null
  contact_type: 'contact' | 'visitor'
  job_title: string | null
  language: string
  mobile: string | null
  name: string
  other_emails: string[]
  phone: string | null
  tags: string[]
  time_zone: string
  twitter_id: string | null
  unique_external_id: string | null
  facebook_id: string | null
  other_companies: { company_id: number; view_all_tickets: boolean }[]
  readonly created_at: string
  updated_at: string
  deleted: boolean
  blocked: boolean
}

/** A company. */
export interface Company {
  readonly id: number
  name: string
  description: string | null
  note: string | null
  domains: string[]
  custom_fields: CustomFields
  health_score: string | null
  account_tier: string | null
  renewal_date: string | null
  industry: string | null
  readonly created_at: string
  updated_at: string
}

/** What somebody thought of a ticket. */
export interface SatisfactionRating {
  readonly id: number
  readonly survey_id: number
  readonly user_id: number
  readonly agent_id: number | null
  readonly group_id: number | null
  readonly ticket_id: number
  readonly feedback: string | null
  readonly ratings: Readonly<Record<string, number>>
  readonly created_at: string
  readonly updated_at: string
}

/** Time somebody spent on a ticket. */
export interface TimeEntry {
  readonly id: number
  agent_id: number
  readonly ticket_id: number
  billable: boolean
  note: string | null
  timer_running: boolean
  /** Without what a running timer has counted since `start_time`. */
  spentSeconds: number
  executed_at: string
  start_time: string
  readonly created_at: string
  updated_at: string
}
