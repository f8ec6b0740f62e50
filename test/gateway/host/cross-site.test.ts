import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { afterEach, describe, expect, it } from 'vitest'
import { OPEN_ACCESS } from '../../../gateway/open-access.ts'
import { GOOD, serve, type Served, type ServeOptions } from '../served.ts'
import { createSmall } from './small.ts'

let served: Served | undefined

afterEach(async () => {
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

/** Where the schema is public, what a stranger may ask shows whether the request was taken. */
async function get(headers: Record<string, string>): Promise<number> {
  served ??= await serve([createSmall().subgraph], { introspection: 'public', origins: ['https://desk.example'] })
  const response = await fetch(`${served.url}?query=${encodeURIComponent('{ __typename }')}`, { headers })
  await response.arrayBuffer()
  return response.status
}

const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:88.0) Gecko/20100101 Firefox/88.0' }
const JSON_ANSWER = { accept: 'application/graphql-response+json, application/json, text/event-stream' }

describe('a GET without a header that a browser asks about', () => {
  it.each([
    ['a program that wants JSON', JSON_ANSWER],
    ["the gateway's own page", { ...JSON_ANSWER, ...BROWSER, 'sec-fetch-site': 'same-origin' }],
    ['a page that may ask', { ...JSON_ANSWER, ...BROWSER, origin: 'https://desk.example' }],
    [
      'a page that may ask, and says its site',
      { ...JSON_ANSWER, 'sec-fetch-site': 'cross-site', origin: 'https://desk.example' },
    ],
  ])('is taken from %s', async (_who, headers) => {
    expect(await get(headers)).toBe(200)
  })

  it.each([
    ['who takes anything', {}],
    ['an image of any page', { accept: 'image/avif,image/webp,*/*;q=0.8', 'sec-fetch-site': 'cross-site' }],
    ['a link', { accept: 'text/html,application/xhtml+xml', 'sec-fetch-site': 'none' }],
    ['a page that may not ask', { ...JSON_ANSWER, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page that does not want to read the answer', { ...JSON_ANSWER, 'sec-fetch-site': 'cross-site' }],
    ['a page of a neighbour', { ...JSON_ANSWER, 'sec-fetch-site': 'same-site' }],
    ['a page in a browser that does not say the site', { ...JSON_ANSWER, origin: 'https://evil.example' }],
    ['a page in a browser that says neither site nor origin', { ...JSON_ANSWER, ...BROWSER }],
    ['a page, with the password that its visitor typed', { ...BROWSER, authorization: 'Basic YW5uOnNlY3JldA==' }],
    ['a page without an origin of its own', { ...JSON_ANSWER, origin: 'null' }],
    [
      'a page that would load JSON as a script',
      { accept: 'application/json,*/*;q=0.5', origin: 'https://evil.example' },
    ],
  ])('is refused from %s, and taken with such a header', async (_who, headers) => {
    expect(await get(headers)).toBe(400)
    expect(await get({ ...headers, 'apollo-require-preflight': 'yes' })).not.toBe(400)
  })
})

describe('a stream that is asked for by GET', () => {
  const open = async (headers: Record<string, string>): Promise<number> => {
    served ??= await serve([createSmall().subgraph], { introspection: 'public', origins: ['https://desk.example'] })
    const url = `${served.url}/stream?query=${encodeURIComponent('{ __typename }')}`
    const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } })
    await response.arrayBuffer()
    return response.status
  }

  it.each([
    ['a program', {}],
    ["the gateway's own page", { 'sec-fetch-site': 'same-origin' }],
    ['a page that may ask', { 'sec-fetch-site': 'cross-site', origin: 'https://desk.example' }],
  ])('is given to %s', async (_who, headers) => {
    expect(await open(headers)).toBe(200)
  })

  it.each([
    ['a page that may not ask', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page in a browser that does not say the site', { origin: 'https://evil.example' }],
    ['a page in a browser that says neither site nor origin', BROWSER],
  ])('is refused to %s, and given with a header that it cannot send', async (_who, headers) => {
    expect(await open(headers)).toBe(400)
    expect(await open({ ...headers, 'apollo-require-preflight': 'yes' })).toBe(200)
  })
})

describe('a WebSocket where everybody is let in', () => {
  const open = async (headers: Record<string, string>, options: ServeOptions): Promise<number> => {
    served ??= await serve([createSmall().subgraph], { origins: ['https://desk.example'], ...options })
    const socket = new WebSocket(served.socketUrl, 'graphql-transport-ws', { headers })
    const refused = new Promise<number>((resolve) => {
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0))
    })
    const status = await Promise.race([once(socket, 'open').then(() => 101), refused])
    socket.on('error', () => {})
    socket.terminate()
    return status
  }
  const FOREIGN = { origin: 'https://evil.example' }

  it('is opened for programs, own pages, and pages that may ask', async () => {
    expect(await open({}, { access: OPEN_ACCESS })).toBe(101)
    const own = new URL(served?.url ?? '').origin
    for (const origin of [own, 'https://desk.example']) expect(await open({ origin }, {})).toBe(101)
  })

  it.each([FOREIGN, { origin: 'null' }, { origin: 'http://127.0.0.1:1' }])(
    'is refused to another: %j',
    async (headers) => {
      expect(await open(headers, { access: OPEN_ACCESS })).toBe(403)
    },
  )

  it('is refused to a name that leads here', async () => {
    expect(await open({ host: 'evil.example', origin: 'http://evil.example' }, { access: OPEN_ACCESS })).toBe(403)
    expect(await open({ host: 'desk.example' }, {})).toBe(101)
  })

  it('is opened for any page where a token is needed, which such a page has not', async () => {
    expect(await open(FOREIGN, {})).toBe(101)
  })
})

describe('a request where everybody is let in', () => {
  const post = async (host: string, path: string, options: ServeOptions): Promise<number> => {
    served ??= await serve([createSmall().subgraph], { origins: ['https://desk.example', 'http://box:*'], ...options })
    const url = new URL(served.url)
    const headers = { host, 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...GOOD }
    const sent = request({ host: url.hostname, port: url.port, path, method: 'POST', headers })
    sent.end(JSON.stringify({ query: '{ __typename }' }))
    const [response]: IncomingMessage[] = await once(sent, 'response')
    response?.resume()
    return response?.statusCode ?? 0
  }

  it.each([
    ['127.0.0.1', 200],
    ['[::1]:4000', 200],
    ['localhost:4000', 200],
    ['api.localhost', 200],
    ['desk.example', 200],
    ['box:8080', 200],
    ['evil.example:4000', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example', 403],
    ['evil example', 403],
  ])('is answered by the name %s with %i, in a stream, too', async (host, status) => {
    expect(await post(host, '/graphql', { access: OPEN_ACCESS })).toBe(status)
    expect(await post(host, '/graphql/stream', {})).toBe(status)
  })

  it('is answered by any name where a token is needed, which no page has', async () => {
    expect(await post('evil.example', '/graphql', {})).toBe(200)
  })
})
