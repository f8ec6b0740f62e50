import type { Company, Contact, Conversation, Note, Tag, Ticket } from './records.ts'
import type { SavedTokens } from './tokens.ts'
import type { SavedTraffic } from './traffic.ts'
import type { Subscription } from './webhooks.ts'
import type { Numbers, World } from './world.ts'

/** All that an Intercom twin remembers, as JSON. */
export interface SavedTwin {
  /** When the workspace was seeded, in milliseconds. What never changes is made again from it. */
  readonly seededAt: number
  readonly clockOffsetMs: number
  readonly subscription: Subscription
  readonly tokens: SavedTokens
  readonly traffic: SavedTraffic
  readonly world: SavedWorld
}

/** What can change in a workspace. Records keep their order. */
export interface SavedWorld {
  readonly random: number
  readonly numbers: Numbers
  readonly contacts: readonly Contact[]
  readonly companies: readonly Company[]
  readonly conversations: readonly Conversation[]
  readonly tickets: readonly Ticket[]
  readonly notes: readonly Note[]
  readonly tags: readonly Tag[]
  /** Ids of the admins who are away. */
  readonly away: readonly string[]
  readonly merged: readonly (readonly [from: string, into: string])[]
  readonly deletedConversations: World['deletedConversations']
}

/** The workspace as it is, not copied: it is to be written before anything else happens. */
export function saveWorld(world: World): SavedWorld {
  return {
    random: world.random.position(),
    numbers: world.numbers,
    contacts: [...world.contacts.values()],
    companies: [...world.companies.values()],
    conversations: [...world.conversations.values()],
    tickets: [...world.tickets.values()],
    notes: [...world.notes.values()],
    tags: [...world.tags.values()],
    away: world.admins.filter((admin) => admin.away).map(({ id }) => id),
    merged: [...world.merged],
    deletedConversations: world.deletedConversations,
  }
}

/** Puts what was saved in the place of what a workspace holds. */
export function restoreWorld(world: World, saved: SavedWorld): void {
  world.random.moveTo(saved.random)
  Object.assign(world.numbers, saved.numbers)
  refill(world.contacts, saved.contacts)
  refill(world.companies, saved.companies)
  refill(world.conversations, saved.conversations)
  refill(world.tickets, saved.tickets)
  refill(world.notes, saved.notes)
  refill(world.tags, saved.tags)
  for (const admin of world.admins) admin.away = saved.away.includes(admin.id)
  world.merged.clear()
  for (const [from, into] of saved.merged) world.merged.set(from, into)
  world.deletedConversations.splice(0, world.deletedConversations.length, ...saved.deletedConversations)
}

function refill<Row extends { readonly id: string }>(rows: Map<string, Row>, saved: readonly Row[]): void {
  rows.clear()
  for (const row of saved) rows.set(row.id, row)
}
