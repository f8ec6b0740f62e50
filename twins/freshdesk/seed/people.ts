import { asciiOf, countries } from '../../corpus/people.ts'
import { companyNames, industries } from '../../corpus/shop.ts'
import type { Random } from '../../random.ts'
import { newContact } from '../acts/contacts.ts'
import type { Account, CustomField } from '../account.ts'
import type { Contact, CustomFields } from '../records.ts'
import { newCompany } from '../routes/companies.ts'
import { iso } from '../../iso.ts'
import { nextId } from '../../world.ts'
import type { World } from '../world.ts'

const dayMs = 86_400_000

/** People go back this many days; most are older than the oldest ticket. */
const peopleDays = 500

/** Adds companies. */
export function seedCompanies(world: World, random: Random, count: number): void {
  const now = world.clock.now().getTime()
  const { beginnings, ends } = companyNames
  for (let index = 0; index < count; index += 1) {
    const round = Math.floor(index / (beginnings.length * ends.length))
    const name = `${beginnings[index % beginnings.length]} ${ends[Math.floor(index / beginnings.length) % ends.length]}${round > 0 ? ` ${round + 1}` : ''}`
    const madeMs = now - Math.floor(peopleDays * dayMs * (1 - index / count)) - random.int(0, 3_600_000)
    const company = newCompany(world, nextId(world, 'company'), iso(new Date(madeMs)))
    Object.assign(company, {
      name,
      description: random.chance(0.4) ? `${name} buys for its own use` : null,
      note: random.chance(0.2) ? 'Pays by invoice' : null,
      domains: random.chance(0.8) ? [`${asciiOf(name)}.example`] : [],
      health_score: random.chance(0.5) ? random.pick(['At risk', 'Doing okay', 'Happy']) : null,
      account_tier: random.chance(0.5) ? random.pick(['Basic', 'Premium', 'Enterprise']) : null,
      renewal_date: random.chance(0.3) ? iso(new Date(now + random.int(10, 300) * dayMs)) : null,
      industry: random.chance(0.7) ? random.pick(industries) : null,
      updated_at: iso(new Date(madeMs + Math.floor(random.next() * (now - madeMs)))),
      custom_fields: seededFields(world.account.companyFields, random),
    })
    world.companies.set(company.id, company)
  }
}

/** Adds contacts: most with an address, some with a number or a handle only, a few deleted or blocked. */
export function seedContacts(world: World, random: Random, count: number): void {
  const companyIds = [...world.companies.keys()]
  for (let index = 0; index < count; index += 1) {
    const contact = seedContact(world, random, { index, count })
    if (companyIds.length > 0 && random.chance(0.3)) contact.company_id = random.pick(companyIds)
    if (contact.company_id !== null && random.chance(0.1)) {
      contact.other_companies = [{ company_id: random.pick(companyIds), view_all_tickets: false }]
    }
    world.contacts.set(contact.id, contact)
  }
}

function seedContact(world: World, random: Random, place: { index: number; count: number }): Contact {
  const now = world.clock.now().getTime()
  const country = countries[random.skewed(countries.length)] ?? random.pick(countries)
  const [first, last] = [random.pick(country.firstNames), random.pick(country.lastNames)]
  const madeMs = now - Math.floor(peopleDays * dayMs * (1 - place.index / place.count)) - random.int(0, 600_000)
  const contact = newContact(world, nextId(world, 'user'), iso(new Date(madeMs)))
  const reached = random.next()
  const phone = `${country.dialCode}${random.int(200_000_000, 799_999_999)}`
  const mail = `${asciiOf(first)}.${asciiOf(last)}${place.index + 1}@${random.pick(country.mailHosts)}`
  return Object.assign(contact, {
    name: `${first} ${last}`,
    email: reached < 0.9 ? mail : null,
    phone: reached >= 0.9 && reached < 0.97 ? phone : random.chance(0.2) ? phone : null,
    mobile: random.chance(0.15) ? phone : null,
    twitter_id: reached >= 0.97 ? `${asciiOf(first)}${place.index}` : null,
    unique_external_id: random.chance(0.5) ? `u-${place.index + 1}` : null,
    active: random.chance(0.6),
    job_title: random.chance(0.2) ? 'Buyer' : null,
    address: random.chance(0.2) ? random.pick(country.cities) : null,
    language: country.language,
    tags: random.chance(0.05) ? ['vip'] : [],
    custom_fields: seededFields(world.account.contactFields, random),
    updated_at: iso(new Date(madeMs + Math.floor(random.next() * (now - madeMs)))),
    deleted: place.index > 10 && random.chance(0.01),
    blocked: place.index > 10 && random.chance(0.005),
  })
}

/** Values for an account's own fields, half of them empty. */
export function seededFields(fields: Account['ticketFields'], random: Random): CustomFields {
  return Object.fromEntries(fields.map((field) => [field.name, random.chance(0.5) ? valueOf(field, random) : null]))
}

function valueOf({ type, choices }: CustomField, random: Random): unknown {
  switch (type) {
    case 'custom_number':
      return random.int(0, 9_000)
    case 'custom_checkbox':
      return random.chance(0.3)
    case 'custom_date':
      return `2026-0${random.int(1, 9)}-1${random.int(0, 9)}`
    case 'custom_text':
      return `#${random.int(10_000, 99_999)}`
    case 'custom_dropdown':
      return random.pick(choices ?? [''])
  }
}
