import { describe, expect, it } from 'vitest'
import { intercom } from '../../../subgraphs/intercom/index.ts'
import { errorBody, fakeClient } from './fake-client.ts'
import { COMPANY, CONTACT } from './records.ts'

const { createContact, createCompany, deleteTicket, setAvailability } = intercom.actions
const ME = { agentRemoteId: null, actId: 'act-1' }

describe('a person', () => {
  const desk = () => fakeClient(() => ({ body: CONTACT }))

  it('is a user when something tells who it is, else a lead', async () => {
    const [known, unknown] = [desk(), desk()]
    await createContact?.(known, { ...ME, contact: { email: 'ana@example.com' } })
    await createContact?.(unknown, { ...ME, contact: { name: 'Ana' } })
    expect(known.calls[0]).toMatchObject({ path: '/contacts', body: { role: 'user', email: 'ana@example.com' } })
    expect(unknown.calls[0]).toMatchObject({ path: '/contacts', body: { role: 'lead', name: 'Ana' } })
  })

  it('is refused by the name of what was wrong with it, where Intercom only says that it is an attribute', async () => {
    const body = errorBody('parameter_invalid', "Custom attribute 'size' does not exist")
    const client = fakeClient(() => ({ status: 400, body }))
    const contact = { email: 'ana@example.com', customFields: { size: 44 } }
    await expect(createContact?.(client, { ...ME, contact })).rejects.toMatchObject({
      field: 'customFields',
      reason: "Custom attribute 'size' does not exist",
    })
    const other = { email: 'ana@example.com' }
    await expect(createContact?.(client, { ...ME, contact: other })).rejects.toMatchObject({ field: null })
  })
})

describe('a company', () => {
  it('is known by the act where the customer has no id for it, so that it may be made again', async () => {
    const client = fakeClient(() => ({ body: COMPANY }))
    await createCompany?.(client, { ...ME, company: { name: 'Acme' } })
    expect(client.calls).toMatchObject([{ method: 'POST', safe: true, body: { name: 'Acme', company_id: 'act-1' } }])
  })

  it('does not become one that is there already', async () => {
    const client = fakeClient(() => ({ body: { type: 'list', data: [COMPANY] } }))
    const company = { name: 'Acme', externalId: 'acme' }
    await expect(createCompany?.(client, { ...ME, company })).rejects.toMatchObject({ field: 'externalId' })
    expect(client.calls).toMatchObject([{ method: 'GET', path: '/companies', query: { company_id: 'acme' } }])
  })
})

it('deletes a ticket that is gone already as well as one that is not', async () => {
  const answers = [{ body: {} }, { status: 404, body: errorBody('ticket_not_found') }]
  for (const answer of answers) {
    const client = fakeClient(() => answer)
    expect(await deleteTicket?.(client, { ...ME, ticketRemoteId: '90211' })).toEqual({
      changes: [{ op: 'delete', kind: 'ticket', remoteId: '90211', mergedIntoRemoteId: null }],
      subject: { kind: 'ticket', remoteId: '90211' },
    })
  }
})

it('leaves to agents who go away what they have', async () => {
  const client = fakeClient(() => ({ body: { type: 'admin', id: '7', away_mode_enabled: true, has_inbox_seat: true } }))
  const outcome = await setAvailability?.(client, { ...ME, remoteId: '7', available: false })
  expect(client.calls).toMatchObject([{ method: 'PUT', body: { away_mode_enabled: true, away_mode_reassign: false } }])
  expect(outcome?.changes).toMatchObject([{ kind: 'agent', remoteId: '7', fields: { available: false } }])
})
