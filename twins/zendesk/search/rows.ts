import type { IndexedRow } from '../../index-lag.ts'
import type { Group, Organization, Ticket, User } from '../records.ts'
import type { World } from '../world.ts'
import { commentsOf } from '../acts/audit.ts'

/** A ticket as it is found. People and groups by their ids, addresses and names. */
export function ticketRow(world: World, ticket: Ticket): IndexedRow {
  const who = (id: number | null): string[] => {
    const user = id === null ? undefined : world.users.get(id)
    return user ? [String(user.id), user.email ?? '', user.name].filter((text) => text !== '') : []
  }
  const group = ticket.group_id === null ? undefined : world.groups.get(ticket.group_id)
  const organization = ticket.organization_id === null ? undefined : world.organizations.get(ticket.organization_id)
  const said = commentsOf(ticket).map(({ comment }) => comment.plain_body)
  return {
    ...Object.fromEntries(Object.entries(ticket.custom_fields).map(([id, value]) => [`custom_field_${id}`, value])),
    kind: 'ticket',
    ticket_id: ticket.id,
    status: ticket.status,
    priority: ticket.priority,
    ticket_type: ticket.type,
    subject: ticket.subject,
    description: ticket.description,
    requester: who(ticket.requester_id),
    submitter: who(ticket.submitter_id),
    assignee: who(ticket.assignee_id),
    group: group ? [String(group.id), group.name] : [],
    organization: organization ? [String(organization.id), organization.name] : [],
    tags: [...ticket.tags],
    via: ticket.via.channel,
    external_id: ticket.external_id,
    brand: ticket.brand_id,
    form: ticket.ticket_form_id,
    created: ticket.created_at,
    updated: ticket.updated_at,
    solved: ticket.status === 'solved' || ticket.status === 'closed' ? ticket.updated_at : null,
    due_date: ticket.due_at,
    text: [String(ticket.id), ticket.subject, ...said].join('\n').toLowerCase(),
    hidden: ticket.deleted !== null,
  }
}

/** A person as they are found. */
export function userRow(world: World, user: User): IndexedRow {
  const organization = user.organization_id === null ? undefined : world.organizations.get(user.organization_id)
  return {
    ...user.user_fields,
    kind: 'user',
    name: user.name,
    email: user.email,
    role: user.role,
    phone: user.phone,
    external_id: user.external_id,
    organization: organization ? [String(organization.id), organization.name] : [],
    tags: [...user.tags],
    notes: user.notes,
    details: user.details,
    created: user.created_at,
    updated: user.updated_at,
    text: [user.name, user.email, user.phone, user.notes].join('\n').toLowerCase(),
    hidden: !user.active,
  }
}

/** An organization as it is found. */
export function organizationRow(organization: Organization): IndexedRow {
  const { name, external_id, details, notes, created_at, updated_at } = organization
  const text = [name, details, notes, ...organization.domain_names].join('\n').toLowerCase()
  return {
    ...organization.organization_fields,
    kind: 'organization',
    name,
    external_id,
    details,
    notes,
    tags: [...organization.tags],
    created: created_at,
    updated: updated_at,
    text,
    hidden: organization.deleted_at !== null,
  }
}

/** A group as it is found. */
export function groupRow({ name, created_at, updated_at, deleted }: Group): IndexedRow {
  return { kind: 'group', name, created: created_at, updated: updated_at, text: name.toLowerCase(), hidden: deleted }
}
