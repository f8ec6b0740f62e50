import type { TwinClock } from './clock.ts'
import type { CheckCount, Violation } from './contract.ts'
import type { Deliveries } from './deliveries.ts'
import { bodyObject, isRecord, json, ReplyError } from './exchange.ts'
import type { TwinReply, TwinRequest } from './exchange.ts'
import type { Faults, FaultSettings, FailNext } from './faults.ts'
import type { Pace } from './pace.ts'
import type { RequestLog } from './request-log.ts'
import { createRouter } from './router.ts'
import type { RouteTable } from './router.ts'

/** Where every twin's control API is. */
export const controlPrefix = '/__twin'

/** One call of the control API. */
export interface ControlCall {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
}

/** Answers what is sent as JSON. */
export type ControlHandler = (call: ControlCall) => unknown

/** What every twin has that can be controlled. */
export interface Controlled {
  readonly clock: TwinClock
  readonly faults: Faults
  readonly requests: RequestLog
  readonly violations: Violation[]
  readonly deliveries: Deliveries
  /** Lets the desk work by itself. */
  readonly pace: Pace
  /** How many exchanges were held against the provider's description. */
  readonly contractChecks: () => CheckCount
  /** Sets how far the clock is ahead of the true one, so that it stays so. */
  readonly setClock: (offsetMs: number) => void
}

/** A call of the control API that changed the state, as it can be made again. */
export interface ControlDeed {
  readonly do: 'control'
  /** As declared: `POST /contacts/{id}`. */
  readonly route: string
  readonly params: ControlCall['params']
  readonly body: ControlCall['body']
}

/** A table whose calls are written down before they are carried out; they see no query. */
export function recordedControls(
  table: RouteTable<ControlHandler>,
  record: (deed: ControlDeed, act: () => unknown) => unknown,
): RouteTable<ControlHandler> {
  const recorded = Object.keys(table).map((route): [string, ControlHandler] => [
    route,
    ({ params, body }) => {
      const deed: ControlDeed = { do: 'control', route, params, body }
      return record(deed, () => redoControl(table, deed))
    },
  ])
  return Object.fromEntries(recorded)
}

/** Makes a call again. */
export function redoControl(table: RouteTable<ControlHandler>, { route, params, body }: ControlDeed): unknown {
  return table[route]?.({ params, body, query: new URLSearchParams() })
}

/** Control routes that are the same for every twin, below the prefix. */
export function commonControls(twin: Controlled): RouteTable<ControlHandler> {
  return {
    'GET /faults': () => twin.faults.pending(),
    'POST /faults'({ body }) {
      twin.faults.set(faultsOf(body))
      return twin.faults.pending()
    },
    'DELETE /faults'() {
      twin.faults.clear()
      return twin.faults.pending()
    },
    'POST /clock'({ body }) {
      const { moveMs, skewMs } = body
      const from = typeof skewMs === 'number' ? skewMs : twin.clock.offsetMs()
      twin.setClock(from + (typeof moveMs === 'number' ? moveMs : 0))
      return { now: twin.clock.now().toISOString(), offsetMs: twin.clock.offsetMs() }
    },
    'POST /traffic'({ body }) {
      if (body['running'] === true) twin.pace.start(numbersOf(body, ['everyMs']).everyMs)
      else twin.pace.stop()
      return { running: twin.pace.running }
    },
    'POST /traffic/step'({ body }) {
      const { steps = 1 } = numbersOf(body, ['steps'])
      return { happened: Array.from({ length: steps }, () => twin.pace.step()) }
    },
    'GET /requests': ({ query }) => ({
      count: twin.requests.count(),
      requests: twin.requests.list(Object.fromEntries(query)),
    }),
    'DELETE /requests'() {
      twin.requests.clear()
      return { count: 0 }
    },
    'GET /violations': () => twin.violations,
    'DELETE /violations'() {
      twin.violations.length = 0
      return twin.violations
    },
    'GET /webhooks/attempts': () => twin.deliveries.attempts(),
    'POST /webhooks/faults'({ body }) {
      twin.deliveries.setFaults(numbersOf(body, ['dropNext', 'duplicateNext', 'reorderNext', 'delayMs', 'flipNext']))
      return {}
    },
    async 'POST /webhooks/settle'() {
      await twin.deliveries.settle()
      return {}
    },
  }
}

/** Answers calls of the control API; mistakes in them are 400s that say what is wrong. */
export function createControl(table: RouteTable<ControlHandler>): (request: TwinRequest) => Promise<TwinReply> {
  const find = createRouter(table)
  return async (request) => {
    const match = find(request.method, request.path.slice(controlPrefix.length))
    if (!match) return json({ error: `no such control: ${request.method} ${request.path}` }, 404)
    const body = bodyObject(request)
    if (!body) return json({ error: 'the body must be a JSON object' }, 400)
    try {
      return json((await match.handler({ params: match.params, query: request.query, body })) ?? {})
    } catch (error) {
      if (error instanceof ReplyError) return spelledOut(error)
      return json({ error: error instanceof Error ? error.message : String(error) }, 400)
    }
  }
}

/**
 * Calls the control API of a twin from outside. Answers the parsed JSON.
 *
 * @throws Error what the twin says is wrong with the call
 */
export async function callControl(
  url: string,
  call: { readonly method: string; readonly path: string; readonly body?: Record<string, unknown> | undefined },
): Promise<unknown> {
  const { method, path, body } = call
  const target = `${url}${controlPrefix}${path}`
  const response = await fetch(target, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${method} ${target} answered ${response.status}: ${JSON.stringify(answer)}`)
  return answer
}

/** A provider may answer without a body; whoever controls a twin is told what is wrong. */
function spelledOut({ reply, message }: ReplyError): TwinReply {
  return reply.json === undefined ? json({ error: message }, reply.status) : reply
}

/** The named numbers of a body. */
export function numbersOf<Name extends string>(
  body: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): { [Key in Name]?: number } {
  const numbers: { [Key in Name]?: number } = {}
  for (const name of names) {
    const value = body[name]
    if (value === undefined) continue
    if (typeof value !== 'number' || value < 0) throw new TypeError(`${name} must be a number that is not negative`)
    numbers[name] = value
  }
  return numbers
}

/** A field of a body as text, numbers as their digits. Undefined when it is neither. */
export function textOf(body: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = body[name]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

function faultsOf(body: Readonly<Record<string, unknown>>): FaultSettings {
  const failNext = body['failNext']
  return {
    ...numbersOf(body, ['latencyMs', 'malformedNext', 'hangUpNext']),
    ...(isRecord(failNext) ? { failNext: failureOf(failNext) } : {}),
  }
}

function failureOf(raw: Record<string, unknown>): FailNext {
  const { count, status } = numbersOf(raw, ['count', 'status'])
  if (count === undefined || status === undefined) throw new TypeError('failNext needs a count and a status')
  const { method, path } = raw
  return {
    count,
    status,
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof path === 'string' ? { path } : {}),
    afterwards: raw['afterwards'] === true,
  }
}
