import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { vi } from 'vitest'
import { z } from 'zod'
import { SOON } from '../setup/soon.ts'

/** A span as it came over the wire. */
export interface ReceivedSpan {
  readonly service: string
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  /** Empty at the top of a trace. */
  readonly parentSpanId: string
  readonly kind: 'internal' | 'server' | 'client' | 'other'
  readonly failed: boolean
  readonly attributes: Readonly<Record<string, unknown>>
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
}

/** Takes OTLP over HTTP as JSON, as an OpenTelemetry collector does. */
export interface Collector extends AsyncDisposable {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** Everything that came, as text. */
  text(): string
  /** Waits for a span. @throws Error it does not come, with the names of those that did */
  find(is: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan>
  /** The spans from the top of its trace down to a span: `service: name`, an entry each. */
  chainTo(span: ReceivedSpan): Promise<readonly string[]>
}

const value = z.union([
  z.object({ stringValue: z.string() }).transform((each) => each.stringValue),
  z.object({ intValue: z.coerce.number() }).transform((each) => each.intValue),
  z.unknown(),
])
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .default([])
  .transform((list) => Object.fromEntries(list.map((each) => [each.key, each.value])))
const span = z.object({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  kind: z.number(),
  attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).default([]),
  status: z.object({ code: z.number().default(0) }).default({ code: 0 }),
})
const body = z.object({
  resourceSpans: z.array(
    z.object({ resource: z.object({ attributes }), scopeSpans: z.array(z.object({ spans: z.array(span) })) }),
  ),
})

const KINDS: Readonly<Record<number, ReceivedSpan['kind']>> = { 1: 'internal', 2: 'server', 3: 'client' }
const FAILED = 2

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const plain = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request
    void json(plain).then((received) => {
      bodies.push(JSON.stringify(received))
      for (const { resource, scopeSpans } of body.parse(received).resourceSpans) {
        const service = String(resource.attributes['service.name'])
        for (const { status, kind, ...rest } of scopeSpans.flatMap((scope) => scope.spans)) {
          spans.push({ service, ...rest, kind: KINDS[kind] ?? 'other', failed: status.code === FAILED })
        }
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const find: Collector['find'] = (is) =>
    vi.waitFor(() => {
      const found = spans.find(is)
      if (found === undefined) throw new Error(`no such span among: ${spans.map(titleOf).join(', ')}`)
      return found
    }, SOON)
  const chainTo: Collector['chainTo'] = async (last) => {
    const { traceId, parentSpanId } = last
    const isRemote = !spans.some((each) => each.spanId === parentSpanId) && parentSpanId.startsWith(CALLER)
    if (parentSpanId === '' || isRemote) return [titleOf(last)]
    const above = await find((each) => each.traceId === traceId && each.spanId === parentSpanId)
    return [...(await chainTo(above)), titleOf(last)]
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    text: () => bodies.join('\n'),
    find,
    chainTo,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** How the span ids of callers begin that tests make up: no collector ever gets those spans. */
export const CALLER = 'ca11'

/** A `traceparent` of a made-up caller, and its parts. */
export function makeUpCaller() {
  const traceId = crypto.randomUUID().replaceAll('-', '')
  const spanId = CALLER + crypto.randomUUID().replaceAll('-', '').slice(0, 12)
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` }
}

const titleOf = ({ service, name }: ReceivedSpan): string => `${service}: ${name}`
