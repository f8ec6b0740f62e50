import { describe, expect, it } from 'vitest'
import { MalformedError } from '../../../kit/errors.ts'
import { webhook } from '../../../subgraphs/freshdesk/webhook.ts'
import { openDesk } from './desk.ts'

const reread = [{ stream: 'tickets', remoteId: '1' }]

describe('a call of a rule', () => {
  // Source: the provider's webhook samples; the first as a rule sends it that has fields ticked.
  it.each([
    [
      'the simple layout',
      { freshdesk_webhook: { ticket_id: 1, triggered_event: '{ticket_action:created}' } },
      'created',
    ],
    [
      'our template',
      { ticket_id: '1', triggered_event: '{status:{from:Open,to:Resolved}}', status: 'Resolved' },
      'updated',
    ],
    ['no event', { ticket_id: '1' }, 'updated'],
  ])('names a ticket to be read again, in %s', (_, body, past) => {
    expect(webhook.envelope(body, {})).toEqual({
      deliveryId: null,
      accountId: null,
      topic: `ticket.${past}`,
      sentAt: null,
      probe: false,
    })
    expect(webhook.interpret(body)).toEqual({ changes: [], reread, revoked: false })
  })

  it.each([[{}], [{ ticket_id: null }], [{ ticket_id: '' }], [{ freshdesk_webhook: {} }], [[]], ['1'], [null]])(
    'is refused when it names none: %j',
    (body) => {
      expect(() => webhook.envelope(body, {})).toThrow(MalformedError)
    },
  )

  it('comes of both rules that are made, which are brought up to date and not doubled', async () => {
    await using desk = await openDesk({ accounts: [{ domain: 'acme', contacts: 10, companies: 3, tickets: 10 }] })
    const url = 'http://127.0.0.1:9/webhooks/freshdesk/token'
    const first = await webhook.subscription?.subscribe(desk.client, { url, secret: 'one' })
    const second = await webhook.subscription?.subscribe(desk.client, { url, secret: 'two' })
    expect(second).toEqual(first)
    const other = await webhook.subscription?.subscribe(desk.client, { url: `${url}2`, secret: 'three' })
    expect(other?.made).not.toEqual(first?.made)
    await webhook.subscription?.unsubscribe(desk.client, JSON.parse(JSON.stringify(second?.made)))
    const rules = await desk.client.request({ method: 'GET', path: '/automations/1/rules' })
    expect(JSON.stringify(rules.body)).not.toContain(`${url}"`)
    expect(JSON.stringify(rules.body)).toContain(`${url}2"`)
  })
})
