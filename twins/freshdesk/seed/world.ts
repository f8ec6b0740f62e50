import type { TwinClock } from '../../clock.ts'
import { createRandom } from '../../random.ts'
import type { Account } from '../account.ts'
import { hourOf } from '../acts/time.ts'
import type { Tables, World } from '../world.ts'
import type { SeedSizes } from './accounts.ts'
import { seedAgents, seedBusinessHours, seedEmailConfigs, seedGroups, seedProducts } from './desk.ts'
import { seedRoles, seedSlaPolicies, seedSurveys } from './desk.ts'
import { seedCompanies, seedContacts } from './people.ts'
import { seedTickets } from './tickets.ts'

/** What a new account is made of. */
export interface WorldSeed {
  readonly account: Account
  readonly clock: TwinClock
  readonly seed: number
  readonly sizes: SeedSizes
  readonly apiKey: string | undefined
  readonly indexLagMs: number
  readonly announce: World['announce']
}

/** Builds an account with months of history. The same seed gives the same ids and texts; dates count back from now. */
export function seedWorld({ account, clock, seed, sizes, apiKey, indexLagMs, announce }: WorldSeed): World {
  const subject = (name: string) => createRandom(seed, `${name} of ${account.domain}`)
  const byId = <Row extends { readonly id: number }>(rows: readonly Row[]): Map<number, Row> =>
    new Map(rows.map((row) => [row.id, row]))
  const { firstId } = account
  const tables: Tables = {
    tickets: new Map(),
    contacts: new Map(),
    companies: new Map(),
    agents: byId(seedAgents(account, subject('agents'), apiKey)),
    groups: byId(seedGroups(account)),
    ratings: new Map(),
    timeEntries: new Map(),
    slaPolicies: byId(seedSlaPolicies(account)),
    rules: new Map(),
    jobs: new Map(),
    unindexed: new Map(),
  }
  const world: World = {
    account,
    clock,
    random: subject('afterwards'),
    numbers: {
      ticket: 1,
      user: firstId + 1_234_567,
      company: firstId + 596_607,
      conversation: firstId + 110_000_001,
      attachment: firstId + 210_000_001,
      rating: firstId + 30_001,
      timeEntry: firstId + 40_001,
      group: firstId + 190_500,
      rule: firstId + 50_001,
      slaPolicy: firstId + 88_400,
      job: 1,
    },
    ...tables,
    tables,
    roles: seedRoles(account),
    products: seedProducts(account),
    emailConfigs: seedEmailConfigs(account),
    surveys: seedSurveys(account),
    businessHours: seedBusinessHours(account),
    hourly: { ranFor: 0 },
    indexLagMs,
    announce,
  }
  world.hourly.ranFor = hourOf(world)
  seedCompanies(world, subject('companies'), sizes.companies)
  seedContacts(world, subject('contacts'), sizes.contacts)
  if (sizes.tickets > 0) seedTickets(world, subject('tickets'), sizes.tickets)
  return world
}
