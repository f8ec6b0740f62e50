import { expect, it } from 'vitest'
import type { TicketPatch } from '../../kit/actions.ts'
import { refuseOthers } from '../../kit/refuse-others.ts'

const refuse = (patch: TicketPatch): unknown => {
  try {
    refuseOthers({ provider: 'acme', what: 'tickets of Acme' }, patch, ['subject', 'status'])
    return null
  } catch (error) {
    return error
  }
}

it('lets pass what the provider has', () => {
  expect(refuse({})).toBeNull()
  expect(refuse({ subject: 'New', status: 'OPEN' })).toBeNull()
})

it('names the word that it has not, emptied ones too', () => {
  expect(refuse({ subject: 'New', priority: 'HIGH' })).toMatchObject({
    code: 'PROVIDER_REJECTED',
    field: 'priority',
    reason: 'There is no "priority" to set of tickets of Acme.',
  })
  expect(refuse({ dueAt: null })).toMatchObject({ field: 'dueAt' })
})
