import { afterAll, beforeAll, expect, test } from 'vitest'
import { rowId, toNodeId } from '../../store/id.ts'
import type { MessageFields } from '../../store/kinds.ts'
import { upsert } from '../store/records.ts'
import { type GraphSite, openGraph } from './graph-site.ts'

let graph: GraphSite
beforeAll(async () => {
  graph = await openGraph()
  const said = (remoteId: string, who: Partial<MessageFields>) =>
    upsert('message', remoteId, { ticketRemoteId: 't', conversationRemoteId: null, text: 'Hello', ...who })
  await graph.say(1, [
    upsert('ticket', 't', { subject: 'A parcel' }),
    upsert('agent', 'a', { name: 'Ann' }),
    upsert('contact', 'c', { name: 'Carl' }),
    said('named', { authorName: 'Ann of the desk', agentRemoteId: 'a' }),
    said('by agent', { authorName: null, agentRemoteId: 'a' }),
    said('by contact', { authorName: null, contactRemoteId: 'c' }),
    said('by nobody known', { authorName: null, agentRemoteId: 'gone' }),
    said('by the provider', { authorName: null }),
  ])
})
afterAll(() => graph?.[Symbol.asyncDispose]())

test.each([
  ['named', 'Ann of the desk'],
  ['by agent', 'Ann'],
  ['by contact', 'Carl'],
  ['by nobody known', null],
  ['by the provider', null],
])('a message %s has the author %s', async (remoteId, authorName) => {
  const id = toNodeId('message', rowId(graph.integrationId, 'message', remoteId))
  const answer = await graph.ask(`{ node(id: "${id}") { ... on Message { authorName } } }`)
  expect(answer).toEqual({ data: { node: { authorName } } })
})
