import { createClient } from 'graphql-sse'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { listen } from '../../../server/listen.ts'
import { createSmall } from '../host/small.ts'
import { createTestClock } from '../host/test-clock.ts'
import { VIEWER } from '../graph.ts'
import { GOOD, serve } from '../served.ts'
import { openRawStream, type RawStream } from './raw-stream.ts'
import { SAID } from './rooms.ts'
import { setScene, type Scene } from './scene.ts'

const openStream = (
  scene: Scene,
  body: unknown,
  headers: Record<string, string> = GOOD,
  origin = new URL(scene.served.url).origin,
): Promise<RawStream> => openRawStream(origin, body, headers)

const said = (seq: number, text: string) => ({ data: { said: { seq, text, author: { name: 'Person 1' } } } })
const next = (payload: unknown) => `event: next\ndata: ${JSON.stringify(payload)}\n\n`
const COMPLETE = 'event: complete\ndata:\n\n'

describe('GraphQL over Server-Sent Events', () => {
  it('serves the graphql-sse client: subscriptions, queries, mutations and errors', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const client = createClient({ url: `${scene.served.url}/stream`, headers: GOOD, retryAttempts: 0 })
    const events = client.iterate({ query: SAID, variables: { room: 'a' } })
    const first = events.next()
    await rooms.listening(1)
    rooms.say('a', 'one')
    expect(await first).toEqual({ done: false, value: said(0, 'one') })
    rooms.say('a', 'Ünï\n→')
    expect(await events.next()).toEqual({ done: false, value: said(1, 'Ünï\n→') })
    await events.return?.()
    await rooms.listening(0)
    const answers: unknown[] = []
    for (const query of ['{ nothing }', '{ missing }', '{']) {
      for await (const answer of client.iterate({ query })) answers.push(answer)
    }
    expect(answers).toMatchObject([
      { data: { nothing: null } },
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
      { errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
    ])
    client.dispose()
  })

  it('shares its groups with sockets, and sends the same payloads', async () => {
    await using scene = await setScene()
    const { rooms } = scene
    const socket = await scene.client()
    socket.follow('1', { room: 'a' })
    await socket.settled()
    const stream = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 2 })
    rooms.say('a', 'one')
    rooms.say('a', 'unreadable')
    rooms.close('a')
    const [one, two] = await socket.received('1', 3)
    const payloadOf = (frame = '') => frame.slice('{"id":"1","type":"next","payload":'.length, -1)
    expect(await stream.ended).toBe(
      `:\n\nevent: next\ndata: ${payloadOf(one)}\n\nevent: next\ndata: ${payloadOf(two)}\n\n${COMPLETE}`,
    )
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-request-id': expect.stringMatching(/./),
    })
    expect(rooms.executions).toBe(2)
  })

  it('takes a GET', async () => {
    await using scene = await setScene()
    const get = (parameters: Record<string, string>, headers: Record<string, string> = GOOD) =>
      fetch(`${scene.served.url}/stream?${new URLSearchParams(parameters).toString()}`, {
        headers: { accept: 'text/event-stream', ...headers },
      })
    const variables = JSON.stringify({ no: false })
    const query = 'query A { no: nothing } query B ($no: Boolean!) { nothing @include(if: $no) }'
    const answer = await get({ query, operationName: 'B', variables })
    expect(await answer.text()).toBe(`:\n\n${next({ data: {} })}${COMPLETE}`)
    expect((await get({ query, variables: '{' })).status).toBe(400)
    expect((await get({ query: '{ nothing }' }, {})).status).toBe(401)
    const unnamed = await (await get({ query, variables })).text()
    expect(unnamed).toContain('OPERATION_RESOLUTION_FAILURE')
  })

  it('takes a mutation by POST only', async () => {
    await using served = await serve([createSmall().subgraph])
    const query = 'mutation { greet(name: "Ann") }'
    const headers = { ...GOOD, accept: 'text/event-stream', 'content-type': 'application/json' }
    const posted = await fetch(`${served.url}/stream`, { method: 'POST', headers, body: JSON.stringify({ query }) })
    expect(await posted.text()).toBe(`:\n\n${next({ data: { greet: 'Hi Ann' } })}${COMPLETE}`)
    const got = await fetch(`${served.url}/stream?${new URLSearchParams({ query }).toString()}`, { headers })
    expect(got.status).toBe(405)
    expect(await got.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  })

  it('answers the preflight of a page whose origin is allowed', async () => {
    await using scene = await setScene({ origins: ['https://desk.example'] })
    const headers = { origin: 'https://desk.example', 'access-control-request-method': 'POST' }
    const answer = await fetch(`${scene.served.url}/stream`, { method: 'OPTIONS', headers })
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://desk.example'])
  })

  it.each([
    ['without a token', { query: '{ nothing }' }, { authorization: '' }, 401, 'UNAUTHENTICATED'],
    ['with a bad token', { query: '{ nothing }' }, { authorization: 'Bearer bad' }, 401, 'UNAUTHENTICATED'],
    ['that does not take events', { query: '{ nothing }' }, { accept: 'application/json' }, 406, 'BAD_REQUEST'],
    ['of another type', { query: '{ nothing }' }, { 'content-type': 'text/plain' }, 415, 'BAD_REQUEST'],
    ['without a query', { variables: {} }, {}, 400, 'BAD_REQUEST'],
    ['with odd variables', { query: '{ nothing }', variables: [] }, {}, 400, 'BAD_REQUEST'],
    ['that is no object', [], {}, 400, 'BAD_REQUEST'],
    ['that is too large', { query: '{ nothing }', pad: 'x'.repeat(3_000) }, {}, 413, 'BAD_REQUEST'],
  ])('refuses a request %s', async (_what, body, headers, status, code) => {
    await using scene = await setScene({ limits: { maxBodyBytes: 2_000 } })
    const stream = await openStream(scene, body, { ...GOOD, ...headers })
    expect(stream.response.statusCode).toBe(status)
    expect(JSON.parse(await stream.ended)).toMatchObject({ errors: [{ extensions: { code } }] })
  })

  it('keeps to the limits of operations', async () => {
    await using scene = await setScene({ limits: { maxDepth: 2 } })
    const { ended } = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    expect(await ended).toContain('OPERATION_TOO_COMPLEX')
    expect(scene.rooms.opened).toBe(0)
  })

  it('leaves its group at once when the client hangs up', async () => {
    await using scene = await setScene()
    const stream = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    await scene.rooms.listening(1)
    stream.request.destroy()
    await scene.rooms.listening(0)
    expect(scene.served.role.hub.counts()).toEqual({ groups: 0, listeners: 0 })
  })

  it.each([
    ['is revoked', null, 'The token has ended.'],
    [
      'gets another role',
      { ...VIEWER, role: 'AGENT' as const },
      'The access of the token has changed; subscribe again to go on.',
    ],
  ])('ends with an error when the token %s', async (_what, then, message) => {
    const clock = createTestClock()
    await using scene = await setScene({ clock, recheckMs: 5_000 })
    const stream = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    await scene.rooms.listening(1)
    if (then === null) scene.served.tokens.delete('Bearer good')
    else scene.served.tokens.set('Bearer good', then)
    await clock.advance(5_000)
    const error = { message, extensions: { code: 'UNAUTHENTICATED' } }
    expect(await stream.ended).toBe(`:\n\n${next({ errors: [error] })}${COMPLETE}`)
    await scene.rooms.listening(0)
  })

  it('tells a reader that is too slow, after all that came before, and holds nobody for it', async () => {
    await using scene = await setScene({ limits: { maxWaitingChars: 500_000 } })
    const fast = await scene.client()
    fast.follow('1', { room: 'a' })
    await fast.settled()
    const slow = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    slow.response.pause()
    const large = 'x'.repeat(64 * 1024)
    let count = 0
    for (; scene.served.role.hub.counts().listeners === 2; count++) {
      if (count === 1_000) throw new Error('expected the slow reader to be given up')
      scene.rooms.say('a', large)
      await fast.received('1', count + 1)
    }
    slow.response.resume()
    const events = (await slow.ended).split('\n\n').filter((each) => each.startsWith('event: next'))
    const seen = events.slice(0, -1).map((each) => JSON.parse(each.slice('event: next\ndata: '.length)))
    expect(seen).toEqual(seen.map((_each, seq) => said(seq, large)))
    expect(seen.length).toBeLessThan(count)
    expect(events.at(-1)).toContain('"code":"FELL_BEHIND"')
  })

  it('shows that it lives', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock })
    const stream = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    await scene.rooms.listening(1)
    await clock.advance(12_000)
    scene.rooms.say('a', 'one')
    expect(await stream.received(1)).toBe(`:\n\n:\n\n${next(said(0, 'one'))}`)
  })

  it('hangs up on a reader who takes nothing for long', async () => {
    const clock = createTestClock()
    await using scene = await setScene({ clock, limits: { maxWaitingChars: 1_000_000_000 } })
    const reading = await scene.client()
    reading.follow('1', { room: 'a' })
    await reading.settled()
    const stuck = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    stuck.response.pause()
    for (let count = 1; count <= 500; count++) {
      scene.rooms.say('a', 'x'.repeat(64 * 1024))
      await reading.received('1', count)
    }
    await clock.advance(12_000)
    await reading.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 2 })
    await clock.advance(12_000)
    await reading.settled()
    expect(scene.served.role.hub.counts()).toEqual({ groups: 1, listeners: 1 })
    stuck.response.resume()
    await expect(stuck.ended).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('ends without a complete when the gateway ends, so that clients come back', async () => {
    await using scene = await setScene()
    const stream = await openStream(scene, { query: SAID, variables: { room: 'a' } })
    await scene.rooms.listening(1)
    await scene.served.role.close()
    expect(await stream.ended).toBe(':\n\n')
    await scene.rooms.listening(0)
  })

  it('does not keep a listener from closing', async () => {
    await using scene = await setScene()
    const listening = await listen({
      roles: [scene.served.role],
      port: 0,
      host: '127.0.0.1',
      logger: pino({ level: 'silent' }),
    })
    const stream = await openStream(scene, { query: SAID, variables: { room: 'a' } }, GOOD, listening.url)
    await scene.rooms.listening(1)
    await listening.close()
    // One that is cut after the listener's patience rejects.
    expect(await stream.ended).toBe(':\n\n')
    await scene.rooms.listening(0)
  })
})
