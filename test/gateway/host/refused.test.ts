import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { GOOD, serve, type Served, type ServeOptions } from '../served.ts'
import { createSmall } from './small.ts'

let served: Served | undefined

afterEach(async () => {
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

async function start(options: ServeOptions = {}): Promise<Served> {
  return (served = await serve([createSmall().subgraph], options))
}

interface Asked {
  readonly query: string
  readonly variables?: Record<string, unknown>
}

interface Heard {
  readonly message: string
  readonly extensions: { readonly code: string }
}

/** Asks by each door; the answer is the one error that came, and how: an HTTP status, or the type of the message. */
const doors: Readonly<Record<string, (served: Served, asked: Asked) => Promise<readonly [number | string, Heard]>>> = {
  POST: async (gateway, asked) => {
    const response = await gateway.post(asked)
    return [response.status, toError(await response.json())]
  },
  GET: async ({ url }, asked) => {
    const search = new URLSearchParams({ query: asked.query, variables: JSON.stringify(asked.variables ?? {}) })
    const response = await fetch(`${url}?${search.toString()}`, { headers: GOOD })
    return [response.status, toError(await response.json())]
  },
  'Server-Sent Events': async ({ url }, asked) => {
    const headers = { ...GOOD, accept: 'text/event-stream', 'content-type': 'application/json' }
    const response = await fetch(`${url}/stream`, { method: 'POST', headers, body: JSON.stringify(asked) })
    const [, data = ''] = /event: next\ndata: (.*)\n/.exec(await response.text()) ?? []
    return [response.status, toError(JSON.parse(data))]
  },
  WebSocket: async ({ socketUrl }, asked) => {
    const socket = new WebSocket(socketUrl, 'graphql-transport-ws')
    const { promise, resolve } = Promise.withResolvers<readonly [string, Heard]>()
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: GOOD })))
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString('utf8'))
      if (type === 'connection_ack') socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: asked }))
      else if (type !== 'complete') resolve([type, toError(type === 'error' ? { errors: payload } : payload)])
    })
    const heard = await promise
    socket.terminate()
    return heard
  },
}

function toError(answer: unknown): Heard {
  const [error] = (answer as { readonly errors?: readonly Heard[] }).errors ?? []
  if (error === undefined) throw new Error(`expected an error, but got ${JSON.stringify(answer)}`)
  return error
}

describe.each(Object.entries(doors))('an operation that cannot run, by %s', (name, ask) => {
  const howRefused = { POST: 400, GET: 400, 'Server-Sent Events': 200, WebSocket: 'error' }[name]

  it.each([
    ['several operations without a name', 'query A { hello } query B { who }', 'OPERATION_RESOLUTION_FAILURE'],
    ['@defer', '{ hello ... @defer { who } }', 'INCREMENTAL_DELIVERY_UNSUPPORTED'],
    ['@stream', '{ nodes @stream { id } }', 'INCREMENTAL_DELIVERY_UNSUPPORTED'],
    ['the schema, where that is off', '{ __type(name: "Query") { name } }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is told so: %s', async (_what, query, code) => {
    const [how, error] = await ask(await start({ introspection: 'off' }), { query })
    expect([how, error.extensions.code]).toEqual([howRefused, code])
  })

  it('is told what was perhaps meant only where the schema is public', async () => {
    const wrong = { query: '{ helo }' }
    const odd = { query: 'query ($n: Odd) { odd(n: $n) }', variables: { n: { frist: 1 } } }
    const subgraph = {
      name: 'small',
      typeDefs: 'type Query { hello: String odd(n: Odd): Int } input Odd { first: Int }',
      resolvers: {},
    }
    const messages = async (introspection: 'public' | 'authenticated') => {
      await using gateway = await serve([subgraph], { introspection })
      const errors = [await ask(gateway, wrong), await ask(gateway, odd)]
      return errors.map(([, { message }]) => / Did you mean "(\w+)"\?$/.exec(message)?.[1])
    }
    expect(await messages('public')).toEqual(['hello', 'first'])
    expect(await messages('authenticated')).toEqual([undefined, undefined])
  })
})

describe('who accepts answers in parts', () => {
  it.each([
    ['alone', 'multipart/mixed'],
    ['alone, in a form of it', 'multipart/mixed;deferSpec=20220824'],
    ['before whole ones', 'multipart/mixed;deferSpec=20220824, application/json'],
  ])('%s gets them whole', async (_what, accept) => {
    const response = await (await start()).post({ query: '{ hello }' }, { ...GOOD, accept })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(await response.json()).toEqual({ data: { hello: 'Hello you' } })
  })

  it('is told that nothing else comes, where it accepts neither', async () => {
    expect((await (await start()).post({ query: '{ hello }' }, { ...GOOD, accept: 'image/png' })).status).toBe(406)
  })
})

describe('a batch', () => {
  it.each(['[]', '[{"query":"{ hello }"}]', '[{"query":"{ hello }"},{"query":"{ who }"}]'])(
    'is refused in plain words: %s',
    async (body) => {
      const gateway = await start()
      for (const [url, accept] of [
        [gateway.url, 'application/json'],
        [`${gateway.url}/stream`, 'text/event-stream'],
      ] as const) {
        const headers = { ...GOOD, accept, 'content-type': 'application/json' }
        const response = await fetch(url, { method: 'POST', headers, body })
        expect([response.status, toError(await response.json())]).toEqual([
          400,
          {
            message: 'Batches are not served: send each operation in a request of its own.',
            extensions: { code: 'BAD_REQUEST' },
          },
        ])
      }
    },
  )
})
