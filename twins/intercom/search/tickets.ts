import type { Ticket } from '../records.ts'
import { stateOf, typeOf } from '../world.ts'
import type { World } from '../world.ts'
import { fits } from './conversations.ts'
import type { Field, SearchRules } from './match.ts'

/** Searches call the categories by other names than tickets carry. */
const categoryTerms = { Customer: 'request', 'Back-office': 'task', Tracker: 'tracker' } as const

const attributePrefix = 'ticket_attribute.'

/** Tickets are searched to the second; `>` and `<` include their value, and only `created_at` takes `>=` and `<=`. */
export function ticketSearch(world: World): SearchRules<Ticket> {
  const fields: Readonly<Record<string, Field<Ticket>>> = {
    id: { kind: 'string', read: (ticket) => ticket.id },
    created_at: { kind: 'date', read: (ticket) => ticket.createdAt },
    updated_at: { kind: 'date', read: (ticket) => ticket.updatedAt },
    title: { kind: 'string', read: (ticket) => ticket.attributes['_default_title_'] ?? null },
    description: { kind: 'string', read: (ticket) => ticket.attributes['_default_description_'] ?? null },
    category: { kind: 'string', read: (ticket) => categoryTerms[typeOf(world, ticket).category] },
    ticket_type_id: { kind: 'string', read: (ticket) => ticket.typeId },
    contact_ids: { kind: 'ids', read: (ticket) => ticket.contactIds },
    teammate_ids: {
      kind: 'ids',
      read: (ticket) => ticket.parts.filter((part) => part.author.type === 'admin').map((part) => part.author.id),
    },
    admin_assignee_id: { kind: 'string', read: (ticket) => ticket.adminId ?? '0' },
    team_assignee_id: { kind: 'string', read: (ticket) => ticket.teamId ?? '0' },
    open: { kind: 'boolean', read: (ticket) => ticket.open },
    state: { kind: 'string', read: (ticket) => stateOf(world, ticket.stateId).category },
    snoozed_until: { kind: 'date', read: (ticket) => ticket.snoozedUntil },
  }
  return {
    dayZone: null,
    field(name) {
      if (!name.startsWith(attributePrefix)) return fields[name] ?? null
      const id = name.slice(attributePrefix.length)
      const attributes = world.ticketTypes.flatMap((type) => type.attributes)
      const attribute = attributes.find((candidate) => candidate.id === id)
      return attribute ? { kind: 'any', read: (ticket) => ticket.attributes[attribute.name] ?? null } : null
    },
    allows: (operator, kind, name) =>
      (operator !== '>=' && operator !== '<=') || name === 'created_at' ? fits(operator, kind) : false,
  }
}
