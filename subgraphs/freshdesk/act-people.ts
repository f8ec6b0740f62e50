import type { Actions, CompanyPatch, ContactPatch, Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { refuseOthers, type Refusing } from '../../kit/refuse-others.ts'
import { type Body, referenceOf, refused, told, write } from './acting.ts'
import { toCompany } from './mapping-people.ts'
import { fromContact } from './read-contacts.ts'
import { PROVIDER, receive, wireCompany, wireContact } from './wire.ts'

const COMPANIES: Refusing = { provider: PROVIDER, what: 'companies of Freshdesk' }

/** What is said of a contact. */
function contactBody(patch: ContactPatch): Body {
  return told({
    name: patch.name,
    email: patch.email,
    phone: patch.phone,
    unique_external_id: patch.externalId,
    company_id: referenceOf(patch.companyRemoteId, 'companyRemoteId'),
    tags: patch.tags,
    custom_fields: patch.customFields,
  })
}

/** A contact as Freshdesk answered it: whole. */
function contactOutcome(record: unknown): Outcome {
  const { wire } = receive(wireContact, record, 'contacts')
  return { changes: fromContact(record, 'active'), subject: { kind: 'contact', remoteId: wire.id } }
}

/** `acme.com` of what a person calls a website. */
function domainOf(website: string): string {
  const url = URL.parse(website.includes('://') ? website : `https://${website}`)
  if (url === null) throw refused('website', 'This is no address of a website.')
  return url.hostname.replace(/^www\./, '')
}

/** What is said of a company. A website is one of its domains; the others stay. */
function companyBody(patch: CompanyPatch, domains: readonly string[]): Body {
  const { website } = patch
  const others = domains.slice(1)
  return told({
    name: patch.name,
    domains: website === undefined ? undefined : website === null ? others : [domainOf(website), ...others],
    custom_fields: patch.customFields,
  })
}

function companyOutcome(record: unknown): Outcome {
  const company = toCompany(receive(wireCompany, record, 'companies'))
  return { changes: [company], subject: { kind: 'company', remoteId: company.remoteId } }
}

const companyPath = (remoteId: string): string => `/companies/${encodeURIComponent(remoteId)}`

async function domainsOf(client: AccountClient, remoteId: string): Promise<readonly string[]> {
  const answer = await client.request({ method: 'GET', path: companyPath(remoteId) })
  return receive(wireCompany, answer.body, 'companies').wire.domains ?? []
}

/** Making and changing contacts and companies. */
export const peopleActions: Required<
  Pick<Actions, 'createContact' | 'updateContact' | 'createCompany' | 'updateCompany'>
> = {
  async createContact(client, { contact }) {
    const { name } = contact
    // Freshdesk wants a name; the address is what people are called by until somebody knows better.
    const body = { ...contactBody(contact), ...told({ name: name ?? contact.email ?? contact.phone ?? undefined }) }
    return contactOutcome((await write(client, { method: 'POST', path: '/contacts', body })).body)
  },
  async updateContact(client, { contactRemoteId, patch }) {
    const path = `/contacts/${encodeURIComponent(contactRemoteId)}`
    return contactOutcome((await write(client, { method: 'PUT', path, body: contactBody(patch) })).body)
  },
  async createCompany(client, { company }) {
    refuseOthers(COMPANIES, company, ['name', 'website', 'customFields'])
    const body = companyBody(company, [])
    return companyOutcome((await write(client, { method: 'POST', path: '/companies', body })).body)
  },
  async updateCompany(client, { companyRemoteId, patch }) {
    refuseOthers(COMPANIES, patch, ['name', 'website', 'customFields'])
    const domains = patch.website === undefined ? [] : await domainsOf(client, companyRemoteId)
    const body = companyBody(patch, domains)
    return companyOutcome((await write(client, { method: 'PUT', path: companyPath(companyRemoteId), body })).body)
  },
}
