import { describe, expect, it } from 'vitest'
import type { MessageFields } from '../../../store/kinds.ts'
import { toMessage, toOpeningMessage } from '../../../subgraphs/intercom/mapping-messages.ts'
import { wireConversation, wirePart, wireSource } from '../../../subgraphs/intercom/wire-threads.ts'
import { receive } from '../../../subgraphs/intercom/wire.ts'
import { CONVERSATION, PART, SOURCE, type Fields } from './records.ts'

const IN_CONVERSATION = { kind: 'conversation', remoteId: '215469' } as const
const IN_TICKET = { kind: 'ticket', remoteId: '90211' } as const

const message = (fields: Fields) => toMessage(receive(wirePart, { ...PART, ...fields }, 'test'), IN_CONVERSATION)

const ADMIN = { type: 'admin', id: 991, name: 'Ciaran Lee', email: 'ciaran@example.com' }
const BOT = { type: 'bot', id: '274', name: 'Operator', email: 'operator+abcd1234@intercom.io' }

describe('a part', () => {
  it('becomes a message of its thread, with html as sent and text beside it', () => {
    expect(message({})).toMatchObject({
      remoteId: '132',
      version: new Date('2026-01-01T00:01:00Z'),
      native: PART,
      fields: {
        conversationRemoteId: '215469',
        ticketRemoteId: null,
        type: 'REPLY',
        nativeType: 'comment',
        authorType: 'CONTACT',
        authorName: 'Ana Ruiz',
        contactRemoteId: '6762f0dd1bb69f9f2193bb83',
        agentRemoteId: null,
        text: 'Any news?',
        html: '<p>Any news?</p>',
        createdAt: new Date('2026-01-01T00:01:00Z'),
        redacted: false,
      },
    })
  })

  it.each<[string, MessageFields['statusTo']]>([
    ['close', 'CLOSED'],
    ['open', 'OPEN'],
    ['assign_and_reopen', 'OPEN'],
    ['note_and_reopen', 'OPEN'],
    ['snoozed', 'SNOOZED'],
    ['unsnoozed', 'OPEN'],
    ['timer_unsnooze', 'OPEN'],
    ['assign_and_unsnooze', 'OPEN'],
    ['comment', null],
    ['assignment', null],
    ['a_new_word', null],
  ])('of the type %s leaves its conversation %s', (part_type, statusTo) => {
    // What a part of a conversation says of a ticket's state, and of its own, is not gone by.
    expect(message({ part_type, ticket_state: 'resolved', state: 'closed' }).fields.statusTo).toBe(statusTo)
  })

  it.each<[string | null, MessageFields['statusTo']]>([
    ['submitted', 'NEW'],
    ['in_progress', 'OPEN'],
    ['waiting_on_customer', 'PENDING'],
    ['resolved', 'SOLVED'],
    ['a_new_word', 'OTHER'],
    [null, null],
  ])('with the state %s leaves its ticket %s, whatever else it does', (ticket_state, statusTo) => {
    const part = { ...PART, part_type: 'close', ticket_state }
    expect(toMessage(receive(wirePart, part, 'test'), IN_TICKET).fields.statusTo).toBe(statusTo)
  })

  it('is a message of its own in a ticket, also when a conversation has a part of that id', () => {
    const inTicket = toMessage(receive(wirePart, PART, 'test'), IN_TICKET)
    expect(inTicket.remoteId).not.toBe(message({}).remoteId)
    expect(inTicket.fields).toMatchObject({ ticketRemoteId: '90211', conversationRemoteId: null })
  })

  // Part types: examples of REST 2.16 and the provider's notes; `fin_summary` is invented, as an unknown one.
  it.each<[string, Fields, MessageFields['type']]>([
    ['a comment', { part_type: 'comment', author: ADMIN }, 'REPLY'],
    ['a comment that is only a file', { part_type: 'comment', body: null, author: ADMIN }, 'REPLY'],
    ['a note', { part_type: 'note', author: ADMIN }, 'NOTE'],
    ['a note that reopens', { part_type: 'note_and_reopen', author: ADMIN }, 'NOTE'],
    ['an answer that reopens', { part_type: 'open' }, 'REPLY'],
    ['reopening without words', { part_type: 'open', body: null, author: ADMIN }, 'ACTIVITY'],
    ['closing with a farewell', { part_type: 'close', author: ADMIN }, 'REPLY'],
    ['closing without words', { part_type: 'close', body: null, author: ADMIN }, 'ACTIVITY'],
    ['closing with blank words', { part_type: 'close', body: '  ', author: ADMIN }, 'ACTIVITY'],
    ['an assignment with words', { part_type: 'assignment', author: ADMIN }, 'REPLY'],
    ['an assignment', { part_type: 'assign_and_reopen', body: null, author: ADMIN }, 'ACTIVITY'],
    ['a pressed button', { part_type: 'quick_reply', body: '<p>Yes</p>' }, 'REPLY'],
    [
      'an attribute change',
      { part_type: 'conversation_attribute_updated_by_admin', body: null, author: BOT },
      'ACTIVITY',
    ],
    [
      'an unknown part of a bot with words, perhaps for agents alone',
      { part_type: 'fin_summary', author: BOT },
      'ACTIVITY',
    ],
    ['an unknown part of an agent with words', { part_type: 'fin_summary', author: ADMIN }, 'ACTIVITY'],
    ['an unknown part in which a contact speaks', { part_type: 'fin_summary' }, 'REPLY'],
  ])('is understood when it is %s', (_, fields, type) => {
    expect(message(fields).fields).toMatchObject({ type, nativeType: fields['part_type'] ?? 'comment' })
  })

  it.each<[string, Fields | null, Partial<MessageFields>]>([
    [
      'a user',
      { type: 'user', id: 'u1', name: 'Ana' },
      { authorType: 'CONTACT', contactRemoteId: 'u1', agentRemoteId: null },
    ],
    [
      'a lead',
      { type: 'lead', id: 'l1', name: null },
      { authorType: 'CONTACT', contactRemoteId: 'l1', authorName: null },
    ],
    ['a contact', { type: 'contact', id: 'c1' }, { authorType: 'CONTACT', contactRemoteId: 'c1', authorName: null }],
    ['an admin', ADMIN, { authorType: 'AGENT', agentRemoteId: '991', contactRemoteId: null }],
    ['a bot', BOT, { authorType: 'BOT', agentRemoteId: null, contactRemoteId: null, authorName: 'Operator' }],
    ['Fin in the name of an admin', { ...ADMIN, from_ai_agent: true }, { authorType: 'BOT', agentRemoteId: '991' }],
    ['a team', { type: 'team', id: 5017691 }, { authorType: 'AGENT', agentRemoteId: null, contactRemoteId: null }],
    [
      'a word of tomorrow',
      { type: 'robot_dog', id: '1' },
      { authorType: 'SYSTEM', agentRemoteId: null, contactRemoteId: null },
    ],
    ['nobody (Twitter)', null, { authorType: 'SYSTEM', authorName: null, agentRemoteId: null, contactRemoteId: null }],
    [
      'a blank author (Twitter)',
      { type: '', id: '' },
      { authorType: 'SYSTEM', agentRemoteId: null, contactRemoteId: null },
    ],
  ])('is by %s', (_, author, fields) => {
    expect(message({ author }).fields).toMatchObject(fields)
  })

  it('takes the plain text of a delivery for text, and shows it safely as html', () => {
    expect(message({ body: 'a < b & "c"\nsecond line <3' }).fields).toMatchObject({
      text: 'a < b & "c"\nsecond line <3',
      html: '<p>a &lt; b &amp; &quot;c&quot;<br>second line &lt;3</p>',
    })
  })

  it('keeps nothing that was said in a redacted part', () => {
    const attachments = [{ type: 'upload', name: 'id.png', url: 'https://files.test/id.png' }]
    const { fields } = message({ redacted: true, body: '<p>This message was deleted</p>', attachments })
    expect(fields).toMatchObject({ redacted: true, text: null, html: null, attachments: [] })
  })

  it('has its files, without those that have no address', () => {
    // Source: REST 2.16, schema `part_attachment`.
    const file = {
      type: 'upload',
      name: 'example.png',
      url: 'https://picsum.photos/200/300',
      content_type: 'image/png',
      filesize: 100,
    }
    const bare = { type: 'upload', url: 'https://picsum.photos/1' }
    expect(
      message({ attachments: [file, bare, { type: 'upload', name: 'gone.png', url: null }] }).fields.attachments,
    ).toEqual([
      { name: 'example.png', url: 'https://picsum.photos/200/300', contentType: 'image/png', sizeBytes: 100 },
      { name: null, url: 'https://picsum.photos/1', contentType: null, sizeBytes: null },
    ])
  })

  it('stands with nulls wherever they may stand', () => {
    const nulls = { body: null, updated_at: null, author: null, attachments: null, redacted: null }
    expect(message(nulls)).toMatchObject({
      version: new Date('2026-01-01T00:01:00Z'),
      fields: { text: null, html: null, attachments: [], redacted: false, authorType: 'SYSTEM' },
    })
  })

  it('takes a number for its id', () => {
    expect(message({ id: 1 }).remoteId).toBe('1')
  })
})

describe('an opening message', () => {
  const opening = (source: Fields) => {
    const conversation = receive(wireConversation, CONVERSATION, 'test').wire
    return toOpeningMessage(receive(wireSource, { ...SOURCE, ...source }, 'test'), conversation)
  }

  it('is a message of its own, under an id that does not change when Intercom has none', () => {
    expect(opening({ id: null })).toMatchObject({
      remoteId: 'source:215469',
      fields: {
        type: 'REPLY',
        nativeType: 'source',
        authorType: 'CONTACT',
        text: 'My order 8841 never came',
        createdAt: new Date('2026-01-01T00:00:00Z'),
      },
    })
    expect(opening({}).remoteId).toBe(opening({ id: null }).remoteId)
  })

  // Source: REST 2.16, `delivered_as`.
  it.each([
    ['admin_initiated', 'AGENT'],
    ['automated', 'BOT'],
    ['campaigns_initiated', 'BOT'],
    ['operator_initiated', 'BOT'],
    [null, 'AGENT'],
  ])('of an admin that was %s is by %s', (delivered_as, authorType) => {
    expect(opening({ delivered_as, author: ADMIN }).fields).toMatchObject({ authorType, agentRemoteId: '991' })
  })

  it('loses its words when they are redacted', () => {
    expect(opening({ redacted: true, body: null }).fields).toMatchObject({ redacted: true, text: null, html: null })
  })
})
