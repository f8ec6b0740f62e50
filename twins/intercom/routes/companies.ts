import { json } from '../../exchange.ts'
import { saveCompany, deleteCompany, updateCompany } from '../acts/companies.ts'
import type { CompanyFields } from '../acts/companies.ts'
import { apiError, invalid } from '../errors.ts'
import { peopleOf } from '../people.ts'
import { renderCompany } from '../render/company.ts'
import { renderContact, renderNote } from '../render/contact.ts'
import type { Company } from '../records.ts'
import { getCompany } from '../world.ts'
import type { World } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { nullableInteger, optionalObject, optionalText, param } from './call.ts'
import { addNote } from './contact-links.ts'
import { numberedPage } from './numbered.ts'
import type { Numbering } from './numbered.ts'
import { listPage } from './searching.ts'

/** No page reaches past this many companies. Source: the published 2.16 description. */
const listWall = 10_000

/** Fifteen rows unless told. The list's own limit is not stated anywhere. */
const limits: Numbering = { usual: 15, max: 150, next: 'number' }

const companyOf = (call: ApiCall): Company => getCompany(call.world, param(call, 'id'))

/** Companies; the scroll is apart. */
export const companyRoutes: Readonly<Record<string, ApiHandler>> = {
  'POST /companies/list': (call) => companyPage(call, listed(call.world)),
  'GET /companies'(call) {
    const { query } = call.request
    const companyId = query.get('company_id')
    const name = query.get('name')
    if (companyId !== null || name !== null) {
      const found = [...call.world.companies.values()].filter((company) =>
        companyId === null ? company.name === name : company.companyId === companyId,
      )
      if (found.length === 0) throw apiError(404, 'company_not_found', 'Company Not Found')
      return companyPage(call, found)
    }
    const tagId = query.get('tag_id')
    const rows = listed(call.world)
    return companyPage(call, tagId === null ? rows : rows.filter(({ tags }) => tags.some((tag) => tag.id === tagId)))
  },
  'POST /companies'(call) {
    const companyId = optionalText(call.body, 'company_id')
    if (companyId === undefined) throw apiError(400, 'bad_request', "bad 'company_id' parameter")
    return json(renderCompany(call.world, saveCompany(call.world, companyId, fieldsOf(call))))
  },
  'GET /companies/{id}': (call) => json(renderCompany(call.world, companyOf(call))),
  'PUT /companies/{id}'(call) {
    const company = companyOf(call)
    updateCompany(call.world, company, fieldsOf(call))
    return json(renderCompany(call.world, company))
  },
  'DELETE /companies/{id}'(call) {
    const company = companyOf(call)
    deleteCompany(call.world, company, { silently: false })
    return json({ id: company.id, object: 'company', deleted: true })
  },
  'GET /companies/{id}/contacts'(call) {
    const page = listPage(call, peopleOf(call.world, companyOf(call).id), { usual: 50, max: 150 })
    return json({
      type: 'list',
      data: page.items.map((contact) => renderContact(call.world, contact)),
      total_count: page.total,
      pages: page.pages,
    })
  },
  'GET /companies/{id}/segments': (call) => {
    companyOf(call)
    return json({ type: 'list', data: [] })
  },
  'GET /companies/{id}/notes'(call) {
    const notes = companyOf(call).noteIds.flatMap((id) => call.world.notes.get(id) ?? [])
    const page = numberedPage(call, notes.toReversed(), { usual: 50, max: 150, next: 'none' })
    return json({
      type: 'list',
      data: page.items.map((note) => renderNote(call.world, note)),
      total_count: page.total,
      pages: page.pages,
    })
  },
  'POST /companies/{id}/notes'(call) {
    const company = companyOf(call)
    const note = addNote(call, { type: 'company', id: company.id })
    company.noteIds.push(note.id)
    return json(renderNote(call.world, note))
  },
}

/** The companies that lists show: those with people, most recently active first. */
function listed(world: World): Company[] {
  const peopled = new Set(
    [...world.contacts.values()].flatMap((contact) => (contact.archived ? [] : contact.companyIds)),
  )
  return [...world.companies.values()]
    .filter((company) => peopled.has(company.id))
    .toSorted((left, right) => (right.lastRequestAt ?? 0) - (left.lastRequestAt ?? 0) || (left.id < right.id ? -1 : 1))
}

function companyPage(call: ApiCall, rows: readonly Company[]) {
  const ordered = call.request.query.get('order') === 'asc' ? rows.toReversed() : rows
  const page = numberedPage(call, ordered, limits)
  const { page: number, per_page: perPage } = page.pages
  if (Number(number) * Number(perPage) > listWall) {
    throw apiError(400, 'page_limit_reached', 'page limit reached, please use the scroll API')
  }
  return json({
    type: 'list',
    data: page.items.map((company) => renderCompany(call.world, company)),
    total_count: page.total,
    pages: page.pages,
  })
}

function fieldsOf(call: ApiCall): CompanyFields {
  const { body } = call
  const fields: CompanyFields = {}
  const name = optionalText(body, 'name')
  if (name !== undefined) fields.name = name
  const plan = optionalText(body, 'plan')
  if (plan !== undefined) fields.plan = plan
  const website = optionalText(body, 'website')
  if (website !== undefined) fields.website = website
  const industry = optionalText(body, 'industry')
  if (industry !== undefined) fields.industry = industry
  const size = nullableInteger(body, 'size')
  if (size !== undefined) fields.size = size
  const spend = nullableInteger(body, 'monthly_spend')
  if (spend !== undefined) fields.monthlySpend = spend ?? 0
  const created = nullableInteger(body, 'remote_created_at')
  if (created !== undefined) fields.remoteCreatedAt = created
  const attributes = optionalObject(body, 'custom_attributes')
  if (attributes) {
    if (Object.values(attributes).some((value) => typeof value === 'object' && value !== null)) {
      throw invalid('custom_attributes must hold plain values')
    }
    fields.customAttributes = attributes
  }
  return fields
}
