import { describe, expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import { RejectedError } from '../../../kit/errors.ts'
import { freshdesk } from '../../../subgraphs/freshdesk/index.ts'
import { forwardTicket, markAsSpam, unmarkAsSpam, updateOwn } from '../../../subgraphs/freshdesk/act-own.ts'
import { type Desk, openDesk } from './desk.ts'
import { fakeClient } from './fake-client.ts'
import { TICKET } from './records.ts'

const small = { accounts: [{ domain: 'acme', contacts: 20, companies: 3, tickets: 40 }] }
const acting = { agentRemoteId: null, actId: 'act-1' }

const open = async (desk: Desk, source = 2): Promise<string> => {
  const made = await desk.twin.control('POST', '/customers/open', { body: 'It never came', source })
  return String(Object(made)['id'])
}

describe('what is said', () => {
  it('is structured on a web chat, which only the answer tells', async () => {
    await using desk = await openDesk(small)
    const thread = { kind: 'ticket', remoteId: await open(desk, 15) } as const
    const content = { text: 'We are looking.', attachmentUrls: ['https://files.example.com/a.png'] }
    const outcome = await freshdesk.actions.reply?.(desk.client, { ...acting, thread, content })
    const said = outcome?.changes.find(
      (change) => change.kind === 'message' && change.remoteId === outcome.subject.remoteId,
    )
    expect(said).toMatchObject({ fields: { text: expect.stringMatching(/We are looking\.[^]*a\.png/), type: 'REPLY' } })
  })

  it('is said once, and stands when it cannot be read back', async () => {
    const answer = {
      id: 7,
      body: '<p>Hi</p>',
      body_text: 'Hi',
      user_id: 991,
      ticket_id: 20,
      updated_at: TICKET.updated_at,
    }
    const client = fakeClient(({ method }: Call) =>
      method === 'POST' ? { status: 201, body: answer } : { status: 503 },
    )
    const content = { text: 'Hi', attachmentUrls: [] }
    const outcome = await freshdesk.actions.note?.(client, {
      ...acting,
      thread: { kind: 'ticket', remoteId: '20' },
      content,
    })
    expect(outcome).toMatchObject({
      subject: { kind: 'message', remoteId: '7' },
      changes: [{ fidelity: 'partial', fields: { type: 'NOTE', ticketRemoteId: '20', agentRemoteId: '991' } }],
    })
    expect(client.calls.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

describe('what only Freshdesk can do', () => {
  it('forwards a ticket, which stands in it as a note', async () => {
    await using desk = await openDesk(small)
    const ticketRemoteId = await open(desk)
    const mail = { text: 'Please have a look.', to: ['partner@example.com'], cc: [], bcc: [], withAttachments: true }
    const { changes, subject } = await forwardTicket(desk.client, { ticketRemoteId, ...mail })
    const note = changes.find((change) => change.kind === 'message' && change.remoteId === subject.remoteId)
    expect(note).toMatchObject({ fields: { type: 'NOTE', nativeType: 'forwarded_email', ticketRemoteId } })
  })

  it('marks a ticket as spam and takes it back, and finds either done already', async () => {
    await using desk = await openDesk(small)
    const remoteId = await open(desk)
    for (const _ of [1, 2]) {
      expect((await markAsSpam(desk.client, remoteId)).changes).toMatchObject([
        { op: 'delete', kind: 'ticket', remoteId },
      ])
    }
    for (const _ of [1, 2]) {
      const { changes } = await unmarkAsSpam(desk.client, remoteId)
      expect(changes[0]).toMatchObject({ op: 'upsert', kind: 'ticket', remoteId })
    }
    await expect(markAsSpam(desk.client, '999999')).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' })
  })

  it('sets statuses and products of the account’s own, and tells why it does not', async () => {
    await using desk = await openDesk(small)
    const ticketRemoteId = await open(desk)
    const { changes } = await updateOwn(desk.client, { ticketRemoteId, patch: { nativeStatus: 8 } })
    expect(changes[0]).toMatchObject({ fields: { status: 'OTHER', nativeStatus: '8' } })
    const wrong = updateOwn(desk.client, { ticketRemoteId, patch: { nativeStatus: 77 } })
    await expect(wrong).rejects.toMatchObject({
      field: 'status',
      reason: expect.stringContaining('one of these values'),
    })
  })
})

describe('tickets', () => {
  it('are deleted and restored, also when that was done already', async () => {
    await using desk = await openDesk(small)
    const input = { ...acting, ticketRemoteId: await open(desk) }
    for (const _ of [1, 2]) {
      const outcome = await freshdesk.actions.deleteTicket?.(desk.client, input)
      expect(outcome?.changes).toMatchObject([{ op: 'delete' }])
    }
    for (const _ of [1, 2]) {
      const outcome = await freshdesk.actions.restoreTicket?.(desk.client, input)
      expect(outcome?.changes[0]).toMatchObject({ op: 'upsert', kind: 'ticket' })
    }
  })

  it('are merged once, since twice would tell everything twice', async () => {
    const client = fakeClient(({ method }: Call) => ({
      status: method === 'PUT' ? 204 : 200,
      body: method === 'PUT' ? null : TICKET,
    }))
    await freshdesk.actions.mergeTickets?.(client, { ...acting, intoRemoteId: '20', remoteIds: ['21', '22'] })
    expect(client.calls[0]).toMatchObject({
      path: '/tickets/merge',
      safe: false,
      body: { primary_id: 20, ticket_ids: [21, 22] },
    })
    expect(client.calls.slice(1).map(({ path }) => path)).toEqual(['/tickets/20', '/tickets/21', '/tickets/22'])
  })

  it('are not closed without what the account asks for, and say so in Freshdesk’s words', async () => {
    await using desk = await openDesk({
      accounts: [{ domain: 'acme', kind: 'workshop', contacts: 9, companies: 3, tickets: 9 }],
    })
    const ticketRemoteId = await open(desk)
    const closed = freshdesk.actions.updateTicket?.(desk.client, {
      ...acting,
      ticketRemoteId,
      patch: { status: 'SOLVED' },
    })
    await expect(closed).rejects.toMatchObject({ field: 'customFields', reason: expect.stringContaining('mandatory') })
  })
})

describe('tags', () => {
  it('are written with the others, once, and none that Freshdesk would not take', async () => {
    const client = fakeClient(() => ({ body: { ...TICKET, tags: ['Order'] } }))
    const target = { kind: 'ticket', remoteId: '20' } as const
    await freshdesk.actions.tag?.(client, { ...acting, target, name: 'late' })
    expect(client.calls[1]).toMatchObject({ method: 'PUT', body: { tags: ['Order', 'late'] } })
    client.calls.length = 0
    await freshdesk.actions.tag?.(client, { ...acting, target, name: 'order' })
    expect(client.calls.filter(({ method }) => method === 'PUT')).toEqual([])
    for (const name of ['a,b', 'x'.repeat(33)]) {
      await expect(freshdesk.actions.tag?.(client, { ...acting, target, name })).rejects.toBeInstanceOf(RejectedError)
    }
  })
})
