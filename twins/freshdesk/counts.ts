import type { World } from './world.ts'

/** How much an account holds, for comparing a mirror with. */
export interface WorldCounts {
  /** Those that lists show. */
  readonly tickets: number
  readonly archivedTickets: number
  readonly deletedTickets: number
  readonly spamTickets: number
  /** Under the tickets that lists show. */
  readonly conversations: number
  /** Those that lists show. */
  readonly contacts: number
  readonly deletedContacts: number
  readonly companies: number
  readonly agents: number
  readonly groups: number
  readonly ratings: number
  readonly timeEntries: number
  readonly rules: number
}

/** Counts everything. */
export function countWorld(world: World): WorldCounts {
  const tickets = [...world.tickets.values()]
  const contacts = [...world.contacts.values()]
  const listed = tickets.filter(({ archived, deleted, spam }) => !archived && !deleted && !spam)
  return {
    tickets: listed.length,
    archivedTickets: tickets.filter(({ archived }) => archived).length,
    deletedTickets: tickets.filter(({ deleted, archived }) => deleted && !archived).length,
    spamTickets: tickets.filter(({ spam, deleted, archived }) => spam && !deleted && !archived).length,
    conversations: listed.reduce((sum, { conversations }) => sum + conversations.length, 0),
    contacts: contacts.filter(({ deleted, blocked }) => !deleted && !blocked).length,
    deletedContacts: contacts.filter(({ deleted }) => deleted).length,
    companies: world.companies.size,
    agents: world.agents.size,
    groups: world.groups.size,
    ratings: world.ratings.size,
    timeEntries: world.timeEntries.size,
    rules: world.rules.size,
  }
}
