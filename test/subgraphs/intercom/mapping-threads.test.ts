import { describe, expect, it } from 'vitest'
import type { Json } from '../../../store/kinds.ts'
import { toConversation, toRating, toStates, toTicket } from '../../../subgraphs/intercom/mapping-threads.ts'
import { wireConversation, wirePart, wireTicket } from '../../../subgraphs/intercom/wire-threads.ts'
import { receive } from '../../../subgraphs/intercom/wire.ts'
import { CONVERSATION, PART, SOURCE, TICKET, withParts, withTicketParts, type Fields } from './records.ts'

const conversation = (fields: Fields = {}) => {
  const received = receive(wireConversation, { ...CONVERSATION, ...fields }, 'test')
  return toConversation(received, received.wire.updated_at)
}
const rating = (value: Json) =>
  toRating(receive(wireConversation, { ...CONVERSATION, conversation_rating: value }, 'test'))

describe('a conversation', () => {
  it('has what it says, and its references as ids', () => {
    const tags = { type: 'tag.list', tags: [{ type: 'tag', id: 86, name: 'Manual tag' }] }
    expect(conversation({ admin_assignee_id: 991267715, tags, company: { type: 'company', id: 'c1' } })).toMatchObject({
      remoteId: '215469',
      version: new Date('2026-01-01T00:01:00Z'),
      fields: {
        subject: null,
        status: 'OPEN',
        nativeStatus: 'open',
        priority: 'NONE',
        channel: 'CHAT',
        nativeChannel: 'conversation',
        waitingSince: new Date('2026-01-01T00:01:00Z'),
        read: false,
        contactRemoteId: '6762f0dd1bb69f9f2193bb83',
        contactRemoteIds: ['6762f0dd1bb69f9f2193bb83'],
        assigneeRemoteId: '991267715',
        teamRemoteId: '5017691',
        companyRemoteId: 'c1',
        tagRemoteIds: ['86'],
        customFields: [],
      },
    })
  })

  it.each<[Json]>([[null], [0], ['0'], ['']])('has nobody assigned when Intercom says %j', (nobody) => {
    const { fields } = conversation({ admin_assignee_id: nobody, team_assignee_id: nobody })
    expect([fields.assigneeRemoteId, fields.teamRemoteId]).toEqual([null, null])
  })

  it.each<[Fields, string, string]>([
    [{ state: 'open' }, 'OPEN', 'open'],
    [{ state: 'closed', open: false }, 'CLOSED', 'closed'],
    [{ state: 'snoozed', open: true }, 'SNOOZED', 'snoozed'],
    [{ state: null, open: false }, 'CLOSED', 'closed'],
    [{ state: null, open: true }, 'OPEN', 'open'],
    [{ state: 'on_the_moon', open: true }, 'OPEN', 'on_the_moon'],
    [{ state: 'on_the_moon', open: false }, 'CLOSED', 'on_the_moon'],
  ])('with %j is %s', (fields, status, nativeStatus) => {
    expect(conversation(fields).fields).toMatchObject({ status, nativeStatus })
  })

  it.each([
    ['urgent', 'URGENT'],
    ['priority', 'HIGH'],
    ['not_priority', 'NONE'],
    ['galactic', 'OTHER'],
    [null, 'NONE'],
  ])('of priority %s is %s', (native, priority) => {
    expect(conversation({ priority: native }).fields).toMatchObject({ priority, nativePriority: native })
  })

  it.each([
    ['email', 'EMAIL'],
    ['whatsapp', 'WHATSAPP'],
    ['facebook', 'MESSENGER'],
    ['phone_call', 'PHONE'],
    ['telegraph', 'OTHER'],
  ])('that came by %s came by %s', (type, channel) => {
    const source = { ...SOURCE, type }
    expect(conversation({ source }).fields).toMatchObject({ channel, nativeChannel: type })
  })

  it('has the subject of its mail when nobody gave it a title', () => {
    const source = { ...SOURCE, subject: '<p>Question &amp; answer</p>' }
    expect(conversation({ source }).fields.subject).toBe('Question & answer')
    expect(conversation({ source, title: 'Order 8841' }).fields.subject).toBe('Order 8841')
  })

  it('keeps what it came as, but for its parts, whose count stays', () => {
    const native = conversation(withParts(CONVERSATION, [PART, PART])).native
    expect(native).toEqual({ ...CONVERSATION, conversation_parts: { type: 'conversation_part.list', total_count: 2 } })
  })

  it('stands with nulls wherever they may stand', () => {
    const nulls = {
      title: null,
      source: null,
      contacts: null,
      tags: null,
      company: null,
      read: null,
      waiting_since: null,
    }
    expect(conversation({ ...nulls, custom_attributes: null, channel: null, created_at: null }).fields).toMatchObject({
      createdAt: null,
      contactRemoteId: null,
      contactRemoteIds: [],
      channel: 'OTHER',
      nativeChannel: null,
      read: null,
      waitingSince: null,
      tagRemoteIds: [],
    })
  })

  it('without an id is refused with a sentence that holds none of its words', () => {
    expect(() => conversation({ id: null })).toThrow('intercom: test: expected "id"')
  })
})

describe('a rating', () => {
  // Source: REST 2.16, schema `conversation_rating`.
  const given = {
    rating: 4,
    remark: 'Quick, thanks',
    created_at: 1671028894,
    updated_at: 1671028999,
    contact: { type: 'contact', id: 'c1', external_id: '70' },
    teammate: { type: 'admin', id: 991 },
  }

  it('is named after its conversation', () => {
    expect(rating(given)).toMatchObject({
      remoteId: '215469',
      version: new Date(1671028999_000),
      fields: { score: 4, nativeScore: '4', remark: 'Quick, thanks', contactRemoteId: 'c1', agentRemoteId: '991' },
      native: given,
    })
  })

  it.each<[string, Json]>([
    ['none', null],
    ['one that is only asked for', { ...given, rating: null, remark: null, updated_at: null }],
  ])('is not there for %s', (_, value) => {
    expect(rating(value)).toBeNull()
  })

  it('of a bot names no agent, and of nobody the contact of the conversation', () => {
    const { fields } = rating({ ...given, contact: null, teammate: { type: 'bot', id: '274' }, remark: '' }) ?? {}
    expect(fields).toMatchObject({ agentRemoteId: null, contactRemoteId: '6762f0dd1bb69f9f2193bb83', remark: null })
  })
})

describe('a ticket', () => {
  const ticket = (fields: Fields = {}, parts: readonly Fields[] = []) => {
    const received = receive(wireTicket, withTicketParts({ ...TICKET, ...fields }, parts), 'test')
    const states = toStates(parts.map((part) => receive(wirePart, part, 'test')))
    return toTicket(received, states, received.wire.updated_at)
  }
  const state = (category: string | null, label: string | null = 'With dev team'): Fields => ({
    ticket_state: { type: 'ticket_state', id: '7493', category, internal_label: label },
  })

  it('has its number, title and description, and its references as ids', () => {
    const linked_objects = {
      type: 'list',
      data: [
        { type: 'ticket', id: '1' },
        { type: 'conversation', id: 215469 },
      ],
    }
    expect(ticket({ linked_objects }).fields).toMatchObject({
      number: '12',
      subject: 'Refund',
      description: 'Order 8841',
      status: 'OPEN',
      nativeStatus: 'In progress',
      type: 'Bug',
      assigneeRemoteId: '991',
      teamRemoteId: null,
      conversationRemoteId: '215469',
      contactRemoteId: '6762f0dd1bb69f9f2193bb83',
      solvedAt: null,
      customFields: [],
    })
  })

  it.each([
    ['submitted', 'NEW'],
    ['in_progress', 'OPEN'],
    ['waiting_on_customer', 'PENDING'],
    ['resolved', 'SOLVED'],
    ['frozen', 'OTHER'],
  ])('in category %s is %s, by the name that the account gave it', (category, status) => {
    expect(ticket(state(category)).fields).toMatchObject({ status, nativeStatus: 'With dev team' })
    expect(ticket(state(category, null)).fields).toMatchObject({ status, nativeStatus: category })
  })

  it('has its own fields by their declared types, and dates in ISO 8601', () => {
    // Source: REST 2.16, schemas `ticket_type_attribute` and `file_attribute`; values invented.
    const declared = {
      Severity: 'list',
      Due: 'datetime',
      Cost: 'decimal',
      Paid: 'boolean',
      Proof: 'files',
      Note: 'string',
    }
    const data = Object.entries(declared).map(([name, data_type]) => ({
      type: 'ticket_type_attribute',
      name,
      data_type,
    }))
    const proof = [{ type: 'upload', name: 'a.png', url: 'https://files.test/a.png' }]
    const given = { Severity: 'sev1', Due: 1767225600, Cost: 1.5, Paid: false, Proof: proof, Note: null, Unknown: 3 }
    const { fields } = ticket({
      ticket_attributes: { _default_title_: 'Refund', _default_description_: null, ...given },
      ticket_type: { type: 'ticket_type', id: '1234', name: 'Bug', ticket_type_attributes: { type: 'list', data } },
    })
    expect(fields.description).toBeNull()
    expect(fields.customFields.map(({ key, type, value }) => [key, type, value])).toEqual([
      ['Cost', 'NUMBER', 1.5],
      ['Due', 'DATE', '2026-01-01T00:00:00.000Z'],
      ['Note', 'TEXT', null],
      ['Paid', 'BOOLEAN', false],
      ['Proof', 'OTHER', proof],
      ['Severity', 'LIST', 'sev1'],
      ['Unknown', 'NUMBER', 3],
    ])
  })

  it('was solved when it last became resolved', () => {
    const moved = (ticket_state: string | null, created_at: number): Fields => ({ ...PART, ticket_state, created_at })
    const parts = [
      moved('resolved', 100),
      moved('in_progress', 200),
      moved('resolved', 300),
      moved(null, 350),
      moved('resolved', 400),
    ]
    expect(ticket(state('resolved'), parts).fields.solvedAt).toEqual(new Date(300_000))
    expect(ticket(state('in_progress'), parts).fields.solvedAt).toBeNull()
    expect(ticket(state('resolved'), []).fields.solvedAt).toBeNull()
  })

  it('stands with nulls wherever they may stand', () => {
    const nulls = { ticket_id: null, ticket_attributes: null, ticket_state: null, ticket_type: null, contacts: null }
    expect(ticket({ ...nulls, linked_objects: null, open: false }).fields).toMatchObject({
      number: null,
      subject: null,
      status: 'OTHER',
      nativeStatus: 'closed',
      type: null,
      contactRemoteId: null,
      conversationRemoteId: null,
    })
  })

  it('keeps what it came as, but for its parts', () => {
    expect(ticket({}, [PART]).native).toEqual({ ...TICKET, ticket_parts: { type: 'ticket_part.list', total_count: 1 } })
  })
})
