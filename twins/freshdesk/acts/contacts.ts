import { invalid, invalidValue, missingField, taken } from '../errors.ts'
import type { Contact } from '../records.ts'
import { lagBehind } from '../../index-lag.ts'
import { contactRow } from '../search/indexing.ts'
import { nextId, nowIn } from '../../world.ts'
import type { World } from '../world.ts'
import { withAllFields } from '../fields.ts'

/** What can be said of a contact. Fields left out stay as they are. */
export type ContactFields = Partial<Omit<Contact, 'id' | 'created_at' | 'updated_at' | 'deleted' | 'blocked'>>

/** At least one of these names a contact. */
const identifying = ['email', 'phone', 'mobile', 'twitter_id', 'unique_external_id', 'facebook_id'] as const

/** What no two contacts share. */
const unique = ['email', 'twitter_id', 'unique_external_id'] as const

/** Adds somebody. @throws 400 nothing names them, 409 somebody else has that address, handle or id */
export function createContact(world: World, fields: ContactFields & { readonly name: string }): Contact {
  if (identifying.every((name) => (fields[name] ?? '') === '')) {
    throw missingField(
      'email',
      'Please fill at least 1 of email, mobile, phone, twitter_id, unique_external_id fields.',
    )
  }
  refuseClash(world, fields, null)
  const contact = { ...newContact(world, nextId(world, 'user'), nowIn(world)), ...fields }
  lagBehind(world, `contacts ${contact.id}`, null)
  world.contacts.set(contact.id, contact)
  return contact
}

/** A contact of whom nothing is known. */
export function newContact(world: World, id: number, at: string): Contact {
  return {
    id,
    active: false,
    address: null,
    company_id: null,
    view_all_tickets: false,
    custom_fields: withAllFields(world.account.contactFields, {}),
    description: null,
    email: null,
    contact_type: 'contact',
    job_title: null,
    language: 'en',
    mobile: null,
    name: '',
    other_emails: [],
    phone: null,
    tags: [],
    time_zone: world.account.timeZone,
    twitter_id: null,
    unique_external_id: null,
    facebook_id: null,
    other_companies: [],
    created_at: at,
    updated_at: at,
    deleted: false,
    blocked: false,
  }
}

/** Changes somebody. @throws 400 nothing would name them any more, 409 */
export function updateContact(world: World, contact: Contact, fields: ContactFields): void {
  refuseClash(world, fields, contact.id)
  if (identifying.every((name) => ({ ...contact, ...fields })[name] == null)) {
    throw missingField(
      'email',
      'Please fill at least 1 of email, mobile, phone, twitter_id, unique_external_id fields.',
    )
  }
  change(world, contact, () => Object.assign(contact, fields))
}

/** Moves somebody to the trash, or brings them back. They stay readable by id. */
export function setDeleted(world: World, contact: Contact, state: 'deleted' | 'restored'): void {
  change(world, contact, () => {
    contact.deleted = state === 'deleted'
  })
}

/** Removes somebody for good. Their tickets go on naming an id that is not there any more. */
export function hardDelete(world: World, contact: Contact): void {
  lagBehind(world, `contacts ${contact.id}`, contactRow(contact))
  world.contacts.delete(contact.id)
}

/** Makes one contact of several: the others end, and what was theirs is the first one's. */
export function mergeContacts(world: World, primary: Contact, others: readonly Contact[], fields: ContactFields): void {
  if (others.length === 0) throw invalidValue('secondary_contact_ids', 'It should contain at least one contact.')
  if (others.includes(primary))
    throw invalidValue('secondary_contact_ids', 'It should not contain the primary contact.')
  for (const other of others) {
    hardDelete(world, other)
    for (const ticket of world.tickets.values()) {
      if (ticket.requester_id === other.id) ticket.requester_id = primary.id
    }
  }
  change(world, primary, () => {
    const emails = others.flatMap((other) => [other.email, ...other.other_emails])
    primary.other_emails = [...new Set([...primary.other_emails, ...emails.filter((email) => email !== null)])]
    primary.phone ??= others.find((other) => other.phone !== null)?.phone ?? null
    primary.company_id ??= others.find((other) => other.company_id !== null)?.company_id ?? null
    primary.tags = [...new Set([...primary.tags, ...others.flatMap((other) => other.tags)])]
    Object.assign(primary, fields)
  })
}

/** Whom a ticket's fields name. An address, a number with a name, or a handle that nobody has makes a new contact. */
export function requesterFor(
  world: World,
  who: {
    readonly requesterId?: number | undefined
    readonly name?: string | undefined
    readonly email?: string | undefined
    readonly phone?: string | undefined
    readonly twitterId?: string | undefined
    readonly facebookId?: string | undefined
    readonly externalId?: string | undefined
  },
): Contact {
  const { requesterId, email, phone, twitterId, facebookId, externalId } = who
  const alive = [...world.contacts.values()].filter(({ deleted }) => !deleted)
  if (requesterId !== undefined) {
    return known(
      'requester_id',
      alive.find(({ id }) => id === requesterId),
    )
  }
  if (email !== undefined) {
    const address = email.toLowerCase()
    if (!/^[^\s@]+@[^\s@]+$/.test(address))
      throw invalidValue('email', 'It should be in the valid email address format')
    const found = alive.find((one) => one.email === address || one.other_emails.includes(address))
    return found ?? createContact(world, { name: who.name ?? address.split('@')[0] ?? address, email: address })
  }
  if (phone !== undefined) {
    const found = alive.find((one) => one.phone === phone || one.mobile === phone)
    if (found) return found
    if (who.name === undefined) throw missingField('name')
    return createContact(world, { name: who.name, phone })
  }
  if (twitterId !== undefined) {
    const found = alive.find((one) => one.twitter_id === twitterId)
    return found ?? createContact(world, { name: who.name ?? twitterId, twitter_id: twitterId })
  }
  // A contact with this id should exist: these two make nobody. Source: the reference's "Tickets" attributes.
  if (facebookId !== undefined)
    return known(
      'facebook_id',
      alive.find((one) => one.facebook_id === facebookId),
    )
  if (externalId !== undefined) {
    return known(
      'unique_external_id',
      alive.find((one) => one.unique_external_id === externalId),
    )
  }
  const message =
    'Please fill at least 1 of requester_id, phone, email, twitter_id, facebook_id, unique_external_id fields.'
  throw missingField('requester_id', message)
}

function known(field: string, contact: Contact | undefined): Contact {
  if (!contact) throw invalidValue(field, `There is no contact matching the given ${field}`)
  if (contact.blocked) throw invalidValue(field, 'The contact is blocked')
  return contact
}

function refuseClash(world: World, fields: ContactFields, exceptId: number | null): void {
  const address = fields.email?.toLowerCase()
  if (address !== undefined && !/^[^\s@]+@[^\s@]+$/.test(address)) {
    throw invalid([
      { field: 'email', message: 'It should be in the valid email address format', code: 'invalid_value' },
    ])
  }
  for (const name of unique) {
    const value = fields[name]
    if (value == null) continue
    const other = [...world.contacts.values()].find((one) => one.id !== exceptId && one[name] === value)
    const agent = name === 'email' ? [...world.agents.values()].find((one) => one.email === value) : undefined
    if (other ?? agent) throw taken(name, (other ?? agent)?.id)
  }
}

function change(world: World, contact: Contact, act: () => void): void {
  lagBehind(world, `contacts ${contact.id}`, contactRow(contact))
  act()
  contact.updated_at = nowIn(world)
}
