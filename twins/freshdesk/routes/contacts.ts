import { json } from '../../exchange.ts'
import { createContact, updateContact } from '../acts/contacts.ts'
import type { ContactFields } from '../acts/contacts.ts'
import { booleanIn, nullableNumberIn, nullableTextIn, objectIn, textIn, textsIn } from '../check.ts'
import type { Body, FieldRules } from '../check.ts'
import { invalid, invalidValue, missingField, notAllowedNow } from '../errors.ts'
import { isRecord } from '../../exchange.ts'
import { customFieldErrors } from '../fields.ts'
import type { Contact } from '../records.ts'
import { renderContact, renderListedContact } from '../render/people.ts'
import { getContact } from '../world.ts'
import type { World } from '../world.ts'
import { bodyOf, created, idIn, numberOf, pageReply, timeOf, wordOf } from './call.ts'
import type { ApiCall, Routes } from './call.ts'

/** What writing a contact takes. */
export const contactRules: FieldRules = {
  name: { kind: 'string' },
  email: { kind: 'string', nullable: true },
  phone: { kind: 'string', nullable: true },
  mobile: { kind: 'string', nullable: true },
  twitter_id: { kind: 'string', nullable: true },
  social_handler: { kind: 'objects' },
  unique_external_id: { kind: 'string', nullable: true },
  other_emails: { kind: 'strings' },
  company_id: { kind: 'integer', nullable: true },
  view_all_tickets: { kind: 'boolean' },
  other_companies: { kind: 'objects' },
  address: { kind: 'string', nullable: true },
  custom_fields: { kind: 'object' },
  description: { kind: 'string', nullable: true },
  job_title: { kind: 'string', nullable: true },
  language: { kind: 'string' },
  tags: { kind: 'strings' },
  time_zone: { kind: 'string' },
}

/** Contacts; what is done to whole ones is apart. */
export const contactRoutes: Routes = {
  'GET /contacts': {
    needs: 'manage_contacts',
    paged: true,
    limited: 'contactList',
    // The reference's own name of it begins with an underscore; the contract's does not.
    query: [
      'email',
      'mobile',
      'phone',
      'company_id',
      'state',
      'contact_type',
      'updated_since',
      '_updated_since',
      'unique_external_id',
    ],
    answer: (call) => pageReply(call, listed(call), renderListedContact),
  },
  'POST /contacts': {
    needs: 'manage_contacts',
    answer(call) {
      const fields = contactFieldsIn(call.world, bodyOf(call, contactRules))
      if (fields.name === undefined || fields.name === '') throw missingField('name')
      const contact = createContact(call.world, { ...fields, name: fields.name })
      return created(call, `/contacts/${contact.id}`, renderContact(contact))
    },
  },
  'GET /contacts/{contact_id}': {
    needs: 'manage_contacts',
    answer: (call) => json(renderContact(getContact(call.world, idIn(call, 'contact_id')))),
  },
  'PUT /contacts/{contact_id}': {
    needs: 'manage_contacts',
    answer(call) {
      const contact = aliveContact(call, 'PUT')
      updateContact(call.world, contact, contactFieldsIn(call.world, bodyOf(call, contactRules), contact))
      return json(renderContact(contact))
    },
  },
  'GET /contacts/autocomplete': {
    needs: 'manage_contacts',
    query: ['term'],
    answer(call) {
      const term = call.query.get('term')
      if (term === null || term === '') throw missingField('term')
      const found = [...call.world.contacts.values()].filter(({ deleted, name }) => !deleted && begins(name, term))
      return json(found.slice(0, 20).map(({ id, name }) => ({ id, name })))
    },
  },
}

/** Whether one of a name's words begins with a term. It finds no middles of words. Source: the provider's notes. */
export function begins(name: string, term: string): boolean {
  const wanted = term.toLowerCase()
  const whole = name.toLowerCase()
  return whole.startsWith(wanted) || whole.split(/[\s.@_-]+/).some((word) => word.startsWith(wanted))
}

/** The contact a path names, unless it is in the trash or blocked. @throws 404, 405 */
export function aliveContact(call: ApiCall, method: string): Contact {
  const contact = getContact(call.world, idIn(call, 'contact_id'))
  if (contact.deleted || contact.blocked) throw notAllowedNow(method, ['GET'])
  return contact
}

/** What a body says of a contact. @throws 400 */
export function contactFieldsIn(world: World, body: Body, before?: Contact): ContactFields {
  const custom = objectIn(body, 'custom_fields')
  const errors = customFieldErrors(custom ?? {}, world.account.contactFields)
  if (errors.length > 0) throw invalid(errors)
  const companyId = nullableNumberIn(body, 'company_id')
  if (companyId != null && !world.companies.has(companyId)) {
    throw invalidValue('company_id', 'There is no company matching the given company_id')
  }
  const email = nullableTextIn(body, 'email')
  const fields: Record<keyof ContactFields, unknown> = {
    name: textIn(body, 'name'),
    email: typeof email === 'string' ? email.toLowerCase() : email,
    phone: nullableTextIn(body, 'phone'),
    mobile: nullableTextIn(body, 'mobile'),
    twitter_id: nullableTextIn(body, 'twitter_id'),
    unique_external_id: nullableTextIn(body, 'unique_external_id'),
    other_emails: textsIn(body, 'other_emails')?.map((address) => address.toLowerCase()),
    company_id: companyId,
    view_all_tickets: booleanIn(body, 'view_all_tickets'),
    other_companies: otherCompaniesIn(world, body),
    address: nullableTextIn(body, 'address'),
    custom_fields: custom && { ...before?.custom_fields, ...custom },
    description: nullableTextIn(body, 'description'),
    job_title: nullableTextIn(body, 'job_title'),
    language: textIn(body, 'language'),
    tags: textsIn(body, 'tags'),
    time_zone: textIn(body, 'time_zone'),
    active: undefined,
    contact_type: undefined,
    facebook_id: undefined,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function otherCompaniesIn(world: World, body: Body): Contact['other_companies'] | undefined {
  const raw = body['other_companies']
  if (!Array.isArray(raw)) return undefined
  return raw.filter(isRecord).map((one) => {
    const id = one['company_id']
    if (typeof id !== 'number' || !world.companies.has(id)) {
      throw invalidValue('other_companies', 'There is no company matching the given company_id')
    }
    return { company_id: id, view_all_tickets: one['view_all_tickets'] === true }
  })
}

function listed(call: ApiCall): Contact[] {
  const { query } = call
  const state = wordOf(call, 'state', ['blocked', 'deleted', 'unverified', 'verified'])
  const since = timeOf(call, 'updated_since') ?? timeOf(call, '_updated_since')
  const companyId = numberOf(call, 'company_id')
  const [email, type] = [query.get('email')?.toLowerCase(), query.get('contact_type')]
  const equal = (name: 'mobile' | 'phone' | 'unique_external_id', contact: Contact): boolean =>
    query.get(name) === null || contact[name] === query.get(name)
  return [...call.world.contacts.values()]
    .filter(
      (one) =>
        isIn(one, state) &&
        (since === null || one.updated_at >= since) &&
        (companyId === null || one.company_id === companyId) &&
        (email === undefined || one.email === email || one.other_emails.includes(email)) &&
        (type === null || one.contact_type === type) &&
        equal('mobile', one) &&
        equal('phone', one) &&
        equal('unique_external_id', one),
    )
    .toSorted((left, right) => (left.name < right.name ? -1 : left.name > right.name ? 1 : left.id - right.id))
}

/** Lists leave out whoever is deleted or blocked, unless they are asked for. */
function isIn(contact: Contact, state: string | null): boolean {
  if (state === 'deleted') return contact.deleted
  if (contact.deleted) return false
  if (state === 'blocked') return contact.blocked
  if (contact.blocked) return false
  return state === null || contact.active === (state === 'verified')
}
