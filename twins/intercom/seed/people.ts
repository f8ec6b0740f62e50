import { asciiOf, countries } from '../../corpus/people.ts'
import { companyNames, industries, plans } from '../../corpus/shop.ts'
import type { Random } from '../../random.ts'
import { addCompany } from '../acts/companies.ts'
import { addContact } from '../acts/contacts.ts'
import type { Contact } from '../records.ts'
import { nextId } from '../world.ts'
import type { World } from '../world.ts'

const daySeconds = 86_400

/** Contacts go back this many days; most are older than the oldest conversation. */
const contactDays = 400

/** Adds companies, the newest last. */
export function seedCompanies(world: World, random: Random, count: number): void {
  const now = world.clock.seconds()
  for (let index = 0; index < count; index += 1) {
    const { beginnings, ends } = companyNames
    const round = Math.floor(index / (beginnings.length * ends.length))
    const name = `${beginnings[index % beginnings.length]} ${ends[Math.floor(index / beginnings.length) % ends.length]}${round > 0 ? ` ${round + 1}` : ''}`
    const createdAt = now - Math.floor(contactDays * daySeconds * (1 - index / count)) - random.int(0, 3_600)
    const company = addCompany(
      world,
      { id: random.hex(24), companyId: `trade-${1_000 + index}` },
      {
        name,
        createdAt,
        plan: random.chance(0.8) ? random.pick(plans) : null,
        size: random.chance(0.7) ? random.int(2, 400) : null,
        website: random.chance(0.6) ? `https://${asciiOf(name)}.example` : null,
        industry: random.chance(0.8) ? random.pick(industries) : null,
        monthlySpend: random.int(0, 4_000),
        remoteCreatedAt: createdAt - random.int(0, 30 * daySeconds),
        customAttributes: random.chance(0.5) ? { credit_terms: random.pick(['14 days', '30 days', '60 days']) } : {},
      },
    )
    company.sessionCount = random.int(0, 900)
    company.lastRequestAt = Math.min(now, createdAt + Math.floor(random.next() * (now - createdAt)))
    company.updatedAt = company.lastRequestAt
  }
}

/** Adds contacts, the newest last: users and some leads, a few of them tagged, noted or with a company. */
export function seedContacts(world: World, random: Random, count: number): void {
  const companyIds = [...world.companies.keys()]
  for (let index = 0; index < count; index += 1) {
    const contact = seedContact(world, random, { index, count })
    if (contact.role === 'lead') continue
    // Every company gets somebody, or lists would not show it.
    const companyId = index < companyIds.length ? companyIds[index] : undefined
    if (companyId !== undefined) contact.companyIds.push(companyId)
    else if (companyIds.length > 0 && random.chance(0.2)) contact.companyIds.push(random.pick(companyIds))
    decorate(world, random, contact)
  }
}

function seedContact(world: World, random: Random, place: { index: number; count: number }): Contact {
  const now = world.clock.seconds()
  const country = countries[random.skewed(countries.length)] ?? random.pick(countries)
  const first = random.pick(country.firstNames)
  const last = random.pick(country.lastNames)
  const isLead = place.index >= world.companies.size && random.chance(0.15)
  const named = !isLead || random.chance(0.5)
  const age = contactDays * daySeconds * (1 - place.index / place.count)
  const createdAt = now - Math.floor(age) - random.int(0, 600)
  const mail = `${asciiOf(first)}.${asciiOf(last)}${place.index + 1}@${random.pick(country.mailHosts)}`
  const contact = addContact(world, random.hex(24), {
    role: isLead ? 'lead' : 'user',
    externalId: isLead ? random.uuid() : `u-${place.index + 1}`,
    email: isLead && random.chance(0.4) ? null : mail,
    phone: random.chance(0.4) ? `${country.dialCode}${random.int(200_000_000, 799_999_999)}` : null,
    name: named ? `${first} ${last}` : null,
    signedUpAt: isLead ? null : createdAt,
    unsubscribed: random.chance(0.06),
    createdAt,
    customAttributes: isLead
      ? {}
      : { loyalty_tier: random.pick(['none', 'silver', 'gold']), orders: random.int(0, 40) },
  })
  contact.language = country.language
  contact.country = country.name
  contact.region = country.region
  contact.city = random.pick(country.cities)
  contact.browser = random.pick(['chrome', 'safari', 'firefox', 'edge'])
  contact.os = random.pick(['Windows', 'OS X', 'Android', 'iOS', 'Linux'])
  contact.hardBounced = random.chance(0.01)
  contact.lastSeenAt = random.chance(0.9) ? createdAt + Math.floor(random.next() * (now - createdAt)) : null
  contact.updatedAt = contact.lastSeenAt ?? createdAt
  return contact
}

function decorate(world: World, random: Random, contact: Contact): void {
  const admin = random.pick(world.admins)
  const appliedBy = { type: 'admin', id: admin.id }
  const tagged = (name: string): void => {
    const tag = [...world.tags.values()].find((candidate) => candidate.name === name)
    if (tag) contact.tags.push({ id: tag.id, appliedAt: contact.updatedAt, appliedBy })
  }
  if (random.chance(0.04)) tagged('VIP')
  if (contact.companyIds.length > 0 && random.chance(0.4)) tagged('Trade')
  if (random.chance(0.1)) contact.ownerId = admin.id
  if (!random.chance(0.05)) return
  const id = nextId(world, 'note')
  world.notes.set(id, {
    id,
    about: { type: 'contact', id: contact.id },
    authorId: admin.id,
    body: `<p>${random.pick(notes)}</p>`,
    createdAt: contact.updatedAt,
  })
  contact.noteIds.push(id)
}

const notes = [
  'Prefers to be called in the afternoon.',
  'Had two late parcels in spring, be generous.',
  'Runs a shop of their own; ask about trade prices.',
  'Writes in Spanish or English, both are fine.',
]
