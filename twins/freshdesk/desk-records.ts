/** What an agent may do. `any` is what every agent may. */
export type Privilege =
  | 'any'
  | 'view_tickets'
  | 'manage_tickets'
  | 'delete_tickets'
  | 'manage_contacts'
  | 'delete_contacts'
  | 'manage_companies'
  | 'administer'

/** Somebody who answers. Shown with a `contact` of their own. */
export interface Agent {
  readonly id: number
  name: string
  email: string
  available: boolean
  available_since: string | null
  occasional: boolean
  signature: string | null
  /** 1 all tickets, 2 those of the groups, 3 those assigned. */
  ticket_scope: number
  type: 'support_agent' | 'field_agent' | 'collaborator'
  skill_ids: number[]
  group_ids: number[]
  role_ids: number[]
  focus_mode: boolean
  job_title: string | null
  language: string
  time_zone: string
  mobile: string | null
  phone: string | null
  last_login_at: string | null
  readonly created_at: string
  updated_at: string
  apiKey: string
  failedLogins: number
}

/** A group of agents. */
export interface Group {
  readonly id: number
  name: string
  description: string | null
  business_hour_id: number | null
  escalate_to: number | null
  unassigned_for: string | null
  auto_ticket_assign: number
  readonly created_at: string
  updated_at: string
}

/** What agents with it may do. */
export interface Role {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly default: boolean
  readonly created_at: string
  readonly updated_at: string
  readonly privileges: readonly Privilege[]
}

/** Something the account supports. */
export interface Product {
  readonly id: number
  readonly name: string
  readonly description: string | null
  readonly primary_email: string | null
  readonly default: boolean
  readonly created_at: string
  readonly updated_at: string
}

/** An address mail is taken and sent by. */
export interface EmailConfig {
  readonly id: number
  readonly name: string
  readonly product_id: number | null
  readonly to_email: string
  readonly reply_email: string
  readonly group_id: number | null
  readonly primary_role: boolean
  readonly active: boolean
  readonly created_at: string
  readonly updated_at: string
}

/** A questionnaire. */
export interface Survey {
  readonly id: number
  readonly title: string
  readonly questions: readonly {
    readonly id: string
    readonly label: string
    readonly accepted_ratings: readonly number[]
  }[]
  readonly created_at: string
  readonly updated_at: string
}

/** Seconds until an answer and until the end, for one priority. */
export interface SlaTarget {
  readonly respond_within: number
  readonly resolve_within: number
  readonly business_hours: boolean
  readonly escalation_enabled: boolean
}

/** How soon tickets are to be answered and solved. */
export interface SlaPolicy {
  readonly id: number
  name: string
  description: string | null
  active: boolean
  readonly is_default: boolean
  position: number
  /** By `priority_1` to `priority_4`. */
  sla_target: Readonly<Record<string, SlaTarget>>
  applicable_to: Readonly<Record<string, unknown>>
  escalation: Readonly<Record<string, unknown>>
  readonly created_at: string
  updated_at: string
}

/** When the desk is open. */
export interface BusinessHours {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly is_default: boolean
  readonly time_zone: string
  /** By weekday; a day that is missing is closed. */
  readonly business_hours: Readonly<Record<string, { readonly start_time: string; readonly end_time: string }>>
  readonly created_at: string
  readonly updated_at: string
}

/** A rule of an automation. What it does is kept as it came: the shape of actions is not confirmed by any source. */
export interface Rule {
  readonly id: number
  /** 1 ticket creation, 3 every hour, 4 ticket updates. */
  readonly automation_type_id: number
  name: string
  position: number
  active: boolean
  last_updated_by: number
  readonly created_at: string
  updated_at: string
  /** Everything else that was sent: performer, events, conditions, operator, actions. */
  content: Readonly<Record<string, unknown>>
}

/** Work on many tickets that is done after the call for it was answered. */
export interface Job {
  readonly id: string
  readonly name: 'bulk_update' | 'bulk_delete'
  status: 'IN PROGRESS' | 'COMPLETED' | 'FAILED'
  readonly dueAt: string
  readonly created_at: string
  updated_at: string
  status_updated_at: string
  readonly agentId: number
  readonly ticketIds: readonly number[]
  readonly properties: Readonly<Record<string, unknown>>
  readonly reply: string | null
}
