import { json } from '../../exchange.ts'
import { attachCompany, detachCompany, tagContact, untagContact } from '../acts/contacts.ts'
import { apiError } from '../errors.ts'
import { renderAppliedTag, renderAppliedTags } from '../render/applied-tag.ts'
import { renderCompany } from '../render/company.ts'
import { renderNote } from '../render/contact.ts'
import { renderSegment } from '../render/staff.ts'
import type { Contact, Note } from '../records.ts'
import { adminAuthor, getCompany, getContact, getTag, nextId } from '../world.ts'
import type { World } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { optionalText, param, requiredText } from './call.ts'
import { numberedPage } from './numbered.ts'

const contactOf = (call: ApiCall): Contact => getContact(call.world, param(call, 'id'))

/** What hangs on contacts: tags, notes, companies, segments. */
export const contactLinkRoutes: Readonly<Record<string, ApiHandler>> = {
  'GET /contacts/{id}/tags': (call) => {
    const contact = contactOf(call)
    return json({ type: 'list', data: renderAppliedTags(call.world, contact.tags) })
  },
  'POST /contacts/{id}/tags'(call) {
    const contact = contactOf(call)
    const tag = getTag(call.world, requiredText(call.body, 'id'))
    return json(renderAppliedTag(call.world, tagContact(call.world, contact, tag, adminAuthor(call.caller))))
  },
  'DELETE /contacts/{id}/tags/{tag_id}'(call) {
    const contact = contactOf(call)
    const tag = getTag(call.world, param(call, 'tag_id'))
    return json(renderAppliedTag(call.world, untagContact(call.world, contact, tag)))
  },
  'GET /contacts/{id}/notes'(call) {
    const contact = contactOf(call)
    const notes = contact.noteIds.flatMap((id) => call.world.notes.get(id) ?? [])
    const page = numberedPage(call, notes.toReversed(), { usual: 50, max: 150, next: 'none' })
    return json({
      type: 'list',
      data: page.items.map((note) => renderNote(call.world, note)),
      total_count: page.total,
      pages: page.pages,
    })
  },
  'POST /contacts/{id}/notes'(call) {
    const contact = contactOf(call)
    const note = addNote(call, { type: 'contact', id: contact.id })
    contact.noteIds.push(note.id)
    contact.updatedAt = note.createdAt
    return json(renderNote(call.world, note))
  },
  'GET /notes/{id}'(call) {
    const note = call.world.notes.get(param(call, 'id'))
    if (!note) throw apiError(404, 'not_found', 'Resource not found')
    return json(renderNote(call.world, note))
  },
  'GET /contacts/{id}/companies'(call) {
    const contact = contactOf(call)
    const companies = contact.companyIds.flatMap((id) => call.world.companies.get(id) ?? [])
    const page = numberedPage(call, companies, { usual: 50, max: 150, next: 'url' })
    return json({
      type: 'list',
      data: page.items.map((company) => renderCompany(call.world, company)),
      total_count: page.total,
      pages: page.pages,
    })
  },
  'POST /contacts/{id}/companies'(call) {
    const contact = contactOf(call)
    const companyId = optionalText(call.body, 'id')
    if (companyId === undefined) throw apiError(400, 'parameter_not_found', 'company not specified')
    const company = getCompany(call.world, companyId)
    attachCompany(call.world, contact, company)
    return json(renderCompany(call.world, company))
  },
  'DELETE /contacts/{id}/companies/{company_id}'(call) {
    const contact = contactOf(call)
    const company = getCompany(call.world, param(call, 'company_id'))
    detachCompany(call.world, contact, company)
    return json(renderCompany(call.world, company))
  },
  'GET /contacts/{id}/segments'(call) {
    const contact = contactOf(call)
    const held = segmentsOf(call.world, contact)
    return json({ type: 'list', data: held })
  },
}

/** Writes a note, by the admin the body names or nobody. */
export function addNote(call: ApiCall, about: Note['about']): Note {
  const { world } = call
  const authorId = optionalText(call.body, 'admin_id') ?? null
  if (authorId !== null && !world.admins.some((admin) => admin.id === authorId)) {
    throw apiError(404, 'not_found', 'Resource Not Found')
  }
  const note = {
    id: nextId(world, 'note'),
    about,
    authorId,
    body: requiredText(call.body, 'body'),
    createdAt: world.clock.seconds(),
  }
  world.notes.set(note.id, note)
  return note
}

function segmentsOf(world: World, contact: Contact): Record<string, unknown>[] {
  const now = world.clock.seconds()
  return world.segments.filter((segment) => segment.holds(contact, now)).map((segment) => renderSegment(world, segment))
}
