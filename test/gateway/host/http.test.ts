import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { getIntrospectionQuery } from 'graphql'
import { afterEach, describe, expect, it } from 'vitest'
import { deferred } from '../deferred.ts'
import type { Transport } from '../../../gateway/transport/transport.ts'
import { inProcess } from '../graph.ts'
import { serveSubgraph } from '../http-subgraph.ts'
import { GOOD, serve, type Served, type ServeOptions } from '../served.ts'
import { createSmall } from './small.ts'

let served: Served | undefined

afterEach(async () => {
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

async function start(options: ServeOptions = {}) {
  const small = createSmall()
  const opened = await serve([small.subgraph], options)
  served = opened
  return { ...small, served: opened }
}

const codesOf = (answer: unknown) => {
  const { errors = [] } = answer as { errors?: { extensions: { code: string } }[] }
  return errors.map(({ extensions }) => extensions.code)
}

describe('GraphQL over HTTP', () => {
  it('answers queries and mutations by POST', async () => {
    const { served } = await start()
    const response = await served.post({ query: 'query ($n: String) { hello(name: $n) who }', variables: { n: 'Ann' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ data: { hello: 'Hello Ann', who: 'm1 as OWNER' } })
    expect(await served.ask('mutation { greet(name: "Bob") }')).toEqual({ data: { greet: 'Hi Bob' } })
  })

  it('speaks the newer media type to who asks for it', async () => {
    const { served } = await start()
    const response = await served.post({ query: '{ hello }' }, { ...GOOD, accept: 'application/graphql-response+json' })
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8')
  })

  it.each([
    ['application/json', 200, 'application/json; charset=utf-8'],
    [
      'application/graphql-response+json, application/json;q=0.9',
      200,
      'application/graphql-response+json; charset=utf-8',
    ],
    ['multipart/mixed', 200, 'application/json; charset=utf-8'],
    ['*/*', 200, 'application/json; charset=utf-8'],
    ['text/html', 406, 'application/json; charset=utf-8'],
  ])('to who accepts %j, answers every time with status %i as %s', async (accept, status, mediaType) => {
    const { served } = await start()
    const seen: unknown[] = []
    for (const query of ['{ nothing }', '{ hello }', '{ hello }', '{ nothing }', '{ hello }']) {
      const response = await served.post({ query }, { ...GOOD, accept })
      seen.push([response.status, response.headers.get('content-type')])
      await response.text()
    }
    const refused = [status === 200 ? 400 : status, mediaType]
    expect(seen).toEqual([refused, [status, mediaType], [status, mediaType], refused, [status, mediaType]])
  })

  it('answers queries, but no mutations, by GET', async () => {
    const { served } = await start()
    const query = await fetch(`${served.url}?query=${encodeURIComponent('{ hello }')}`, { headers: GOOD })
    expect(await query.json()).toEqual({ data: { hello: 'Hello you' } })
    const mutation = await fetch(`${served.url}?query=${encodeURIComponent('mutation { greet(name: "x") }')}`, {
      headers: GOOD,
    })
    expect(mutation.status).toBe(405)
  })

  it('answers errors of an operation beside its data, with status 200', async () => {
    const { served } = await start()
    const response = await served.post({ query: '{ hello bug }' })
    expect(response.status).toBe(200)
    const requestId = response.headers.get('x-request-id')
    expect(await response.json()).toEqual({
      data: { hello: 'Hello you', bug: null },
      errors: [
        {
          message: 'Internal server error',
          path: ['bug'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId, serviceName: 'small' },
        },
      ],
    })
    const [logged] = served.logged.filter((line) => line['requestId'] === requestId && 'err' in line)
    expect(logged).toMatchObject({ err: { message: 'connect to postgres://root:hunter2@db failed' } })
  })

  it.each([
    ['{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['{ helo }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($n: String!) { hello(name: $n) }', 'BAD_USER_INPUT'],
    ['query A { hello } query B { who }', 'OPERATION_RESOLUTION_FAILURE'],
    ['', 'BAD_REQUEST'],
    ['subscription { tick }', 'BAD_REQUEST'],
  ])('refuses %s with status 400 and %s', async (query, code) => {
    const { served } = await start()
    const response = await served.post({ query })
    expect(response.status).toBe(400)
    const answer = await response.json()
    expect(codesOf(answer)).toEqual([code])
    expect(answer).not.toHaveProperty('data')
  })

  it('runs the operation that is named, and refuses a name that is not there', async () => {
    const { served } = await start()
    const query = 'query A { hello } query B { who }'
    expect(await served.ask(query, { operationName: 'B' })).toEqual({ data: { who: 'm1 as OWNER' } })
    const response = await served.post({ query, operationName: 'C' })
    expect(response.status).toBe(400)
    expect(codesOf(await response.json())).toEqual(['OPERATION_RESOLUTION_FAILURE'])
  })

  it.each<[string, RequestInit, number]>([
    ['batches', { method: 'POST', body: '[{"query":"{ hello }"}]' }, 400],
    ['what is not JSON', { method: 'POST', body: '{' }, 400],
    ['JSON that is no request', { method: 'POST', body: '"hello"' }, 400],
    [
      'forms',
      { method: 'POST', body: 'query={hello}', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
    ],
    [
      'plain text, which a page could post from anywhere',
      { method: 'POST', body: '{"query":"{ hello }"}', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    ['encoded bodies', { method: 'POST', body: '{"query":"{ hello }"}', headers: { 'content-encoding': 'gzip' } }, 415],
    ['other methods', { method: 'PUT', body: '{"query":"{ hello }"}' }, 405],
  ])('refuses %s', async (_what, { headers, ...init }, status) => {
    const { served } = await start()
    const all = { 'content-type': 'application/json', ...GOOD, ...(headers as Record<string, string>) }
    const response = await fetch(served.url, { ...init, headers: all })
    expect(response.status).toBe(status)
    expect(codesOf(await response.json())).toEqual(['BAD_REQUEST'])
  })

  it('refuses a body that is too large, by what it declares and by what it is', async () => {
    const { served } = await start({ limits: { maxBodyBytes: 1_000 } })
    const declared = await served.post({ query: '{ hello }', extensions: { pad: 'x'.repeat(2_000) } })
    expect(declared.status).toBe(413)
    const request = httpRequest(served.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...GOOD },
    })
    request.on('error', () => {})
    request.write('x'.repeat(1_200))
    const [response] = await once(request, 'response')
    expect(response.statusCode).toBe(413)
    request.destroy()
  })

  it('refuses an operation that asks for too much', async () => {
    const { served } = await start({ limits: { maxDepth: 3 } })
    const response = await served.post({ query: '{ tree { next { next { id } } } }' })
    expect(response.status).toBe(400)
    expect(codesOf(await response.json())).toEqual(['OPERATION_TOO_COMPLEX'])
  })
})

describe('who shows no token', () => {
  it.each<Record<string, string>>([{}, { authorization: 'Bearer bad' }])(
    'is refused with 401, whatever is asked: %j',
    async (headers) => {
      const { served } = await start()
      const answers = await Promise.all(
        ['{ hello }', '{ helo }', '{', getIntrospectionQuery(), ''].map(async (query) => {
          const response = await served.post({ query }, headers)
          return [response.status, response.headers.get('www-authenticate'), await response.json()]
        }),
      )
      const refusal = {
        errors: [
          {
            message: 'A valid token is needed: "Authorization: Bearer …".',
            extensions: { code: 'UNAUTHENTICATED' },
          },
        ],
      }
      expect(answers).toEqual(answers.map(() => [401, 'Bearer', refusal]))
    },
  )

  it('may read a public schema, and nothing else', async () => {
    const { served } = await start({ introspection: 'public' })
    const schema = await served.post({ query: getIntrospectionQuery() }, {})
    expect(schema.status).toBe(200)
    expect(await schema.json()).toHaveProperty('data.__schema.queryType.name', 'Query')
    for (const query of [
      '{ hello }',
      '{ helo }',
      '{',
      '{ __schema { queryType { name } } hello }',
      'query { ...F } fragment F on Query { who }',
    ]) {
      const response = await served.post({ query }, {})
      expect([query, response.status, codesOf(await response.json())]).toEqual([query, 401, ['UNAUTHENTICATED']])
    }
  })

  it('is told so when nobody can say whether a token is good', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'DATABASE_UNAVAILABLE' })
    const { served } = await start({ access: { authenticate: () => Promise.reject(away) } })
    const response = await served.post({ query: '{ hello }' })
    expect(response.status).toBe(503)
    expect(await response.json()).toEqual({
      errors: [{ message: 'The store cannot be reached.', extensions: { code: 'DATABASE_UNAVAILABLE' } }],
    })
  })

  it('learns nothing of what goes wrong inside', async () => {
    const { served } = await start({ access: { authenticate: () => Promise.reject(new Error('hunter2')) } })
    const response = await served.post({ query: '{ hello }' })
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ errors: [{ message: 'Internal server error' }] })
    expect(JSON.stringify(served.logged)).toContain('hunter2')
  })
})

describe('browsers', () => {
  const origins = ['https://studio.apollographql.com', 'http://localhost:*']
  const preflight = (served: Served, origin: string) =>
    fetch(served.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
        'access-control-request-private-network': 'true',
      },
    })

  it.each(['https://studio.apollographql.com', 'http://localhost:5173', 'http://localhost'])(
    'may ask from %s',
    async (origin) => {
      const { served } = await start({ origins })
      const asked = await preflight(served, origin)
      expect(asked.status).toBe(204)
      expect(Object.fromEntries(asked.headers)).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-allow-private-network': 'true',
        vary: 'origin',
      })
      const answer = await served.post({ query: '{ hello }' }, { ...GOOD, origin })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      const refused = await served.post({ query: '{ hello }' }, { origin })
      expect(refused.status).toBe(401)
      expect(refused.headers.get('access-control-allow-origin')).toBe(origin)
    },
  )

  it.each(['https://evil.example', 'http://localhost.evil.example', 'http://localhost:80.evil.example', 'null'])(
    'may not ask from %s',
    async (origin) => {
      const { served } = await start({ origins })
      const asked = await preflight(served, origin)
      expect(asked.headers.get('access-control-allow-origin')).toBeNull()
      expect(asked.headers.get('access-control-allow-headers')).toBeNull()
    },
  )

  it('cannot be made to ask by another page: a GET needs a header that asks for a preflight', async () => {
    const { served } = await start({ introspection: 'public' })
    const url = `${served.url}?query=${encodeURIComponent('{ __typename }')}`
    const bare = await fetch(url)
    expect(bare.status).toBe(400)
    expect(codesOf(await bare.json())).toEqual(['BAD_REQUEST'])
    expect((await fetch(url, { headers: { 'apollo-require-preflight': 'yes' } })).status).toBe(200)
  })
})

describe('the end', () => {
  it('of a client reaches the subgraphs', async () => {
    const small = createSmall()
    const { promise: gone, resolve } = deferred<void>()
    const transport = inProcess(small.subgraph)
    const execute: Transport['execute'] = (request) => {
      request.signal.addEventListener('abort', () => resolve())
      return transport.execute(request)
    }
    served = await serve([small.subgraph], {
      transports: { small: { ...transport, execute } },
      deadlineMs: 600_000,
    })
    const client = new AbortController()
    const answer = fetch(served.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...GOOD },
      body: '{"query":"{ slow }"}',
      signal: client.signal,
    })
    await small.asked
    client.abort()
    await expect(answer).rejects.toThrow('aborted')
    await gone
  })

  it('of the gateway waits for what is under way', async () => {
    const { served, asked, release } = await start()
    const answer = served.ask('{ slow }')
    await asked
    const closing = served.role.close()
    release()
    expect(await answer).toEqual({ data: { slow: 'at last' } })
    await closing
  })
})

describe('readiness', () => {
  it('names the subgraphs that cannot be reached', async () => {
    const { served, subgraph } = await start()
    expect(await served.role.notReady()).toEqual([])
    const remote = await serveSubgraph(subgraph)
    const gateway = await serve([subgraph], { transports: { small: remote.transport } })
    expect(await gateway.role.notReady()).toEqual([])
    await remote[Symbol.asyncDispose]()
    expect(await gateway.role.notReady()).toEqual([expect.stringMatching(/^subgraph "small" cannot be reached: /)])
    await gateway[Symbol.asyncDispose]()
  })
})
