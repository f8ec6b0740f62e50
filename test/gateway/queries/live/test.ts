import { parse } from 'graphql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OperationResult } from '../../../../gateway/execute/run.ts'
import { makeGraph, plain, VIEWER, type TestGraph } from '../../graph.ts'
import { serveSubgraph, type HttpSubgraph } from '../../http-subgraph.ts'
import { agentsSubgraph } from './agents.ts'
import type { Viewer } from '../../../../store/viewer.ts'
import { createFeed, type Feed } from './data.ts'
import { ticketsSubgraph } from './tickets.ts'

const QUERY =
  'subscription ($names: Boolean = true) { ticketChanged { subject agent { id: id name @include(if: $names) } } }'
const ticket = (subject: string | null, agentId: string) => ({ id: 't1', subject, agent: { id: agentId } })

describe.each([
  ['in process', null],
  ['over sockets', 'sockets'],
  ['over streams of events', 'streams'],
] as const)('a subscription at a subgraph %s', (_name, way) => {
  let feed: Feed
  let graph: TestGraph
  let served: HttpSubgraph | null
  let client: AbortController

  beforeEach(async () => {
    feed = createFeed()
    client = new AbortController()
    const tickets = ticketsSubgraph(feed)
    served = way === null ? null : await serveSubgraph(tickets, undefined, way)
    graph = await makeGraph([tickets, agentsSubgraph], { transports: served ? { tickets: served.transport } : {} })
  })
  afterEach(async () => {
    client.abort()
    await served?.[Symbol.asyncDispose]()
  })

  const open = (query: string, variables: Record<string, unknown>) =>
    graph.executor.subscribe({
      document: parse(query),
      variables,
      viewer: VIEWER,
      requestId: 'r1',
      signal: client.signal,
    })
  /** Subscribes, and waits until the feed is listened to. */
  const start = async (query = QUERY, variables: Record<string, unknown> = {}) => {
    const changed = feed.changed()
    const opened = await open(query, variables)
    if (!('next' in opened)) throw new Error(`expected events, but got ${JSON.stringify(opened)}`)
    await changed
    return opened
  }
  const next = async (events: AsyncIterator<OperationResult>) => {
    const event = await events.next()
    return event.done === true ? 'done' : plain(event.value)
  }
  const answer = (subject: string, id: string, name: string | null = `Agent ${id}`) => ({
    data: { ticketChanged: { subject, agent: { id, name } } },
  })

  it('completes each event over the other subgraphs, in order', async () => {
    const events = await start()
    feed.publish(ticket('one', '1'))
    feed.publish(ticket('two', '2'))
    expect(await next(events)).toEqual(answer('one', '1'))
    expect(await next(events)).toEqual(answer('two', '2'))
    feed.publish(ticket('three', '1'))
    expect(await next(events)).toEqual(answer('three', '1'))
  })

  it('keeps the errors of an event to that event', async () => {
    const events = await start()
    feed.publish(ticket('one', 'lost'))
    feed.publish(new Error('unreadable'))
    feed.publish(ticket(null, '1'))
    feed.publish(null)
    feed.publish(ticket('two', '2'))
    const path = ['ticketChanged', 'agent', 'name']
    expect(await next(events)).toEqual({
      ...answer('one', 'lost', null),
      errors: [{ message: 'lost', path, extensions: { serviceName: 'agents' } }],
    })
    expect(await next(events)).toEqual({
      data: { ticketChanged: null },
      errors: [{ message: 'unreadable', path: ['ticketChanged'], extensions: { serviceName: 'tickets' } }],
    })
    expect(await next(events)).toEqual({
      data: { ticketChanged: null },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Ticket.subject.',
          path: ['ticketChanged', 'subject'],
          extensions: { serviceName: 'tickets' },
        },
      ],
    })
    expect(await next(events)).toEqual({ data: { ticketChanged: null } })
    expect(await next(events)).toEqual(answer('two', '2'))
  })

  it('asks the other subgraphs only for what the variables include', async () => {
    const events = await start(QUERY, { names: false })
    feed.publish(ticket('one', '1'))
    expect(await next(events)).toEqual({ data: { ticketChanged: { subject: 'one', agent: { id: '1' } } } })
    expect(graph.sent).toEqual([])
  })

  it('ends when its source ends', async () => {
    const events = await start()
    feed.publish(ticket('one', '1'))
    feed.end()
    expect(await next(events)).toEqual(answer('one', '1'))
    expect(await next(events)).toBe('done')
    expect(await next(events)).toBe('done')
  })

  it('ends its source at once when it is left, while it waits for an event', async () => {
    const events = await start()
    const waiting = next(events)
    const changed = feed.changed()
    await events.return?.()
    expect(await waiting).toBe('done')
    await changed
    expect(feed.listeners).toBe(0)
  })

  it('ends its source at once when the client is gone', async () => {
    const events = await start()
    const waiting = next(events)
    const changed = feed.changed()
    client.abort()
    expect(await waiting).toBe('done')
    await changed
    expect(feed.listeners).toBe(0)
  })

  it('answers errors when the subgraph refuses it', async () => {
    const opened = await open('subscription { refused { subject } }', {})
    const refusal = 'next' in opened ? await next(opened) : plain(opened)
    expect(refusal).toMatchObject({ errors: [{ message: 'not you', extensions: { serviceName: 'tickets' } }] })
  })

  it('answers errors when its variables do not fit', async () => {
    const opened = await open('subscription ($n: Boolean!) { ticketChanged { id @include(if: $n) } }', {})
    expect(opened).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    expect(feed.listeners).toBe(0)
  })
})

describe.each(['sockets', 'streams'] as const)('subscriptions over %s', (way) => {
  const prepare = async () => {
    const feed = createFeed()
    const tickets = ticketsSubgraph(feed)
    const served = await serveSubgraph(tickets, undefined, way)
    const graph = await makeGraph([tickets, agentsSubgraph], { transports: { tickets: served.transport } })
    const subscribe = async (viewer: Viewer) => {
      const changed = feed.changed()
      const opened = await graph.executor.subscribe({
        document: parse('subscription { ticketChanged { subject } }'),
        viewer,
        requestId: 'r1',
        signal: new AbortController().signal,
      })
      if (!('next' in opened)) throw new Error('expected events')
      await changed
      return opened
    }
    return { feed, served, subscribe }
  }

  it('tell who subscribes: once for each viewer where they share a socket', async () => {
    const { served, subscribe } = await prepare()
    await using _served = served
    await subscribe(VIEWER)
    await subscribe(VIEWER)
    await subscribe({ ...VIEWER, memberId: 'm2', tokenId: 't2' })
    const one = { authorization: 'Bearer assertion-of-m1' }
    const two = { authorization: 'Bearer assertion-of-m2' }
    const told = way === 'sockets' ? served.inits : served.requests.map(({ authorization }) => ({ authorization }))
    expect(told).toEqual(way === 'sockets' ? [one, two] : [one, one, two])
  })

  it('break off with an error that names the subgraph, and can be made anew', async () => {
    const { feed, served, subscribe } = await prepare()
    await using _served = served
    const events = await subscribe(VIEWER)
    const waiting = events.next()
    served.cutSubscriptions()
    await expect(waiting).rejects.toMatchObject({
      message: 'the subscription at subgraph "tickets" broke off',
      path: ['ticketChanged'],
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'tickets' },
    })
    expect(await events.next()).toEqual({ done: true, value: undefined })
    const again = await subscribe(VIEWER)
    feed.publish(ticket('back', '1'))
    expect(plain((await again.next()).value)).toEqual({ data: { ticketChanged: { subject: 'back' } } })
  })

  it('break off when nobody listens at the subgraph', async () => {
    const { served } = await prepare()
    const graph = await makeGraph([ticketsSubgraph(createFeed()), agentsSubgraph], {
      transports: { tickets: served.transport },
    })
    served.stopListening()
    const opened = await graph.executor.subscribe({
      document: parse('subscription { ticketChanged { subject } }'),
      viewer: VIEWER,
      requestId: 'r1',
      signal: new AbortController().signal,
    })
    const unreachable = { extensions: { code: 'SUBGRAPH_UNAVAILABLE', serviceName: 'tickets' } }
    // A stream's head is waited for, a socket is not.
    const failure = 'next' in opened ? await opened.next().catch((error: unknown) => error) : opened.errors?.[0]
    expect(failure).toMatchObject(unreachable)
    await served[Symbol.asyncDispose]()
  })
})
