import { asciiOf, countries } from '../../corpus/people.ts'
import { companyNames } from '../../corpus/shop.ts'
import { iso } from '../../iso.ts'
import type { Random } from '../../random.ts'
import { beginIdentities } from '../acts/identities.ts'
import { joinGroup, joinOrganization } from '../acts/memberships.ts'
import { newOrganization } from '../acts/organizations.ts'
import { newUser } from '../acts/users.ts'
import { madeAt } from '../render/account.ts'
import { nextId } from '../../world.ts'
import type { World } from '../world.ts'

const dayMs = 86_400_000

/** People go back this many days; most are older than the oldest ticket. */
const peopleDays = 500

const groupNames = ['Support', 'Returns', 'Trade'] as const

const staff = [
  { name: 'Ingrid Solheim', role: 'admin', groups: [0, 1, 2], restriction: null },
  { name: 'Marcus Webb', role: 'agent', groups: [0, 1], restriction: null },
  { name: 'Leïla Haddad', role: 'agent', groups: [0], restriction: null },
  { name: 'Dmitri Volkov', role: 'agent', groups: [1], restriction: null },
  { name: 'Chidi Eze', role: 'agent', groups: [2], restriction: 'groups' },
  { name: 'Rosa Mendes', role: 'agent', groups: [0], restriction: 'assigned' },
] as const

/** Adds the groups and those who answer, the administrator first. One sees the tickets of their groups only, one their own only. */
export function seedStaff(world: World): void {
  const dates = { created_at: madeAt, updated_at: madeAt }
  const groups = groupNames.map((name, index) => {
    const group = {
      id: nextId(world, 'group'),
      name,
      description: '',
      default: index === 0,
      is_public: true,
      deleted: false,
      ...dates,
    }
    world.groups.set(group.id, group)
    return group
  })
  for (const { name, role, groups: places, restriction } of staff) {
    const user = newUser(world, name, madeAt)
    const email = `${asciiOf(name.split(' ')[0] ?? name)}@${world.account.subdomain}.example`
    Object.assign(user, { email, role, ticket_restriction: restriction, verified: true })
    world.users.set(user.id, user)
    beginIdentities(world, user)
    for (const place of places) {
      const group = groups[place]
      if (group) joinGroup(world, user, group.id)
    }
  }
}

/** Adds organizations. */
export function seedOrganizations(world: World, random: Random, count: number): void {
  const now = world.clock.now().getTime()
  const { beginnings, ends } = companyNames
  for (let index = 0; index < count; index += 1) {
    const round = Math.floor(index / (beginnings.length * ends.length))
    const name = `${beginnings[index % beginnings.length]} ${ends[Math.floor(index / beginnings.length) % ends.length]}${round > 0 ? ` ${round + 1}` : ''}`
    const madeMs = now - Math.floor(peopleDays * dayMs * (1 - index / count)) - random.int(0, 3_600_000) - 60_000
    const organization = newOrganization(world, name, iso(new Date(madeMs)))
    Object.assign(organization, {
      details: random.chance(0.4) ? `${name} buys for its own use` : null,
      notes: random.chance(0.2) ? 'Pays by invoice' : null,
      domain_names: random.chance(0.8) ? [`${asciiOf(name)}.example`] : [],
      external_id: random.chance(0.3) ? `org-${index + 1}` : null,
      tags: random.chance(0.1) ? ['trade'] : [],
    })
    world.organizations.set(organization.id, organization)
  }
}

/** Adds those who ask: most with an address, some with a number only, a few suspended or deleted. */
export function seedUsers(world: World, random: Random, count: number): void {
  const now = world.clock.now().getTime()
  const organizationIds = [...world.organizations.keys()]
  for (let index = 0; index < count; index += 1) {
    const country = countries[random.skewed(countries.length)] ?? random.pick(countries)
    const [first, last] = [random.pick(country.firstNames), random.pick(country.lastNames)]
    const madeMs = now - Math.floor(peopleDays * dayMs * (1 - index / count)) - random.int(0, 600_000) - 60_000
    const user = newUser(world, `${first} ${last}`, iso(new Date(madeMs)))
    const phone = `${country.dialCode}${random.int(200_000_000, 799_999_999)}`
    const hasMail = random.chance(0.9)
    Object.assign(user, {
      email: hasMail ? `${asciiOf(first)}.${asciiOf(last)}${index + 1}@${random.pick(country.mailHosts)}` : null,
      phone: hasMail && random.chance(0.8) ? null : phone,
      locale: country.language,
      external_id: random.chance(0.4) ? `u-${index + 1}` : null,
      tags: random.chance(0.05) ? ['vip'] : [],
      verified: random.chance(0.7),
      suspended: index > 10 && random.chance(0.005),
      active: index <= 10 || !random.chance(0.01),
      user_fields: {
        loyalty: random.chance(0.2) ? random.pick(['silver', 'gold']) : null,
        orders: random.chance(0.3) ? String(random.int(1, 40)) : null,
      },
    })
    world.users.set(user.id, user)
    beginIdentities(world, user)
    if (user.active && organizationIds.length > 0 && random.chance(0.3))
      joinOrganization(world, user, random.pick(organizationIds))
  }
}
