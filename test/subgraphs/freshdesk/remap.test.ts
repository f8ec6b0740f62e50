import { expect, it } from 'vitest'
import { MalformedError } from '../../../kit/errors.ts'
import { remap } from '../../../subgraphs/freshdesk/remap.ts'
import { CONTACT } from './records.ts'

const stored = {
  remoteId: String(CONTACT.id),
  version: new Date(CONTACT.updated_at),
  native: CONTACT,
  fidelity: 'whole',
} as const

it('maps a contact again by the list that it was found in', () => {
  const [contact] = remap.contact({ ...stored, beside: { standing: 'blocked' } })
  expect(contact).toMatchObject({ kind: 'contact', version: stored.version, fields: { blocked: true } })
})

it('does not take a contact whose list is not known for an agent who asked, of whom less is told', () => {
  expect(() => remap.contact({ ...stored, beside: null })).toThrow(MalformedError)
})
