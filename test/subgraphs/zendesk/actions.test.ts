import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Call } from '../../../kit/account-client.ts'
import { OutcomeUnknownError, RejectedError } from '../../../kit/errors.ts'
import { followUp, markAsSpam } from '../../../subgraphs/zendesk/act-own.ts'
import { zendesk } from '../../../subgraphs/zendesk/index.ts'
import { type Desk, openDesk } from './desk.ts'
import { fakeClient, ticketRecord, userRecord } from './records.ts'

const { actions } = zendesk
const acting = { agentRemoteId: null, actId: 'act-1' }

describe('at the twin', () => {
  let desk: Desk
  let remoteId: string
  beforeEach(async () => {
    desk = await openDesk({ users: 20, tickets: 4 })
    const draft = { contactRemoteId: await someone(), type: null, subject: 'A ticket', description: 'of this test' }
    remoteId = (await actions.createTicket?.(desk.client, { ...acting, draft }))?.subject.remoteId ?? ''
    await desk.pass(5_000)
  })
  const violations: unknown[] = []
  afterEach(async () => {
    violations.push(...desk.twin.violations())
    await desk[Symbol.asyncDispose]()
  })

  const someone = async (): Promise<string> => {
    const listed = await desk.ask('GET', '/users?role=end-user')
    const [id] = /"id":(\d+)/.exec(JSON.stringify(listed))?.slice(1) ?? []
    return id ?? ''
  }
  const ticket = async (): Promise<unknown> => await desk.ask('GET', `/tickets/${remoteId}`)

  it('loses no tag of two that are set at the same time', async () => {
    const target = { kind: 'ticket', remoteId } as const
    const names = ['one', 'two', 'three']
    const tag = (name: string) => actions.tag?.(desk.client, { ...acting, target, name })
    for (const name of names) {
      await tag(name)
      await desk.ask('PUT', `/tickets/${remoteId}`, { ticket: { additional_tags: [`${name}-of-another`] } })
    }
    expect(await ticket()).toMatchObject({
      ticket: { tags: expect.arrayContaining([...names, ...names.map((name) => `${name}-of-another`)]) },
    })
  })

  it('waits until a merge is done', async () => {
    const draft = { contactRemoteId: await someone(), type: null, subject: 'Another', description: 'of this test' }
    const other = await actions.createTicket?.(desk.client, { ...acting, actId: 'act-2', draft })
    const outcome = await actions.mergeTickets?.(desk.client, {
      ...acting,
      intoRemoteId: remoteId,
      remoteIds: [other?.subject.remoteId ?? ''],
    })
    const merged = outcome?.changes.find(
      (change) => change.kind === 'ticket' && change.remoteId === other?.subject.remoteId,
    )
    expect(merged).toMatchObject({ op: 'upsert', fields: { status: 'CLOSED' } })
  })

  it('refuses to merge what cannot be, in Zendesk’s words', async () => {
    await desk.ask('PUT', `/tickets/${remoteId}`, { ticket: { status: 'closed' } })
    const draft = { contactRemoteId: await someone(), type: null, subject: 'Another', description: 'of this test' }
    const other = await actions.createTicket?.(desk.client, { ...acting, actId: 'act-2', draft })
    const merging = { ...acting, intoRemoteId: remoteId, remoteIds: [other?.subject.remoteId ?? ''] }
    const refused = await actions.mergeTickets?.(desk.client, merging).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(RejectedError)
    expect(refused).toMatchObject({ reason: expect.stringContaining('closed') })
  })

  it('deletes spam, and suspends who sent it', async () => {
    const { changes } = await markAsSpam(desk.client, remoteId)
    expect(changes).toContainEqual(expect.objectContaining({ op: 'delete', kind: 'ticket', remoteId }))
    const [sender] = changes.filter((change) => change.kind === 'contact')
    expect(sender).toMatchObject({ fields: { blocked: true } })
  })

  it('goes on with a closed ticket in a new one', async () => {
    await desk.ask('PUT', `/tickets/${remoteId}`, { ticket: { status: 'closed' } })
    const outcome = await followUp(desk.client, {
      ...acting,
      actId: 'act-3',
      ticketRemoteId: remoteId,
      text: 'Once more',
    })
    expect(outcome.subject).not.toMatchObject({ remoteId })
    expect(await ticket()).toMatchObject({ ticket: { followup_ids: [Number(outcome.subject.remoteId)] } })
  })

  it('kept to the published description', () => {
    expect(violations).toEqual([])
  })
})

describe('what is sent', () => {
  const ticket = { ticket: ticketRecord(), audit: { id: 1, events: [] } }
  const sent = async (
    act: (client: ReturnType<typeof fakeClient>) => Promise<unknown> | undefined,
  ): Promise<Call[]> => {
    const client = fakeClient(({ path }) => {
      if (path.endsWith('/audits')) return { body: { audits: [] } }
      if (path.includes('/users')) return { body: { user: userRecord(), identities: [] } }
      return { body: ticket }
    })
    await act(client)
    return client.calls.filter(({ method }) => method !== 'GET')
  }
  const thread = { kind: 'ticket', remoteId: '35436' } as const

  it('of a comment is what was typed, with files by their addresses, once', async () => {
    const content = { text: 'Look <here>', attachmentUrls: ['https://files.example.com/a.png'] }
    const said = { ...acting, agentRemoteId: '235323', thread, content }
    const [call] = await sent((client) => actions.note?.(client, said))
    expect(call).toMatchObject({
      safe: false,
      body: {
        ticket: {
          comment: {
            html_body: '<p>Look &lt;here&gt;</p><p>https://files.example.com/a.png</p>',
            public: false,
            author_id: 235323,
          },
        },
      },
    })
  })

  it('for a new ticket has the act’s own id, so that it may be sent again', async () => {
    const draft = { contactRemoteId: '20978392', type: null, subject: 'Refund', description: null, copiedTo: ['b@c.d'] }
    const [call] = await sent((client) => actions.createTicket?.(client, { ...acting, draft }))
    expect(call).toMatchObject({
      safe: true,
      headers: { 'Idempotency-Key': 'act-1' },
      body: { ticket: { requester_id: 20978392, email_ccs: [{ user_email: 'b@c.d', user_name: 'b', action: 'put' }] } },
    })
  })

  it('for another address of a person makes it the first', async () => {
    const patch = { email: 'new@example.com' }
    const calls = await sent((client) =>
      actions.updateContact?.(client, { ...acting, contactRemoteId: '20978392', patch }),
    )
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /api/v2/users/20978392/identities',
      'PUT /api/v2/users/20978392',
    ])
  })

  it.each([
    ['customFields', { customFields: { order: 'x' } }],
    ['status', { status: 'OTHER' }],
    ['status', { status: 'NEW' }],
    ['priority', { priority: 'OTHER' }],
    ['assigneeId', { assigneeRemoteId: 'zoe' }],
    ['description', { description: 'x' }],
  ] as const)('is nothing when %s cannot be as it was asked for', async (field, patch) => {
    let refused: unknown = null
    const calls = await sent(async (client) => {
      const input = { ...acting, ticketRemoteId: '35436', patch }
      refused = await actions.updateTicket?.(client, input).catch((error: unknown) => error)
    })
    expect(refused).toMatchObject({ code: 'PROVIDER_REJECTED', field })
    expect(calls).toEqual([])
  })
})

it('does not know what became of a merge that takes too long', async () => {
  const queued = { id: 'j1', status: 'queued' }
  const client = fakeClient(({ method }) => ({
    body: method === 'POST' ? { job_status: queued } : { job_statuses: [queued] },
  }))
  const merging = { ...acting, intoRemoteId: '1', remoteIds: ['2'] }
  await expect(actions.mergeTickets?.(client, merging)).rejects.toBeInstanceOf(OutcomeUnknownError)
})

it('tags a ticket again as it now stands when somebody changed it meanwhile', async () => {
  const stamps: unknown[] = []
  const client = fakeClient(({ method, path, body }) => {
    if (path.endsWith('/audits')) return { body: { audits: [] } }
    if (method === 'GET')
      return { body: { ticket: ticketRecord({ updated_at: `2026-01-01T00:0${stamps.length}:00Z` }) } }
    stamps.push(body)
    if (stamps.length === 1) return { status: 409, body: { error: 'UpdateConflict', description: 'changed' } }
    return { body: { tags: ['order', 'vip'] } }
  })
  const target = { kind: 'ticket', remoteId: '35436' } as const
  await actions.tag?.(client, { ...acting, target, name: 'VIP' })
  expect(stamps).toEqual([
    { tags: ['vip'], updated_stamp: '2026-01-01T00:00:00Z', safe_update: 'true' },
    { tags: ['vip'], updated_stamp: '2026-01-01T00:01:00Z', safe_update: 'true' },
  ])
})
