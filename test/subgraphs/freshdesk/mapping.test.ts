import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../kit/errors.ts'
import { toOptions } from '../../../subgraphs/freshdesk/mapping-definitions.ts'
import { toRating, toTimeEntry } from '../../../subgraphs/freshdesk/mapping-outcomes.ts'
import { toContact } from '../../../subgraphs/freshdesk/mapping-people.ts'
import { repeatsDescription, toDescription, toMessage, toTicket } from '../../../subgraphs/freshdesk/mapping-tickets.ts'
import { wireConversation, wireRating, wireTicket, wireTimeEntry } from '../../../subgraphs/freshdesk/wire-tickets.ts'
import { receive, wireContact } from '../../../subgraphs/freshdesk/wire.ts'
import { CONTACT, CONVERSATION, RATING, TICKET, TIME_ENTRY } from './records.ts'

const ticketOf = (changed: object = {}) => receive(wireTicket, { ...TICKET, ...changed }, 'tickets')
const saidOf = (changed: object = {}) => receive(wireConversation, { ...CONVERSATION, ...changed }, 'conversations')

describe('a ticket', () => {
  it('is read in our words, with the numbers kept', () => {
    const [ticket, ...tags] = toTicket(ticketOf())
    expect(ticket).toMatchObject({
      remoteId: '20',
      version: new Date('2026-01-02T00:00:00Z'),
      fields: {
        number: '20',
        subject: 'Order 8841',
        description: 'It never came',
        status: 'OPEN',
        nativeStatus: '2',
        priority: 'LOW',
        nativePriority: '1',
        channel: 'WEB',
        nativeChannel: '2',
        type: 'Question',
        contactRemoteId: '43001234567',
        companyRemoteId: '1',
        assigneeRemoteId: null,
        teamRemoteId: null,
        dueAt: new Date('2026-01-04T10:00:00Z'),
        firstReplyDueAt: new Date('2026-01-02T10:00:00Z'),
        escalated: false,
        solvedAt: null,
        tagRemoteIds: ['order'],
        customFields: [{ key: 'cf_order', label: 'cf_order', type: 'TEXT', value: '8841' }],
      },
    })
    expect(tags.map(({ remoteId }) => remoteId)).toEqual(['order'])
  })

  it.each([
    [3, 'PENDING'],
    [4, 'SOLVED'],
    [5, 'CLOSED'],
    [6, 'PENDING'],
    [7, 'ON_HOLD'],
    [8, 'OTHER'],
    [99, 'OTHER'],
  ])('of status %i is %s', (status, expected) => {
    expect(toTicket(ticketOf({ status }))[0].fields).toMatchObject({ status: expected, nativeStatus: String(status) })
  })

  it('was solved when its statistics say so, as long as it is', () => {
    const stats = { resolved_at: '2026-01-03T00:00:00Z', closed_at: null }
    expect(toTicket(ticketOf({ status: 4, stats }))[0].fields.solvedAt).toEqual(new Date('2026-01-03T00:00:00Z'))
    expect(toTicket(ticketOf({ status: 2, stats }))[0].fields.solvedAt).toBeNull()
  })

  it('was opened again when its statistics say so, also when it is over again', () => {
    const stats = { resolved_at: null, closed_at: null, reopened_at: '2026-01-03T00:00:00Z' }
    for (const status of [2, 4]) {
      expect(toTicket(ticketOf({ status, stats }))[0].fields.reopenedAt).toEqual(new Date('2026-01-03T00:00:00Z'))
    }
    for (const none of [{}, { stats: null }, { stats: { ...stats, reopened_at: null } }]) {
      expect(toTicket(ticketOf(none))[0].fields.reopenedAt).toBeNull()
    }
  })

  it('keeps ids of 14 digits and times with an offset', () => {
    const odd = { requester_id: 10_300_000_000_123, due_by: '2026-01-04T15:30:00+05:30' }
    expect(toTicket(ticketOf(odd))[0].fields).toMatchObject({
      contactRemoteId: '10300000000123',
      dueAt: new Date('2026-01-04T10:00:00Z'),
    })
  })

  it('bears null wherever it may stand', () => {
    const nothing = { subject: null, type: null, company_id: null, tags: null, custom_fields: null, due_by: null }
    const bare = { ...nothing, requester_id: null, to_emails: null, description: null, description_text: null }
    expect(toTicket(ticketOf(bare))[0].fields).toMatchObject({ subject: null, contactRemoteIds: [], tagRemoteIds: [] })
  })

  it('is malformed without a status', () => {
    expect(() => ticketOf({ status: null })).toThrow(MalformedError)
  })
})

describe('a message', () => {
  it('is the requester’s when it came in, and an agent’s when it did not', () => {
    const { wire } = ticketOf({ requester: { id: TICKET.requester_id, name: 'Ana Ruiz', email: null } })
    const theirs = toMessage(saidOf({ incoming: true, user_id: TICKET.requester_id }), wire).fields
    expect(theirs).toMatchObject({ authorType: 'CONTACT', contactRemoteId: '43001234567', authorName: 'Ana Ruiz' })
    expect(toMessage(saidOf(), wire).fields).toMatchObject({ authorType: 'AGENT', agentRemoteId: '43001000001' })
    expect(toMessage(saidOf({ user_id: null }), wire).fields).toMatchObject({ authorType: 'SYSTEM' })
  })

  it.each([
    ['a reply', { source: 0 }, 'REPLY', 'reply'],
    ['a private note', { source: 2, private: true }, 'NOTE', 'note'],
    ['a public note', { source: 2, private: false }, 'REPLY', 'note'],
    ['a forward, whatever it says', { source: 8, private: false }, 'NOTE', 'forwarded_email'],
    ['of a source that nobody knows', { source: 42 }, 'REPLY', '42'],
  ])('that is %s is told as one', (_, changed, type, nativeType) => {
    expect(toMessage(saidOf(changed), ticketOf().wire).fields).toMatchObject({ type, nativeType })
  })

  it('is the description, with its files', () => {
    const file = {
      name: 'a.png',
      content_type: 'image/png',
      size: 12,
      attachment_url: 'https://files.example.com/a.png',
    }
    const first = toDescription(ticketOf({ attachments: [file] }))
    expect(first).toMatchObject({
      remoteId: 'description:20',
      fields: { text: 'It never came', authorType: 'CONTACT', attachments: [{ name: 'a.png', sizeBytes: 12 }] },
    })
    expect(toDescription(ticketOf({ source: 10 })).fields).toMatchObject({ authorType: 'AGENT', agentRemoteId: null })
  })

  it('repeats the description on web chats only', () => {
    const said = saidOf({ incoming: true, body_text: 'It never came' }).wire
    expect(repeatsDescription(ticketOf({ source: 15 }).wire, said)).toBe(true)
    expect(repeatsDescription(ticketOf().wire, said)).toBe(false)
    expect(repeatsDescription(ticketOf({ source: 15 }).wire, saidOf({ incoming: true }).wire)).toBe(false)
  })
})

describe('a contact', () => {
  it('is of every company that it names, and known by any of its numbers', () => {
    const companies = { company_id: 1, other_companies: [{ company_id: 2 }, { company_id: 1 }] }
    const [contact] = toContact(receive(wireContact, { ...CONTACT, ...companies, phone: null }, 'contacts'), 'blocked')
    expect(contact.fields).toMatchObject({ companyRemoteIds: ['1', '2'], phone: '+44 7700 900000', blocked: true })
  })

  it.each([
    [true, true],
    [false, false],
    [null, null],
  ])('that is active: %j has a proven address: %j', (active, emailVerified) => {
    const [contact] = toContact(receive(wireContact, { ...CONTACT, active }, 'contacts'), 'active')
    expect(contact.fields).toMatchObject({ emailVerified })
  })

  it('is a lead while it is a visitor of the chat', () => {
    const [contact] = toContact(receive(wireContact, { ...CONTACT, contact_type: 'visitor' }, 'contacts'), 'active')
    expect(contact.fields.role).toBe('LEAD')
  })
})

describe('the choices of a field', () => {
  it.each([
    [
      'statuses',
      { 2: ['Open', 'Being Processed'], 8: ['In workshop', 'x'] },
      [
        ['2', 'Open'],
        ['8', 'In workshop'],
      ],
    ],
    [
      'priorities',
      { Low: 1, High: 3 },
      [
        ['1', 'Low'],
        ['3', 'High'],
      ],
    ],
    [
      'types',
      ['Question', 'Refund'],
      [
        ['Question', 'Question'],
        ['Refund', 'Refund'],
      ],
    ],
    ['records', [{ label: 'Gold', value: 'gold' }], [['gold', 'Gold']]],
    ['nested ones', { Europe: { Spain: ['Madrid'] } }, [['Europe', 'Europe']]],
    ['nothing', null, []],
  ])('are read of %s', (_, choices, expected) => {
    expect(toOptions(choices).map(({ value, label }) => [value, label])).toEqual(expected)
  })
})

describe('what came of a ticket', () => {
  it.each([
    [103, 5],
    [100, 3],
    [-103, 1],
    [1, 5],
    [2, 3],
    [3, 1],
  ])('is a rating of %i as %i of 5', (answer, score) => {
    const rating = receive(wireRating, { ...RATING, ratings: { default_question: answer } }, 'ratings')
    expect(toRating(rating).fields).toMatchObject({ score, nativeScore: String(answer), ticketRemoteId: '20' })
  })

  it('is malformed for an answer of no known survey', () => {
    const rating = receive(wireRating, { ...RATING, ratings: { default_question: 7 } }, 'ratings')
    expect(() => toRating(rating)).toThrow(MalformedError)
  })

  it('is time, in seconds', () => {
    const entry = receive(wireTimeEntry, { ...TIME_ENTRY, time_spent: '101:05' }, 'timeEntries')
    expect(toTimeEntry(entry).fields.seconds).toBe((101 * 60 + 5) * 60)
  })
})
