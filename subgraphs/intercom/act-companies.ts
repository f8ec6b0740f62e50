import type { Actions, CompanyPatch } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { NotFoundError, RejectedError } from '../../kit/errors.ts'
import { refuseOthers, type Refusing } from '../../kit/refuse-others.ts'
import type { Json } from '../../store/kinds.ts'
import { withCustomFields } from './acting.ts'
import { toCompany } from './mapping-people.ts'
import { PROVIDER, receive, wireCompany } from './wire.ts'

const COMPANIES: Refusing = { provider: PROVIDER, what: 'companies in Intercom' }

/** What can be changed of a company. Source: Intercom REST 2.16, `update_company_request`. */
const CHANGED = ['name', 'website', 'customFields'] as const satisfies readonly (keyof CompanyPatch)[]

function toBody({ name, website, customFields }: CompanyPatch): { readonly [key: string]: Json } {
  if (website === null) {
    throw new RejectedError(PROVIDER, '"website" emptied', 'website', 'Intercom lets nobody empty "website".')
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(website === undefined ? {} : { website }),
    ...(customFields === undefined ? {} : { custom_attributes: customFields }),
  }
}

/** @throws RejectedError a company has this id already: making one of it would change that one */
async function refuseTaken(client: AccountClient, externalId: string): Promise<void> {
  try {
    await client.request({ method: 'GET', path: '/companies', query: { company_id: externalId } })
  } catch (error) {
    if (error instanceof NotFoundError) return
    throw error
  }
  const reason = 'Another company has this id already.'
  throw new RejectedError(PROVIDER, 'a company of this id is there', 'externalId', reason)
}

/**
 * Intercom looks companies up by the customer's own id and makes those that it does not find. Where none is given the
 * act is the id, so that an act that is asked for again makes no second company.
 */
const createCompany: Actions['createCompany'] = async (client, { actId, company }) => {
  refuseOthers(COMPANIES, company, [...CHANGED, 'externalId'])
  const { externalId = null } = company
  const body = { ...toBody(company), company_id: externalId ?? actId }
  if (externalId !== null) await refuseTaken(client, externalId)
  const safe = externalId === null
  const answer = await withCustomFields(company.customFields, () =>
    client.request({ method: 'POST', path: '/companies', body, safe }),
  )
  const change = toCompany(receive(wireCompany, answer.body, 'companies'))
  return { changes: [change], subject: { kind: 'company', remoteId: change.remoteId } }
}

const updateCompany: Actions['updateCompany'] = async (client, { companyRemoteId, patch }) => {
  refuseOthers(COMPANIES, patch, CHANGED)
  const path = `/companies/${encodeURIComponent(companyRemoteId)}`
  const body = toBody(patch)
  const answer = await withCustomFields(patch.customFields, () => client.request({ method: 'PUT', path, body }))
  const change = toCompany(receive(wireCompany, answer.body, 'companies'))
  return { changes: [change], subject: { kind: 'company', remoteId: companyRemoteId } }
}

/** Making and changing companies. */
export const companyActions: Required<Pick<Actions, 'createCompany' | 'updateCompany'>> = {
  createCompany,
  updateCompany,
}
