import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { deferred } from '../deferred.ts'
import type { Answer } from '../http-subgraph.ts'
import { after, answering, askOdd, saying } from './odd.ts'
import { setScene, type SceneOptions } from './scene.ts'

const ODD = '{ steady(n: -1) odd { name } }'
const harmed = (...errors: string[]) => ({ data: { steady: 'steady -1', odd: null }, errors })
const INVALID = 'odd SUBGRAPH_ANSWER_INVALID: subgraph "odd": expected a GraphQL answer'
const NEITHER = 'odd SUBGRAPH_ANSWER_INVALID: subgraph "odd": expected data or errors, but got neither'
const GONE = 'odd SUBGRAPH_UNAVAILABLE: subgraph "odd" cannot be reached'

describe('a subgraph that', () => {
  it.each<[string, Answer, string]>([
    ['answers a page', saying('<html></html>', 200, { 'content-type': 'text/html' }), INVALID],
    [
      'answers a page for its error',
      saying('<html></html>', 500),
      'odd SUBGRAPH_UNAVAILABLE: subgraph "odd" answered HTTP 500',
    ],
    ['answers nothing', saying(''), INVALID],
    ['has no content', saying('', 204), INVALID],
    ['answers a list', saying('[]'), INVALID],
    ['answers null', saying('null'), INVALID],
    ['answers a string', saying('"x"'), INVALID],
    ['answers a number', saying('7'), INVALID],
    ['answers an empty object', saying('{}'), INVALID],
    ['answers half an answer', saying('{"data":{"odd":{"name":"x"}'), INVALID],
    ['answers two answers', saying('{"data":{"odd":null}}{"data":{"odd":null}}'), INVALID],
    ['answers other bytes', saying(Uint8Array.of(0, 1, 2, 0xff)), INVALID],
    ['answers errors that are none', saying('{"errors":{"message":"x"}}'), INVALID],
    ['answers no errors and no data', answering({ errors: [] }), NEITHER],
    ['answers null for its data, and no reason', answering({ data: null }), NEITHER],
    ['answers a list for its data', answering({ data: [] }), NEITHER],
    ['answers text for its data', answering({ data: 'x' }), NEITHER],
    [
      'compresses',
      saying(gzipSync('{"data":{"odd":{"name":"x"}}}'), 200, { 'content-encoding': 'gzip' }),
      'odd SUBGRAPH_ANSWER_INVALID: subgraph "odd": expected an answer without content-encoding, but got gzip',
    ],
    [
      'sends elsewhere',
      saying('', 307, { location: 'http://127.0.0.1:1/' }),
      'odd SUBGRAPH_UNAVAILABLE: subgraph "odd" answered HTTP 307',
    ],
    [
      'refuses the gateway',
      saying('{"errors":[{"message":"who?"}]}', 403),
      'odd SUBGRAPH_UNAVAILABLE: subgraph "odd" refused the gateway (HTTP 403)',
    ],
    ['hangs up on the request', (_, response) => void response.destroy(), GONE],
    [
      'hangs up in the middle',
      after(
        (_, response) =>
          void response.writeHead(200, { 'content-length': 100 }).write('{"data":', () => response.destroy()),
      ),
      GONE,
    ],
    [
      'hangs up in the middle of chunks',
      after((_, response) => void response.writeHead(200).write('{"data":', () => response.destroy())),
      GONE,
    ],
    ['speaks something else', after((_, response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n')), GONE],
    [
      'words its error with status 500',
      saying('{"data":null,"errors":[{"message":"slow down","extensions":{"code":"RATE_LIMITED"}}]}', 500),
      'odd RATE_LIMITED: slow down',
    ],
    [
      'has a bug',
      answering({ errors: [{ message: 'select * from secrets', extensions: { code: 'HELP', stacktrace: ['x'] } }] }),
      'odd INTERNAL_SERVER_ERROR: Internal server error',
    ],
    [
      'words an error for nobody',
      answering({ data: { odd: null }, errors: [{ message: 'x', path: 'odd', extensions: [] }] }),
      'odd INTERNAL_SERVER_ERROR: Internal server error',
    ],
  ])('%s leaves its branch null with a code, and nothing else', async (_what, odd, error) => {
    await using scene = await setScene({ odd })
    expect(await askOdd(scene, ODD)).toEqual(harmed(error))
  })

  it('answers data with status 500 is believed: it is a GraphQL answer', async () => {
    await using scene = await setScene({ odd: saying('{"data":{"odd":{"name":"x"}}}', 500) })
    expect(await askOdd(scene, ODD)).toEqual({ data: { steady: 'steady -1', odd: { name: 'x' } }, errors: [] })
  })

  it('hangs is given up at the deadline, and told', async () => {
    const left = deferred<void>()
    await using scene = await setScene({
      deadlineMs: 4_000,
      odd: (request, response) => {
        response.once('close', () => left.resolve())
        request.resume()
      },
    })
    expect(await askOdd(scene, ODD)).toEqual(harmed('odd TIMEOUT: subgraph "odd" did not answer in time'))
    await left.promise
  })

  it('answers without end is cut off', async () => {
    const left = deferred<void>()
    await using scene = await setScene({
      odd: after((_, response) => {
        const piece = 'x'.repeat(1_000_000)
        const send = () => {
          while (response.writable && response.write(piece)) continue
        }
        response.once('close', () => left.resolve()).on('drain', send)
        response.writeHead(200).write('{"data":"')
        send()
      }),
    })
    const tooMuch = 'odd SUBGRAPH_ANSWER_INVALID: subgraph "odd" answers more than may be read'
    expect(await askOdd(scene, ODD)).toEqual(harmed(tooMuch))
    await left.promise
  })
})

describe('a kept-alive connection that closes in the moment it is used', () => {
  /** Answers the first request of every connection, and closes at the second. */
  const closing = (asked: string[]): SceneOptions => {
    const used = new WeakSet<Socket>()
    const odd = (request: IncomingMessage, response: ServerResponse) => {
      void text(request).then((body) => {
        asked.push(body.includes('mutation') ? 'mutation' : 'query')
        if (used.has(request.socket)) return request.socket.destroy()
        used.add(request.socket)
        response.setHeader('content-type', 'application/json')
        return response.end('{"data":{"odd":{"name":"x"},"change":{"name":"y"}}}')
      })
    }
    return { odd }
  }

  it('is not noticed by a query, which may be sent again', async () => {
    const asked: string[] = []
    await using scene = await setScene(closing(asked))
    for (let n = 0; n < 3; n++)
      expect(await askOdd(scene, ODD)).toMatchObject({ data: { odd: { name: 'x' } }, errors: [] })
    expect(asked).toEqual(['query', 'query', 'query', 'query', 'query'])
  })

  it('fails a mutation, which may have been done', async () => {
    const asked: string[] = []
    await using scene = await setScene(closing(asked))
    await askOdd(scene, ODD)
    expect(await askOdd(scene, 'mutation { write(text: "a") change { name } }')).toEqual({
      data: { write: 'wrote a', change: null },
      errors: ['change SUBGRAPH_UNAVAILABLE: subgraph "odd" cannot be reached'],
    })
    expect(asked).toEqual(['query', 'mutation'])
  })
})
