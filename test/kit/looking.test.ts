import { describe, expect, it } from 'vitest'
import { candidatesIn, sameWords } from '../../kit/looking.ts'
import type { MessageFields } from '../../store/kinds.ts'
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

describe('the same words', () => {
  it('are told by letters and digits alone, with whatever stands below them', () => {
    expect(sameWords('See https://acme.test/a — 5 €!', 'See https://acme.test/a\n\n5 €\n--\nZoe, Acme')).toBe(true)
    expect(sameWords('Grüße', 'Grüße  ')).toBe(true)
    expect(sameWords('5', '6')).toBe(false)
  })

  it('are told by what stands there when there is no letter', () => {
    expect(sameWords('👍', '👍')).toBe(true)
    expect(sameWords('👍', '🙏')).toBe(false)
  })
})
