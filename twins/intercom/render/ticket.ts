import type { Part, Ticket, TicketAttribute, TicketType } from '../records.ts'
import { stateOf, typeOf } from '../world.ts'
import type { World } from '../world.ts'
import { renderAuthor, renderContacts } from './conversation.ts'

/** A ticket as the API writes it, with all its parts. Nobody assigned is 0 here. */
export function renderTicket(world: World, ticket: Ticket): Record<string, unknown> {
  const type = typeOf(world, ticket)
  return {
    type: 'ticket',
    id: ticket.id,
    ticket_id: ticket.ticketId,
    category: type.category,
    ticket_attributes: ticket.attributes,
    ticket_state: renderTicketState(world, ticket.stateId),
    previous_ticket_state_id: ticket.previousStateId,
    ticket_type: renderTicketType(world, type),
    contacts: renderContacts(world, ticket.contactIds),
    admin_assignee_id: Number(ticket.adminId ?? 0),
    team_assignee_id: Number(ticket.teamId ?? 0),
    created_at: ticket.createdAt,
    updated_at: ticket.updatedAt,
    open: ticket.open,
    snoozed_until: ticket.snoozedUntil,
    linked_objects: linkedObjects(ticket),
    ticket_parts: {
      type: 'ticket_part.list',
      ticket_parts: ticket.parts.map(renderTicketPart),
      total_count: ticket.parts.length,
    },
    is_shared: ticket.shared,
  }
}

/** One part of a ticket. */
export function renderTicketPart(part: Part): Record<string, unknown> {
  return {
    type: 'ticket_part',
    id: part.id,
    part_type: part.type,
    body: part.body,
    ...(part.ticketState
      ? { previous_ticket_state: part.ticketState.before, ticket_state: part.ticketState.after }
      : {}),
    created_at: part.createdAt,
    updated_at: part.updatedAt,
    assigned_to: part.assignedTo,
    // Tickets know no leads: whoever is not staff is a user.
    author: renderAuthor(part.author.type === 'lead' ? { ...part.author, type: 'user' } : part.author),
    attachments: part.attachments,
    external_id: null,
    redacted: part.redacted,
    ...(part.attribute
      ? {
          updated_attribute_data: {
            attribute: { type: 'attribute', id: part.attribute.id, label: part.attribute.label },
            value: { type: 'value', id: part.attribute.value, label: part.attribute.value },
          },
        }
      : {}),
  }
}

/** A state as tickets carry it. */
export function renderTicketState(world: World, stateId: string): Record<string, unknown> {
  const state = stateOf(world, stateId)
  return {
    type: 'ticket_state',
    id: state.id,
    category: state.category,
    internal_label: state.internalLabel,
    external_label: state.externalLabel,
  }
}

/** A ticket type with its attributes and states. */
export function renderTicketType(world: World, type: TicketType): Record<string, unknown> {
  return {
    type: 'ticket_type',
    id: type.id,
    name: type.name,
    description: type.description,
    icon: type.icon,
    workspace_id: world.app.id,
    archived: false,
    created_at: type.createdAt,
    updated_at: type.createdAt,
    is_internal: type.category !== 'Customer',
    category: type.category,
    ticket_type_attributes: {
      type: 'list',
      data: type.attributes.map((attribute, order) => ({ ...renderAttribute(world, type, attribute), order })),
    },
    ticket_states: { type: 'list', data: type.stateIds.map((id) => renderTicketState(world, id)) },
  }
}

function renderAttribute(world: World, type: TicketType, attribute: TicketAttribute): Record<string, unknown> {
  return {
    type: 'ticket_type_attribute',
    id: attribute.id,
    workspace_id: world.app.id,
    name: attribute.name,
    description: '',
    data_type: attribute.dataType,
    input_options: attribute.dataType === 'string' ? { multiline: attribute.multiline } : null,
    required_to_create: attribute.name === '_default_title_',
    required_to_create_for_contacts: false,
    visible_on_create: true,
    visible_to_contacts: true,
    default: attribute.name.startsWith('_default_'),
    ticket_type_id: Number(type.id),
    archived: false,
    created_at: type.createdAt,
    updated_at: type.createdAt,
  }
}

function linkedObjects(ticket: Ticket): Record<string, unknown> {
  const linked =
    ticket.conversationId === null || ticket.conversationId === ticket.id
      ? []
      : [{ type: 'conversation', id: ticket.conversationId, category: null }]
  return { type: 'list', data: linked, total_count: linked.length, has_more: false }
}
