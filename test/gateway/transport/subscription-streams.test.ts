import type { ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { parse } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../gateway/clock.ts'
import { createHttpTransport } from '../../../gateway/transport/http.ts'
import type { SubgraphAnswer, SubgraphRequest, Transport } from '../../../gateway/transport/transport.ts'
import { deferred } from '../deferred.ts'
import { VIEWER } from '../graph.ts'
import { createTestClock } from '../host/test-clock.ts'
import { serveSubgraph, type Answer } from '../http-subgraph.ts'
import { createFeed } from '../queries/live/data.ts'
import { ticketsSubgraph } from '../queries/live/tickets.ts'

const opened: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each[Symbol.asyncDispose]()))
})

/** A way to a subgraph that answers subscriptions like that. */
async function reach(answer: Answer, maxAnswerBytes = 1_000_000, clock: Clock = createTestClock()): Promise<Transport> {
  const { url, [Symbol.asyncDispose]: close } = await serveSubgraph(ticketsSubgraph(createFeed()), answer)
  const transport = createHttpTransport({
    name: 'tickets',
    url,
    subscriptionUrl: `${url}/stream?from=gateway`,
    assertion: async () => 'assertion',
    maxAnswerBytes,
    clock,
  })
  opened.push({ [Symbol.asyncDispose]: () => transport.close().then(close) })
  return transport
}

const text = 'subscription { ticketChanged { id } }'
const asking = (more: Partial<SubgraphRequest> = {}): SubgraphRequest => ({
  operation: { text, document: parse(text), kind: 'subscription' },
  variables: { a: 1 },
  viewer: VIEWER,
  forwarded: { 'x-team': 'red' },
  requestId: 'r1',
  signal: new AbortController().signal,
  ...more,
})

async function subscribe(transport: Transport, more: Partial<SubgraphRequest> = {}) {
  const events = await transport.subscribe(asking(more))
  if (!('next' in events)) throw new Error(`expected events, but got ${JSON.stringify(events)}`)
  return events
}

async function drain(events: AsyncIterator<SubgraphAnswer>): Promise<SubgraphAnswer[]> {
  const answers: SubgraphAnswer[] = []
  for (let step = await events.next(); step.done !== true; step = await events.next()) answers.push(step.value)
  return answers
}

const begin = (response: ServerResponse, type = 'text/event-stream; charset=utf-8') =>
  response.writeHead(200, { 'content-type': type })
const next = (answer: unknown) => `event: next\ndata: ${JSON.stringify(answer)}\n\n`
const COMPLETE = 'event: complete\ndata:\n\n'
const done = { done: true, value: undefined }
const event = (n: number) => ({ data: { ticketChanged: { id: String(n) } } })

describe('a subscription over a stream of events', () => {
  it('that has to finish gives out what has come, and ends at the subgraph', async () => {
    const isClosed = deferred<void>()
    const transport = await reach((_request, response) => {
      response.once('close', () => isClosed.resolve())
      begin(response).write(next(event(1)) + next(event(2)) + next(event(3)))
    })
    const events = await subscribe(transport)
    expect(await events.next()).toEqual({ done: false, value: event(1) })
    events.finish?.()
    expect(await drain(events)).toEqual([event(2), event(3)])
    await isClosed.promise
  })

  it('that has to finish when nothing has come ends at once', async () => {
    const isClosed = deferred<void>()
    const transport = await reach((_request, response) => {
      response.once('close', () => isClosed.resolve())
      begin(response).flushHeaders()
    })
    const events = await subscribe(transport)
    const waiting = events.next()
    events.finish?.()
    expect(await waiting).toEqual(done)
    await isClosed.promise
  })

  it('asks as graphql-sse has it, for who asks', async () => {
    const asked = deferred<unknown>()
    const transport = await reach((request, response) => {
      const { method, url, headers } = request
      void json(request).then((body) => {
        asked.resolve({ method, url, headers, body })
        begin(response).end(COMPLETE)
      })
    })
    expect(await (await subscribe(transport)).next()).toEqual(done)
    expect(await asked.promise).toMatchObject({
      method: 'POST',
      url: '/graphql/stream?from=gateway',
      headers: {
        authorization: 'Bearer assertion',
        'x-request-id': 'r1',
        'x-team': 'red',
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
      body: { query: text, variables: { a: 1 } },
    })
  })

  it('gives out every event that came before an end without complete, and then fails', async () => {
    const transport = await reach((_, response) => void begin(response).end(`:\n\n${next(event(1))}${next(event(2))}`))
    const events = await subscribe(transport)
    expect(await events.next()).toEqual({ done: false, value: event(1) })
    expect(await events.next()).toEqual({ done: false, value: event(2) })
    await expect(events.next()).rejects.toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      message: 'the subscription at subgraph "tickets" broke off',
      cause: { message: 'the stream ended without "complete"' },
    })
    expect(await events.next()).toEqual(done)
  })

  it('fails when its connection is cut in the middle of an event', async () => {
    const transport = await reach((_, response) => {
      begin(response).write(next(event(1)) + next(event(2)).slice(0, 20), () => response.destroy())
    })
    const events = await subscribe(transport)
    // What a cut connection had delivered may be lost with it; that it was cut may not.
    await expect(drain(events)).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  })

  it.each([
    ['data that is no JSON', 'event: next\ndata: <html>\n\n'],
    ['data that is no answer', 'event: next\ndata: {}\n\n'],
    ['errors that are none', 'event: next\ndata: {"errors":"many"}\n\n'],
    ['no type', 'data: {"data":null}\n\n'],
    ['an unknown type', 'event: error\ndata: {"data":null}\n\n'],
    ['no end', `event: next\ndata: ${'x'.repeat(1_000_001)}`],
  ])('ends with an error at an event with %s', async (_what, garbage) => {
    const left = deferred<void>()
    const transport = await reach((_, response) => {
      response.once('close', () => left.resolve())
      begin(response).write(next(event(1)) + garbage)
    })
    const events = await subscribe(transport)
    await expect(drain(events)).rejects.toMatchObject({ code: 'SUBGRAPH_ANSWER_INVALID' })
    await left.promise
  })

  it('ends at complete, whatever comes afterwards', async () => {
    const left = deferred<void>()
    const transport = await reach((_, response) => {
      response.once('close', () => left.resolve())
      begin(response).write(next(event(1)) + COMPLETE + next(event(2)))
    })
    const events = await subscribe(transport)
    expect(await events.next()).toEqual({ done: false, value: event(1) })
    expect(await events.next()).toEqual(done)
    await left.promise
  })

  it.each<[string, (events: AsyncIterator<SubgraphAnswer>, client: AbortController) => unknown]>([
    ['left', (events) => events.return?.()],
    ['aborted', (_, client) => client.abort()],
  ])('ends at the subgraph at once when it is %s, read or not', async (_what, leave) => {
    for (const isReading of [true, false]) {
      const left = deferred<void>()
      const transport = await reach((_, response) => {
        response.once('close', () => left.resolve())
        begin(response).write(':\n\n')
      })
      const client = new AbortController()
      const events = await subscribe(transport, { signal: client.signal })
      const waiting = isReading ? events.next() : done
      leave(events, client)
      await left.promise
      expect(await waiting).toEqual(done)
      expect(await events.next()).toEqual(done)
    }
  })

  it('is not opened any more when the client is gone before the head comes', async () => {
    const asked = deferred<void>()
    const left = deferred<void>()
    const transport = await reach((_, response) => {
      response.once('close', () => left.resolve())
      asked.resolve()
    })
    const client = new AbortController()
    const opening = transport.subscribe(asking({ signal: client.signal }))
    await asked.promise
    client.abort()
    await expect(opening).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    await left.promise
  })

  it('holds a subgraph that sends faster than its events are read, and loses nothing', async () => {
    const EVENTS = 20_000
    const pad = 'x'.repeat(1_000)
    const held = deferred<void>()
    const transport = await reach((_, response) => {
      begin(response)
      let sent = 0
      const send = () => {
        while (sent < EVENTS) if (!response.write(next({ data: { n: sent++, pad } }))) break
        if (sent === EVENTS) return response.end(COMPLETE)
        held.resolve()
        response.once('drain', send)
      }
      send()
    })
    const events = await subscribe(transport)
    await held.promise
    let read = 0
    for (let step = await events.next(); step.done !== true; step = await events.next()) {
      expect(step.value.data).toMatchObject({ n: read++ })
    }
    expect(read).toBe(EVENTS)
  })
})

describe('a subgraph that opens no stream', () => {
  it('words why', async () => {
    const errors = [{ message: 'not you', path: ['ticketChanged'], extensions: { code: 'FORBIDDEN' } }]
    const transport = await reach(
      (_, response) =>
        void response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errors })),
    )
    expect(await transport.subscribe(asking())).toEqual({ data: undefined, errors })
  })

  it.each<[string, Answer, string]>([
    ['refuses the gateway', (_, response) => void response.writeHead(401).end('{"errors":[]}'), 'SUBGRAPH_UNAVAILABLE'],
    ['is not there', (_, response) => void response.writeHead(502).end('bad gateway'), 'SUBGRAPH_UNAVAILABLE'],
    ['is elsewhere', (_, response) => void response.writeHead(307, { location: '/' }).end(), 'SUBGRAPH_UNAVAILABLE'],
    ['answers a page', (_, response) => void begin(response, 'text/html').end('<html>'), 'SUBGRAPH_ANSWER_INVALID'],
    [
      'answers one event as JSON',
      (_, response) => void begin(response, 'application/json').end('{"data":{"ticketChanged":null}}'),
      'SUBGRAPH_ANSWER_INVALID',
    ],
    [
      'answers no end of something else',
      (_, response) => void begin(response, 'text/html').write('x'.repeat(1_000_001)),
      'SUBGRAPH_ANSWER_INVALID',
    ],
    [
      'compresses what was asked for as it is',
      (_, response) => {
        response.setHeader('content-encoding', 'gzip')
        begin(response).write('zip')
      },
      'SUBGRAPH_ANSWER_INVALID',
    ],
    ['hangs up', (_, response) => void response.destroy(), 'SUBGRAPH_UNAVAILABLE'],
    [
      'hangs up in the middle of its words',
      (_, response) => void begin(response, 'application/json').write('{"err', () => response.destroy()),
      'SUBGRAPH_UNAVAILABLE',
    ],
  ])('%s: a failure that names it', async (_what, answer, code) => {
    const transport = await reach(answer)
    await expect(transport.subscribe(asking())).rejects.toMatchObject({
      code,
      message: expect.stringContaining('subgraph "tickets"'),
    })
  })

  it('is left when the gateway closes', async () => {
    const left = deferred<void>()
    const transport = await reach((_, response) => {
      response.once('close', () => left.resolve())
      begin(response).write(':\n\n')
    })
    const waiting = (await subscribe(transport)).next()
    await transport.close()
    await expect(waiting).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
    await left.promise
  })
})

describe('a stream of events that falls silent', () => {
  const COMMENT = ':\n\n'
  const TWO_MINUTES = 120_000

  /** A stream that has brought one event, and whose waits for more can be waited for. */
  const begun = async (before: string) => {
    const clock = createTestClock()
    let onTimed = deferred<void>()
    const after: Clock['after'] = (ms, callback) => {
      onTimed.resolve()
      return clock.after(ms, callback)
    }
    const serving = deferred<ServerResponse>()
    const answer: Answer = (_request, response) => {
      begin(response).write(before + next(event(1)))
      serving.resolve(response)
    }
    const events = await subscribe(await reach(answer, undefined, { ...clock, after }))
    expect(await events.next()).toEqual({ done: false, value: event(1) })
    /** Does something, and waits until the silence after it is timed. */
    const untilTimed = async <T>(act: () => T) => {
      onTimed = deferred<void>()
      const done = act()
      await onTimed.promise
      return { done }
    }
    return { clock, events, untilTimed, response: await serving.promise }
  }

  it('breaks off when it was kept alive by comments', async () => {
    const { clock, events, untilTimed } = await begun(COMMENT + COMMENT)
    const { done: waiting } = await untilTimed(() => events.next().catch((failure: unknown) => failure))
    await clock.advance(TWO_MINUTES)
    expect(await waiting).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
  })

  it('goes on as long as comments come', async () => {
    const { clock, events, untilTimed, response } = await begun(COMMENT + COMMENT)
    const { done: waiting } = await untilTimed(() => events.next())
    await clock.advance(TWO_MINUTES - 1)
    await untilTimed(() => response.write(COMMENT))
    await clock.advance(TWO_MINUTES - 1)
    response.write(next(event(2)))
    expect(await waiting).toEqual({ done: false, value: event(2) })
  })

  it('may be silent for as long as it likes when it began with a comment and brings no others', async () => {
    const { clock, events, response } = await begun(COMMENT)
    const waiting = events.next()
    await clock.advance(100 * TWO_MINUTES)
    response.write(next(event(2)))
    expect(await waiting).toEqual({ done: false, value: event(2) })
  })
})
