import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deferred } from '../deferred.ts'
import { GOOD } from '../served.ts'
import { codesOf, connectHttp, postBytes, postHead } from './raw-http.ts'
import { setScene, type Scene } from './scene.ts'

const MEGABYTE = 1_000_000
const bytesOf = (text: string) => new TextEncoder().encode(text)
const asked = (query: string, more = {}) => bytesOf(JSON.stringify({ query, ...more }))
const HELLO = asked('{ steady(n: 1) }')

let scene: Scene
beforeAll(async () => {
  scene = await setScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

describe.each(['/graphql', '/graphql/stream'])('a body at %s', (path) => {
  it.each<[string, Uint8Array, Record<string, string>, number]>([
    ['nothing', bytesOf(''), {}, 400],
    ['no JSON', bytesOf('{'), {}, 400],
    ['null', bytesOf('null'), {}, 400],
    ['a number', bytesOf('1'), {}, 400],
    ['a string', bytesOf('"{ steady(n: 1) }"'), {}, 400],
    ['a batch', bytesOf('[{"query":"{ steady(n: 1) }"}]'), {}, 400],
    ['a query that is a list', bytesOf('{"query":["{ steady(n: 1) }"]}'), {}, 400],
    ['variables that are a list', asked('{ steady(n: 1) }', { variables: [1] }), {}, 400],
    ['variables that are text', asked('{ steady(n: 1) }', { variables: '{}' }), {}, 400],
    ['a name that is a number', asked('{ steady(n: 1) }', { operationName: 1 }), {}, 400],
    ['extensions that are text', asked('{ steady(n: 1) }', { extensions: 'x' }), {}, 400],
    ['a null byte between', bytesOf('{"query":\u0000"{ steady(n: 1) }"}'), {}, 400],
    ['a null byte in a string', bytesOf('{"query":"{ steady(n: 1) }\u0000"}'), {}, 400],
    ['null bytes only', new Uint8Array(1_000), {}, 400],
    [
      'bytes that are no UTF-8',
      Uint8Array.of(...bytesOf('{"query":"{ steady(n: 1) } # '), 0xff, ...bytesOf('"}')),
      {},
      400,
    ],
    [
      'half a character',
      Uint8Array.of(...bytesOf('{"query":"{ steady(n: 1) } # '), 0xf0, 0x9f, ...bytesOf('"}')),
      {},
      400,
    ],
    ['UTF-16', Buffer.from('{"query":"{ steady(n: 1) }"}', 'utf16le'), {}, 400],
    ['200,000 lists inside each other', bytesOf(`{"variables":${'['.repeat(200_000)}`), {}, 400],
    ['12 MB', new Uint8Array(12 * MEGABYTE), {}, 413],
    ['a bomb that gzip packed', gzipSync(new Uint8Array(12 * MEGABYTE)), { 'content-encoding': 'gzip' }, 415],
    ['gzip of something harmless', gzipSync(HELLO), { 'content-encoding': 'gzip' }, 415],
    ['an unknown encoding', HELLO, { 'content-encoding': 'zstd, gzip' }, 415],
    ['no type', HELLO, { 'content-type': '' }, 415],
    ['a form', HELLO, { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['plain text', HELLO, { 'content-type': 'text/plain' }, 415],
    ['GraphQL itself', bytesOf('{ steady(n: 1) }'), { 'content-type': 'application/graphql' }, 415],
    ['another alphabet', HELLO, { 'content-type': 'application/json; charset=utf-16' }, 415],
  ])('of %s is refused, and nobody else notices', async (_what, body, headers, status) => {
    scene.asked()
    const answer = await scene.beside(() => postBytes(scene, path, body, headers))
    expect([answer.status, codesOf(answer)]).toEqual([status, ['BAD_REQUEST']])
    expect(scene.asked()).toBe(0)
  })

  it.each(['{}', '{"query":null}', '{"query":""}', '{"__proto__":{"query":"{ steady(n: 1) }"}}'])(
    'that asks nothing is refused, and nobody else notices: %s',
    async (body) => {
      const answer = await scene.beside(() => postBytes(scene, path, bytesOf(body)))
      expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
    },
  )

  it('may be written in the usual ways', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'APPLICATION/JSON']) {
      const answer = await postBytes(scene, path, HELLO, { 'content-type': type })
      expect([type, answer.status, codesOf(answer)]).toEqual([type, 200, []])
    }
  })

  it('of 12 MB that does not say how long it is, is refused before it has come', async () => {
    const answer = await scene.beside(async () => {
      using connection = await connectHttp(scene)
      connection.write(postHead(path, { 'transfer-encoding': 'chunked' }))
      const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`
      for (let sent = 0; sent < 12 * MEGABYTE && connection.socket.writable; sent += 0x10000) {
        if (connection.socket.write(piece)) continue
        await Promise.race([connection.ended, new Promise((resolve) => connection.socket.once('drain', resolve))])
      }
      return await connection.ended
    })
    expect(answer.status).toBe(413)
    expect(answer.head).toContain('connection: close')
    expect(codesOf(answer)).toEqual(['BAD_REQUEST'])
  })

  it('has only its own keys: neither __proto__ nor constructor reach further', async () => {
    const body = bytesOf(
      '{"__proto__":{"query":"{ stolen }","polluted":1},"constructor":{"prototype":{"polluted":1}},"query":"{ steady(n: 1) }"}',
    )
    const answer = await scene.beside(() => postBytes(scene, path, body))
    expect(answer.body).toContain('{"data":{"steady":"steady 1"}}')
    expect('polluted' in {}).toBe(false)
  })

  it('with a key twice means the last one', async () => {
    const answer = await postBytes(scene, path, bytesOf('{"query":"{ stolen }","query":"{ steady(n: 2) }"}'))
    expect(answer.body).toContain('{"data":{"steady":"steady 2"}}')
  })

  it('may hold null bytes where a text may', async () => {
    const query = 'mutation ($text: String!) { write(text: $text) }'
    const answer = await postBytes(scene, path, asked(query, { variables: { text: 'a\u0000b' } }))
    expect(answer.body).toContain('{"data":{"write":"wrote a\\u0000b"}}')
  })

  it('that breaks off is let go', async () => {
    scene.asked()
    await scene.beside(async () => {
      for (let n = 0; n < 20; n++) {
        using connection = await connectHttp(scene)
        connection.write(postHead(path, { 'content-length': HELLO.length }))
        connection.write(HELLO.slice(0, n))
        connection.socket.end()
        await connection.ended
      }
    })
    expect(scene.asked()).toBe(0)
  })

  it('that comes a byte now and then, from many, holds nobody', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, () => connectHttp(scene)))
    for (const connection of slow) connection.write(postHead(path, { 'content-length': HELLO.length }))
    await scene.beside(async () => {
      for (const byte of HELLO.slice(0, 5)) for (const connection of slow) connection.write(Uint8Array.of(byte))
      await scene.served.ask('{ steady(n: 1) }')
    })
    for (const connection of slow) connection.write(HELLO.slice(5))
    for (const answer of await Promise.all(slow.map(({ ended }) => ended))) expect(answer.status).toBe(200)
  })
})

describe('an address', () => {
  const get = (search: string, path = '') =>
    fetch(`${scene.served.url}${path}?${search}`, {
      headers: { ...GOOD, accept: path === '' ? 'application/json' : 'text/event-stream' },
    })
  const query = encodeURIComponent('{ steady(n: 1) }')

  it.each(['', '/stream'])('that says nothing useful is refused: %s', async (path) => {
    scene.asked()
    for (const search of [
      `query=${query}&variables=1`,
      `query=${query}&variables=[]`,
      `query=${query}&variables={`,
      `query=${query}&variables=%00`,
      `query=${query}&query=${query}`,
      `query=${query}&extensions=1`,
    ]) {
      const response = await scene.beside(() => get(search, path))
      const answer = { status: response.status, head: '', body: await response.text() }
      expect([search, answer.status, codesOf(answer)]).toEqual([search, 400, ['BAD_REQUEST']])
    }
    expect(scene.asked()).toBe(0)
  })

  it.each(['', '/stream'])('that asks nothing is refused: %s', async (path) => {
    for (const search of ['', 'query', 'query=', `__proto__=${query}`, 'variables={}']) {
      const answer = { status: 0, head: '', body: await (await get(search, path)).text() }
      expect([search, codesOf(answer)]).toEqual([search, ['BAD_REQUEST']])
    }
  })

  it.each(['', '/stream'])('cannot ask for a mutation: %s', async (path) => {
    scene.asked()
    const response = await get(`query=${encodeURIComponent('mutation { write(text: "x") }')}`, path)
    expect(response.status).toBe(405)
    expect(codesOf({ status: 405, head: '', body: await response.text() })).toEqual(['BAD_REQUEST'])
    expect(scene.asked()).toBe(0)
  })

  it('that is too long is refused with 431', async () => {
    const response = await scene.beside(() => get(`query=${query}&pad=${'x'.repeat(20_000)}`))
    expect(response.status).toBe(431)
  })

  it('that is none does no harm', async () => {
    for (const target of ['//', 'http://[', '/graphql?%', '/graphql?query=%ff', '/%00', '*', '/graphql/../..']) {
      const answer = await scene.beside(async () => {
        using connection = await connectHttp(scene)
        connection.write(
          `GET ${target} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\nauthorization: Bearer good\r\n\r\n`,
        )
        return await connection.ended
      })
      expect([target, answer.status >= 400 && answer.status < 500]).toEqual([target, true])
    }
  })
})

describe('an HTTP request that is none', () => {
  it.each([
    ['noise', '\u0000\u0001\u0002\r\n\r\n'],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001'],
    [
      'two lengths',
      `${postHead('/graphql', { 'content-length': 5 }).replace('\r\n\r\n', '\r\ncontent-length: 6\r\n\r\n')}hello`,
    ],
    [
      'a length and chunks',
      `${postHead('/graphql', { 'content-length': 5, 'transfer-encoding': 'chunked' })}0\r\n\r\n`,
    ],
    ['chunks that are none', `${postHead('/graphql', { 'transfer-encoding': 'chunked' })}hello\r\n`],
    ['a header that goes on and on', `GET / HTTP/1.1\r\nx: ${'x'.repeat(100_000)}`],
  ])('is refused, and nobody else notices: %s', async (_what, text) => {
    const answer = await scene.beside(async () => {
      using connection = await connectHttp(scene)
      connection.write(Buffer.from(text, 'latin1'))
      return await connection.ended
    })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })

  it.each(['/graphql', '/elsewhere', '//'])('is let go when it asks to upgrade at %s and is gone', async (path) => {
    scene.asked()
    await scene.beside(async () => {
      for (let n = 0; n < 50; n++) {
        using connection = await connectHttp(scene)
        connection.write(
          `GET ${path} HTTP/1.1\r\nhost: gateway\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n`,
        )
        await new Promise((resolve) => connection.socket.write('more', resolve))
        connection.socket.resetAndDestroy()
        await connection.ended
      }
    })
    expect(scene.asked()).toBe(0)
  })
})

describe('a client that hangs up', () => {
  it('in the middle of its answer harms nobody, and its subgraphs are told', async () => {
    const left = deferred<boolean>()
    const asked = deferred<void>()
    await using waiting = await setScene({
      odd: (request, response) => {
        response.once('close', () => left.resolve(response.writableEnded))
        request.resume()
        asked.resolve()
      },
    })
    const wasAnswered = await waiting.beside(async () => {
      using connection = await connectHttp(waiting)
      const body = JSON.stringify({ query: '{ odd { name } }' })
      connection.write(postHead('/graphql', { 'content-length': body.length }) + body)
      await asked.promise
      connection.socket.resetAndDestroy()
      return left.promise
    })
    expect(wasAnswered).toBe(false)
  })
})
