import { refuseUnknownData } from '../data-attributes.ts'
import { renderCompany } from '../render/company.ts'
import type { Company } from '../records.ts'
import type { World } from '../world.ts'

/** The fields of a company that can be written. */
export type CompanyFields = Partial<
  Pick<
    Company,
    'name' | 'plan' | 'size' | 'website' | 'industry' | 'monthlySpend' | 'remoteCreatedAt' | 'customAttributes'
  >
>

/** Adds a company without telling anybody. */
export function addCompany(
  world: World,
  ids: { readonly id: string; readonly companyId: string },
  fields: CompanyFields & { readonly createdAt?: number },
): Company {
  const now = fields.createdAt ?? world.clock.seconds()
  const company: Company = {
    name: ids.companyId,
    plan: null,
    size: null,
    website: null,
    industry: null,
    monthlySpend: 0,
    sessionCount: 0,
    remoteCreatedAt: null,
    lastRequestAt: null,
    customAttributes: {},
    tags: [],
    noteIds: [],
    ...fields,
    ...ids,
    createdAt: now,
    updatedAt: now,
  }
  world.companies.set(company.id, company)
  return company
}

/** Creates the company with this `company_id`, or changes the one that is there. */
export function saveCompany(world: World, companyId: string, fields: CompanyFields): Company {
  refuseUnknownData('company', fields.customAttributes ?? {})
  const present = [...world.companies.values()].find((company) => company.companyId === companyId)
  if (present) {
    updateCompany(world, present, fields)
    return present
  }
  const company = addCompany(world, { id: world.random.hex(24), companyId }, fields)
  world.announce('company.created', renderCompany(world, company))
  return company
}

/** Changes what is given and leaves the rest. */
export function updateCompany(world: World, company: Company, fields: CompanyFields): void {
  refuseUnknownData('company', fields.customAttributes ?? {})
  const { customAttributes, ...plain } = fields
  Object.assign(company, plain)
  if (customAttributes) company.customAttributes = { ...company.customAttributes, ...customAttributes }
  company.updatedAt = world.clock.seconds()
  world.announce('company.updated', renderCompany(world, company))
}

/** Removes a company; its people stay. `silently` leaves out the webhook, as when one is lost. */
export function deleteCompany(world: World, company: Company, options: { readonly silently: boolean }): void {
  world.companies.delete(company.id)
  for (const contact of world.contacts.values()) {
    if (contact.companyIds.includes(company.id)) {
      contact.companyIds = contact.companyIds.filter((id) => id !== company.id)
    }
  }
  if (!options.silently) {
    world.announce('company.deleted', { type: 'company', id: company.id, company_id: company.companyId })
  }
}
