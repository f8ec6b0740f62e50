import type { TwinClock } from '../../clock.ts'
import { createRandom } from '../../random.ts'
import type { Account } from '../account.ts'
import type { Tables, World } from '../world.ts'
import type { SeedSizes } from './accounts.ts'
import { seedOrganizations, seedStaff, seedUsers } from './people.ts'
import { seedSuspended } from './suspended.ts'
import { seedTickets } from './tickets.ts'

/** What a new account is made of. */
export interface WorldSeed {
  readonly account: Account
  readonly clock: TwinClock
  readonly seed: number
  readonly sizes: SeedSizes
  readonly indexLagMs: number
  readonly countsExactlyTo: number
  readonly announce: World['announce']
}

/** Builds an account with months of history. The same seed gives the same ids and texts; dates count back from now. */
export function seedWorld(from: WorldSeed): World {
  const { account, clock, seed, sizes, indexLagMs, countsExactlyTo, announce } = from
  const subject = (name: string) => createRandom(seed, `${name} of ${account.subdomain}`)
  const { firstId } = account
  let isSeeded = false
  const tables: Tables = {
    tickets: new Map(),
    users: new Map(),
    identities: new Map(),
    organizations: new Map(),
    groups: new Map(),
    groupMemberships: new Map(),
    organizationMemberships: new Map(),
    ratings: new Map(),
    suspended: new Map(),
    triggers: new Map(),
    webhooks: new Map(),
    jobs: new Map(),
    uploads: new Map(),
    grants: new Map(),
    codes: new Map(),
    remembered: new Map(),
    unindexed: new Map(),
  }
  const world: World = {
    account,
    clock,
    random: subject('afterwards'),
    numbers: {
      ticket: 1,
      user: firstId + 388_090_494,
      identity: firstId + 388_500_000,
      organization: firstId + 346_622_462,
      membership: firstId + 10_000,
      group: firstId + 320_466_430,
      audit: firstId + 436_000_000,
      event: firstId + 437_000_000,
      attachment: firstId + 438_000_000,
      rating: firstId + 20_000,
      suspended: firstId + 25_000,
      trigger: firstId + 30_000,
      grant: firstId + 40_000,
    },
    ...tables,
    tables,
    indexLagMs,
    countsExactlyTo,
    dailyCounts: new Map(),
    access: { apiToken: account.apiToken, apiTokenActive: true },
    announce: (news) => isSeeded && announce(news),
  }
  seedStaff(world)
  seedOrganizations(world, subject('organizations'), sizes.organizations)
  seedUsers(world, subject('users'), sizes.users)
  if (sizes.tickets > 0) {
    seedTickets(world, subject('tickets'), sizes.tickets)
    seedSuspended(world)
  }
  world.unindexed.clear()
  isSeeded = true
  return world
}
