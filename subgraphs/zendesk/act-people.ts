import { z } from 'zod'
import type { Actions, CompanyPatch, ContactPatch, Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { readBack } from '../../kit/read-back.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId, wireText } from '../../kit/wire.ts'
import { type Body, referenceOf, refused, told } from './acting.ts'
import { fromOrganization, fromUser } from './mapping-people.ts'
import { readPages, recordIn, unwrap } from './pages.ts'
import { readUser } from './read-users.ts'
import { PROVIDER, receive, wireOrganization, wireUser } from './wire.ts'

const toUser = (patch: ContactPatch): Body =>
  told({
    name: patch.name,
    phone: patch.phone,
    external_id: patch.externalId,
    organization_id: referenceOf(patch.companyRemoteId, 'companyId'),
    tags: patch.tags,
    user_fields: patch.customFields,
  })

const personDone = (body: unknown): Outcome => {
  const received = receive(wireUser, unwrap(body, 'user'), 'users')
  return { changes: fromUser(received), subject: { kind: 'contact', remoteId: received.wire.id } }
}

const createContact: Actions['createContact'] = async (client, { contact }) => {
  const { email } = contact
  const name = contact.name ?? email ?? null
  if (name === null) throw refused('name', 'A contact of Zendesk needs a name.')
  const user = {
    ...toUser(contact),
    ...told({ email: email ?? undefined }),
    name,
    role: 'end-user',
    // Else Zendesk writes to them at once.
    skip_verify_email: true,
  }
  return personDone((await client.request({ method: 'POST', path: '/api/v2/users', body: { user } })).body)
}

const wireIdentity = z.looseObject({ id: wireId, type: z.string(), value: wireText, primary: z.boolean().nullish() })

/** Makes an address a person's first. An update of the person would only add it. Source: "Users", Email Address; "User identities". */
async function setEmail(client: AccountClient, path: string, email: string): Promise<void> {
  const { records } = await readPages(client, { path: `${path}/identities`, name: 'identities' }, undefined)
  const known = records
    .map((record) => readWire(wireIdentity, record, { provider: PROVIDER, stream: 'identities' }))
    .find(({ type, value }) => type === 'email' && value?.toLowerCase() === email.toLowerCase())
  if (known?.primary === true) return
  if (known) {
    await client.request({ method: 'PUT', path: `${path}/identities/${known.id}/make_primary` })
    return
  }
  const identity = { type: 'email', value: email, primary: true, skip_verify_email: true }
  await client.request({ method: 'POST', path: `${path}/identities`, body: { identity } })
}

const updateContact: Actions['updateContact'] = async (client, { contactRemoteId, patch }) => {
  if (patch.email === null) throw refused('email', 'Zendesk takes no address away here; give another instead.')
  const path = `/api/v2/users/${encodeURIComponent(contactRemoteId)}`
  if (patch.email !== undefined) await setEmail(client, path, patch.email)
  const answer = await client.request({ method: 'PUT', path, body: { user: toUser(patch) } })
  const done = personDone(answer.body)
  return patch.email === undefined ? done : readBack(done, () => readUser(client, contactRemoteId))
}

/** What stands before a path: organizations have names of hosts, not addresses. @throws RejectedError it is no address */
function hostOf(website: string): string {
  const url = URL.parse(website.includes('://') ? website : `https://${website}`)
  if (url === null) throw refused('website', 'That is no address of a website.')
  return url.hostname
}

const toOrganization = (patch: CompanyPatch): Body =>
  told({
    name: patch.name,
    external_id: patch.externalId,
    tags: patch.tags,
    organization_fields: patch.customFields,
  })

const organizationDone = (body: unknown): Outcome => {
  const received = receive(wireOrganization, unwrap(body, 'organization'), 'organizations')
  return { changes: fromOrganization(received), subject: { kind: 'company', remoteId: received.wire.id } }
}

const createCompany: Actions['createCompany'] = async (client, { company }) => {
  const domain_names = company.website == null ? undefined : [hostOf(company.website)]
  const organization = { ...toOrganization(company), ...told({ domain_names }) }
  const answer = await client.request({ method: 'POST', path: '/api/v2/organizations', body: { organization } })
  return organizationDone(answer.body)
}

/** The first of its hosts is its website; the others stay. */
async function toHosts(client: AccountClient, path: string, website: string | null): Promise<readonly string[]> {
  const { wire } = receive(wireOrganization, await recordIn(client, { path, name: 'organization' }), 'organizations')
  const others = (wire.domain_names ?? []).slice(1)
  return website === null ? others : [...new Set([hostOf(website), ...others])]
}

const updateCompany: Actions['updateCompany'] = async (client, { companyRemoteId, patch }) => {
  const path = `/api/v2/organizations/${encodeURIComponent(companyRemoteId)}`
  const domain_names = patch.website === undefined ? undefined : await toHosts(client, path, patch.website)
  const organization = { ...toOrganization(patch), ...told({ domain_names }) }
  return organizationDone((await client.request({ method: 'PUT', path, body: { organization } })).body)
}

/** Making and changing people and organizations. */
export const peopleActions: Required<
  Pick<Actions, 'createContact' | 'updateContact' | 'createCompany' | 'updateCompany'>
> = { createContact, updateContact, createCompany, updateCompany }
