import { describe, expect, it } from 'vitest'
import { candidatesIn, goneIn, madeBy, sameWords } from '../../kit/candidates.ts'
import { gone } from '../../kit/gone.ts'
import type { Outgoing } from '../../kit/outbox.ts'
import type { MessageFields, TicketFields } from '../../store/kinds.ts'
import { at, upsert } from '../store/records.ts'

const outgoing = {
  action: 'reply',
  thread: { kind: 'ticket', remoteId: '1' },
  content: { text: 'On its way.', attachmentUrls: [] },
} as const
const said = (remoteId: string, fields: Partial<MessageFields> = {}) =>
  upsert('message', remoteId, {
    type: 'REPLY',
    authorType: 'AGENT',
    agentRemoteId: 'zoe',
    contactRemoteId: null,
    text: 'On its way.',
    createdAt: at(100),
    redacted: false,
    ...fields,
  })
const found = (changes: Parameters<typeof candidatesIn>[0], agentRemoteId: string | null = 'zoe'): string[] =>
  candidatesIn(changes, { outgoing, agentRemoteId, since: at(90) }).map(({ remoteId }) => remoteId)

describe('what is looked for in a thread', () => {
  it('may be any message of that kind, by that agent, with those words, the oldest first', () => {
    expect(found([said('late', { createdAt: at(120) }), said('soon'), upsert('ticket', '1')])).toEqual(['soon', 'late'])
  })

  it('may have no time or no agent that is known, and be in nobody’s name', () => {
    expect(found([said('timeless', { createdAt: null })])).toEqual(['timeless'])
    expect(found([said('nobody’s', { agentRemoteId: null, authorType: 'BOT' })])).toEqual(['nobody’s'])
    expect(found([said('hers')], null)).toEqual(['hers'])
  })

  it.each([
    ['older', { createdAt: at(80) }],
    ['a note', { type: 'NOTE' }],
    ['another’s', { agentRemoteId: 'max' }],
    ['the customer’s', { authorType: 'CONTACT', agentRemoteId: null }],
    ['other words', { text: 'On my way.' }],
    ['redacted', { redacted: true }],
    ['without words', { text: null }],
  ] as const)('is nothing that is %s', (_, fields) => {
    expect(found([said('1', fields)])).toEqual([])
  })
})

describe('a new ticket that is looked for', () => {
  const draft = { contactRemoteId: 'ana', type: null, subject: 'Refund', description: 'It never came.' }
  const ticket = (remoteId: string, fields: Partial<TicketFields> = {}) =>
    upsert('ticket', remoteId, {
      subject: 'Refund',
      description: 'It never came.',
      contactRemoteIds: ['ana'],
      createdAt: at(100),
      ...fields,
    })
  const begun = (changes: Parameters<typeof candidatesIn>[0], outgoing: Outgoing = { action: 'createTicket', draft }) =>
    candidatesIn(changes, { outgoing, agentRemoteId: 'zoe', since: at(90) })

  it('may be any with that contact, called and described so, the oldest first', () => {
    expect(begun([ticket('late', { createdAt: at(120) }), ticket('soon'), said('1')])).toEqual([
      { kind: 'ticket', remoteId: 'soon' },
      { kind: 'ticket', remoteId: 'late' },
    ])
    const undescribed: Outgoing = { action: 'createTicket', draft: { ...draft, description: null } }
    expect(begun([ticket('1', { description: null })], undescribed)).toHaveLength(1)
  })

  it.each([
    ['older', { createdAt: at(80) }],
    ['another’s', { contactRemoteIds: ['bea'] }],
    ['called otherwise', { subject: 'Refund again' }],
    ['called nothing', { subject: null }],
    ['described otherwise', { description: 'It came.' }],
  ] as const)('is none that is %s', (_, fields) => {
    expect(begun([ticket('1', fields)])).toEqual([])
  })

  it('is no conversation of that name', () => {
    const thread = upsert('conversation', '1', { subject: 'Refund', contactRemoteIds: ['ana'], createdAt: at(100) })
    expect(begun([thread])).toEqual([])
  })
})

describe('a new conversation that is looked for', () => {
  const content = { text: 'On its way.', attachmentUrls: [] }
  const thread = upsert('conversation', '7', { subject: 'Any', contactRemoteIds: ['ana'], createdAt: at(100) })
  const begun = (changes: Parameters<typeof candidatesIn>[0], subject: string | null = null) =>
    candidatesIn(changes, {
      outgoing: { action: 'messageContact', contactRemoteId: 'ana', content, subject },
      agentRemoteId: 'zoe',
      since: at(90),
    })
  const opening = (fields: Partial<MessageFields> = {}) => said('source:7', { conversationRemoteId: '7', ...fields })

  it('is the thread in which that was said, and no other', () => {
    expect(begun([thread, opening()])).toEqual([{ kind: 'conversation', remoteId: '7' }])
    expect(begun([thread, opening({ conversationRemoteId: '8' })])).toEqual([])
    expect(begun([thread, opening({ conversationRemoteId: null, ticketRemoteId: '7' })])).toEqual([])
    expect(begun([thread, opening({ text: 'Hello.' })])).toEqual([])
    expect(begun([thread, opening({ agentRemoteId: 'max' })])).toEqual([])
  })

  it('is called as it was to be called, where it was', () => {
    expect(begun([thread, opening()], 'Anything')).toEqual([])
    expect(begun([thread, opening()], 'Any')).toHaveLength(1)
  })
})

describe('what proves by which act it was said', () => {
  const messages = [
    { kind: 'message', remoteId: '1' },
    { kind: 'message', remoteId: '2' },
  ] as const

  it('is that act’s, whatever its words, and no other’s', () => {
    const acts = new Map([
      ['2', 'ours'],
      ['9', 'theirs'],
    ])
    expect(madeBy('ours', messages, acts)).toEqual([{ kind: 'message', remoteId: '2' }])
    expect(madeBy('theirs', messages, acts)).toEqual([{ kind: 'message', remoteId: '9' }])
    expect(madeBy('another', messages, acts)).toEqual([{ kind: 'message', remoteId: '1' }])
  })

  it('says nothing of threads', () => {
    const threads = [{ kind: 'ticket', remoteId: '2' }] as const
    expect(madeBy('another', threads, new Map([['2', 'ours']]))).toEqual(threads)
  })
})

describe('what is gone by now', () => {
  const changes = [gone('ticket', '1'), gone('message', '2'), gone('conversation', '3'), upsert('ticket', '4')]

  it('may have been the ticket or conversation that is looked for', () => {
    const draft = { contactRemoteId: 'ana', type: null, subject: 'Refund', description: null }
    expect(goneIn(changes, { action: 'createTicket', draft })).toMatchObject([
      { kind: 'ticket', remoteId: '1' },
      { kind: 'conversation', remoteId: '3' },
    ])
  })

  it('is no message that is looked for in it', () => {
    expect(goneIn(changes, outgoing)).toEqual([])
  })
})

describe('the same words', () => {
  it('are told by letters and digits alone, with whatever stands below them', () => {
    expect(sameWords('See https://acme.test/a — 5 €!', 'See https://acme.test/a\n\n5 €\n--\nZoe, Acme')).toBe(true)
    expect(sameWords('Grüße', 'Grüße  ')).toBe(true)
    expect(sameWords('5', '6')).toBe(false)
    expect(sameWords('It <never> came', 'It came')).toBe(true)
    expect(sameWords('It <never> came', 'It <never> came')).toBe(true)
  })

  it('are told by what stands there when there is no letter', () => {
    expect(sameWords('👍', '👍')).toBe(true)
    expect(sameWords('👍', '🙏')).toBe(false)
  })
})
