import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConversationsDocument } from '../../schema/operations.ts'
import { ANSWER, answerAndHear, THANKS, writeAndHear } from './journey.ts'
import { openSite, type Site } from './site.ts'
import { theIntegration } from './syncing.ts'

let site: Site

beforeAll(async () => {
  site = await openSite()
  await site.synced()
})

afterAll(() => site?.[Symbol.asyncDispose]())

test('reads everything of the account, and says how far it is in records of each stream', async () => {
  const { status, accountId, streams } = await theIntegration(site.client)
  expect({ status, accountId }).toEqual({ status: 'ACTIVE', accountId: 'hp7x2k9q' })
  const counted = streams.filter(({ total }) => total !== null)
  expect(counted.map(({ stream }) => stream)).toEqual(expect.arrayContaining(['contacts', 'conversations', 'tickets']))
  expect(counted.map(({ read }) => read)).toEqual(counted.map(({ total }) => total))
})

test('shows conversations with who writes, for whom, and what was said, as the provider has them', async () => {
  const { conversations } = await site.client.ask(ConversationsDocument, { first: 40 })
  expect(conversations.totalCount).toBe((await site.desk.ids('conversations')).length)
  const nodes = conversations.nodes.filter((each) => each !== null)
  expect(nodes.some(({ company }) => company !== null)).toBe(true)
  for (const { remoteId, contact, messages } of nodes) {
    const seen = await site.desk.rest.get(`/conversations/${remoteId}`)
    const contacts = seen.piece('contacts').list('contacts')
    expect(contact?.remoteId).toBe(contacts[0]?.text('id'))
    const parts = seen.piece('conversation_parts').list('conversation_parts')
    expect(messages.totalCount).toBe(parts.length + 1)
  }
})

test('an answer reaches the customer, and its echo makes neither a second message nor a second event', async () => {
  const both = [ANSWER, THANKS]
  const after = await site.cursor()
  expect(await answerAndHear(site.client, site.desk, after)).toEqual({ atProvider: both, inGraph: both, heard: both })
})

test('what a customer writes reaches a subscriber, with what two subgraphs know of it', async () => {
  const { heard, expected } = await writeAndHear(site.client, site.desk)
  expect(heard).toMatchObject(expected)
})
