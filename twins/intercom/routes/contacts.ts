import { json } from '../../exchange.ts'
import {
  archiveContact,
  blockContact,
  createContact,
  deleteContact,
  mergeContacts,
  unarchiveContact,
  updateContact,
} from '../acts/contacts.ts'
import type { ContactFields } from '../acts/contacts.ts'
import { apiError, invalid } from '../errors.ts'
import { parsePerPage } from '../page.ts'
import type { Contact } from '../records.ts'
import { renderContact, renderContactReference, renderMerges } from '../render/contact.ts'
import { contactSearch } from '../search/contacts.ts'
import { getContact } from '../world.ts'
import type { World } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { nullableInteger, nullableText, optionalBoolean, optionalObject, optionalText } from './call.ts'
import { param, requiredText } from './call.ts'
import { envelope, listPage, searchPage } from './searching.ts'

/** Fifty rows unless told, at most 150. Source: the provider's notes; the list's own limit is not stated anywhere. */
const limits = { usual: 50, max: 150 }

const contactOf = (call: ApiCall): Contact => getContact(call.world, param(call, 'id'))
const mergeHistory = (call: ApiCall): { mergeHistory: boolean } => ({
  mergeHistory: call.request.query.get('include_merge_history') === 'true',
})
const shown = (call: ApiCall, contact: Contact) => json(renderContact(call.world, contact, mergeHistory(call)))

/** Contacts themselves. */
export const contactRoutes: Readonly<Record<string, ApiHandler>> = {
  'GET /contacts': (call) =>
    envelope(listPage(call, visible(call.world), limits), { type: 'list', rows: 'data' }, (contact) =>
      renderContact(call.world, contact, mergeHistory(call)),
    ),
  'POST /contacts/search': (call) =>
    envelope(
      searchPage(call, visible(call.world), { rules: contactSearch(call.world), limits }),
      { type: 'list', rows: 'data' },
      (contact) => renderContact(call.world, contact, mergeHistory(call)),
    ),
  'GET /contacts/{id}'(call) {
    const contact = contactOf(call)
    // Source: intercom/intercom-ruby, issue 561, read 2026-11-29: an archived contact is not found by its id either.
    if (contact.archived) throw notFound()
    return shown(call, contact)
  },
  'GET /contacts/find_by_external_id/{external_id}'(call) {
    const externalId = param(call, 'external_id')
    const found = visible(call.world).find((contact) => contact.externalId === externalId)
    if (!found) throw notFound()
    return shown(call, found)
  },
  'POST /contacts'(call) {
    const fields = fieldsOf(call)
    if (fields.email === undefined && fields.externalId === undefined && fields.role === undefined) {
      throw invalid('one of email, external_id or role is required')
    }
    return shown(call, createContact(call.world, fields))
  },
  'PUT /contacts/{id}'(call) {
    const contact = contactOf(call)
    updateContact(call.world, contact, fieldsOf(call))
    return shown(call, contact)
  },
  'DELETE /contacts/{id}'(call) {
    const contact = contactOf(call)
    deleteContact(call.world, contact, { silently: false })
    return json({ ...renderContactReference(contact), deleted: true })
  },
  'POST /contacts/merge'(call) {
    const from = getContact(call.world, requiredText(call.body, 'from'))
    const into = getContact(call.world, requiredText(call.body, 'into'))
    mergeContacts(call.world, from, into, { anyway: optionalBoolean(call.body, 'skip_duplicate_validation') ?? false })
    return shown(call, into)
  },
  'POST /contacts/{id}/archive'(call) {
    const contact = contactOf(call)
    archiveContact(call.world, contact)
    return json({ ...renderContactReference(contact), archived: true })
  },
  'POST /contacts/{id}/unarchive'(call) {
    const contact = contactOf(call)
    unarchiveContact(call.world, contact)
    return json({ ...renderContactReference(contact), archived: false })
  },
  'POST /contacts/{id}/block'(call) {
    const contact = contactOf(call)
    blockContact(call.world, contact)
    return json({ ...renderContactReference(contact), blocked: true })
  },
  'GET /contacts/{id}/merge_history'(call) {
    const contact = contactOf(call)
    if (contact.role === 'lead') throw apiError(404, 'not_found', 'Contact not found')
    const { query } = call.request
    const perPage = parsePerPage(query.get('per_page'), limits)
    const start = Number(Buffer.from(query.get('cursor') ?? '', 'base64').toString('utf8') || 0)
    if (!Number.isInteger(start)) throw invalid('cursor is not valid')
    const all = renderMerges(contact)
    const ordered = query.get('order') === 'asc' ? all.toReversed() : all
    const more = start + perPage < ordered.length
    return json({
      type: 'list',
      data: ordered.slice(start, start + perPage),
      next_cursor: more ? Buffer.from(String(start + perPage)).toString('base64') : null,
      has_more: more,
    })
  },
}

const notFound = () => apiError(404, 'not_found', 'User Not Found')

function visible(world: World): Contact[] {
  return [...world.contacts.values()].filter((contact) => !contact.archived)
}

function fieldsOf(call: ApiCall): ContactFields {
  const { body } = call
  const role = optionalText(body, 'role')
  if (role !== undefined && role !== 'user' && role !== 'lead') throw invalid('role must be user or lead')
  if (optionalBoolean(body, 'email_verified') !== undefined && body['email'] === undefined) {
    throw invalid('email_verified must come with an email')
  }
  return withoutUndefined({
    role,
    externalId: nullableText(body, 'external_id'),
    email: nullableText(body, 'email'),
    phone: nullableText(body, 'phone'),
    name: nullableText(body, 'name'),
    avatar: nullableText(body, 'avatar'),
    ownerId: nullableText(body, 'owner_id'),
    signedUpAt: nullableInteger(body, 'signed_up_at'),
    lastSeenAt: nullableInteger(body, 'last_seen_at'),
    unsubscribed: optionalBoolean(body, 'unsubscribed_from_emails'),
    customAttributes: optionalObject(body, 'custom_attributes'),
  })
}

/** Only the fields that were sent: what was not asked for must not be overwritten. */
function withoutUndefined<Fields extends object>(
  fields: Fields,
): {
  [Name in keyof Fields]?: Exclude<Fields[Name], undefined>
} {
  const sent: { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) Object.assign(sent, { [name]: value })
  }
  return sent
}
