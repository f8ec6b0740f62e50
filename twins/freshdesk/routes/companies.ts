import { json } from '../../exchange.ts'
import { nullableTextIn, objectIn, textIn, textsIn } from '../check.ts'
import type { Body, FieldRules } from '../check.ts'
import { invalid, missingField, taken } from '../errors.ts'
import { companyFields, contactFields, ticketFields } from '../render/fields.ts'
import { customFieldErrors, withAllFields } from '../fields.ts'
import type { Company } from '../records.ts'
import { renderCompany } from '../render/people.ts'
import { lagBehind } from '../../index-lag.ts'
import { companyRow } from '../search/indexing.ts'
import { nextId, nowIn } from '../../world.ts'
import { getCompany } from '../world.ts'
import type { World } from '../world.ts'
import { parseTime } from '../times.ts'
import { bodyOf, created, idIn, noContent, pageReply, timeOf } from './call.ts'
import type { Routes } from './call.ts'
import { begins } from './contacts.ts'

const companyRules: FieldRules = {
  name: { kind: 'string' },
  description: { kind: 'string', nullable: true },
  note: { kind: 'string', nullable: true },
  domains: { kind: 'strings' },
  custom_fields: { kind: 'object' },
  health_score: { kind: 'string', nullable: true },
  account_tier: { kind: 'string', nullable: true },
  renewal_date: { kind: 'date', nullable: true },
  industry: { kind: 'string', nullable: true },
}

/** Companies, and what fields there are of everything. */
export const companyRoutes: Routes = {
  'GET /companies': {
    needs: 'manage_companies',
    paged: true,
    query: ['updated_since', '_updated_since'],
    answer(call) {
      const since = timeOf(call, 'updated_since') ?? timeOf(call, '_updated_since')
      const rows = [...call.world.companies.values()].filter((one) => since === null || one.updated_at >= since)
      const ordered = rows.toSorted((left, right) => (left.name < right.name ? -1 : 1))
      return pageReply(call, ordered, (company) => renderCompany(call.world, company))
    },
  },
  'POST /companies': {
    needs: 'manage_companies',
    answer(call) {
      const { world } = call
      const fields = companyFieldsIn(world, bodyOf(call, companyRules), null)
      if (fields.name === undefined || fields.name === '') throw missingField('name')
      const at = nowIn(world)
      const company: Company = { ...newCompany(world, nextId(world, 'company'), at), ...fields }
      lagBehind(world, `companies ${company.id}`, null)
      world.companies.set(company.id, company)
      return created(call, `/companies/${company.id}`, renderCompany(world, company))
    },
  },
  'GET /companies/autocomplete': {
    needs: 'manage_companies',
    query: ['name'],
    answer(call) {
      const name = call.query.get('name')
      if (name === null || name === '') throw missingField('name')
      const found = [...call.world.companies.values()].filter((company) => begins(company.name, name))
      return json({ companies: found.slice(0, 20).map((company) => ({ id: company.id, name: company.name })) })
    },
  },
  'GET /companies/{company_id}': {
    needs: 'manage_companies',
    answer: (call) => json(renderCompany(call.world, getCompany(call.world, idIn(call, 'company_id')))),
  },
  'PUT /companies/{company_id}': {
    needs: 'manage_companies',
    answer(call) {
      const { world } = call
      const company = getCompany(world, idIn(call, 'company_id'))
      const fields = companyFieldsIn(world, bodyOf(call, companyRules), company)
      lagBehind(world, `companies ${company.id}`, companyRow(company))
      Object.assign(company, fields, { updated_at: nowIn(world) })
      return json(renderCompany(world, company))
    },
  },
  'DELETE /companies/{company_id}': {
    needs: 'manage_companies',
    answer(call) {
      deleteCompany(call.world, getCompany(call.world, idIn(call, 'company_id')))
      return noContent
    },
  },
  'GET /ticket_fields': {
    needs: 'any',
    query: ['type'],
    answer(call) {
      const type = call.query.get('type')
      return json(ticketFields(call.world.account).filter((field) => type === null || field.type === type))
    },
  },
  'GET /contact_fields': { needs: 'manage_contacts', answer: (call) => json(contactFields(call.world.account)) },
  'GET /company_fields': { needs: 'manage_companies', answer: (call) => json(companyFields(call.world.account)) },
}

/** A company of which nothing is known. */
export function newCompany(world: World, id: number, at: string): Company {
  return {
    id,
    name: '',
    description: null,
    note: null,
    domains: [],
    custom_fields: withAllFields(world.account.companyFields, {}),
    health_score: null,
    account_tier: null,
    renewal_date: null,
    industry: null,
    created_at: at,
    updated_at: at,
  }
}

/** Removes a company for good; whoever belonged to it belongs to none. */
export function deleteCompany(world: World, company: Company): void {
  lagBehind(world, `companies ${company.id}`, companyRow(company))
  world.companies.delete(company.id)
  for (const contact of world.contacts.values()) if (contact.company_id === company.id) contact.company_id = null
  for (const ticket of world.tickets.values()) if (ticket.company_id === company.id) ticket.company_id = null
}

function companyFieldsIn(world: World, body: Body, before: Company | null): Partial<Company> {
  const custom = objectIn(body, 'custom_fields')
  const errors = customFieldErrors(custom ?? {}, world.account.companyFields)
  if (errors.length > 0) throw invalid(errors)
  const name = textIn(body, 'name')
  const domains = textsIn(body, 'domains')
  for (const other of world.companies.values()) {
    if (other === before) continue
    if (other.name === name) throw taken('name')
    if (domains?.some((domain) => other.domains.includes(domain))) throw taken('domains')
  }
  const renewal = nullableTextIn(body, 'renewal_date')
  const fields: Partial<Record<keyof Company, unknown>> = {
    name,
    domains,
    custom_fields: custom && withAllFields(world.account.companyFields, { ...before?.custom_fields, ...custom }),
    description: nullableTextIn(body, 'description'),
    note: nullableTextIn(body, 'note'),
    health_score: nullableTextIn(body, 'health_score'),
    account_tier: nullableTextIn(body, 'account_tier'),
    renewal_date: typeof renewal === 'string' ? parseTime(renewal) : renewal,
    industry: nullableTextIn(body, 'industry'),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
