import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { CompanyPatch, ContactPatch } from '../../kit/actions.ts'
import type { SubgraphContext } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { act } from '../acting/act.ts'
import { type Acted, notDone } from '../acting/acted.ts'
import { begin, beginIn } from '../acting/begin.ts'
import { checkAddresses, checkChange, checkTags, checkText } from '../acting/checks.ts'
import { checkCustomFields, toCustomValues } from '../acting/custom-values.ts'
import { filled, given } from '../acting/given.ts'
import { findNamed } from '../acting/targets.ts'
import { payloads } from './payloads.ts'
import {
  type ContactInput,
  CreateCompanyInput,
  CreateContactInput,
  SetAgentAvailabilityInput,
  UpdateCompanyInput,
  UpdateContactInput,
} from './people-inputs.ts'

type Checks = readonly (UserError | null)[]

const checkContact = ({ name, email, tags, customFields }: ContactInput): Checks => [
  name == null ? null : checkText('name', name),
  checkAddresses('email', [email]),
  checkTags(tags),
  checkCustomFields(customFields),
]

const checkCompany = ({ name, tags, customFields }: CreateCompanyInput | UpdateCompanyInput): Checks => [
  name == null ? null : checkText('name', name),
  checkTags(tags),
  checkCustomFields(customFields),
]

/** Somebody without any of these could not be told from others. */
const checkKnown = ({ name, email, phone, externalId }: ContactInput): UserError | null =>
  [name, email, phone, externalId].some((each) => each != null)
    ? null
    : userError('BAD_USER_INPUT', null, 'give at least one of name, email, phone and externalId')

/** Customers and their companies, and whether agents are there. */
@Resolver()
export class PeopleMutations {
  @Mutation(() => payloads.contact.Payload, { description: 'Makes a contact in an account. Needs AGENT.' })
  async createContact(
    @Arg('input', () => CreateContactInput) input: CreateContactInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginIn(context, input, [checkKnown(input), ...checkContact(input)])
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { companyId, ...said } = filled(input)
    const { companyRemoteId, wrong } = await findNamed(context, begun.row.id, { companyId })
    if (wrong.length > 0) return notDone(wrong)
    const { name, email, phone, externalId, tags, customFields } = said
    const plain = { name, email, phone, externalId, companyRemoteId, tags }
    const contact: ContactPatch = given({ ...plain, customFields: toCustomValues(customFields) })
    return act(context, {
      ...begun.asking,
      name: 'createContact',
      perform: (action, client, acting) => action(client, { ...acting, contact }),
    })
  }

  @Mutation(() => payloads.contact.Payload, { description: 'Changes a contact; what is not given stays. Needs AGENT.' })
  async updateContact(
    @Arg('input', () => UpdateContactInput) input: UpdateContactInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const { contactId: id, companyId, email, phone, externalId } = input
    const emptied = ['email', 'phone', 'externalId', 'companyId', 'tags'] as const
    const checks = [...checkChange(input, { record: 'contactId', emptied }), ...checkContact(input)]
    const begun = await begin(context, input, { field: 'contactId', id, kinds: ['contact'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { integrationId, remoteId: contactRemoteId } = begun.row
    const { companyRemoteId, wrong } = await findNamed(context, integrationId, { companyId })
    if (wrong.length > 0) return notDone(wrong)
    const { name, customFields } = filled(input)
    const tags = input.tags === null ? [] : input.tags
    const plain = { name, email, phone, externalId, companyRemoteId, tags }
    const patch: ContactPatch = given({ ...plain, customFields: toCustomValues(customFields) })
    return act(context, {
      ...begun.asking,
      name: 'updateContact',
      perform: (action, client, acting) => action(client, { ...acting, contactRemoteId, patch }),
    })
  }

  @Mutation(() => payloads.company.Payload, { description: 'Makes a company in an account. Needs AGENT.' })
  async createCompany(
    @Arg('input', () => CreateCompanyInput) input: CreateCompanyInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginIn(context, input, checkCompany(input))
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { name, externalId, website, tags, customFields } = filled(input)
    const company = { name, ...given({ externalId, website, tags, customFields: toCustomValues(customFields) }) }
    return act(context, {
      ...begun.asking,
      name: 'createCompany',
      perform: (action, client, acting) => action(client, { ...acting, company }),
    })
  }

  @Mutation(() => payloads.company.Payload, { description: 'Changes a company; what is not given stays. Needs AGENT.' })
  async updateCompany(
    @Arg('input', () => UpdateCompanyInput) input: UpdateCompanyInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const { companyId: id, externalId, website } = input
    const emptied = ['externalId', 'website', 'tags'] as const
    const checks = [...checkChange(input, { record: 'companyId', emptied }), ...checkCompany(input)]
    const begun = await begin(context, input, { field: 'companyId', id, kinds: ['company'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const companyRemoteId = begun.row.remoteId
    const { name, customFields } = filled(input)
    const tags = input.tags === null ? [] : input.tags
    const patch: CompanyPatch = given({ name, externalId, website, tags, customFields: toCustomValues(customFields) })
    return act(context, {
      ...begun.asking,
      name: 'updateCompany',
      perform: (action, client, acting) => action(client, { ...acting, companyRemoteId, patch }),
    })
  }

  @Mutation(() => payloads.agent.Payload, { description: 'Says whether an agent can be given work. Needs AGENT.' })
  async setAgentAvailability(
    @Arg('input', () => SetAgentAvailabilityInput) input: SetAgentAvailabilityInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await begin(context, input, { field: 'agentId', id: input.agentId, kinds: ['agent'], checks: [] })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const asked = { remoteId: begun.row.remoteId, available: input.available }
    return act(context, {
      ...begun.asking,
      name: 'setAvailability',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }
}
