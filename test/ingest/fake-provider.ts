import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import { type FakeHooks, serveHooks } from './fake-hooks.ts'

/** A label as the invented provider keeps it. */
export interface Label {
  readonly id: string
  readonly name: string
  readonly updatedAt: string
}

/** How the invented provider fails while it does. */
export type Fault = { readonly status: number; readonly retryAfterSeconds?: number }

/** The secret with which the invented provider signs. */
export const SECRET = 'whsec-of-the-fake'

/** Signs a delivery as the invented provider does. */
export const sign = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

const PAGE_SIZE = 5

/** The invented provider, on a real socket. All that happened is in `requests`, in order. */
export interface FakeProvider extends AsyncDisposable {
  readonly url: string
  readonly labels: Label[]
  readonly hooks: FakeHooks
  readonly requests: { readonly method: string; readonly path: string; readonly authorization: string | null }[]
  /** The most list pages that were under way side by side for one stream. */
  readonly mostAtOnce: () => number
  /** Every request fails like this; null mends it. */
  fault: Fault | null
  /** Labels that lists show by their id alone, and that a single read answers with this status; and tickets that are answered so. */
  readonly withheld: Map<string, number>
  /** Labels that lists leave out, and that a single read shows. */
  readonly unlisted: Set<string>
  /** Tokens that are refused. */
  readonly revoked: Set<string>
  /** Awaited before each answer: lets a test stand between request and answer. */
  before: (request: { readonly method: string; readonly path: string }) => Promise<void>
  /** Awaited when it is done and before it is told: lets a test stand between effect and answer. */
  after: (request: { readonly method: string; readonly path: string }) => Promise<void>
}

/** Starts the invented provider with labels "1" … "count". */
export async function startFakeProvider(count = 0): Promise<FakeProvider> {
  const labels = Array.from({ length: count }, (_, index): Label => label(index + 1, `label ${index + 1}`, index))
  const underWay = new Map<string, number>()
  let mostAtOnce = 0
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://fake')
    const counted = url.pathname
    underWay.set(counted, (underWay.get(counted) ?? 0) + 1)
    if (['/labels', '/groups', '/hooks'].includes(counted))
      mostAtOnce = Math.max(mostAtOnce, underWay.get(counted) ?? 0)
    const { method = 'GET' } = request
    const sent = text(request)
    void fake.before({ method, path: `${url.pathname}${url.search}` }).then(async () => {
      const { status, headers, body } = respond(request, url, await sent)
      await fake.after({ method, path: url.pathname })
      // Counted until the answer goes out: whoever asks again only after it was answered is not beside itself.
      underWay.set(counted, (underWay.get(counted) ?? 1) - 1)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    })
  })
  const respond = (request: IncomingMessage, url: URL, sent: string): Answering => {
    const authorization = request.headers.authorization ?? null
    const { method = 'GET' } = request
    fake.requests.push({ method, path: `${url.pathname}${url.search}`, authorization })
    if (authorization !== null && fake.revoked.has(authorization)) return { status: 401, body: { error: 'revoked' } }
    if (fake.fault) {
      const { status, retryAfterSeconds } = fake.fault
      const headers: Record<string, string> = {}
      if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds)
      return { status, headers, body: { error: 'fault' } }
    }
    if (url.pathname.startsWith('/hooks')) {
      const answer = serveHooks(fake.hooks, { method, path: url.pathname, body: sent })
      return answer === null ? NOT_FOUND : { status: 200, body: answer }
    }
    return serve(fake, url)
  }
  const fake: FakeProvider = {
    url: await new Promise<string>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
    }),
    labels,
    hooks: { all: [], choosesSecret: false, made: 0 },
    requests: [],
    mostAtOnce: () => mostAtOnce,
    fault: null,
    withheld: new Map(),
    unlisted: new Set(),
    revoked: new Set(),
    before: () => Promise.resolve(),
    after: () => Promise.resolve(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}

/** One label; the later `minute`, the newer it is. */
export const label = (id: number | string, name: string, minute: number): Label => ({
  id: String(id),
  name,
  updatedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
})

interface Answering {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body: unknown
}

const NOT_FOUND: Answering = { status: 404, body: { error: 'not found' } }

function serve(provider: Pick<FakeProvider, 'labels' | 'withheld' | 'unlisted'>, url: URL): Answering {
  const { labels, withheld, unlisted } = provider
  if (url.pathname === '/groups') return { status: 200, body: { data: [], next: 0, total: 0 } }
  if (url.pathname === '/labels') {
    const after = Number(url.searchParams.get('after') ?? 0)
    const page = labels.slice(after, after + PAGE_SIZE)
    const listed = page.filter(({ id }) => !unlisted.has(id))
    const data = listed.map((each) => (withheld.has(each.id) ? { id: each.id } : each))
    const next = after + page.length
    return { status: 200, body: { data, next, more: next < labels.length, total: labels.length } }
  }
  if (url.pathname === '/count') return { status: 200, body: { count: labels.length } }
  // Tickets are whatever they are said to be.
  const ticket = url.pathname.startsWith('/tickets/') ? url.pathname.slice('/tickets/'.length) : null
  if (ticket !== null && !withheld.has(ticket)) return { status: 200, body: { id: ticket } }
  const refused = withheld.get(ticket ?? url.pathname.slice('/labels/'.length))
  if (refused !== undefined) return { status: refused, body: { error: 'withheld' } }
  const found = labels.find((each) => url.pathname === `/labels/${each.id}`)
  return found ? { status: 200, body: found } : NOT_FOUND
}
