import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEMO_ACCESS_TOKEN } from '../../demo/simulated.ts'
import {
  ActivityDocument,
  AuthorizeIntegrationDocument,
  CompleteAuthorizationDocument,
  ConnectWithCredentialsDocument,
  ContactsDocument,
  ConversationsDocument,
  DisconnectIntegrationDocument,
  IntegrationsDocument,
  MessageAddedDocument,
  SendMessageDocument,
  SyncIntegrationDocument,
  TestIntegrationDocument,
} from '../../schema/operations.ts'
import { decideAt } from '../contract/intercom-consent.ts'
import { shown } from './holdings.ts'
import { readConversation, someConversation } from './journey.ts'
import { openSite, type Site } from './site.ts'
import { theIntegration } from './syncing.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await site.synced()
})

afterAll(() => site?.[Symbol.asyncDispose]())

const authorizationUrl = async (): Promise<string> => {
  const input = { provider: 'INTERCOM', name: 'By sign-in' } as const
  const { authorizeIntegration } = await site.client.ask(AuthorizeIntegrationDocument, { input })
  expect(authorizeIntegration.userErrors).toEqual([])
  return authorizeIntegration.url ?? ''
}

const callBack = async (returned: URL): Promise<{ status: number; page: string }> => {
  const response = await fetch(`${site.url}${returned.pathname}${returned.search}`)
  return { status: response.status, page: await response.text() }
}

const connect = async (accessToken: string, region = 'us') => {
  const fields = [
    { name: 'accessToken', value: accessToken },
    { name: 'region', value: region },
  ]
  const input = { provider: 'INTERCOM', fields } as const
  return (await site.client.ask(ConnectWithCredentialsDocument, { input })).connectWithCredentials
}

const count = async (): Promise<number> =>
  (await site.client.ask(ConversationsDocument, { first: 1 })).conversations.totalCount

test('by sign-in: the page of the provider, the way back, and the same account is the same integration', async () => {
  const { id } = await theIntegration(site.client)
  const returned = await decideAt(await authorizationUrl(), 'allow')
  expect(await callBack(returned)).toEqual({ status: 200, page: expect.stringContaining('is connected') })
  expect(await theIntegration(site.client)).toMatchObject({ id, status: 'ACTIVE', accountId: 'hp7x2k9q' })
  // The way back is good once.
  expect(await callBack(returned)).toEqual({ status: 400, page: expect.stringContaining('Not connected') })
})

test('by sign-in for clients that take the way back themselves', async () => {
  const returned = await decideAt(await authorizationUrl(), 'allow')
  const input = { state: returned.searchParams.get('state') ?? '', code: returned.searchParams.get('code') ?? '' }
  const complete = async () => (await site.client.ask(CompleteAuthorizationDocument, { input })).completeAuthorization
  expect(await complete()).toMatchObject({ integration: { status: 'ACTIVE' }, userErrors: [] })
  expect(await complete()).toMatchObject({ integration: null, userErrors: [{ code: 'AUTHORIZATION_STALE' }] })
})

test('a person who says no is told so, and nothing changes', async () => {
  const before = await theIntegration(site.client)
  const returned = await decideAt(await authorizationUrl(), 'deny')
  expect((await callBack(returned)).status).toBe(400)
  expect((await theIntegration(site.client)).status).toBe(before.status)
})

test('a sign-in that nobody began is refused', async () => {
  const stranger = new URL(`${site.url}/oauth/callback?code=abc&state=${'x'.repeat(43)}`)
  expect((await callBack(stranger)).status).toBe(400)
})

test('with a key: a good one connects, a wrong one says so, one that cannot be right is not tried', async () => {
  expect(await connect(DEMO_ACCESS_TOKEN)).toMatchObject({ integration: { status: 'ACTIVE' }, userErrors: [] })
  expect(await connect('dG9rOndyb25nX3Rva2VuX29mX25vYm9keQ==')).toMatchObject({
    integration: null,
    userErrors: [{ code: 'CREDENTIAL_REFUSED' }],
  })
  expect(await connect('')).toMatchObject({
    integration: null,
    userErrors: [{ code: 'BAD_USER_INPUT', field: 'accessToken' }],
  })
  expect(await connect(DEMO_ACCESS_TOKEN, 'moon')).toMatchObject({
    integration: null,
    userErrors: [{ code: 'BAD_USER_INPUT', field: 'region' }],
  })
})

test('is tested and synced on demand', async () => {
  const { id } = await theIntegration(site.client)
  const { testIntegration } = await site.client.ask(TestIntegrationDocument, { input: { id } })
  expect(testIntegration).toMatchObject({ ok: true, integration: { id }, userErrors: [] })
  const { syncIntegration } = await site.client.ask(SyncIntegrationDocument, { input: { id } })
  expect(syncIntegration).toMatchObject({ integration: { id }, userErrors: [] })
  const unknown = await site.client.ask(TestIntegrationDocument, { input: { id: `integration_${'A'.repeat(22)}` } })
  expect(unknown.testIntegration).toMatchObject({ ok: false, userErrors: [{ code: 'NOT_FOUND', field: 'id' }] })
})

test('what an analyst may not do is refused, and what they may read is read', async () => {
  const analyst = await site.clientAs('ANALYST')
  const { id } = await theIntegration(analyst)
  const codes = [
    await analyst.send(AuthorizeIntegrationDocument, { input: { provider: 'INTERCOM' } }),
    await analyst.send(ConnectWithCredentialsDocument, { input: { provider: 'INTERCOM', fields: [] } }),
    await analyst.send(SyncIntegrationDocument, { input: { id } }),
    await analyst.send(DisconnectIntegrationDocument, { input: { id } }),
  ].map(({ errors }) => errors[0]?.extensions?.code)
  expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
  const agent = await site.clientAs('AGENT')
  const { errors } = await agent.send(DisconnectIntegrationDocument, { input: { id } })
  expect(errors[0]?.extensions?.code).toBe('FORBIDDEN')
  expect((await theIntegration(site.client)).status).toBe('ACTIVE')
})

test('a token that the provider took back is told, and a new one brings the account back with its history', async () => {
  const { id: conversationId } = await someConversation(site.client)
  const { id } = await theIntegration(site.client)
  const send = async (body: string) =>
    (await site.client.ask(SendMessageDocument, { input: { conversationId, body } })).sendMessage
  // Nothing is under way that would find out before us.
  await site.synced()
  await site.settled()
  await site.desk.act('/tokens/revoke', {})
  expect((await send('With no token.')).userErrors).toEqual([expect.objectContaining({ code: 'CREDENTIAL_REFUSED' })])
  expect(await theIntegration(site.client)).toMatchObject({ id, status: 'NEEDS_RECONNECT' })
  expect((await send('And again.')).userErrors).toEqual([expect.objectContaining({ code: 'INTEGRATION_INACTIVE' })])
  expect((await readConversation(site.client, conversationId)).messages.totalCount).toBeGreaterThan(0)

  expect((await callBack(await decideAt(await authorizationUrl(), 'allow'))).status).toBe(200)
  expect(await theIntegration(site.client)).toMatchObject({ id, status: 'ACTIVE' })
  expect(await send('With a new one.')).toMatchObject({ message: { text: 'With a new one.' }, userErrors: [] })
})

test('ended and kept: the history stays, nothing more is taken in, and connecting again goes on from it', async () => {
  await site.synced()
  const { id } = await theIntegration(site.client)
  const before = await count()
  const { disconnectIntegration } = await site.client.ask(DisconnectIntegrationDocument, { input: { id } })
  expect(disconnectIntegration).toMatchObject({ id, integration: { id, status: 'DISCONNECTED' }, userErrors: [] })
  expect(await count()).toBe(before)
  await site.desk.act('/customers/open', { body: 'Written to nobody.' })
  await site.desk.settle()
  expect(await count()).toBe(before)

  const returned = await decideAt(await authorizationUrl(), 'allow')
  expect((await callBack(returned)).status).toBe(200)
  expect(await theIntegration(site.client)).toMatchObject({ id, status: 'ACTIVE' })
})

test('ended and erased: nothing is left of it, and its first sync begins again, which is no news', async () => {
  const { id } = await theIntegration(site.client)
  const { disconnectIntegration } = await site.client.ask(DisconnectIntegrationDocument, {
    input: { id, erase: true },
  })
  expect(disconnectIntegration.userErrors).toEqual([])
  expect(await count()).toBe(0)
  expect((await site.client.ask(ContactsDocument, { first: 1 })).contacts.totalCount).toBe(0)

  const after = await site.cursor()
  await using news = site.client.subscribe(MessageAddedDocument, { after })
  await using all = site.client.subscribe(MessageAddedDocument, { after, includeBackfill: true })
  expect((await callBack(await decideAt(await authorizationUrl(), 'allow'))).status).toBe(200)
  await site.synced()
  const { conversations, contacts, tickets, messages } = await shown(site.client)
  expect(conversations).toEqual((await site.desk.ids('conversations')).toSorted())
  expect(contacts).toEqual((await site.desk.ids('contacts')).toSorted())
  expect(tickets).toEqual((await site.desk.ids('tickets')).toSorted())
  expect(messages.length).toBeGreaterThan(conversations.length + tickets.length)

  const { remoteId } = await someConversation(site.client)
  await site.desk.act('/customers/reply', { conversationId: remoteId, body: 'The first news.' })
  // The provider tells whole seconds: what was written in the very second in which reading began is told as news, too.
  let heard = 1
  while ((await news.next()).messageAdded.message?.text !== 'The first news.') heard += 1
  expect(heard).toBeLessThan(5)
  expect((await all.next()).messageAdded.message?.text).not.toBe('The first news.')
}, 600_000)

test('all of it is in the activity, with who did it and without a secret', async () => {
  const { activity } = await site.client.ask(ActivityDocument, {})
  const actions = activity.nodes.map((each) => each?.action)
  expect(actions).toEqual(
    expect.arrayContaining(['integration.connected', 'integration.disconnected', 'integration.erased']),
  )
  expect(activity.nodes.every((each) => each?.member)).toBe(true)
  expect(JSON.stringify(activity)).not.toContain(DEMO_ACCESS_TOKEN)
  const { integrations } = await site.client.ask(IntegrationsDocument, {})
  expect(JSON.stringify(integrations)).not.toContain(DEMO_ACCESS_TOKEN)
})
