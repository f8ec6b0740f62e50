import type { TwinClock } from '../../clock.ts'
import { createRandom } from '../../random.ts'
import type { App, Tables, World } from '../world.ts'
import { seedConversations } from './conversations.ts'
import { seedMarathon } from './marathon.ts'
import { seedCompanies, seedContacts } from './people.ts'
import { seedTickets } from './tickets.ts'
import { seedBot, seedSegments, seedStaff, seedTags, seedTicketStates, seedTicketTypes } from './workspace.ts'

/** How much there is of everything. */
export interface SeedSizes {
  readonly contacts: number
  readonly companies: number
  readonly conversations: number
  readonly tickets: number
}

const yearSeconds = 365 * 86_400

/** Builds a desk that has been at work for months. The same seed gives the same ids and texts, and times relative to now. */
export function seedWorld(options: {
  readonly app: App
  readonly clock: TwinClock
  readonly seed: number
  readonly sizes: SeedSizes
  readonly announce: World['announce']
}): World {
  const { app, clock, seed, sizes } = options
  const longAgo = clock.seconds() - yearSeconds
  const { admins, teams } = seedStaff()
  const tables: Tables = {
    contacts: new Map(),
    companies: new Map(),
    conversations: new Map(),
    tickets: new Map(),
    notes: new Map(),
    tags: new Map(seedTags().map((tag) => [tag.id, tag])),
    merged: new Map(),
  }
  const world: World = {
    app,
    clock,
    random: createRandom(seed, 'life'),
    numbers: {
      conversation: 215_469,
      ticket: 1,
      part: 7_300_001,
      message: 403_918_330,
      note: 24,
      tag: 200,
      attachment: 90_001,
    },
    ...tables,
    tables,
    admins,
    teams,
    bot: seedBot(app.id),
    ticketTypes: seedTicketTypes(longAgo),
    ticketStates: seedTicketStates(),
    segments: seedSegments(createRandom(seed, 'segments'), longAgo),
    deletedConversations: [],
    announce: options.announce,
  }
  seedCompanies(world, createRandom(seed, 'companies'), sizes.companies)
  seedContacts(world, createRandom(seed, 'contacts'), sizes.contacts)
  if (sizes.conversations > 0) {
    const [first] = world.contacts.values()
    if (!first) throw new RangeError('conversations need at least one contact')
    seedMarathon(world, createRandom(seed, 'marathon'), first)
    seedConversations(world, createRandom(seed, 'conversations'), sizes.conversations - 1)
  }
  if (sizes.tickets > 0) seedTickets(world, createRandom(seed, 'tickets'), sizes.tickets)
  return world
}
