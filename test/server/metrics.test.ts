import { request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createMetrics } from '../../observe/metrics.ts'
import { listen, type Listening } from '../../server/listen.ts'
import { readMetric } from '../observe/read-metrics.ts'
import { SOON } from '../setup/soon.ts'

const TOKEN = 'a-token-for-the-metrics'
const logger = pino({ level: 'silent' })

let listening: Listening
/** Resolves when the route that never answers is asked. */
const silentAsked = Promise.withResolvers<void>()

afterEach(() => listening.close())

async function start(token: string | null, host = '127.0.0.1'): Promise<void> {
  const role = {
    name: 'test',
    routes: [
      { method: '*', path: '/things/*', handle: (_: unknown, response: { end(): void }) => response.end() },
      { method: 'GET', path: '/silent', handle: () => silentAsked.resolve() },
    ],
    upgrades: [],
    notReady: async () => [],
    close: async () => undefined,
  }
  listening = await listen({ roles: [role], port: 0, host, logger, metrics: { metrics: createMetrics(), token } })
}

/** By Node's own client, which sends the headers it is given and no others. */
function get(path: string, headers: Record<string, string> = {}, host = '127.0.0.1', method = 'GET') {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asking = request({ host, port: listening.port, path, method, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    asking.once('error', reject).end()
  })
}

describe('/metrics without a token', () => {
  it('is for this machine', async () => {
    await start(null)
    const { status, body } = await get('/metrics')
    expect(status).toBe(200)
    expect(readMetric(body, 'process_cpu_seconds_total')).toBeGreaterThan(0)
  })

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])(
    'is not for who comes by a proxy, with %s',
    async (name) => {
      await start(null)
      expect(await get('/metrics', { [name]: '203.0.113.7' })).toMatchObject({
        status: 403,
        body: expect.stringContaining('SWITCHBOARD_METRICS_TOKEN'),
      })
    },
  )

  it('is not for a page that gave its own name to this address', async () => {
    await start(null)
    expect((await get('/metrics', { host: 'evil.example' })).status).toBe(403)
    expect((await get('/metrics', { host: 'localhost:4000' })).status).toBe(200)
  })

  const [other] = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
  it.skipIf(other === undefined)('is not for who comes over the network', async () => {
    await start(null, '0.0.0.0')
    expect((await get('/metrics', { host: 'localhost' }, other?.address)).status).toBe(403)
    expect((await get('/metrics')).status).toBe(200)
  })
})

describe('/metrics with a token', () => {
  it('is for who shows it, from wherever', async () => {
    await start(TOKEN)
    const authorization = `Bearer ${TOKEN}`
    expect((await get('/metrics', { authorization, 'x-forwarded-for': '203.0.113.7', host: 'gateway' })).status).toBe(
      200,
    )
  })

  it.each([
    ['none', {}],
    ['another', { authorization: `Bearer ${TOKEN}x` }],
    ['half of it', { authorization: `Bearer ${TOKEN.slice(0, 10)}` }],
    ['an empty one', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('refuses %s, also from this machine', async (_, headers: Record<string, string>) => {
    await start(TOKEN)
    expect((await get('/metrics', headers)).status).toBe(401)
  })
})

it('counts no status for who leaves before there is one', async () => {
  await start(null)
  const asking = request({ host: '127.0.0.1', port: listening.port, path: '/silent' }).end()
  asking.once('error', () => undefined)
  await silentAsked.promise
  asking.destroy()
  const labels = { route: '/silent', status: 'aborted' }
  await vi.waitFor(async () => {
    const { body } = await get('/metrics')
    expect(readMetric(body, 'switchboard_http_request_duration_seconds_count', labels)).toBe(1)
  }, SOON)
})

it('counts requests by route, not by address, and methods that nobody knows as one', async () => {
  await start(null)
  await get('/things/of-ann?name=Ann')
  await get('/things/of-bob')
  await get('/things/of-bob', {}, undefined, 'PROPFIND')
  await get('/health/live')
  const { body } = await get('/metrics')
  const count = (labels: Record<string, string>) =>
    readMetric(body, 'switchboard_http_request_duration_seconds_count', labels)
  expect(count({ method: 'GET', route: '/things/*', status: '200' })).toBe(2)
  expect(count({ method: 'other', route: '/things/*' })).toBe(1)
  expect(count({})).toBe(3)
  expect(body).not.toMatch(/ann|bob|PROPFIND/i)
})
