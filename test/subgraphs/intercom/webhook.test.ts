import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { verifyDelivery } from '../../../kit/verify.ts'
import type { Json } from '../../../store/kinds.ts'
import { webhook } from '../../../subgraphs/intercom/webhook.ts'
import { NOW } from './fake-client.ts'
import {
  COMPANY,
  CONTACT,
  CONVERSATION,
  PART,
  TICKET,
  notification,
  withParts,
  withTicketParts,
  type Fields,
} from './records.ts'

const interpret = (topic: string, item: Json) => webhook.interpret(notification(topic, item))
const NOTHING = { changes: [], reread: [], revoked: false }
const { id: CONTACT_ID } = CONTACT

describe('an envelope', () => {
  it('names account, delivery, topic and time', () => {
    expect(webhook.envelope(notification('conversation.user.replied', CONVERSATION), {})).toEqual({
      deliveryId: 'notif_a1c2',
      accountId: 'ws_k81',
      topic: 'conversation.user.replied',
      sentAt: new Date('2026-01-01T00:01:01Z'),
      probe: false,
    })
  })

  it('of a ping is a probe', () => {
    // Source: webhook sample `ping` of the shared contracts (hand-written).
    const ping = { type: 'ping', message: 'ping' }
    const body = {
      type: 'notification_event',
      topic: 'ping',
      id: null,
      app_id: 'ws_k81',
      data: { item: ping },
      created_at: 1767225600,
      delivery_attempts: 1,
    }
    expect(webhook.envelope(body, {})).toMatchObject({
      probe: true,
      deliveryId: null,
      sentAt: new Date('2026-01-01T00:00:00Z'),
    })
    expect(webhook.interpret(body)).toEqual(NOTHING)
  })

  it('has no delivery id where Intercom sends none', () => {
    // Source: a `contact.merged` delivery shown in Intercom's community forum (topic 7045), which has no id.
    const { id: _, ...without } = notification('contact.merged', CONTACT)
    expect(webhook.envelope(without, {})).toMatchObject({ deliveryId: null, accountId: 'ws_k81' })
  })

  it.each<[string, Json]>([
    ['no object', 'hello'],
    ['no topic', { app_id: 'ws_k81' }],
    ['no account', { topic: 'contact.deleted', app_id: null }],
  ])('with %s is malformed', (_, body) => {
    expect(() => webhook.envelope(body, {})).toThrow(/^intercom: webhook: expected/)
  })
})

describe('a conversation topic', () => {
  it('tells new parts at once, and has the conversation read again', () => {
    const { changes, reread, revoked } = interpret('conversation.user.replied', withParts(CONVERSATION, [PART]))
    expect(changes).toMatchObject([{ op: 'upsert', kind: 'message', remoteId: '132', fields: { text: 'Any news?' } }])
    expect(reread).toEqual([{ stream: 'conversations', remoteId: '215469' }])
    expect(revoked).toBe(false)
  })

  it.each([
    ['conversation.user.created', withParts(CONVERSATION, [PART])],
    ['ticket.admin.replied', withTicketParts(TICKET, [PART])],
  ])('%s says that it tells less than reading gives', (topic, item) => {
    const { changes } = interpret(topic, item)
    expect(changes.length).toBeGreaterThan(0)
    for (const change of changes) expect(change).toMatchObject({ fidelity: 'partial' })
  })

  it.each(['conversation.user.created', 'conversation.admin.single.created'])(
    '%s tells the conversation with its opening message',
    (topic) => {
      const { changes, reread } = interpret(topic, withParts(CONVERSATION, []))
      expect(changes.map(({ kind, remoteId }) => [kind, remoteId])).toEqual([
        ['conversation', '215469'],
        ['message', 'source:215469'],
      ])
      expect(reread).toEqual([{ stream: 'conversations', remoteId: '215469' }])
    },
  )

  it.each([
    'conversation.admin.replied',
    'conversation.admin.noted',
    'conversation.admin.assigned',
    'conversation.admin.open.assigned',
    'conversation.admin.closed',
    'conversation.admin.opened',
    'conversation.admin.snoozed',
    'conversation.admin.unsnoozed',
    'conversation.rating.added',
    'conversation.priority.updated',
    'conversation.read',
    'conversation.contact.attached',
    'conversation.contact.detached',
    'conversation_part.tag.created',
    'conversation_part.redacted',
  ])('%s tells its parts and no opening message', (topic) => {
    const { changes, reread } = interpret(topic, withParts(CONVERSATION, [PART]))
    expect(changes.map(({ remoteId }) => remoteId)).toEqual(['132'])
    expect(reread).toEqual([{ stream: 'conversations', remoteId: '215469' }])
  })

  it('without parts is read again all the same', () => {
    expect(interpret('conversation.admin.closed', { type: 'conversation', id: 215469 })).toEqual({
      ...NOTHING,
      reread: [{ stream: 'conversations', remoteId: '215469' }],
    })
  })

  it('tells what its contact has read, up to the moment it was told of', () => {
    const body = { topic: 'conversation.read', app_id: 'ws', created_at: 1767225660, data: { item: CONVERSATION } }
    const thread = { kind: 'conversation', remoteId: '215469' }
    expect(webhook.interpret(body)).toMatchObject({
      receipts: [{ state: 'READ', thread, until: new Date(1767225660_000) }],
      reread: [{ stream: 'conversations', remoteId: '215469' }],
    })
    expect(webhook.interpret({ ...body, topic: 'conversation.admin.replied' })).not.toHaveProperty('receipts')
    expect(webhook.interpret({ ...body, created_at: null })).not.toHaveProperty('receipts')
    expect(webhook.interpret({ ...body, data: null })).not.toHaveProperty('receipts')
  })

  it('of a deletion, which holds ids only, deletes', () => {
    expect(interpret('conversation.deleted', { type: 'conversation', id: '215469' })).toEqual({
      ...NOTHING,
      changes: [{ op: 'delete', kind: 'conversation', remoteId: '215469', mergedIntoRemoteId: null }],
    })
  })
})

describe('a ticket topic', () => {
  it.each([
    'ticket.created',
    'ticket.state.updated',
    'ticket.closed',
    'ticket.contact.replied',
    'ticket.admin.replied',
    'ticket.note.created',
    'ticket.admin.assigned',
    'ticket.team.assigned',
    'ticket.attribute.updated',
    'ticket.rating.provided',
  ])('%s tells new parts and has the ticket read again', (topic) => {
    const { changes, reread } = interpret(topic, withTicketParts(TICKET, [PART]))
    expect(changes).toMatchObject([
      { kind: 'message', remoteId: 'ticket_part:132', fields: { ticketRemoteId: '90211' } },
    ])
    expect(reread).toEqual([{ stream: 'tickets', remoteId: '90211' }])
  })
})

describe('a contact topic', () => {
  it.each([
    'contact.user.created',
    'contact.lead.created',
    'contact.user.updated',
    'contact.lead.updated',
    'contact.unsubscribed',
  ])('%s tells the contact, which is whole, and has it read again in case it is gone since', (topic) => {
    const { changes, reread } = interpret(topic, CONTACT)
    expect(changes).toMatchObject([{ op: 'upsert', kind: 'contact', remoteId: CONTACT_ID, native: CONTACT }])
    expect(reread).toEqual([{ stream: 'contacts', remoteId: CONTACT_ID }])
  })

  it.each<[string, Fields]>([
    ['has more tags than fit', { tags: { type: 'list', data: [], has_more: true } }],
    ['does not say when it changed', { updated_at: null }],
  ])('about one that %s has it read again', (_, fields) => {
    expect(interpret('contact.user.updated', { ...CONTACT, ...fields })).toEqual({
      ...NOTHING,
      reread: [{ stream: 'contacts', remoteId: CONTACT_ID }],
    })
  })

  it.each(['contact.user.tag.created', 'contact.user.tag.deleted', 'contact.lead.tag.created'])(
    '%s, whose item names contact and tag, has the contact read again and deletes nobody',
    (topic) => {
      const item = { type: 'contact_tag', contact: CONTACT, tag: { type: 'tag', id: '86', name: 'Manual tag' } }
      expect(interpret(topic, item)).toEqual({ ...NOTHING, reread: [{ stream: 'contacts', remoteId: CONTACT_ID }] })
    },
  )

  it.each(['contact.deleted', 'contact.user.deleted'])('%s deletes, by id alone', (topic) => {
    expect(interpret(topic, { type: 'contact', id: '6762', external_id: null })).toEqual({
      ...NOTHING,
      changes: [{ op: 'delete', kind: 'contact', remoteId: '6762', mergedIntoRemoteId: null }],
    })
  })

  it.each(['contact.archived', 'contact.lead.archived'])(
    '%s deletes, and has the contact read again in case it was taken back before this came in',
    (topic) => {
      expect(interpret(topic, CONTACT)).toEqual({
        ...NOTHING,
        changes: [{ op: 'delete', kind: 'contact', remoteId: CONTACT_ID, mergedIntoRemoteId: null }],
        reread: [{ stream: 'contacts', remoteId: CONTACT_ID }],
      })
    },
  )

  it('of a merge, which names only the survivor, has that one read again for what went into it', () => {
    const { changes, reread } = interpret('contact.merged', CONTACT)
    expect(changes.map(({ op }) => op)).toEqual(['upsert'])
    expect(reread).toEqual([{ stream: 'contacts', remoteId: CONTACT_ID }])
  })
})

describe('other topics', () => {
  it('tell and read again a company', () => {
    const { changes, reread } = interpret('company.updated', COMPANY)
    expect(changes).toMatchObject([{ kind: 'company', remoteId: COMPANY['id'] }])
    expect(reread).toEqual([{ stream: 'companies', remoteId: COMPANY['id'] }])
  })

  it('delete a company, and have it read again in case it was made again', () => {
    const { changes, reread } = interpret('company.deleted', { type: 'company', id: 'c1', company_id: '1' })
    expect(changes).toEqual([{ op: 'delete', kind: 'company', remoteId: 'c1', mergedIntoRemoteId: null }])
    expect(reread).toEqual([{ stream: 'companies', remoteId: 'c1' }])
  })

  it('read again company and contact when one is attached to the other', () => {
    const { changes, reread } = interpret('company.contact.attached', { type: 'x', company: COMPANY, contact: CONTACT })
    expect(changes).toEqual([])
    expect(reread).toEqual([
      { stream: 'companies', remoteId: COMPANY['id'] },
      { stream: 'contacts', remoteId: CONTACT_ID },
    ])
  })

  it('read again an admin who went away', () => {
    expect(interpret('admin.away_mode_updated', { type: 'admin', id: 991 }).reread).toEqual([
      { stream: 'admins', remoteId: '991' },
    ])
  })

  it.each<[string, Json]>([
    ['call.started', { type: 'call', id: '1' }],
    ['constructor', { type: 'conversation', id: '1' }],
    ['conversation.of.tomorrow', { type: 'constellation', id: '1' }],
    ['conversation.of.tomorrow', null],
    ['contact.user.updated', 'text'],
  ])('that are not known (%s, %j) are nothing, and no error', (topic, item) => {
    expect(interpret(topic, item)).toEqual(NOTHING)
  })
})

/** The published samples and signature vectors, where the shared contracts are at hand. */
const SAMPLES = new URL('../../../../shared/contracts/webhook-samples.json', import.meta.url)

const wireSamples = z.object({
  providers: z.object({
    intercom: z.object({
      samples: z.record(z.string(), z.custom<Json>()),
      vectors: z.array(z.object({ secret: z.string(), body: z.string(), headers: z.record(z.string(), z.string()) })),
    }),
  }),
})

describe.skipIf(!existsSync(SAMPLES))('the shared samples', () => {
  const read = () => wireSamples.parse(JSON.parse(readFileSync(SAMPLES, 'utf8'))).providers.intercom

  it('are all understood', () => {
    const understood = Object.entries(read().samples).map(([topic, body]) => {
      const { changes, reread } = webhook.interpret(body)
      expect(webhook.envelope(body, {}).topic).toBe(topic)
      return [topic, changes.map(({ op, kind }) => `${op} ${kind}`), reread.map(({ stream }) => stream)]
    })
    expect(understood).toEqual([
      ['conversation.user.replied', ['upsert message'], ['conversations']],
      ['ticket.state.updated', [], ['tickets']],
      ['ping', [], []],
      ['conversation.deleted', ['delete conversation'], []],
    ])
  })

  it('are signed as declared', () => {
    const { vectors } = read()
    expect(vectors).not.toEqual([])
    for (const { secret, body, headers } of vectors) {
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
      const signed = { provider: 'intercom', proof: webhook.proof, headers: lower, now: NOW }
      expect(() => verifyDelivery({ ...signed, body: Buffer.from(body), secrets: [secret] })).not.toThrow()
      expect(() => verifyDelivery({ ...signed, body: Buffer.from(`${body} `), secrets: [secret] })).toThrow(
        'does not match',
      )
    }
  })
})
