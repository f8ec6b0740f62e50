import type { TwinClock } from '../clock.ts'
import type { Random } from '../random.ts'
import { nextId as nextNumber } from '../world.ts'
import { apiError } from './errors.ts'
import type { Admin, Author, Company, Contact, Conversation, Note, Segment, Tag, Team, Ticket } from './records.ts'
import type { TicketState, TicketType } from './records.ts'

/** The workspace as `/me` tells it. */
export interface App {
  readonly id: string
  readonly name: string
  readonly region: 'US' | 'EU' | 'AU'
  readonly timezone: string
  readonly createdAt: number
}

/** The next number of each kind. */
export type Numbers = Record<'conversation' | 'ticket' | 'part' | 'message' | 'note' | 'tag' | 'attachment', number>

/** What of a workspace can change, in maps by id. */
export type Tables = {
  readonly contacts: Map<string, Contact>
  readonly companies: Map<string, Company>
  readonly conversations: Map<string, Conversation>
  readonly tickets: Map<string, Ticket>
  readonly notes: Map<string, Note>
  readonly tags: Map<string, Tag>
  /** Old contact id to the one it was merged into. */
  readonly merged: Map<string, string>
}

/** Everything a workspace holds, and how it tells others about changes. */
export interface World extends Tables {
  readonly app: App
  readonly clock: TwinClock
  /** For what happens after the seed: ids and traffic. */
  readonly random: Random
  readonly numbers: Numbers
  /** The same tables, together. */
  readonly tables: Tables
  readonly admins: readonly Admin[]
  readonly teams: readonly Team[]
  readonly bot: Author
  readonly ticketTypes: readonly TicketType[]
  readonly ticketStates: readonly TicketState[]
  readonly segments: readonly Segment[]
  readonly deletedConversations: { readonly id: string; readonly metricsRetained: boolean; readonly at: number }[]
  /** Announces a change by webhook. */
  readonly announce: (topic: string, item: Record<string, unknown>) => void
}

/** Takes the next number of a kind, as the decimal string ids are. */
export function nextId(world: World, kind: keyof Numbers): string {
  return String(nextNumber(world, kind))
}

/** @throws a 404 as the API words it for people; a merged contact answers 410 and says where it went */
export function getContact(world: World, id: string): Contact {
  const contact = world.contacts.get(id)
  if (contact) return contact
  const target = mergeTarget(world, id)
  if (target !== null) {
    throw apiError(
      410,
      'contact_merged',
      "This contact has been merged. See the 'Link' header for the canonical contact.",
      { Link: `</contacts/${target}>; rel="canonical"` },
    )
  }
  throw apiError(404, 'not_found', 'User Not Found')
}

function mergeTarget(world: World, id: string): string | null {
  let target = world.merged.get(id) ?? null
  while (target !== null && world.merged.has(target)) target = world.merged.get(target) ?? null
  return target
}

/** @throws a 404 as the API words it */
export function getConversation(world: World, id: string): Conversation {
  const conversation = world.conversations.get(id)
  if (!conversation) throw apiError(404, 'not_found', 'Resource Not Found')
  return conversation
}

/** @throws a 404 as the API words it */
export function getTicket(world: World, id: string): Ticket {
  const ticket = world.tickets.get(id)
  if (!ticket) throw apiError(404, 'ticket_not_found', 'Ticket not found')
  return ticket
}

/** @throws a 404 as the API words it */
export function getCompany(world: World, id: string): Company {
  const company = world.companies.get(id)
  if (!company) throw apiError(404, 'company_not_found', 'Company Not Found')
  return company
}

/** @throws a 404 as the API words it */
export function getTag(world: World, id: string): Tag {
  const tag = world.tags.get(id)
  if (!tag) throw apiError(404, 'tag_not_found', 'Tag not found')
  return tag
}

/** @throws a 404 as the API words it */
export function getAdmin(world: World, id: string): Admin {
  const admin = world.admins.find((candidate) => candidate.id === id)
  if (!admin) throw apiError(404, 'admin_not_found', 'Admin not found')
  return admin
}

/** A ticket's type. */
export function typeOf(world: World, ticket: Ticket): TicketType {
  return known(
    world.ticketTypes.find((type) => type.id === ticket.typeId),
    `ticket type ${ticket.typeId}`,
  )
}

/** A ticket's state. */
export function stateOf(world: World, stateId: string): TicketState {
  return known(
    world.ticketStates.find((state) => state.id === stateId),
    `ticket state ${stateId}`,
  )
}

/** A contact as the author of something. */
export function contactAuthor(contact: Contact): Author {
  return { type: contact.role, id: contact.id, name: contact.name, email: contact.email }
}

/** An admin as the author of something. */
export function adminAuthor(admin: Admin): Author {
  return { type: 'admin', id: admin.id, name: admin.name, email: admin.email }
}

function known<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`the twin's own records name ${what}, which is not there`)
  return value
}
