import type { Unindexed } from '../index-lag.ts'
import type { SavedTraffic } from './traffic.ts'
import type { Numbers, Tables, World } from './world.ts'

/** All that a Zendesk twin remembers, as JSON. */
export interface SavedTwin {
  /** When the accounts were seeded, in milliseconds. What never changes is made again from it. */
  readonly seededAt: number
  readonly clockOffsetMs: number
  /** In the order the accounts were given. */
  readonly accounts: readonly SavedAccount[]
}

/** Rows of each table, in their order. */
type SavedTables = {
  readonly [Name in keyof Tables]: Tables[Name] extends Map<infer Id, infer Row>
    ? readonly (readonly [Id, Row])[]
    : never
}

/** What can change in an account, and where its traffic stands. */
export interface SavedAccount extends SavedTables {
  readonly traffic: SavedTraffic
  readonly random: number
  readonly numbers: Numbers
  readonly access: World['access']
  readonly unindexed: readonly (readonly [key: string, row: Unindexed])[]
}

/** An account as it is, not copied: it is to be written before anything else happens. */
export function saveAccount(world: World, traffic: SavedTraffic): SavedAccount {
  return {
    traffic,
    random: world.random.position(),
    numbers: world.numbers,
    access: world.access,
    unindexed: [...world.unindexed],
    tickets: [...world.tickets],
    users: [...world.users],
    identities: [...world.identities],
    organizations: [...world.organizations],
    groups: [...world.groups],
    groupMemberships: [...world.groupMemberships],
    organizationMemberships: [...world.organizationMemberships],
    ratings: [...world.ratings],
    suspended: [...world.suspended],
    triggers: [...world.triggers],
    webhooks: [...world.webhooks],
    jobs: [...world.jobs],
    uploads: [...world.uploads],
    grants: [...world.grants],
    codes: [...world.codes],
    remembered: [...world.remembered],
  }
}

/** Puts what was saved in the place of what an account holds. */
export function restoreAccount(world: World, saved: SavedAccount): void {
  world.random.moveTo(saved.random)
  Object.assign(world.numbers, saved.numbers)
  Object.assign(world.access, saved.access)
  refill(world.unindexed, saved.unindexed)
  refill(world.tickets, saved.tickets)
  refill(world.users, saved.users)
  refill(world.identities, saved.identities)
  refill(world.organizations, saved.organizations)
  refill(world.groups, saved.groups)
  refill(world.groupMemberships, saved.groupMemberships)
  refill(world.organizationMemberships, saved.organizationMemberships)
  refill(world.ratings, saved.ratings)
  refill(world.suspended, saved.suspended)
  refill(world.triggers, saved.triggers)
  refill(world.webhooks, saved.webhooks)
  refill(world.jobs, saved.jobs)
  refill(world.uploads, saved.uploads)
  refill(world.grants, saved.grants)
  refill(world.codes, saved.codes)
  refill(world.remembered, saved.remembered)
}

function refill<Id, Row>(rows: Map<Id, Row>, saved: readonly (readonly [Id, Row])[]): void {
  rows.clear()
  for (const [id, row] of saved) rows.set(id, row)
}
