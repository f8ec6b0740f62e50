import { isRecord } from '../../exchange.ts'
import type { Organization, Ticket, User } from '../records.ts'
import type { Actor, Happening, News, World } from '../world.ts'

/** One event as it is sent. Source: the reference's "Webhook event types", version 2022-11-06. */
export interface EventBody {
  readonly account_id: number
  readonly detail: Readonly<Record<string, unknown>>
  readonly event: Readonly<Record<string, unknown>>
  readonly id: string
  readonly subject: string
  readonly time: string
  readonly type: string
  readonly zendesk_event_version: string
}

/** The events of what happened in one go: they share a sequence, and each has its place in it. */
export function eventsOf(world: World, { about, by, happenings }: News): EventBody[] {
  const sequence = world.random.hex(26).toUpperCase()
  const { detail, subject } = subjectOf(about, by)
  return happenings.map(({ type, event }, index) => ({
    account_id: world.account.id,
    detail,
    event: withSequence(event, { id: sequence, position: index + 1 }),
    id: world.random.uuid(),
    subject,
    // Nanoseconds, of which this clock knows none.
    time: world.clock.now().toISOString().replace('Z', '000000Z'),
    type: `zen:event-type:${type}`,
    zendesk_event_version: '2022-11-06',
  }))
}

function withSequence(event: Happening['event'], sequence: { readonly id: string; readonly position: number }) {
  const meta = isRecord(event['meta']) ? event['meta'] : {}
  return { meta: { ...meta, sequence }, ...event }
}

function subjectOf(about: News['about'], by: Actor): { detail: Record<string, unknown>; subject: string } {
  if ('ticket' in about) return { detail: ticketDetail(about.ticket, by), subject: `zen:ticket:${about.ticket.id}` }
  if ('user' in about) return { detail: userDetail(about.user), subject: `zen:user:${about.user.id}` }
  const { organization } = about
  return { detail: organizationDetail(organization), subject: `zen:organization:${organization.id}` }
}

const idText = (id: number | null): string | null => (id === null ? null : String(id))

function ticketDetail(ticket: Ticket, by: Actor): Record<string, unknown> {
  return {
    actor_id: String(by.id),
    assignee_id: idText(ticket.assignee_id),
    brand_id: String(ticket.brand_id),
    created_at: ticket.created_at,
    custom_status: String(ticket.custom_status_id),
    description: ticket.description,
    external_id: ticket.external_id,
    form_id: String(ticket.ticket_form_id),
    group_id: idText(ticket.group_id),
    id: String(ticket.id),
    is_public: true,
    organization_id: idText(ticket.organization_id),
    priority: ticket.priority?.toUpperCase() ?? null,
    requester_id: String(ticket.requester_id),
    status: ticket.deleted ? 'DELETED' : ticket.status.toUpperCase(),
    subject: ticket.subject,
    submitter_id: String(ticket.submitter_id),
    tags: [...ticket.tags],
    type: ticket.type?.toUpperCase() ?? null,
    updated_at: ticket.updated_at,
    // What comes by the API is called so here, and `api` in the REST API.
    via: { channel: ticket.via.channel === 'api' ? 'web_service' : ticket.via.channel },
  }
}

function userDetail(user: User): Record<string, unknown> {
  return {
    created_at: user.created_at,
    default_group_id: idText(user.default_group_id),
    email: user.email,
    external_id: user.external_id,
    id: String(user.id),
    organization_id: idText(user.organization_id),
    role: user.role,
    updated_at: user.updated_at,
  }
}

function organizationDetail(organization: Organization): Record<string, unknown> {
  return {
    created_at: organization.created_at,
    external_id: organization.external_id,
    group_id: idText(organization.group_id),
    id: String(organization.id),
    name: organization.name,
    shared_comments: organization.shared_comments,
    shared_tickets: organization.shared_tickets,
    updated_at: organization.updated_at,
  }
}
