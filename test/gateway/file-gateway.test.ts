import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'graphql'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../gateway/clock.ts'
import { openFileGateway } from '../../gateway/file-gateway.ts'
import { createHttpTransport } from '../../gateway/transport/http.ts'
import { compose, VIEWER } from './graph.ts'
import { serveSubgraph, type HttpSubgraph } from './http-subgraph.ts'
import { createFeed, type Feed } from './queries/live/data.ts'
import { ticketsSubgraph } from './queries/live/tickets.ts'

let folder: string
let feed: Feed
let tickets: HttpSubgraph

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'))
  feed = createFeed()
  const subgraph = ticketsSubgraph(feed)
  tickets = await serveSubgraph(subgraph)
  await writeFile(join(folder, 'supergraph.graphql'), compose([subgraph]))
})
afterEach(async () => {
  await tickets[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const open = (subscriptionUrls: ReadonlyMap<string, string>) => {
  const logger = pino({ level: 'silent' })
  return openFileGateway({
    file: join(folder, 'supergraph.graphql'),
    urls: new Map([['tickets', tickets.url]]),
    subscriptionUrls,
    toUrl: (url) => url,
    open: (place) => createHttpTransport({ ...place, assertion: null }),
    gateway: {
      access: { authenticate: () => Promise.resolve(VIEWER) },
      origins: [],
      introspection: 'public',
      deadlineMs: 60_000,
      graphiqlDir: null,
      logger,
    },
    clock: systemClock,
    logger,
  })
}

it.each([
  ['a stream of events', () => new Map([['tickets', `${tickets.url}/stream`]]), ['text/event-stream']],
  ['a socket', () => new Map<string, string>(), []],
])('subscribes over %s where the address says so', async (_what, toUrls, accepts) => {
  const { role } = await open(toUrls())
  const changed = feed.changed()
  const { executor } = role.graph.get()
  const events = await executor.subscribe({
    document: parse('subscription { ticketChanged { id } }'),
    viewer: VIEWER,
    requestId: 'r1',
    signal: new AbortController().signal,
  })
  if (!('next' in events)) throw new Error('expected events')
  await changed
  feed.publish({ id: '7' })
  expect((await events.next()).value).toMatchObject({ data: { ticketChanged: { id: '7' } } })
  expect(tickets.requests.map(({ accept }) => accept)).toEqual(accepts)
  await events.return?.()
  await role.close()
})

it('refuses an address for subscriptions of a subgraph that there is not', async () => {
  await expect(open(new Map([['agents', 'ws://a']]))).rejects.toThrow(
    'the supergraph has no subgraph "agents"; its subgraphs are: tickets',
  )
})
