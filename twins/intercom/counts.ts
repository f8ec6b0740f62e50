import { maxParts } from './render/conversation.ts'
import type { World } from './world.ts'

/** How much there is, for comparing a mirror with. */
export interface WorldCounts {
  /** Those that lists show. */
  readonly contacts: number
  readonly archivedContacts: number
  readonly companies: number
  /** Those with people, which lists show. */
  readonly listedCompanies: number
  readonly conversations: number
  /** All parts there are, those past the 500 newest of a conversation included. */
  readonly parts: number
  /** The parts the API shows: at most 500 of each conversation. */
  readonly visibleParts: number
  readonly tickets: number
  readonly ticketParts: number
  readonly ratings: number
  readonly tags: number
  readonly admins: number
  readonly teams: number
  readonly deletedConversations: number
}

/** Counts everything. */
export function countWorld(world: World): WorldCounts {
  const contacts = [...world.contacts.values()]
  const conversations = [...world.conversations.values()]
  const tickets = [...world.tickets.values()]
  const peopled = new Set(contacts.flatMap((contact) => (contact.archived ? [] : contact.companyIds)))
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0)
  return {
    contacts: contacts.filter((contact) => !contact.archived).length,
    archivedContacts: contacts.filter((contact) => contact.archived).length,
    companies: world.companies.size,
    listedCompanies: [...world.companies.keys()].filter((id) => peopled.has(id)).length,
    conversations: conversations.length,
    parts: sum(conversations.map(({ parts }) => parts.length)),
    visibleParts: sum(conversations.map(({ parts }) => Math.min(parts.length, maxParts))),
    tickets: tickets.length,
    ticketParts: sum(tickets.map(({ parts }) => parts.length)),
    ratings: conversations.filter(({ rating }) => rating !== null).length,
    tags: world.tags.size,
    admins: world.admins.length,
    teams: world.teams.length,
    deletedConversations: world.deletedConversations.length,
  }
}
