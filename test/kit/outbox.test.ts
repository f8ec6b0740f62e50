import { expect, it } from 'vitest'
import { fromStoredWork, lineOf, performing, toStoredWork, type Work } from '../../kit/outbox.ts'

const draft = { contactRemoteId: 'ana', type: null, subject: 'Lamp', description: null }
const work = (more: object): Work => ({
  outgoing: { action: 'createTicket', draft: { ...draft, ...more } },
  agentRemoteId: 'zoe',
  inputFields: ['subject', 'dueAt'],
  field: 'contactId',
})

it('is the same after it was stored, dates too', () => {
  for (const each of [work({}), work({ dueAt: new Date('2026-12-01T00:00:00Z'), tags: ['vip'] })]) {
    expect(fromStoredWork(toStoredWork(each))).toStrictEqual(each)
  }
})

it('puts what is for one thread, or begins one with one person, in one line', () => {
  const content = { text: 'Hello', attachmentUrls: [] }
  const thread = { kind: 'ticket', remoteId: '1' } as const
  expect(lineOf({ action: 'reply', thread, content })).toBe(lineOf({ action: 'note', thread, content }))
  expect(lineOf(work({}).outgoing)).toBe(
    lineOf({ action: 'messageContact', contactRemoteId: 'ana', content, subject: null }),
  )
})

it('cannot be done where a provider has no such action', () => {
  expect(performing({}, work({}).outgoing)).toBeNull()
})
