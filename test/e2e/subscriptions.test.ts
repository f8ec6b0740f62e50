import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type ChangeType,
  ContactsDocument,
  ContactUpdatedDocument,
  type ContactUpdatedSubscription,
  ConversationsDocument,
  ConversationUpdatedDocument,
  IntegrationUpdatedDocument,
  MessageAddedDocument,
  type MessageAddedSubscription,
  SyncIntegrationDocument,
  TicketsDocument,
  TicketUpdatedDocument,
} from '../../schema/operations.ts'
import type { Feed } from './client.ts'
import { type ListedConversation, someConversation } from './journey.ts'
import { openSite, type Site } from './site.ts'
import { theIntegration } from './syncing.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await site.synced()
})

afterAll(() => site?.[Symbol.asyncDispose]())

/** The customer writes; ends when the product was told of it. */
async function write(remoteId: string, texts: readonly string[]): Promise<void> {
  for (const body of texts) {
    await site.desk.act('/customers/reply', { conversationId: remoteId, body })
    // One at a time, because Intercom promises no order.
    await site.settled()
  }
}

type Heard = MessageAddedSubscription['messageAdded']

const take = async (feed: Feed<MessageAddedSubscription>, count: number): Promise<Heard[]> => {
  const taken: Heard[] = []
  while (taken.length < count) taken.push((await feed.next()).messageAdded)
  return taken
}

const texts = (heard: readonly Heard[]): (string | null | undefined)[] => heard.map(({ message }) => message?.text)

async function twoConversations(): Promise<[ListedConversation, ListedConversation]> {
  const { conversations } = await site.client.ask(ConversationsDocument, { first: 2 })
  const [one, other] = conversations.nodes
  if (!one || !other) throw new Error('the desk has fewer than two conversations')
  return [one, other]
}

test('after a reconnect goes on behind the last event that was seen: nothing is lost, nothing comes again', async () => {
  const { id: conversationId, remoteId } = await someConversation(site.client)
  const after = await site.cursor()
  await write(remoteId, ['one', 'two', 'three'])
  let seen: string
  {
    await using feed = site.client.subscribe(MessageAddedDocument, { conversationId, after })
    const [first, second] = await take(feed, 2)
    expect(texts([first, second].filter((each) => each !== undefined))).toEqual(['one', 'two'])
    seen = second?.cursor ?? ''
  }
  await write(remoteId, ['four', 'five'])
  await using feed = site.client.subscribe(MessageAddedDocument, { conversationId, after: seen })
  await write(remoteId, ['six'])
  expect(texts(await take(feed, 4))).toEqual(['three', 'four', 'five', 'six'])
  expect(feed.received).toHaveLength(4)
})

test('after the gateway was restarted goes on in the same way, with what was written while it was down', async () => {
  const { id: conversationId, remoteId } = await someConversation(site.client)
  const after = await site.cursor()
  await using before = site.client.subscribe(MessageAddedDocument, { conversationId, after })
  await write(remoteId, ['before'])
  const [{ cursor } = { cursor: '' }] = await take(before, 1)
  await site.restart(async () => {
    await site.desk.act('/customers/reply', { conversationId: remoteId, body: 'meanwhile' })
  })
  await expect(before.next()).rejects.toThrow('closed with 1001')
  await using feed = site.client.subscribe(MessageAddedDocument, { conversationId, after: cursor })
  await site.settled()
  await write(remoteId, ['afterwards'])
  expect(texts(await take(feed, 2))).toEqual(['meanwhile', 'afterwards'])
})

test('of one conversation tells nothing of another', async () => {
  const [one, other] = await twoConversations()
  await using feed = site.client.subscribe(MessageAddedDocument, {
    conversationId: one.id,
    after: await site.cursor(),
  })
  await write(other.remoteId, ['elsewhere'])
  await write(one.remoteId, ['here'])
  const [heard] = await take(feed, 1)
  expect(heard).toMatchObject({ message: { text: 'here' }, conversation: { id: one.id } })
})

test('a new conversation is there with its first message', async () => {
  const { contacts } = await site.client.ask(ContactsDocument, { first: 1 })
  const [contact] = contacts.nodes
  await using feed = site.client.subscribe(MessageAddedDocument, { after: await site.cursor() })
  const opened = await site.desk.act('/customers/open', { contactId: contact?.remoteId ?? '', body: 'Good morning!' })
  const [heard] = await take(feed, 1)
  expect(heard).toMatchObject({
    message: { text: 'Good morning!', authorType: 'CONTACT' },
    conversation: { remoteId: opened.text('id'), contact: { id: contact?.id } },
  })
})

test('what was said in a conversation that is not known yet is told without it, and no error', async () => {
  const conversationId = '999000111'
  const part = { type: 'conversation_part', id: '999000112', part_type: 'comment', body: 'Hello?', created_at: 1 }
  const parts = { type: 'conversation_part.list', conversation_parts: [part], total_count: 1 }
  await using feed = site.client.subscribe(MessageAddedDocument, { after: await site.cursor() })
  // Reading the conversation would find that there is none, and take the message along: it cannot be read yet.
  await site.desk.act('/faults', { failNext: { count: 1_000, status: 503, path: `/conversations/${conversationId}` } })
  try {
    const told = await site.deliver('conversation.user.replied', {
      type: 'conversation',
      id: conversationId,
      conversation_parts: parts,
    })
    expect(told.status).toBe(200)
    expect(await take(feed, 1)).toMatchObject([{ message: { text: 'Hello?' }, conversation: null }])
  } finally {
    await fetch(`${site.desk.url}/__twin/faults`, { method: 'DELETE' })
  }
})

test('a conversation tells its new state, and that it is gone', async () => {
  const [{ id, remoteId }] = await twoConversations()
  await using feed = site.client.subscribe(ConversationUpdatedDocument, { id, after: await site.cursor() })
  await site.desk.act('/admins/close', { conversationId: remoteId })
  const seen: (string | undefined)[] = []
  while (seen.at(-1) !== 'CLOSED') {
    const { conversationUpdated } = await feed.next()
    expect(conversationUpdated).toMatchObject({ type: 'UPDATED', id })
    seen.push(conversationUpdated.conversation?.status)
  }
  await site.desk.act('/delete', { kind: 'conversation', id: remoteId })
  for (;;) {
    const { conversationUpdated } = await feed.next()
    if (conversationUpdated.type === 'UPDATED') continue
    expect(conversationUpdated).toMatchObject({ type: 'DELETED', id, conversation: null })
    return
  }
})

/** A ticket that its customer may write in. */
async function customersTicket(): Promise<{ readonly id: string; readonly remoteId: string }> {
  const { tickets } = await site.client.ask(TicketsDocument, { first: 20 })
  for (const ticket of tickets.nodes) {
    const category = ticket && (await site.desk.rest.get(`/tickets/${ticket.remoteId}`)).text('category')
    if (ticket && category === 'Customer') return ticket
  }
  throw new Error('the desk has no ticket of a customer')
}

test('a ticket tells that it changed, with what was said in it', async () => {
  const { id, remoteId } = await customersTicket()
  await using feed = site.client.subscribe(TicketUpdatedDocument, { id, after: await site.cursor() })
  await site.desk.act('/customers/reply-ticket', { ticketId: remoteId, body: 'Any news of my ticket?' })
  const { ticketUpdated } = await feed.next()
  expect(ticketUpdated).toMatchObject({ type: 'UPDATED', id, ticket: { id } })
  expect(ticketUpdated.ticket?.messages.nodes).toMatchObject([{ text: 'Any news of my ticket?' }])
})

test('a contact tells that it changed, that it is gone, and that it is new', async () => {
  const { contacts } = await site.client.ask(ContactsDocument, { first: 1 })
  const { id = '', remoteId = '' } = contacts.nodes[0] ?? {}
  await using feed = site.client.subscribe(ContactUpdatedDocument, { after: await site.cursor() })
  // One change may be told by several events: of the delivery, and of what reading it again showed besides.
  const next = async (type: ChangeType): Promise<ContactUpdatedSubscription['contactUpdated']> => {
    const { contactUpdated } = await feed.next()
    return contactUpdated.type === type ? contactUpdated : next(type)
  }
  await site.desk.act(`/contacts/${remoteId}`, { name: 'Renamed Person' })
  expect(await next('UPDATED')).toMatchObject({ id, contact: { id, name: 'Renamed Person' } })
  await site.desk.act('/delete', { kind: 'contact', id: remoteId })
  expect(await next('DELETED')).toMatchObject({ id, contact: null })
  await site.desk.act('/contacts', { name: 'New Person', email: 'new.person@example.com' })
  expect(await next('CREATED')).toMatchObject({ contact: { name: 'New Person' } })
})

test('an old event of a record that is gone since tells no record, and no error', async () => {
  const { contacts } = await site.client.ask(ContactsDocument, { first: 1 })
  const { id = '', remoteId = '' } = contacts.nodes[0] ?? {}
  const after = await site.cursor()
  await site.desk.act(`/contacts/${remoteId}`, { name: 'Soon Gone' })
  await site.settled()
  await site.desk.act('/delete', { kind: 'contact', id: remoteId })
  await site.settled()
  await using feed = site.client.subscribe(ContactUpdatedDocument, { id, after })
  expect((await feed.next()).contactUpdated).toMatchObject({ type: 'UPDATED', id, contact: null })
})

test('an integration tells how its sync gets on', async () => {
  const { id } = await theIntegration(site.client)
  await using feed = site.client.subscribe(IntegrationUpdatedDocument, { id, after: await site.cursor() })
  await site.client.ask(SyncIntegrationDocument, { input: { id } })
  const { integrationUpdated } = await feed.next()
  expect(integrationUpdated).toMatchObject({ id, type: 'UPDATED', integration: { id, status: 'ACTIVE' } })
  for (let synced = false; !synced;) {
    synced = (await feed.next()).integrationUpdated.integration?.syncing === false
  }
})
