import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { SignatureError } from '../../../kit/errors.ts'
import { verifyDelivery } from '../../../kit/verify.ts'
import type { Json } from '../../../store/kinds.ts'
import { webhook } from '../../../subgraphs/zendesk/webhook.ts'

/** An event. Source: the reference's "Webhook event types", version 2022-11-06; ids and words are made up. */
const event = (
  type: string,
  detail: { readonly [field: string]: Json },
  told: { readonly [field: string]: Json } = {},
): Json => ({
  account_id: 22129848,
  detail,
  event: { meta: { sequence: { id: '01KDW2M3ZQ5T0X', position: 1 } }, ...told },
  id: 'cbe4028c-7239-495d-b020-f22348516046',
  subject: 'zen:ticket:5158',
  time: '2026-01-01T00:01:00.123456789Z',
  type: `zen:event-type:${type}`,
  zendesk_event_version: '2022-11-06',
})

const TICKET = { id: '5158', status: 'OPEN', priority: 'NORMAL' }
const COMMENT = {
  author: { id: '8447388090495', is_staff: false, name: 'Ana Ruiz' },
  body: 'Any news?',
  id: '8447437810942',
  is_public: true,
}

describe('a delivery', () => {
  const secret = 'zd_signing_secret_9Q=='
  const body = '{"type":"zen:event-type:ticket.created"}'
  const headers = {
    'x-zendesk-webhook-signature-timestamp': '2026-01-01T00:01:00Z',
    'x-zendesk-webhook-signature': 'sig',
  }
  const verify = (signature: string, now: Date): void => {
    verifyDelivery({
      provider: 'zendesk',
      proof: webhook.proof,
      headers: { ...headers, 'x-zendesk-webhook-signature': signature },
      body: Buffer.from(body),
      secrets: [secret],
      now,
    })
  }

  it('is proven over its time and its bytes, for a while', () => {
    const signature = createHmac('sha256', secret).update(`2026-01-01T00:01:00Z${body}`).digest('base64')
    expect(() => verify(signature, new Date('2026-01-01T00:02:00Z'))).not.toThrow()
    expect(() => verify(signature, new Date('2026-01-01T00:09:00Z'))).toThrow(SignatureError)
    expect(() => verify(`${signature}x`, new Date('2026-01-01T00:02:00Z'))).toThrow(SignatureError)
  })

  it('is known by its invocation, else by its event', () => {
    const body = event('ticket.comment_added', TICKET, { comment: COMMENT })
    const told = webhook.envelope(body, { 'x-zendesk-webhook-invocation-id': '01INV' })
    expect(told).toEqual({
      deliveryId: '01INV',
      accountId: null,
      topic: 'ticket.comment_added',
      sentAt: new Date('2026-01-01T00:01:00.123Z'),
      probe: false,
    })
    expect(webhook.envelope(body, {}).deliveryId).toBe('cbe4028c-7239-495d-b020-f22348516046')
  })

  it('of a trigger is our own template', () => {
    const body = { ticket_id: '5158', status: 'Open' }
    const told = { deliveryId: '01INV', topic: 'trigger', accountId: null, sentAt: null, probe: false }
    expect(webhook.envelope(body, { 'x-zendesk-webhook-invocation-id': '01INV' })).toEqual(told)
    expect(webhook.interpret(body)).toEqual({
      changes: [],
      reread: [{ stream: 'tickets', remoteId: '5158' }],
      revoked: false,
    })
  })
})

describe('means', () => {
  const means = (type: string, detail: { readonly [field: string]: Json }, told = {}) => {
    const { changes, reread } = webhook.interpret(event(type, detail, told))
    return [
      changes.map(({ op, kind, remoteId }) => `${op} ${kind} ${remoteId}`),
      reread.map(({ stream, remoteId }) => `${stream} ${remoteId}`),
    ]
  }

  it('what was said, at once', () => {
    const { changes } = webhook.interpret(event('ticket.comment_added', TICKET, { comment: COMMENT }))
    expect(changes).toMatchObject([
      {
        kind: 'message',
        remoteId: '8447437810942',
        fidelity: 'partial',
        fields: {
          ticketRemoteId: '5158',
          type: 'REPLY',
          authorType: 'CONTACT',
          contactRemoteId: '8447388090495',
          text: 'Any news?',
        },
      },
    ])
  })

  it('what a ticket begins with, only with the ticket', () => {
    const begun = { ...TICKET, created_at: '2026-01-01T00:01:00Z' }
    expect(means('ticket.comment_added', begun, { comment: COMMENT })).toEqual([[], ['tickets 5158']])
    const older = { ...TICKET, created_at: '2026-01-01T00:00:57Z' }
    expect(means('ticket.comment_added', older, { comment: COMMENT })).toEqual([
      ['upsert message 8447437810942'],
      ['tickets 5158'],
    ])
  })

  it.each([
    ['ticket.created', TICKET, {}, [], ['tickets 5158']],
    ['ticket.never_heard_of', TICKET, {}, [], ['tickets 5158']],
    ['ticket.soft_deleted', TICKET, {}, ['delete ticket 5158'], ['tickets 5158']],
    ['ticket.undeleted', TICKET, {}, [], ['tickets 5158']],
    ['messaging_ticket.message_added', { id: 'm', ticket_id: '7' }, {}, [], ['tickets 7']],
    ['user.name_changed', { id: '9', role: 'end-user' }, {}, [], ['users 9']],
    ['user.name_changed', { id: '9', role: 'agent' }, {}, [], ['agents 9']],
    ['user.role_changed', { id: '9', role: 'end-user' }, {}, [], ['users 9', 'agents 9']],
    ['user.deleted', { id: '9', role: 'end-user' }, {}, ['delete contact 9'], ['users 9', 'agents 9']],
    ['user.merged', { id: '9', role: 'end-user' }, { user: { id: '8' } }, ['delete contact 8'], ['users 9']],
    ['organization.name_changed', { id: '4' }, {}, [], ['organizations 4']],
    ['organization.deleted', { id: '4' }, {}, ['delete company 4'], ['organizations 4']],
    ['article.published', { id: '4' }, {}, [], []],
    ['ticket.created', {}, {}, [], []],
  ] as const)('by %s of %j', (type, detail, told, changes, reread) => {
    expect(means(type, detail, told)).toEqual([changes, reread])
  })
})
