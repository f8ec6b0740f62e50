import { announceContact } from '../announce.ts'
import { refuseUnknownData } from '../data-attributes.ts'
import { apiError, invalid } from '../errors.ts'
import { renderAppliedTag } from '../render/applied-tag.ts'
import { renderContact } from '../render/contact.ts'
import type { AppliedTag, Author, Company, Contact, Tag } from '../records.ts'
import type { World } from '../world.ts'

/** The fields of a contact that can be written. */
export type ContactFields = Partial<
  Pick<
    Contact,
    | 'role'
    | 'externalId'
    | 'email'
    | 'phone'
    | 'name'
    | 'avatar'
    | 'ownerId'
    | 'signedUpAt'
    | 'lastSeenAt'
    | 'unsubscribed'
    | 'customAttributes'
  >
>

/** Adds a contact without telling anybody. */
export function addContact(world: World, id: string, fields: ContactFields & { createdAt?: number }): Contact {
  const now = fields.createdAt ?? world.clock.seconds()
  const contact: Contact = {
    id,
    externalId: null,
    role: 'user',
    email: null,
    phone: null,
    name: null,
    avatar: null,
    ownerId: null,
    language: null,
    browser: null,
    os: null,
    country: null,
    region: null,
    city: null,
    unsubscribed: false,
    hardBounced: false,
    markedAsSpam: false,
    archived: false,
    blocked: false,
    signedUpAt: null,
    lastSeenAt: null,
    lastRepliedAt: null,
    lastContactedAt: null,
    customAttributes: {},
    tags: [],
    companyIds: [],
    noteIds: [],
    merges: [],
    ...fields,
    createdAt: now,
    updatedAt: now,
  }
  world.contacts.set(id, contact)
  return contact
}

/** @throws 409 with the id of the user that is already there, archived ones included */
export function createContact(world: World, fields: ContactFields): Contact {
  refuseUnknownData('contact', fields.customAttributes ?? {})
  const role = fields.role ?? (fields.email != null || fields.externalId != null ? 'user' : 'lead')
  refuseDuplicate(world, { ...fields, role }, null)
  const contact = addContact(world, world.random.hex(24), { ...fields, role })
  if (role === 'lead') contact.externalId ??= world.random.uuid()
  announceContact(world, 'created', contact)
  return contact
}

/** Changes what is given and leaves the rest. Custom attributes are merged, a null one is removed. */
export function updateContact(world: World, contact: Contact, fields: ContactFields): void {
  refuseUnknownData('contact', fields.customAttributes ?? {})
  refuseDuplicate(world, { role: contact.role, ...fields }, contact)
  const { customAttributes, ...plain } = fields
  const unsubscribes = fields.unsubscribed === true && !contact.unsubscribed
  Object.assign(contact, plain)
  if (customAttributes) {
    const merged = Object.entries({ ...contact.customAttributes, ...customAttributes })
    contact.customAttributes = Object.fromEntries(merged.filter(([, value]) => value !== null))
  }
  contact.updatedAt = world.clock.seconds()
  announceContact(world, 'updated', contact)
  if (unsubscribes) world.announce('contact.unsubscribed', renderContact(world, contact))
}

function refuseDuplicate(world: World, fields: ContactFields, except: Contact | null): void {
  if (fields.role !== 'user') return
  const email = fields.email?.toLowerCase()
  for (const other of world.contacts.values()) {
    if (other === except || other.role !== 'user') continue
    const sameId = fields.externalId != null && other.externalId === fields.externalId
    const sameEmail = email !== undefined && other.email?.toLowerCase() === email
    if (!sameId && !sameEmail) continue
    const state = other.archived ? 'An archived contact' : 'A contact'
    throw apiError(409, 'conflict', `${state} matching those details already exists with id=${other.id}`)
  }
}

/** Turns a lead into a user that exists; everything of the lead's is the user's from then on. */
export function mergeContacts(world: World, from: Contact, into: Contact, options: { readonly anyway: boolean }): void {
  if (from.role !== 'lead' || into.role !== 'user') throw invalid('Only a lead can be merged into a user')
  const same = (left: string | null, right: string | null): boolean => left !== null && left === right
  if (!options.anyway && !same(from.email, into.email) && !same(from.phone, into.phone)) {
    throw apiError(
      400,
      'invalid_merge',
      'Contacts can only be merged when they are duplicates (matching email or phone). Pass skip_duplicate_validation=true to override this check.',
    )
  }
  const now = world.clock.seconds()
  const moved = (ids: string[]): string[] => [...new Set(ids.map((id) => (id === from.id ? into.id : id)))]
  for (const conversation of world.conversations.values()) conversation.contactIds = moved(conversation.contactIds)
  for (const ticket of world.tickets.values()) ticket.contactIds = moved(ticket.contactIds)
  into.companyIds = [...new Set([...into.companyIds, ...from.companyIds])]
  into.noteIds.push(...from.noteIds)
  into.tags.push(...from.tags.filter((tag) => !into.tags.some((present) => present.id === tag.id)))
  into.merges.push({ sourceId: from.id, sourceRole: from.role, at: now })
  into.updatedAt = now
  world.contacts.delete(from.id)
  world.merged.set(from.id, into.id)
  world.announce('contact.merged', renderContact(world, into, { mergeHistory: true }))
}

/** Hides a contact from lists and searches. */
export function archiveContact(world: World, contact: Contact): void {
  contact.archived = true
  contact.updatedAt = world.clock.seconds()
  world.announce('contact.archived', renderContact(world, contact))
}

/** Brings an archived contact back. */
export function unarchiveContact(world: World, contact: Contact): void {
  contact.archived = false
  contact.updatedAt = world.clock.seconds()
  announceContact(world, 'updated', contact)
}

/** Refuses what a contact writes from now on, and hides it. */
export function blockContact(world: World, contact: Contact): void {
  contact.blocked = true
  archiveContact(world, contact)
}

/** Removes a contact for good; its conversations stay. `silently` leaves out the webhook, as when one is lost. */
export function deleteContact(world: World, contact: Contact, options: { readonly silently: boolean }): void {
  world.contacts.delete(contact.id)
  if (options.silently) return
  world.announce('contact.deleted', { type: 'contact', id: contact.id, external_id: contact.externalId })
}

/** Puts a tag on a contact. */
export function tagContact(world: World, contact: Contact, tag: Tag, author: Author): AppliedTag {
  const present = contact.tags.find((applied) => applied.id === tag.id)
  if (present) return present
  const now = world.clock.seconds()
  const applied = { id: tag.id, appliedAt: now, appliedBy: { type: author.type, id: author.id } }
  contact.tags.push(applied)
  contact.updatedAt = now
  announceTag(world, 'created', contact, applied)
  return applied
}

/** Takes a tag off a contact. */
export function untagContact(world: World, contact: Contact, tag: Tag): AppliedTag {
  const applied = contact.tags.find((candidate) => candidate.id === tag.id)
  if (!applied) throw apiError(404, 'tag_not_found', 'Tag not found')
  contact.tags = contact.tags.filter((candidate) => candidate !== applied)
  contact.updatedAt = world.clock.seconds()
  announceTag(world, 'deleted', contact, applied)
  return applied
}

function announceTag(world: World, change: 'created' | 'deleted', contact: Contact, tag: AppliedTag): void {
  world.announce(`contact.${contact.role}.tag.${change}`, {
    type: 'contact_tag',
    created_at: world.clock.seconds(),
    tag: renderAppliedTag(world, tag),
    contact: renderContact(world, contact),
  })
}

/** Makes a contact one of a company's people. */
export function attachCompany(world: World, contact: Contact, company: Company): void {
  if (contact.companyIds.includes(company.id)) return
  contact.companyIds.push(company.id)
  contact.updatedAt = world.clock.seconds()
  announceContact(world, 'updated', contact)
}

/** Takes a contact out of a company. */
export function detachCompany(world: World, contact: Contact, company: Company): void {
  if (!contact.companyIds.includes(company.id)) throw apiError(404, 'company_not_found', 'Company Not Found')
  contact.companyIds = contact.companyIds.filter((id) => id !== company.id)
  contact.updatedAt = world.clock.seconds()
  announceContact(world, 'updated', contact)
}
