import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ConversationsDocument,
  DisconnectIntegrationDocument,
  MessageAddedDocument,
  NodeDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  UntagDocument,
} from '../../schema/operations.ts'
import { openClient } from './client.ts'
import { readConversation, someConversation } from './journey.ts'
import { openSite, sign, type Site } from './site.ts'
import { theIntegration } from './syncing.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await site.synced()
})

afterAll(() => site?.[Symbol.asyncDispose]())

/** Of the right shape, and naming nothing. */
const NOBODY = {
  conversation: `conversation_${'A'.repeat(22)}`,
  contact: `contact_${'A'.repeat(22)}`,
  tag: `tag_${'A'.repeat(22)}`,
}

describe('whoever asks', () => {
  test.each([null, 'swb_nobody_has_this_token', '" or 1=1 --'])(
    'gets nothing without a good token: %s',
    async (token) => {
      const { status, data, errors } = await openClient(site.url, token).send(ConversationsDocument, { first: 1 })
      expect(status).toBe(401)
      expect(data).toBeNull()
      expect(errors.map(({ extensions }) => extensions?.code)).toEqual(['UNAUTHENTICATED'])
    },
  )

  test('gets no socket without a good token', async () => {
    await using feed = openClient(site.url, 'swb_nobody_has_this_token').subscribe(MessageAddedDocument, {})
    await expect(feed.next()).rejects.toThrow('closed with 4401')
    expect(feed.received).toEqual([])
  })

  test('learns nothing of the schema from what is sent without a token and does not fit it', async () => {
    const response = await fetch(`${site.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ conversation }' }),
    })
    expect(response.status).toBe(401)
    expect(await response.text()).not.toMatch(/Did you mean|conversations/)
  })
})

describe('ids and pages', () => {
  test('what does not exist is null, and no error', async () => {
    for (const id of Object.values(NOBODY)) expect(await site.client.ask(NodeDocument, { id })).toEqual({ node: null })
  })

  test.each([
    ['first: 0', { first: 0 }, /first/],
    ['first: 1000', { first: 1_000 }, /first/],
    ['first: -1', { first: -1 }, /first/],
    ['a cursor that is none', { first: 1, after: 'nonsense' }, /after|cursor/],
    ['an id that is none', { first: 1, filter: { contactId: 'nonsense' } }, /contactId/],
    ['an id of something else', { first: 1, filter: { contactId: NOBODY.tag } }, /contactId/],
  ])('refuses %s, and names it', async (_what, variables, name) => {
    const { errors } = await site.client.send(ConversationsDocument, variables)
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(name),
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      }),
    ])
  })

  test('refuses to go on from an event that is none', async () => {
    await using feed = site.client.subscribe(MessageAddedDocument, { after: 'nonsense' })
    await expect(feed.next()).rejects.toThrow(/after: expected the cursor of an event.*BAD_USER_INPUT/)
  })
})

describe('mutations', () => {
  test.each([
    ['an empty text', { body: '' }, 'BAD_USER_INPUT', 'body'],
    ['a text of nothing but space', { body: ' \n ' }, 'BAD_USER_INPUT', 'body'],
    ['a text too long', { body: 'x'.repeat(70_000) }, 'BAD_USER_INPUT', 'body'],
    ['an empty key', { idempotencyKey: '' }, 'BAD_USER_INPUT', 'idempotencyKey'],
    ['a file that is not on the web', { attachmentUrls: ['file:///etc/passwd'] }, 'BAD_USER_INPUT', 'attachmentUrls'],
    ['a conversation that does not exist', { conversationId: NOBODY.conversation }, 'NOT_FOUND', 'conversationId'],
    ['an id of something else', { conversationId: NOBODY.tag }, 'NOT_FOUND', 'conversationId'],
    ['a conversation and a ticket at once', { ticketId: NOBODY.tag }, 'BAD_USER_INPUT', 'conversationId'],
  ])('refuse %s, name the field, and do nothing', async (_what, wrong, code, field) => {
    const { id, remoteId } = await someConversation(site.client)
    const before = (await site.desk.conversation(remoteId)).messages
    const input = { conversationId: id, body: 'Hello', ...wrong }
    const { sendMessage } = await site.client.ask(SendMessageDocument, { input })
    expect(sendMessage.message).toBeNull()
    expect(sendMessage.userErrors).toEqual([expect.objectContaining({ code, field })])
    expect((await site.desk.conversation(remoteId)).messages).toEqual(before)
  })

  test('refuse a time that has passed, and a tag that nobody made', async () => {
    const { id } = await someConversation(site.client)
    const past = { conversationId: id, until: '2020-01-01T00:00:00Z' }
    const { snoozeConversation } = await site.client.ask(SnoozeConversationDocument, { input: past })
    expect(snoozeConversation.userErrors).toEqual([expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'until' })])
    const { untag } = await site.client.ask(UntagDocument, { input: { id, tagId: NOBODY.tag } })
    expect(untag.userErrors).toEqual([expect.objectContaining({ code: 'NOT_FOUND', field: 'tagId' })])
  })

  test('repeated with one key write once, at once or later, and refuse the key for anything else', async () => {
    const { id, remoteId } = await someConversation(site.client)
    const input = { conversationId: id, body: 'Only once.', idempotencyKey: 'once-1' }
    const ask = async (body = input.body) =>
      (await site.client.ask(SendMessageDocument, { input: { ...input, body } })).sendMessage
    const together = await Promise.all(Array.from({ length: 5 }, () => ask()))
    const later = await ask()
    const { messages } = await site.desk.conversation(remoteId)
    expect(messages.filter(({ text }) => text === 'Only once.')).toHaveLength(1)
    expect(later).toMatchObject({ message: { text: 'Only once.' }, userErrors: [] })
    // Whoever came while the first was at it is told so; the others have its message.
    const outcomes = together.map(({ message, userErrors }) => message?.id ?? userErrors[0]?.code)
    expect([later.message?.id, 'IN_PROGRESS']).toEqual(expect.arrayContaining(outcomes))
    const other = await ask('Something else.')
    expect(other.userErrors).toEqual([
      expect.objectContaining({ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' }),
    ])
  })

  test('repeated before what was done is stored say so, and do not do it again', async () => {
    const { id, remoteId } = await someConversation(site.client)
    const input = { conversationId: id, body: 'Sent and not stored.', idempotencyKey: 'unstored-1' }
    const { store, workspaceId } = site
    const [integration] = await store.integrations.list(workspaceId)
    // As a process leaves it that is killed right after the provider took the message.
    const draft = { workspaceId, integrationId: integration?.id ?? '', memberId: null, action: 'reply', input }
    const { claim } = await store.sends.begin({ ...draft, idempotencyKey: input.idempotencyKey, kept: null })
    const done = { state: 'SENT', result: { kind: 'message', remoteId: '999' }, error: null } as const
    if (claim !== null) await store.sends.settle(claim, done)

    const { sendMessage } = await site.client.ask(SendMessageDocument, { input })
    expect(sendMessage).toMatchObject({ message: null, userErrors: [{ code: 'IN_PROGRESS', field: 'idempotencyKey' }] })
    const { messages } = await site.desk.conversation(remoteId)
    expect(messages.filter(({ text }) => text === input.body)).toEqual([])
  })
})

describe('deliveries', () => {
  const post = (body: string, signature: string): Promise<Response> =>
    fetch(`${site.url}/webhooks/intercom`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hub-signature': signature },
      body,
    })
  const kept = async (): Promise<number> => {
    // The desk has told what was done before: from here on only we send.
    await site.desk.settle()
    const [row] = await site.store.database.system.query<{ kept: number }>(`select count(*)::int as kept from delivery`)
    return row?.kept ?? 0
  }
  /** A customer's words as Intercom would tell them. */
  const told = async (id: string, text: string, rest = {}): Promise<{ conversationId: string; body: string }> => {
    const { id: conversationId, remoteId } = await someConversation(site.client)
    const part = {
      type: 'conversation_part',
      id: `told-${id}`,
      part_type: 'comment',
      body: text,
      created_at: 1,
      ...rest,
    }
    const parts = { type: 'conversation_part.list', conversation_parts: [part], total_count: 1 }
    const data = {
      type: 'notification_event_data',
      item: { type: 'conversation', id: remoteId, conversation_parts: parts },
    }
    const topic = 'conversation.user.replied'
    return {
      conversationId,
      body: JSON.stringify({ type: 'notification_event', app_id: 'hp7x2k9q', id, topic, data, created_at: 1 }),
    }
  }

  test('with a wrong signature, or none, are refused and not stored', async () => {
    const before = await kept()
    const { body } = await told('forged', 'Forged')
    for (const signature of [sign(body, 'another secret'), sign(`${body} `), '', 'sha1=']) {
      expect((await post(body, signature)).status).toBe(401)
    }
    expect(await kept()).toBe(before)
  })

  test('that are not JSON, or not a delivery, are refused and not stored', async () => {
    const before = await kept()
    for (const body of ['not json', '', '[]', '{"type":"other"}'])
      expect((await post(body, sign(body))).status).toBe(400)
    expect(await kept()).toBe(before)
  })

  test('of a provider that does not exist are refused', async () => {
    expect((await fetch(`${site.url}/webhooks/nobody`, { method: 'POST', body: '{}' })).status).toBe(404)
  })

  test('that hold what no database holds are kept, and keep nothing else out', async () => {
    const depth = 20_000
    const nested: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth))
    const odd = await told('deep', 'Nested', { nested })
    expect((await post(odd.body, sign(odd.body))).status).toBe(200)
    const html = await told('html', `${'<div>'.repeat(depth)}Within n\0l \ud800${'</div>'.repeat(depth)}`)
    expect((await post(html.body, sign(html.body))).status).toBe(200)
    await site.settled()
    const ended = await site.store.database.system.query(
      `select delivery_id as id, status, reason from delivery where delivery_id = any ($1) order by 1`,
      [['deep', 'html']],
    )
    expect(ended).toEqual([
      {
        id: 'deep',
        status: 'DEAD',
        reason: expect.stringMatching(/^intercom: message \S*told-deep is nested more than 200/),
      },
      { id: 'html', status: 'DONE', reason: null },
    ])
    const { messages } = await readConversation(site.client, html.conversationId)
    expect(messages.nodes.map((message) => message?.text)).toContain('Within n\ufffdl \ufffd')
  })

  test('that come twice are acknowledged twice and stored once', async () => {
    const before = await kept()
    const { conversationId, body } = await told('twice', 'Told twice')
    expect([await post(body, sign(body)), await post(body, sign(body))].map(({ status }) => status)).toEqual([200, 200])
    expect(await kept()).toBe(before + 1)
    await site.settled()
    const { messages } = await readConversation(site.client, conversationId)
    const texts = messages.nodes.map((message) => message?.text)
    expect(texts.filter((text) => text === 'Told twice')).toHaveLength(1)
  })
})

test('an account that was disconnected can be read, but not written to', async () => {
  const { id } = await theIntegration(site.client)
  const conversation = await someConversation(site.client)
  await site.client.ask(DisconnectIntegrationDocument, { input: { id } })
  const input = { conversationId: conversation.id, body: 'Too late.' }
  const { sendMessage } = await site.client.ask(SendMessageDocument, { input })
  expect(sendMessage.userErrors).toEqual([expect.objectContaining({ code: 'INTEGRATION_INACTIVE' })])
  expect((await readConversation(site.client, conversation.id)).messages.totalCount).toBeGreaterThan(0)
})
