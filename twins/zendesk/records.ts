import type { Priority, Status, TicketType } from './account.ts'

/** What came how. `source` is as in the JSON. */
export interface Via {
  readonly channel: string
  readonly source: { readonly from: object; readonly to: object; readonly rel: string | null }
}

/** A file that was sent. */
export interface Attachment {
  readonly id: number
  readonly file_name: string
  readonly content_type: string
  readonly size: number
}

/** A thing that happened within an audit, as in the JSON. */
export type AuditEvent = CommentEvent | FieldEvent | OtherEvent

/** Something was said. */
export interface CommentEvent {
  readonly id: number
  readonly type: 'Comment'
  readonly author_id: number
  html_body: string
  plain_body: string
  public: boolean
  readonly attachments: readonly Attachment[]
}

/** A field got a value. */
export interface FieldEvent {
  readonly id: number
  readonly type: 'Create' | 'Change'
  /** Custom fields by their id. */
  readonly field_name: string
  readonly value: unknown
  readonly previous_value?: unknown
}

/** Anything else, told in an audit only. */
export interface OtherEvent {
  readonly id: number
  readonly type:
    | 'CommentPrivacyChange'
    | 'CommentRedactionEvent'
    | 'SatisfactionRating'
    | 'Notification'
    | 'TicketMerge'
  readonly [detail: string]: unknown
}

/** One field of a ticket that changed; custom fields by their id. */
export interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

/** All that happened to a ticket at one moment by one hand. */
export interface Audit {
  readonly id: number
  readonly created_at: string
  readonly author_id: number
  readonly via: Via
  readonly events: AuditEvent[]
  /** What was sent along as `metadata` of the ticket. */
  readonly custom: Readonly<Record<string, unknown>>
}

/** How a ticket was rated; the newest counts. */
export interface Satisfaction {
  readonly score: 'offered' | 'unoffered' | 'good' | 'bad'
  readonly id: number | null
  readonly comment: string | null
}

/** A ticket, with all that was said and done on it. */
export interface Ticket {
  readonly id: number
  external_id: string | null
  readonly via: Via
  readonly created_at: string
  updated_at: string
  /** In seconds; also moved by what the system does, which `updated_at` is not. */
  generated: number
  type: TicketType | null
  subject: string
  description: string
  priority: Priority | null
  status: Status
  custom_status_id: number
  recipient: string | null
  requester_id: number
  readonly submitter_id: number
  assignee_id: number | null
  organization_id: number | null
  group_id: number | null
  collaborator_ids: number[]
  follower_ids: number[]
  email_cc_ids: number[]
  problem_id: number | null
  due_at: string | null
  tags: string[]
  /** By field id. */
  custom_fields: Record<string, unknown>
  satisfaction: Satisfaction
  ticket_form_id: number
  brand_id: number
  readonly followup_source_id: number | null
  followup_ids: number[]
  audits: Audit[]
  closed_at: string | null
  /** Out of the lists, as it was closed long ago. */
  archived: boolean
  deleted: { readonly at: string; readonly by: number; readonly previousStatus: Status } | null
  /** Nothing but its number and that it is deleted is left. */
  scrubbed: boolean
}

/** A person: one who asks, or one who answers. */
export interface User {
  readonly id: number
  name: string
  email: string | null
  readonly created_at: string
  updated_at: string
  generated: number
  role: 'end-user' | 'agent' | 'admin'
  phone: string | null
  external_id: string | null
  organization_id: number | null
  default_group_id: number | null
  locale: string
  details: string
  notes: string
  alias: string
  tags: string[]
  user_fields: Record<string, unknown>
  ticket_restriction: 'organization' | 'groups' | 'assigned' | 'requested' | null
  suspended: boolean
  verified: boolean
  /** False of the deleted. */
  active: boolean
  last_login_at: string | null
  /** Nothing that names the person is left. */
  scrubbed: boolean
}

/** One way to reach a person. The first address and number are the person's own fields, too. */
export interface Identity {
  readonly id: number
  user_id: number
  readonly type: 'email' | 'twitter' | 'facebook' | 'google' | 'agent_forwarding' | 'phone_number'
  value: string
  /** The first of its kind. */
  primary: boolean
  /** Null while nobody proved that it is theirs. */
  verified_at: string | null
  readonly created_at: string
  updated_at: string
}

/** A firm that people belong to. */
export interface Organization {
  readonly id: number
  name: string
  readonly created_at: string
  updated_at: string
  generated: number
  details: string | null
  notes: string | null
  external_id: string | null
  domain_names: string[]
  group_id: number | null
  shared_tickets: boolean
  shared_comments: boolean
  tags: string[]
  organization_fields: Record<string, unknown>
  /** When it was deleted; exports go on telling of it. */
  deleted_at: string | null
}

/** A person and something they belong to. */
export interface Membership {
  readonly id: number
  readonly user_id: number
  /** Of a group or an organization. */
  readonly of: number
  default: boolean
  readonly created_at: string
}

/** Agents who work on the same things. */
export interface Group {
  readonly id: number
  name: string
  description: string
  readonly default: boolean
  is_public: boolean
  deleted: boolean
  readonly created_at: string
  updated_at: string
}

/** What a customer said of a solved ticket. */
export interface SatisfactionRating {
  readonly id: number
  readonly ticket_id: number
  readonly requester_id: number
  readonly assignee_id: number | null
  readonly group_id: number | null
  readonly score: 'offered' | 'good' | 'bad'
  readonly comment: string | null
  readonly created_at: string
  readonly updated_at: string
}

/** A mail that became no ticket, until somebody says that it should have. */
export interface SuspendedTicket {
  readonly id: number
  readonly author: { readonly id: number | null; readonly name: string; readonly email: string }
  readonly cause: string
  readonly cause_id: number
  readonly subject: string
  readonly content: string
  readonly message_id: string
  readonly recipient: string
  readonly created_at: string
}

/** Work on many records, done a little later: single calls, one after the other. */
export interface Job {
  readonly id: string
  readonly job_type: string
  readonly userId: number
  readonly steps: readonly JobStep[]
  readonly dueAt: string
  status: 'queued' | 'completed' | 'failed'
  results: readonly Readonly<Record<string, unknown>>[]
}

/** One of the calls a job is made of; `action` names it in the results. */
export interface JobStep {
  readonly method: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly action: 'create' | 'update' | 'delete' | 'merge'
}

/** A file that waits for its comment. */
export interface Upload {
  readonly token: string
  readonly attachments: Attachment[]
  readonly expiresAt: string
}

/** An address told of what happens. */
export interface Webhook {
  readonly id: string
  name: string
  description: string | null
  endpoint: string
  http_method: string
  request_format: string
  status: 'active' | 'inactive'
  readonly subscriptions: readonly string[]
  authentication: Readonly<Record<string, unknown>> | null
  custom_headers: Readonly<Record<string, string>> | null
  secret: string
  readonly created_at: string
  readonly created_by: string
  updated_at: string
  updated_by: string
}

/** A rule that acts when a ticket fits. Conditions and actions are as in the JSON. */
export interface Trigger {
  readonly id: number
  title: string
  active: boolean
  position: number
  description: string | null
  conditions: { readonly all: readonly TriggerPart[]; readonly any: readonly TriggerPart[] }
  actions: readonly TriggerPart[]
  readonly created_at: string
  updated_at: string
}

/** One condition (with its operator) or one action of a trigger. */
export interface TriggerPart {
  readonly field: string
  readonly operator?: string
  readonly value: unknown
}

/** What an app may do here, and until when. */
export interface Grant {
  readonly id: number
  readonly userId: number
  readonly scopes: readonly string[]
  readonly token: string
  readonly refreshToken: string | null
  readonly createdAt: string
  /** Null when it does not end by itself. */
  readonly expiresAt: string | null
  readonly refreshExpiresAt: string | null
}

/** A code that becomes a grant, once. */
export interface AuthorizationCode {
  readonly code: string
  readonly userId: number
  readonly scopes: readonly string[]
  readonly redirectUri: string
  /** S256 of the verifier, base64url; null when none was sent. */
  readonly challenge: string | null
  readonly expiresAt: string
}

/** What was answered to a key, so that it can be answered again. */
export interface Remembered {
  readonly key: string
  /** Hash of what was asked. */
  readonly asked: string
  readonly status: number
  readonly json: unknown
  readonly expiresAt: string
}
