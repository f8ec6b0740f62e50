import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from 'graphql-sse'
import { WebSocket } from 'ws'
import { hashText } from '../../../gateway/persisted/operation-texts.ts'
import type { PersistedOptions } from '../../../gateway/persisted/persisted.ts'
import { createSmall } from '../host/small.ts'
import { GOOD, serve, type Served, type ServeOptions } from '../served.ts'

const HELLO = 'query Hello($n: String) { hello(name: $n) }'
const TICK = 'subscription Tick { tick }'
const LIST: PersistedOptions = {
  manifest: new Map([
    ['hello-1', HELLO],
    ['greet-1', 'mutation { greet(name: "Bob") }'],
    ['tick-1', TICK],
  ]),
  mode: 'enforce',
  automatic: false,
}

let served: Served | undefined

afterEach(async () => {
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

async function start(options: ServeOptions) {
  const small = createSmall()
  served = await serve([small.subgraph], options)
  return { ...small, served }
}

/** Asks over each transport, and says what came: data, or the code of the error. */
const transports: Readonly<Record<string, (served: Served, asked: Record<string, unknown>) => Promise<unknown>>> = {
  POST: async (served, asked) => toOutcome(await (await served.post(asked)).json()),
  GET: async (served, asked) => {
    const entries = Object.entries(asked).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
    const url = `${served.url}?${new URLSearchParams(Object.fromEntries(entries)).toString()}`
    return toOutcome(await (await fetch(url, { headers: GOOD })).json())
  },
  SSE: async (served, asked) => {
    const client = createClient({ url: `${served.url}/stream`, headers: GOOD, retryAttempts: 0 })
    for await (const answer of client.iterate({ query: '', ...asked })) return toOutcome(answer)
    return 'nothing'
  },
  WebSocket: async ({ socketUrl }, asked) => {
    const socket = new WebSocket(socketUrl, 'graphql-transport-ws')
    const { promise, resolve } = Promise.withResolvers<unknown>()
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: GOOD })))
    socket.on('close', (code: number) => resolve(`closed with ${code}`))
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString('utf8'))
      if (message.type === 'connection_ack') {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: asked }))
      } else if (message.type !== 'complete')
        resolve(toOutcome(message.type === 'error' ? { errors: message.payload } : message.payload))
    })
    const outcome = await promise
    socket.terminate()
    return outcome
  },
}

function toOutcome(answer: unknown): unknown {
  const { data, errors } = answer as { data?: unknown; errors?: { extensions: { code: string } }[] }
  return errors === undefined ? data : errors.map(({ extensions }) => extensions.code).join()
}

const byHash = (sha256Hash: string, query?: string) => ({
  ...(query !== undefined && { query }),
  extensions: { persistedQuery: { version: 1, sha256Hash } },
})

describe.each(Object.entries(transports))('persisted operations over %s', (_name, ask) => {
  it('are found by an id of the list, in both forms', async () => {
    const { served } = await start({ persisted: LIST })
    const variables = { n: 'Ann' }
    expect(await ask(served, { documentId: 'hello-1', variables })).toEqual({ hello: 'Hello Ann' })
    expect(await ask(served, { ...byHash('hello-1'), variables })).toEqual({ hello: 'Hello Ann' })
    expect(await ask(served, { documentId: 'hello-2' })).toBe('PERSISTED_QUERY_NOT_FOUND')
  })

  it('become known by their hash where that is on', async () => {
    const { served } = await start({ persisted: { ...LIST, manifest: null, automatic: true } })
    expect(await ask(served, byHash(hashText(HELLO)))).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect(await ask(served, byHash(hashText(HELLO), HELLO))).toEqual({ hello: 'Hello you' })
    expect(await ask(served, byHash(hashText(HELLO)))).toEqual({ hello: 'Hello you' })
    expect(await ask(served, byHash(hashText(HELLO), '{ who }'))).toBe('BAD_REQUEST')
  })

  it('are not served unless a setting says so', async () => {
    const { served } = await start({})
    expect(await ask(served, byHash(hashText(HELLO)))).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
    expect(await ask(served, { documentId: 'hello-1' })).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
  })

  it('are all that runs where the list is enforced, besides introspection', async () => {
    const { served } = await start({ persisted: LIST })
    expect(await ask(served, { query: HELLO })).toEqual({ hello: 'Hello you' })
    expect(await ask(served, { query: `${HELLO} ` })).toBe('OPERATION_NOT_LISTED')
    expect(await ask(served, { query: '{ __typename __schema { queryType { name } } }' })).toEqual({
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
    })
    expect(await ask(served, { query: '{ __schema { queryType { name } } hello }' })).toBe('OPERATION_NOT_LISTED')
  })
})

describe('persisted operations', () => {
  it('may subscribe', async () => {
    const { served, feed } = await start({ persisted: LIST })
    const listening = feed.changed()
    const event = transports['SSE']?.(served, { documentId: 'tick-1' })
    await listening
    feed.publish('one')
    expect(await event).toEqual({ tick: 'one' })
  })

  it('do not change by GET', async () => {
    const { served } = await start({ persisted: LIST })
    const response = await fetch(`${served.url}?documentId=greet-1`, { headers: GOOD })
    expect(response.status).toBe(405)
    expect(await transports['POST']?.(served, { documentId: 'greet-1' })).toEqual({ greet: 'Hi Bob' })
  })

  it('answer with the status that their clients expect', async () => {
    const { served } = await start({ persisted: LIST })
    expect((await served.post({ documentId: 'none' })).status).toBe(200)
    expect((await served.post({ query: '{ who }' })).status).toBe(403)
    expect((await served.post({ documentId: 'none' }, {})).status).toBe(401)
  })

  it('that were refused are not kept', async () => {
    const { served } = await start({ persisted: { ...LIST, manifest: null, automatic: true } })
    const wrong = '{ helo }'
    const first = await served.post(byHash(hashText(wrong), wrong))
    expect(toOutcome(await first.json())).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(await transports['POST']?.(served, byHash(hashText(wrong)))).toBe('PERSISTED_QUERY_NOT_FOUND')
    await served.post(byHash(hashText(HELLO), HELLO), {})
    expect(await transports['POST']?.(served, byHash(hashText(HELLO)))).toBe('PERSISTED_QUERY_NOT_FOUND')
  })

  it('of strangers are neither kept nor logged, also where they may read the schema', async () => {
    const schema = '{ __schema { queryType { name } } }'
    const automatic = await start({
      introspection: 'public',
      persisted: { manifest: null, mode: 'log', automatic: true },
    })
    for (const query of [HELLO, schema]) await automatic.served.post(byHash(hashText(query), query), {})
    for (const query of [HELLO, schema]) {
      expect(await transports['POST']?.(automatic.served, byHash(hashText(query)))).toBe('PERSISTED_QUERY_NOT_FOUND')
    }
    await automatic.served[Symbol.asyncDispose]()
    const { served } = await start({ introspection: 'public', persisted: { ...LIST, mode: 'log' } })
    expect((await served.post({ query: '{ who }' }, {})).status).toBe(401)
    expect(served.logged.filter(({ msg }) => msg === 'operation is not on the safelist')).toEqual([])
  })

  it.each(['{ who whom }', '{ who', '{ who { id } }', 'query A { who } query B { who }'])(
    'that are wrong are not told how by a list: %s',
    async (query) => {
      const { served } = await start({ persisted: LIST })
      expect(await transports['POST']?.(served, { query })).toBe('OPERATION_NOT_LISTED')
    },
  )

  it('that are missing from the list are logged, once each and without values, where the list is not enforced', async () => {
    const { served } = await start({ persisted: { ...LIST, mode: 'log' } })
    const query = 'query Ask { hello(name: "Ann Example") }'
    expect(await served.ask(query)).toEqual({ data: { hello: 'Hello Ann Example' } })
    await served.ask(query)
    await served.ask(HELLO)
    await served.ask('{ who }')
    const logged = served.logged.filter(({ msg }) => msg === 'operation is not on the safelist')
    expect(logged.map(({ sha256 }) => sha256)).toEqual([hashText(query), hashText('{ who }')])
    expect(logged[0]).toMatchObject({ operation: 'query Ask {\n  hello(name: "…")\n}' })
    expect(JSON.stringify(served.logged)).not.toContain('Ann Example')
  })
})
