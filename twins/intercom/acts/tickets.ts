import { announceTicket } from '../announce.ts'
import { apiError, invalid } from '../errors.ts'
import { toHtml } from '../../plaintext.ts'
import type { Author, Contact, Conversation, Part, Ticket, TicketType } from '../records.ts'
import { contactAuthor, nextId, stateOf, typeOf } from '../world.ts'
import type { World } from '../world.ts'
import type { Message } from './conversations.ts'
import { addPart } from './parts.ts'

/** What a new ticket is about. */
export interface NewTicket {
  readonly type: TicketType
  readonly contactIds: readonly string[]
  readonly attributes: Record<string, unknown>
  readonly author: Author
  readonly adminId?: string | null
  readonly teamId?: string | null
  readonly companyId?: string | null
  readonly conversationId?: string | null
  /** The conversation it grows out of keeps its number. */
  readonly id?: string
  readonly at?: number
}

/** Adds a ticket in the first state of its type without telling anybody. */
export function addTicket(world: World, ticket: NewTicket): Ticket {
  refuseUnknownAttributes(ticket.type, ticket.attributes)
  const at = ticket.at ?? world.clock.seconds()
  const stateId = ticket.type.stateIds[0]
  if (stateId === undefined) throw new Error(`ticket type ${ticket.type.id} has no states`)
  const added: Ticket = {
    id: ticket.id ?? nextId(world, 'conversation'),
    ticketId: nextId(world, 'ticket'),
    typeId: ticket.type.id,
    stateId,
    previousStateId: null,
    attributes: { _default_title_: null, _default_description_: null, ...ticket.attributes },
    contactIds: [...ticket.contactIds],
    adminId: ticket.adminId ?? null,
    teamId: ticket.teamId ?? null,
    createdAt: at,
    updatedAt: at,
    open: true,
    snoozedUntil: null,
    shared: ticket.type.category === 'Customer',
    tags: [],
    parts: [],
    conversationId: ticket.conversationId ?? null,
    companyId: ticket.companyId ?? null,
    rating: null,
  }
  const { category } = stateOf(world, stateId)
  addPart(world, added, {
    type: 'ticket_state_updated_by_admin',
    author: ticket.author,
    ticketState: { before: category, after: category },
    at,
  })
  world.tickets.set(added.id, added)
  return added
}

/** Creates a ticket. */
export function createTicket(world: World, ticket: NewTicket): Ticket {
  const added = addTicket(world, ticket)
  announceTicket(world, 'ticket.created', added, added.parts[0])
  return added
}

/** Makes a ticket out of a conversation; both keep one number. */
export function convertToTicket(
  world: World,
  conversation: Conversation,
  ticket: Pick<NewTicket, 'type' | 'attributes'> & { readonly stateId: string | null },
): Ticket {
  if (ticket.type.category !== 'Customer') throw invalid('Ticket type is not a customer ticket type')
  if (conversation.ticketId !== null) throw invalid('Conversation is already a ticket')
  const added = createTicket(world, {
    ...ticket,
    id: conversation.id,
    contactIds: conversation.contactIds,
    conversationId: conversation.id,
    author: world.bot,
    adminId: conversation.adminId,
    teamId: conversation.teamId,
  })
  conversation.ticketId = added.id
  conversation.updatedAt = added.updatedAt
  if (ticket.stateId !== null) setTicketState(world, added, ticket.stateId, world.bot)
  return added
}

/** Moves a ticket to another state of its type; a resolved one closes. */
export function setTicketState(world: World, ticket: Ticket, stateId: string, author: Author): void {
  if (!typeOf(world, ticket).stateIds.includes(stateId)) {
    throw apiError(
      400,
      'ticket_state_id_invalid',
      'Ticket state id is not valid or is not associated with the ticket type',
    )
  }
  if (stateId === ticket.stateId) return
  const before = stateOf(world, ticket.stateId).category
  const after = stateOf(world, stateId).category
  ticket.previousStateId = ticket.stateId
  ticket.stateId = stateId
  const part = addPart(world, ticket, {
    type: 'ticket_state_updated_by_admin',
    author,
    ticketState: { before, after },
  })
  announceTicket(world, 'ticket.state.updated', ticket, part)
  if (after === 'resolved') closeTicket(world, ticket, author)
}

/** Closes a ticket. */
export function closeTicket(world: World, ticket: Ticket, author: Author): void {
  if (!ticket.open) return
  ticket.open = false
  const part = addPart(world, ticket, { type: 'close', author })
  announceTicket(world, 'ticket.closed', ticket, part)
}

/** Opens a closed ticket. */
export function reopenTicket(world: World, ticket: Ticket, author: Author): void {
  if (ticket.open) return
  ticket.open = true
  addPart(world, ticket, { type: 'open', author })
}

/** Hands a ticket to an admin or a team, or to nobody. */
export function assignTicket(
  world: World,
  ticket: Ticket,
  to: { readonly type: 'admin' | 'team'; readonly id: string } | null,
  author: Author,
): void {
  if (to === null) {
    ticket.adminId = null
    ticket.teamId = null
  } else if (to.type === 'admin') ticket.adminId = to.id
  else ticket.teamId = to.id
  const part = addPart(world, ticket, { type: 'assignment', author, assignedTo: to })
  announceTicket(world, to?.type === 'team' ? 'ticket.team.assigned' : 'ticket.admin.assigned', ticket, part)
}

/** Writes attributes; each that changes leaves a part and an event. */
export function setTicketAttributes(
  world: World,
  ticket: Ticket,
  attributes: Record<string, unknown>,
  author: Author,
): void {
  const type = typeOf(world, ticket)
  refuseUnknownAttributes(type, attributes)
  for (const attribute of type.attributes) {
    const value = attributes[attribute.name]
    if (value === undefined || value === ticket.attributes[attribute.name]) continue
    ticket.attributes = { ...ticket.attributes, [attribute.name]: value }
    const part = addPart(world, ticket, {
      type: 'ticket_attribute_updated_by_admin',
      author,
      attribute: {
        id: attribute.id,
        label: attribute.name,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      },
    })
    announceTicket(world, 'ticket.attribute.updated', ticket, part)
  }
}

/** An admin answers on a ticket or leaves a note. */
export function replyToTicketAsAdmin(
  world: World,
  ticket: Ticket,
  reply: Message & { readonly author: Author; readonly kind: 'comment' | 'note' | 'quick_reply' },
): Part {
  const { author, kind, attachments } = reply
  const part = addPart(world, ticket, {
    type: kind,
    author,
    body: toHtml(reply.body),
    ...(attachments ? { attachments } : {}),
  })
  announceTicket(world, kind === 'note' ? 'ticket.note.created' : 'ticket.admin.replied', ticket, part)
  return part
}

/** A customer writes on a ticket; only on those made for customers. */
export function replyToTicketAsContact(world: World, ticket: Ticket, contact: Contact, message: Message): Part {
  if (typeOf(world, ticket).category !== 'Customer') {
    throw apiError(400, 'parameter_mismatch', 'User replies are not allowed on Backoffice tickets')
  }
  const part = addPart(world, ticket, {
    type: 'comment',
    author: contactAuthor(contact),
    body: toHtml(message.body),
    ...(message.attachments ? { attachments: message.attachments } : {}),
  })
  announceTicket(world, 'ticket.contact.replied', ticket, part)
  return part
}

/** A customer says how it was, 1 to 5. */
export function rateTicket(world: World, ticket: Ticket, rating: number): void {
  ticket.rating = rating
  ticket.updatedAt = world.clock.seconds()
  announceTicket(world, 'ticket.rating.provided', ticket)
}

/** Removes a ticket for good. There is no webhook for it. */
export function deleteTicket(world: World, ticket: Ticket): void {
  world.tickets.delete(ticket.id)
  const conversation = ticket.conversationId === null ? undefined : world.conversations.get(ticket.conversationId)
  if (conversation) conversation.ticketId = null
}

function refuseUnknownAttributes(type: TicketType, attributes: Record<string, unknown>): void {
  const known = new Set(['_default_title_', '_default_description_', ...type.attributes.map(({ name }) => name)])
  const extra = Object.keys(attributes).filter((name) => !known.has(name))
  if (extra.length > 0) {
    throw invalid(`Extra attributes provided that are not found on ticket type: ${extra.join(', ')}`)
  }
}
