import { renderContact } from './render/contact.ts'
import { renderConversation, renderPart } from './render/conversation.ts'
import { renderTicket, renderTicketPart } from './render/ticket.ts'
import type { Contact, Conversation, Part, Ticket } from './records.ts'
import type { World } from './world.ts'

/** Tells of a change to a conversation. The item carries only the newest part, and assignees as strings. */
export function announceConversation(world: World, topic: string, conversation: Conversation, part?: Part): void {
  const parts = part ? [renderPart(world, part)] : []
  world.announce(topic, {
    ...renderConversation(world, conversation),
    admin_assignee_id: conversation.adminId,
    team_assignee_id: conversation.teamId,
    teammates: {
      type: 'admin.list',
      admins: conversation.adminId === null ? [] : [{ type: 'admin', id: conversation.adminId }],
    },
    conversation_parts: { type: 'conversation_part.list', conversation_parts: parts, total_count: parts.length },
  })
}

/** Tells of a change to a ticket. The item carries only the newest part, and assignees as strings. */
export function announceTicket(world: World, topic: string, ticket: Ticket, part?: Part): void {
  const parts = part ? [renderTicketPart(part)] : []
  world.announce(topic, {
    ...renderTicket(world, ticket),
    admin_assignee_id: ticket.adminId ?? '0',
    team_assignee_id: ticket.teamId ?? '0',
    ticket_parts: { type: 'ticket_part.list', ticket_parts: parts, total_count: parts.length },
  })
}

/** Tells of a change to a contact; `change` ends a topic that begins with the contact's role. */
export function announceContact(world: World, change: 'created' | 'updated', contact: Contact): void {
  world.announce(`contact.${contact.role}.${change}`, renderContact(world, contact))
}
