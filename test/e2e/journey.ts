import { vi } from 'vitest'
import {
  ConversationDocument,
  type ConversationQuery,
  ConversationsDocument,
  type ConversationsQuery,
  MessageAddedDocument,
  type MessageAddedSubscription,
  SendMessageDocument,
} from '../../schema/operations.ts'
import { SOON } from '../setup/soon.ts'
import type { Client } from './client.ts'
import type { Desk } from './desk.ts'
import { theIntegration } from './syncing.ts'

/** A conversation of a list. */
export type ListedConversation = NonNullable<ConversationsQuery['conversations']['nodes'][number]>

/** An open conversation with somebody, short enough to be looked at whole. */
export async function someConversation(client: Client): Promise<ListedConversation> {
  const { conversations } = await client.ask(ConversationsDocument, { first: 50, filter: { status: ['OPEN'] } })
  const found = conversations.nodes.find((each) => each?.contact && each.messages.totalCount < 50)
  if (!found) throw new Error('the desk has no open conversation')
  return found
}

/** A conversation as the graph has it now. */
export async function readConversation(
  client: Client,
  id: string,
): Promise<Extract<ConversationQuery['node'], { messages: unknown }>> {
  const { node } = await client.ask(ConversationDocument, { id })
  if (!node || !('messages' in node)) throw new Error(`${id} is no conversation`)
  return node
}

/** What was said of an agent's answer and the customer's, in each place that it can be seen. */
export interface Answered {
  readonly atProvider: readonly string[]
  readonly inGraph: readonly string[]
  /** By a subscriber. */
  readonly heard: readonly string[]
}

/** What `answerAndHear` says, and so what is to be seen once in every place. It is to be asked once of a desk. */
export const ANSWER = 'We are on it.'
/** What the customer says to it. */
export const THANKS = 'Thank you!'

/**
 * An agent answers, and once all webhooks about that were sent the customer answers back.
 *
 * @param after the place in the log of events before
 */
export async function answerAndHear(client: Client, desk: Desk, after: string): Promise<Answered> {
  const { id, remoteId } = await someConversation(client)
  await using feed = client.subscribe(MessageAddedDocument, { conversationId: id, after })
  const input = { conversationId: id, body: ANSWER, idempotencyKey: `answer ${id}` }
  const { sendMessage } = await client.ask(SendMessageDocument, { input })
  if (sendMessage.message?.text !== ANSWER) throw new Error(`not sent: ${JSON.stringify(sendMessage)}`)

  // What the customer says next is an event behind the echo's, if that made one.
  await desk.settle()
  await desk.act('/customers/reply', { conversationId: remoteId, body: THANKS })
  const heard: string[] = []
  while (heard.at(-1) !== THANKS) heard.push((await feed.next()).messageAdded.message?.text ?? '')
  await desk.settle()
  const ours = (texts: readonly string[]): string[] => texts.filter((text) => text === ANSWER || text === THANKS)
  const { messages } = await readConversation(client, id)
  return {
    atProvider: ours((await desk.conversation(remoteId)).messages.map(({ text }) => text)),
    inGraph: ours(messages.nodes.map((message) => message?.text ?? '')),
    heard: ours(heard),
  }
}

/** A customer writes, and a subscriber without a cursor hears it: the event, and what it is to say. */
export async function writeAndHear(
  client: Client,
  desk: Desk,
): Promise<{ readonly heard: MessageAddedSubscription['messageAdded']; readonly expected: object }> {
  const { id, remoteId } = await someConversation(client)
  const { name } = await theIntegration(client)
  const body = 'Is anybody there?'
  await using feed = client.subscribe(MessageAddedDocument, { conversationId: id })
  // It hears what comes once it is there, so the customer writes until it is, not so fast that it has to catch up. What
  // else was said there may come first.
  const messageAdded = await vi.waitFor(
    async () => {
      await desk.act('/customers/reply', { conversationId: remoteId, body })
      const found = feed.received.find((each) => each.messageAdded.message?.text === body)
      if (!found) throw new Error('nothing was heard yet')
      return found.messageAdded
    },
    { ...SOON, interval: 250 },
  )
  const expected = {
    type: 'CREATED',
    message: { text: body, authorType: 'CONTACT' },
    conversation: { id, remoteId, integration: { name, provider: 'INTERCOM' } },
  }
  return { heard: messageAdded, expected }
}
