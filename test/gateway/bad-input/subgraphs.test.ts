import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { deferred } from '../deferred.ts'
import type { Answer } from '../http-subgraph.ts'
import { setScene, type Scene, type SceneOptions } from './scene.ts'

interface GraphQLAnswer {
  readonly data?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly path?: unknown
    readonly extensions: { readonly code: string }
  }[]
}

/** Reads the request, so that its connection can be used again, and then answers. */
const after =
  (answer: Answer): Answer =>
  (request, response) =>
    void text(request).then(() => answer(request, response))
const saying = (body: string | Uint8Array, status = 200, headers: Record<string, string> = {}): Answer =>
  after((_, response) => void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body))
const answering = (answer: unknown): Answer => saying(JSON.stringify(answer))

/** Asks beside healthy queries, for something of the odd subgraph and something of the other. */
async function askOdd(scene: Scene, query: string) {
  const { data, errors = [] } = (await scene.beside(() => scene.served.ask(query))) as GraphQLAnswer
  return {
    data,
    errors: errors.map(({ message, extensions, path }) => `${String(path)} ${extensions.code}: ${message}`),
  }
}

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

describe('a value that its schema does not allow', () => {
  const ask = async (odd: unknown, selection: string) => {
    await using scene = await setScene({ odd: answering({ data: { odd } }) })
    const { data, errors } = await askOdd(scene, `{ odd { ${selection} } }`)
    return {
      odd: (data as { odd: unknown }).odd,
      errors: errors.map((error) => error.replace('SUBGRAPH_ANSWER_INVALID: ', '')),
    }
  }

  it.each<[string, unknown, string, unknown, string[]]>([
    ['an object for an object', { name: 'x' }, 'name', { name: 'x' }, []],
    [
      'a string for an object',
      'x',
      'name',
      null,
      ['odd Query.odd: expected an object, but a subgraph answered a string'],
    ],
    [
      'a list for an object',
      [{ name: 'x' }],
      'name',
      null,
      ['odd Query.odd: expected an object, but a subgraph answered a list'],
    ],
    [
      'a number for a string',
      { name: 7 },
      'name',
      { name: null },
      ['odd,name Odd.name: expected String, but a subgraph answered a number'],
    ],
    [
      'an object for a string',
      { name: {} },
      'name',
      { name: null },
      ['odd,name Odd.name: expected String, but a subgraph answered an object'],
    ],
    [
      'a string for a number',
      { count: '7' },
      'count',
      { count: null },
      ['odd,count Odd.count: expected Int, but a subgraph answered a string'],
    ],
    [
      'a fraction for a whole number',
      { count: 1.5 },
      'count',
      { count: null },
      ['odd,count Odd.count: expected Int, but a subgraph answered a number'],
    ],
    [
      'a number that no Int holds',
      { count: 2 ** 31 },
      'count',
      { count: null },
      ['odd,count Odd.count: expected Int, but a subgraph answered a number'],
    ],
    [
      'the greatest and the least Int',
      { count: 2 ** 31 - 1, id: -(2 ** 31) },
      'count id',
      { count: 2 ** 31 - 1, id: '-2147483648' },
      [],
    ],
    [
      'a string for a fraction',
      { share: '0.5' },
      'share',
      { share: null },
      ['odd,share Odd.share: expected Float, but a subgraph answered a string'],
    ],
    [
      'a number for a truth',
      { isOdd: 1 },
      'isOdd',
      { isOdd: null },
      ['odd,isOdd Odd.isOdd: expected Boolean, but a subgraph answered a number'],
    ],
    [
      'a truth for an id',
      { id: true },
      'id',
      { id: null },
      ['odd,id Odd.id: expected ID, but a subgraph answered a boolean'],
    ],
    ['a number for an id', { id: 7 }, 'id', { id: '7' }, []],
    [
      'an unknown value of an enum',
      { mood: 'UGLY' },
      'mood',
      { mood: null },
      ['odd,mood Odd.mood: expected Mood, but a subgraph answered a string'],
    ],
    [
      'what all objects have for an enum',
      { mood: 'constructor' },
      'mood',
      { mood: null },
      ['odd,mood Odd.mood: expected Mood, but a subgraph answered a string'],
    ],
    ['a hidden value of an enum', { mood: 'SECRET' }, 'mood', { mood: null }, []],
    [
      'an object for a list',
      { list: { name: 'x' } },
      'list { name }',
      { list: null },
      ['odd,list Odd.list: expected a list, but a subgraph answered an object'],
    ],
    [
      'a list with a null where none may be',
      { list: [{ name: 'x' }, null] },
      'list { name }',
      { list: null },
      ['odd,list,1 Cannot return null for non-nullable field Odd.list.'],
    ],
    [
      'lists in lists',
      { list: [[{ name: 'x' }]] },
      'list { name }',
      { list: null },
      ['odd,list,0 Odd.list: expected an object, but a subgraph answered a list'],
    ],
    [
      'null for what may not be null',
      { firm: null, name: 'x' },
      'firm name',
      null,
      ['odd,firm Cannot return null for non-nullable field Odd.firm.'],
    ],
    [
      'nothing for what may not be null',
      { name: 'x' },
      'firm name',
      null,
      ['odd,firm Cannot return null for non-nullable field Odd.firm.'],
    ],
    ['nothing for what may be null', {}, 'name', { name: null }, []],
    [
      'no type where there are several',
      { either: { name: 'x' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'an unknown type',
      { either: { __typename: 'Nobody' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'a type that all objects have',
      { either: { __typename: '__proto__' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'a type that does not stand there',
      { either: { __typename: 'Odd' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'a type that is no name',
      { either: { __typename: 7 } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    ['a hidden type', { named: { __typename: 'Unseen', name: 'x' } }, 'named { name }', { named: null }, []],
    [
      'keys that reach for the prototype',
      JSON.parse('{"__proto__":{"polluted":1},"name":"x"}'),
      'name',
      { name: 'x' },
      [],
    ],
  ])('%s', async (_what, answered, selection, odd, errors) => {
    expect(await ask(answered, selection)).toEqual({ odd, errors })
    expect('polluted' in {}).toBe(false)
  })

  it('is told a thousand times at most', async () => {
    const list = Array.from({ length: 20_000 }, () => ({ name: 7, odd: { firm: null } }))
    const { odd, errors } = await ask({ list }, 'list { name odd { firm } }')
    expect(odd).toEqual({ list: list.map(() => ({ name: null, odd: null })) })
    expect(errors).toHaveLength(1_000)
  })

  it('is an error at every level when it is deeper than anything may be', async () => {
    const deep = `${'{"odd":'.repeat(100_000)}null${'}'.repeat(100_000)}`
    await using scene = await setScene({ odd: saying(`{"data":${deep}}`) })
    expect(await askOdd(scene, '{ odd { odd { name } } }')).toEqual({
      data: { odd: { odd: { name: null } } },
      errors: [],
    })
  })
})

describe('entities', () => {
  const QUERY = '{ things { id name } }'
  const NAMES = (...names: unknown[]) => ({ things: names.map((name, index) => ({ id: String(index + 1), name })) })
  const entities = (...list: unknown[]) => ({ data: { _entities: list } })
  const count = (got: string) => [`things SUBGRAPH_ANSWER_INVALID: subgraph "odd": expected 2 entities, but got ${got}`]

  it.each<[string, unknown, unknown, string[]]>([
    ['as asked for', entities({ name: 'a' }, { name: 'b' }), NAMES('a', 'b'), []],
    ['too few', entities({ name: 'a' }), NAMES(null, null), count('1')],
    ['too many', entities({ name: 'a' }, { name: 'b' }, { name: 'c' }), NAMES(null, null), count('3')],
    ['none', entities(), NAMES(null, null), count('0')],
    ['an object', { data: { _entities: {} } }, NAMES(null, null), count('no list')],
    ['null', { data: { _entities: null } }, NAMES(null, null), count('no list')],
    ['something else', { data: { other: 1 } }, NAMES(null, null), count('no list')],
    ['nulls', entities(null, null), NAMES(null, null), []],
    ['one that is text', entities('a', { name: 'b' }), NAMES(null, 'b'), []],
    ['lists', entities([], [{ name: 'b' }]), NAMES(null, null), []],
    [
      'wrong fields',
      entities({ name: { first: 'a' } }, { name: 'b' }),
      NAMES(null, 'b'),
      ['things,0,name SUBGRAPH_ANSWER_INVALID: Thing.name: expected String, but a subgraph answered an object'],
    ],
    [
      'another prototype',
      JSON.parse('{"data":{"_entities":[{"__proto__":{"polluted":1},"name":"a"},null]}}'),
      NAMES('a', null),
      [],
    ],
    [
      'an error at one',
      {
        ...entities(null, { name: 'b' }),
        errors: [{ message: 'gone', path: ['_entities', 0], extensions: { code: 'NOT_FOUND' } }],
      },
      NAMES(null, 'b'),
      ['things,0 NOT_FOUND: gone'],
    ],
    [
      'an error at one that is not there',
      {
        ...entities({ name: 'a' }, { name: 'b' }),
        errors: [{ message: 'gone', path: ['_entities', 7], extensions: { code: 'NOT_FOUND' } }],
      },
      NAMES('a', 'b'),
      ['things NOT_FOUND: gone'],
    ],
  ])('%s', async (_what, answer, data, errors) => {
    await using scene = await setScene({ odd: answering(answer) })
    expect(await askOdd(scene, QUERY)).toEqual({ data, errors })
    expect('polluted' in {}).toBe(false)
  })
})
