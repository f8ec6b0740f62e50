import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../kit/actions.ts'
import type { Call } from '../../../kit/account-client.ts'
import { RejectedError } from '../../../kit/errors.ts'
import type { Json } from '../../../store/kinds.ts'
import { intercom } from '../../../subgraphs/intercom/index.ts'
import { errorBody, fakeClient, SETTINGS, type Reply } from './fake-client.ts'
import { COMPANY, CONTACT, CONVERSATION, PART, TICKET, withParts, withTicketParts, type Fields } from './records.ts'

const { reply, note, close, reopen, snooze, assign, tag, untag, createTicket, updateTicket, messageContact } =
  intercom.actions
const ME = { agentRemoteId: null, actId: 'act-1' }
const CONVERSED = { kind: 'conversation', remoteId: '215469' } as const
const TICKETED = { kind: 'ticket', remoteId: '90211' } as const
const SAID = { ...PART, id: '140', author: { type: 'admin', id: '991', name: 'Ciaran Lee' } }
const TAG = { type: 'tag', id: '105', name: 'vip' }

const answerTo =
  (body: Json): (() => Reply) =>
  () => ({ body })
const sent = (calls: readonly Call[]) => calls.map(({ method, path, body }) => ({ method, path, body: body ?? null }))
const writes = (calls: readonly Call[]) => sent(calls.filter(({ method }) => method !== 'GET'))
const brief = ({ changes }: Outcome): string[] => changes.map(({ op, kind, remoteId }) => `${op} ${kind} ${remoteId}`)
const content = (text: string, attachmentUrls: readonly string[] = []) => ({ text, attachmentUrls })

describe('a reply', () => {
  it('is said once, as escaped html, in the name of the integration', async () => {
    const client = fakeClient(answerTo(withParts(CONVERSATION, [PART, SAID])))
    const outcome = await reply?.(client, {
      ...ME,
      thread: CONVERSED,
      content: content('1 < 2\n\nBye', ['https://files.test/a.png']),
    })
    expect(sent(client.calls)).toEqual([
      {
        method: 'POST',
        path: '/conversations/215469/reply',
        body: {
          message_type: 'comment',
          type: 'admin',
          admin_id: '991',
          body: '<p>1 &lt; 2</p><p>Bye</p>',
          attachment_urls: ['https://files.test/a.png'],
        },
      },
    ])
    expect(client.calls[0]?.safe).not.toBe(true)
    expect(outcome?.subject).toEqual({ kind: 'message', remoteId: '140' })
  })

  it('leaves the conversation to be read whole, since the answer may lack parts', async () => {
    const client = fakeClient(answerTo(withParts(CONVERSATION, [SAID])))
    const outcome = await reply?.(client, { ...ME, agentRemoteId: '7', thread: CONVERSED, content: content('Hi') })
    expect(outcome?.changes).toMatchObject([
      { kind: 'conversation', version: null },
      { kind: 'message' },
      { kind: 'message' },
    ])
    expect(client.calls[0]?.body).toMatchObject({ admin_id: '7' })
  })

  it('in a ticket is the part that Intercom answers', async () => {
    const client = fakeClient(answerTo({ ...SAID, type: 'ticket_part', part_type: 'note' }))
    const outcome = await note?.(client, { ...ME, thread: TICKETED, content: content('For us') })
    expect(sent(client.calls)).toMatchObject([
      { path: '/tickets/90211/reply', body: { message_type: 'note', body: '<p>For us</p>' } },
    ])
    expect(outcome).toMatchObject({
      subject: { kind: 'message', remoteId: 'ticket_part:140' },
      changes: [{ fields: { type: 'NOTE', ticketRemoteId: '90211' } }],
    })
  })

  it('of nobody, or with too many files, is not sent', async () => {
    const nobody = fakeClient(answerTo(null), { ...SETTINGS, actorRemoteId: null })
    await expect(reply?.(nobody, { ...ME, thread: CONVERSED, content: content('Hi') })).rejects.toBeInstanceOf(
      RejectedError,
    )
    const files = Array.from({ length: 11 }, (_, index) => `https://files.test/${index}`)
    const client = fakeClient(answerTo(null))
    await expect(reply?.(client, { ...ME, thread: CONVERSED, content: content('Hi', files) })).rejects.toMatchObject({
      field: 'attachmentUrls',
    })
    expect([...nobody.calls, ...client.calls]).toEqual([])
  })
})

describe('the state of a conversation', () => {
  const input = { ...ME, conversationRemoteId: '215469' }
  const part = { ...SAID, part_type: 'close', body: null }

  it.each<[string, (client: ReturnType<typeof fakeClient>) => Promise<Outcome> | undefined, Fields]>([
    ['closes', (client) => close?.(client, input), { message_type: 'close' }],
    ['reopens', (client) => reopen?.(client, input), { message_type: 'open' }],
    [
      'snoozes',
      (client) => snooze?.(client, { ...input, until: new Date(1673609604_999) }),
      { message_type: 'snoozed', snoozed_until: 1673609604 },
    ],
  ])('%s', async (_, act, body) => {
    const client = fakeClient(answerTo(withParts({ ...CONVERSATION, state: 'closed' }, [part])))
    const outcome = await act(client)
    expect(sent(client.calls)).toMatchObject([
      { method: 'POST', path: '/conversations/215469/parts', body: { ...body, admin_id: '991' } },
    ])
    expect(outcome?.subject).toEqual(CONVERSED)
    expect(outcome?.changes).toMatchObject([{ fields: { status: 'CLOSED' } }, {}, { fields: { type: 'ACTIVITY' } }])
  })

  const assigned = async (assigneeRemoteId: string | null, teamRemoteId: string | null, left: readonly Fields[]) => {
    let answered = 0
    const client = fakeClient(() => ({
      body: withParts({ ...CONVERSATION, ...left[answered++] }, [{ ...part, id: `p${answered}` }]),
    }))
    const outcome = await assign?.(client, { ...input, assigneeRemoteId, teamRemoteId })
    return { outcome, asked: client.calls.map(({ body }) => body) }
  }

  it('goes to an admin', async () => {
    const { asked } = await assigned('7', null, [{ admin_assignee_id: 7 }])
    expect(asked).toEqual([{ message_type: 'assignment', type: 'admin', admin_id: '991', assignee_id: '7' }])
  })

  it('goes to a team and then to an admin, with what both calls said', async () => {
    const { asked, outcome } = await assigned('7', '5', [
      { team_assignee_id: 5 },
      { team_assignee_id: 5, admin_assignee_id: 7 },
    ])
    expect(asked).toMatchObject([
      { type: 'team', assignee_id: '5' },
      { type: 'admin', assignee_id: '7' },
    ])
    expect(outcome?.changes.filter(({ kind }) => kind === 'conversation')).toMatchObject([
      { fields: { assigneeRemoteId: '7', teamRemoteId: '5' } },
    ])
    expect(outcome?.changes.map(({ remoteId }) => remoteId)).toEqual(expect.arrayContaining(['p1', 'p2']))
  })

  it('is taken from admin and team, the team by a call of its own when it is still there', async () => {
    const free = { admin_assignee_id: 0, team_assignee_id: 0 }
    expect((await assigned(null, null, [free])).asked).toMatchObject([{ type: 'admin', assignee_id: '0' }])
    const { asked, outcome } = await assigned(null, null, [{ ...free, team_assignee_id: 5 }, free])
    expect(asked).toMatchObject([
      { type: 'admin', assignee_id: '0' },
      { type: 'team', assignee_id: '0' },
    ])
    expect(outcome?.changes.filter(({ kind }) => kind === 'conversation')).toMatchObject([
      { fields: { teamRemoteId: null } },
    ])
  })
})

describe('tagging', () => {
  const RECORDS: Readonly<Record<string, Json>> = {
    '/conversations/215469': withParts({ ...CONVERSATION, tags: { type: 'tag.list', tags: [TAG] } }, []),
    '/tickets/90211': withTicketParts(TICKET, []),
    '/contacts/k1': { ...CONTACT, id: 'k1' },
    '/companies/c1': { ...COMPANY, id: 'c1' },
    '/tags/105': TAG,
  }
  const desk = () => fakeClient(({ method, path }) => ({ body: method === 'GET' ? (RECORDS[path] ?? null) : TAG }))

  it.each([
    [
      'conversation',
      '215469',
      [
        { path: '/tags', body: { name: 'vip' } },
        { path: '/conversations/215469/tags', body: { id: '105', admin_id: '991' } },
      ],
    ],
    [
      'ticket',
      '90211',
      [
        { path: '/tags', body: { name: 'vip' } },
        { path: '/tickets/90211/tags', body: { id: '105', admin_id: '991' } },
      ],
    ],
    [
      'contact',
      'k1',
      [
        { path: '/tags', body: { name: 'vip' } },
        { path: '/contacts/k1/tags', body: { id: '105' } },
      ],
    ],
    ['company', 'c1', [{ path: '/tags', body: { name: 'vip', companies: [{ id: 'c1' }] } }]],
  ] as const)(
    'a %s makes the tag where there is none, and tells how the record then stands',
    async (kind, remoteId, asked) => {
      const client = desk()
      const outcome = await tag?.(client, { ...ME, target: { kind, remoteId }, name: 'vip' })
      expect(writes(client.calls)).toEqual(asked.map((call) => ({ method: 'POST', ...call })))
      expect(outcome?.subject).toEqual({ kind, remoteId })
      expect(outcome && brief(outcome)).toEqual(
        expect.arrayContaining(['upsert tag 105', `upsert ${kind} ${remoteId}`]),
      )
    },
  )

  it.each([
    ['conversation', '215469', { method: 'DELETE', path: '/conversations/215469/tags/105', body: { admin_id: '991' } }],
    ['contact', 'k1', { method: 'DELETE', path: '/contacts/k1/tags/105', body: {} }],
    ['company', 'c1', { method: 'POST', path: '/tags', body: { name: 'vip', companies: [{ id: 'c1', untag: true }] } }],
  ] as const)('a %s is undone', async (kind, remoteId, asked) => {
    const client = desk()
    const outcome = await untag?.(client, { ...ME, target: { kind, remoteId }, tagRemoteId: '105' })
    expect(writes(client.calls)).toEqual([asked])
    expect(outcome && brief(outcome)).toContain(`upsert ${kind} ${remoteId}`)
  })

  it('is done when it is done, also when it cannot be read back', async () => {
    const client = fakeClient(({ method }) =>
      method === 'GET' ? { status: 503, body: errorBody('service_unavailable') } : { body: TAG },
    )
    const outcome = await tag?.(client, { ...ME, target: { kind: 'contact', remoteId: 'k1' }, name: 'vip' })
    expect(outcome && brief(outcome)).toEqual(['upsert tag 105'])
  })

  it('that is already undone is undone, but not on a record that is not there', async () => {
    const missing = { status: 404, body: errorBody('tag_not_found') }
    const there = fakeClient(({ method, path }) => (method === 'GET' ? { body: RECORDS[path] ?? null } : missing))
    const outcome = await untag?.(there, { ...ME, target: { kind: 'contact', remoteId: 'k1' }, tagRemoteId: '105' })
    expect(outcome && brief(outcome)).toEqual(['upsert contact k1'])
    const gone = untag?.(
      fakeClient(() => missing),
      { ...ME, target: { kind: 'contact', remoteId: 'k1' }, tagRemoteId: '105' },
    )
    await expect(gone).rejects.toMatchObject({ code: 'PROVIDER_NOT_FOUND' })
  })
})

describe('a ticket', () => {
  const type = (id: string, name: string, category: string, archived = false) => ({
    type: 'ticket_type',
    id,
    name,
    category,
    archived,
  })
  const TYPES = [
    type('1', 'Old request', 'Customer', true),
    type('2', 'Task', 'Back-office'),
    type('1234', 'Bug', 'Customer'),
  ]
  const state = (id: string, category: string, types: readonly string[], archived = false) => ({
    type: 'ticket_state',
    id,
    category,
    archived,
    ticket_types: { type: 'list', data: types.map((allowed) => ({ type: 'ticket_type', id: allowed })) },
  })
  const STATES = [
    state('71', 'resolved', ['2']),
    state('72', 'resolved', ['1234'], true),
    state('73', 'resolved', ['2', '1234']),
    state('74', 'submitted', ['1234']),
  ]
  const desk = () =>
    fakeClient(({ path }) => {
      if (path === '/ticket_types') return { body: { type: 'list', data: TYPES } }
      if (path === '/ticket_states') return { body: { type: 'list', data: STATES } }
      return { body: withTicketParts(TICKET, []) }
    })
  const draft = { contactRemoteId: 'k1', type: null, subject: 'Refund', description: null }

  it.each([
    [null, '1234'],
    ['bug', '1234'],
    ['Task', '2'],
  ])('of type %s is made as one of %s', async (name, ticket_type_id) => {
    const client = desk()
    const outcome = await createTicket?.(client, { ...ME, draft: { ...draft, type: name } })
    expect(writes(client.calls)).toEqual([
      {
        method: 'POST',
        path: '/tickets',
        body: { ticket_type_id, contacts: [{ id: 'k1' }], ticket_attributes: { _default_title_: 'Refund' } },
      },
    ])
    expect(outcome).toMatchObject({
      subject: TICKETED,
      changes: [{ kind: 'ticket', remoteId: '90211', version: null }],
    })
  })

  it.each(['Old request', 'Nonsense'])('of type %s is not made, and the answer says which there are', async (name) => {
    const client = desk()
    await expect(createTicket?.(client, { ...ME, draft: { ...draft, type: name } })).rejects.toMatchObject({
      field: 'type',
      reason: 'The account has no such ticket type; it has: Task, Bug.',
    })
    expect(writes(client.calls)).toEqual([])
  })

  const update = async (patch: Parameters<NonNullable<typeof updateTicket>>[1]['patch']) => {
    const client = desk()
    await updateTicket?.(client, { ...ME, ticketRemoteId: '90211', patch })
    return writes(client.calls).map(({ body }) => body)
  }

  it('is changed in what is named, and in nothing else', async () => {
    expect(await update({ subject: 'New', description: 'Words' })).toEqual([
      { admin_id: 991, ticket_attributes: { _default_title_: 'New', _default_description_: 'Words' } },
    ])
    expect(await update({ status: 'SOLVED' })).toEqual([{ admin_id: 991, ticket_state_id: '73' }])
    // Its own state of that category stays, whatever the account calls it.
    expect(await update({ status: 'OPEN' })).toEqual([{ admin_id: 991, ticket_state_id: '7493' }])
    expect(await update({})).toEqual([])
  })

  it('is assigned by one field, the team before the admin', async () => {
    expect(await update({ assigneeRemoteId: '7' })).toEqual([{ admin_id: 991, assignee_id: '7' }])
    expect(await update({ teamRemoteId: '5', assigneeRemoteId: '7', subject: 'New' })).toEqual([
      { admin_id: 991, ticket_attributes: { _default_title_: 'New' }, assignee_id: '5' },
      { admin_id: 991, assignee_id: '7' },
    ])
    expect(await update({ assigneeRemoteId: null, teamRemoteId: null })).toEqual([{ admin_id: 991, assignee_id: '0' }])
    expect(await update({ assigneeRemoteId: null, teamRemoteId: '5' })).toEqual([{ admin_id: 991, assignee_id: '5' }])
  })

  it('cannot be what Intercom does not know', async () => {
    await expect(update({ priority: 'HIGH' })).rejects.toMatchObject({ code: 'PROVIDER_REJECTED', field: 'priority' })
    await expect(update({ status: 'ON_HOLD' })).rejects.toMatchObject({
      field: 'status',
      reason: 'A ticket cannot be ON_HOLD; it can be NEW, OPEN, PENDING, SOLVED.',
    })
    await expect(update({ status: 'PENDING' })).rejects.toMatchObject({ field: 'status' })
  })
})

describe('a first message', () => {
  const desk = (conversation_id: string | null, role = 'user') =>
    fakeClient(({ method, path }) => {
      if (method === 'POST')
        return {
          body: {
            type: 'admin_message',
            id: '19',
            created_at: 1,
            body: 'heyy',
            message_type: 'inapp',
            conversation_id,
          },
        }
      return { body: path.startsWith('/contacts/') ? { ...CONTACT, id: 'k1', role } : withParts(CONVERSATION, []) }
    })
  const input = { ...ME, contactRemoteId: 'k1', content: content('Hello'), subject: null }

  it('goes to the messenger, and its conversation is told', async () => {
    const client = desk('215469', 'lead')
    const outcome = await messageContact?.(client, input)
    expect(writes(client.calls)).toEqual([
      {
        method: 'POST',
        path: '/messages',
        body: {
          message_type: 'in_app',
          body: '<p>Hello</p>',
          from: { type: 'admin', id: 991 },
          to: { type: 'lead', id: 'k1' },
          create_conversation_without_contact_reply: true,
        },
      },
    ])
    expect(outcome?.subject).toEqual(CONVERSED)
    expect(outcome && brief(outcome)).toContain('upsert conversation 215469')
  })

  it('goes by mail when it has a subject', async () => {
    const client = desk('215469')
    await messageContact?.(client, { ...input, subject: 'Your order' })
    expect(writes(client.calls)).toMatchObject([
      { body: { message_type: 'email', subject: 'Your order', template: 'plain', to: { type: 'user' } } },
    ])
  })

  it('of which Intercom tells no conversation is about the contact', async () => {
    expect(await messageContact?.(desk(null), input)).toEqual({
      changes: [],
      subject: { kind: 'contact', remoteId: 'k1' },
    })
  })

  it('takes no files', async () => {
    const client = desk(null)
    await expect(
      messageContact?.(client, { ...input, content: content('Hi', ['https://files.test/a']) }),
    ).rejects.toMatchObject({ code: 'PROVIDER_REJECTED', field: 'attachmentUrls' })
    expect(client.calls).toEqual([])
  })
})
