import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { findRoutes, type Listening, listen } from '../../server/listen.ts'
import type { Role, Route } from '../../server/role.ts'
import { makeGate } from '../ingest/gate.ts'

let listening: Listening | undefined
const logged: string[] = []
const logger = pino(
  new Writable({
    write(line: Buffer, _encoding, done) {
      logged.push(line.toString('utf8'))
      done()
    },
  }),
)

afterEach(async () => {
  await listening?.close()
  logged.length = 0
})

const route = (method: string, path: string, handle: Route['handle']): Route => ({ method, path, handle })
const says =
  (text: string): Route['handle'] =>
  (_request, response) =>
    void response.end(text)

async function open(part: Partial<Role>, more: { readonly requestTimeoutMs?: number } = {}): Promise<string> {
  const role: Role = {
    name: 'desk',
    routes: [],
    upgrades: [],
    notReady: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    ...part,
  }
  listening = await listen({ roles: [role], port: 0, host: '127.0.0.1', logger, ...more })
  return listening.url
}

test('an exact path wins over a prefix, and the longest prefix over the others', () => {
  const routes = ['/a/*', '/a/b/*', '/a/b/c'].map((path) => route('GET', path, says('')))
  const paths = (path: string): string[] => findRoutes(routes, path).map((each) => each.path)
  expect(paths('/a/b/c')).toEqual(['/a/b/c'])
  expect(paths('/a/b/d')).toEqual(['/a/b/*'])
  expect(paths('/a/x')).toEqual(['/a/*'])
  expect(paths('/a')).toEqual([])
  expect(paths('/b')).toEqual([])
})

test('says what is not served, and by which methods something is', async () => {
  const url = await open({ routes: [route('POST', '/orders', says('taken')), route('PUT', '/orders', says('put'))] })
  const missing = await fetch(`${url}/elsewhere`)
  expect([missing.status, await missing.json()]).toEqual([404, { error: 'nothing is served at /elsewhere' }])
  const wrong = await fetch(`${url}/orders`)
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST, PUT'])
  expect(await (await fetch(`${url}/orders`, { method: 'POST' })).text()).toBe('taken')
})

test('hides what went wrong behind the id that finds it in the log', async () => {
  const url = await open({ routes: [route('GET', '/', () => Promise.reject(new Error('the secret plan failed')))] })
  const response = await fetch(url)
  const body = await response.text()
  expect(response.status).toBe(500)
  expect(body).not.toContain('secret')
  const requestId = response.headers.get('x-request-id') ?? ''
  expect(JSON.parse(body)).toEqual({ error: 'Internal server error', requestId })
  expect(logged.find((line) => line.includes(requestId))).toContain('the secret plan failed')
})

test('ends the connection of an answer that breaks in its middle', async () => {
  const handle: Route['handle'] = (_request, response) => {
    response.write('half')
    return Promise.reject(new Error('broke'))
  }
  const url = await open({ routes: [route('GET', '/', handle)] })
  await expect(fetch(url).then((response) => response.text())).rejects.toThrow('terminated')
})

test('is ready when every role is, lives in any case, and says what is missing', async () => {
  const missing: string[] = []
  const url = await open({ notReady: () => Promise.resolve(missing) })
  expect(await (await fetch(`${url}/health/ready`)).json()).toEqual({ status: 'ready', roles: ['desk'] })
  missing.push('the desk has no chair')
  const response = await fetch(`${url}/health/ready`)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({
    status: 'not ready',
    missing: [{ role: 'desk', notReady: ['the desk has no chair'] }],
  })
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
})

test('takes a role that cannot say for one that is not ready', async () => {
  const url = await open({ notReady: () => Promise.reject(new Error('no idea')) })
  const response = await fetch(`${url}/health/ready`)
  expect([response.status, await response.text()]).toEqual([503, expect.stringContaining('no idea')])
})

test('says that a port is taken, and what to do', async () => {
  await open({})
  const again = listen({ roles: [], port: listening?.port ?? 0, host: '127.0.0.1', logger })
  await expect(again).rejects.toThrow(
    `port ${listening?.port} is taken: end what listens there, or set PORT to another`,
  )
})

test('lets a request in hand finish when it closes, and takes no other', async () => {
  const [begun, leave] = [makeGate(), makeGate()]
  const handle: Route['handle'] = async (_request, response) => {
    begun.open()
    await leave.opened
    response.end('finished')
  }
  const url = await open({ routes: [route('GET', '/', handle)] })
  const inHand = fetch(url)
  await begun.opened
  const closed = listening?.close()
  await expect(fetch(url)).rejects.toThrow('fetch failed')
  leave.open()
  expect(await (await inHand).text()).toBe('finished')
  await closed
})

test('refuses an upgrade that nobody takes, and does not wait for one that somebody took', async () => {
  const taken = makeGate()
  const url = await open({ upgrades: [{ path: '/socket', handle: () => taken.open() }] })
  const upgrade = (path: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nhost: desk\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)
    return socket
  }
  const [refusal] = await once(upgrade('/elsewhere'), 'data')
  expect(String(refusal)).toMatch(/^HTTP\/1\.1 404 /)
  const kept = upgrade('/socket')
  await taken.opened
  await listening?.close()
  expect(kept.destroyed).toBe(false)
  kept.destroy()
})

test.each([
  ['its head', 'POST /orders HTTP/1.1\r\nhost: a\r\n'],
  ['its body', 'POST /orders HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhello'],
])('gives up a client that does not send the rest of %s', async (_what, begun) => {
  const url = new URL(
    await open({ routes: [route('POST', '/orders', (request) => void request.resume())] }, { requestTimeoutMs: 40 }),
  )
  const socket = connect(Number(url.port), url.hostname)
  socket.write(begun)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1\.1 408 /)
})
