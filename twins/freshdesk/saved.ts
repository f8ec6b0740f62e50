import type { Agent, Group, Job, Rule, SlaPolicy } from './desk-records.ts'
import type { Company, Contact, SatisfactionRating, Ticket, TimeEntry } from './records.ts'
import type { SavedTraffic } from './traffic.ts'
import type { Unindexed } from '../index-lag.ts'
import type { Numbers, World } from './world.ts'

/** All that a Freshdesk twin remembers, as JSON. */
export interface SavedTwin {
  /** When the accounts were seeded, in milliseconds. What never changes is made again from it. */
  readonly seededAt: number
  readonly clockOffsetMs: number
  /** In the order the accounts were given. */
  readonly accounts: readonly SavedAccount[]
}

/** What can change in an account, and where its traffic stands. Records keep their order. */
export interface SavedAccount {
  readonly traffic: SavedTraffic
  readonly random: number
  readonly numbers: Numbers
  readonly tickets: readonly Ticket[]
  readonly contacts: readonly Contact[]
  readonly companies: readonly Company[]
  readonly agents: readonly Agent[]
  readonly groups: readonly Group[]
  readonly ratings: readonly SatisfactionRating[]
  readonly timeEntries: readonly TimeEntry[]
  readonly slaPolicies: readonly SlaPolicy[]
  readonly rules: readonly Rule[]
  readonly jobs: readonly Job[]
  readonly unindexed: readonly (readonly [key: string, row: Unindexed])[]
  readonly hourly: World['hourly']
}

/** An account as it is, not copied: it is to be written before anything else happens. */
export function saveAccount(world: World, traffic: SavedTraffic): SavedAccount {
  return {
    traffic,
    random: world.random.position(),
    numbers: world.numbers,
    tickets: [...world.tickets.values()],
    contacts: [...world.contacts.values()],
    companies: [...world.companies.values()],
    agents: [...world.agents.values()],
    groups: [...world.groups.values()],
    ratings: [...world.ratings.values()],
    timeEntries: [...world.timeEntries.values()],
    slaPolicies: [...world.slaPolicies.values()],
    rules: [...world.rules.values()],
    jobs: [...world.jobs.values()],
    unindexed: [...world.unindexed],
    hourly: world.hourly,
  }
}

/** Puts what was saved in the place of what an account holds. */
export function restoreAccount(world: World, saved: SavedAccount): void {
  world.random.moveTo(saved.random)
  Object.assign(world.numbers, saved.numbers)
  refill(world.tickets, saved.tickets)
  refill(world.contacts, saved.contacts)
  refill(world.companies, saved.companies)
  refill(world.agents, saved.agents)
  refill(world.groups, saved.groups)
  refill(world.ratings, saved.ratings)
  refill(world.timeEntries, saved.timeEntries)
  refill(world.slaPolicies, saved.slaPolicies)
  refill(world.rules, saved.rules)
  refill(world.jobs, saved.jobs)
  world.unindexed.clear()
  for (const [key, row] of saved.unindexed) world.unindexed.set(key, row)
  world.hourly.ranFor = saved.hourly.ranFor
}

function refill<Id, Row extends { readonly id: Id }>(rows: Map<Id, Row>, saved: readonly Row[]): void {
  rows.clear()
  for (const row of saved) rows.set(row.id, row)
}
