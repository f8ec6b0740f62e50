import { Pool } from 'undici'
import type { Viewer } from '../../store/viewer.ts'
import { SubgraphError } from '../errors.ts'
import { parseAnswer } from './answer.ts'
import { createSubscriptionClients } from './subscription-clients.ts'
import type { SubgraphAnswer, SubgraphOperation, Transport } from './transport.ts'

/** A subgraph behind HTTP, and behind a WebSocket for subscriptions. */
export interface HttpOptions {
  /** The subgraph's name, for errors. */
  readonly name: string
  readonly url: string
  /** Where subscriptions are made; the same address as `url`, as ws: or wss:, when not given. */
  readonly subscriptionUrl?: string
  /** Makes the short-lived signed assertion that tells the subgraph who asks; null for one that expects none. */
  readonly assertion: ((viewer: Viewer) => Promise<string>) | null
  /** How large an answer may be; 64 MiB when not given. */
  readonly maxAnswerBytes?: number
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 5_000

/**
 * Reaches a subgraph over HTTP: kept-alive connections, and one WebSocket for each viewer who subscribes.
 *
 * Nothing is retried: a mutation must not run twice, and the client of a query knows best whether to ask again.
 */
export function createHttpTransport(options: HttpOptions): Transport {
  const { name, assertion } = options
  const url = new URL(options.url)
  const pool = new Pool(url.origin, {
    maxResponseSize: options.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
  })
  const post = createPost(name, pool, url.pathname + url.search)
  const socketUrl = options.subscriptionUrl ?? url.href.replace(/^http/, 'ws')
  const subscriptions = createSubscriptionClients({ name, url: socketUrl, assertion })
  const toBody = createBodyWriter()
  let closing: Promise<void> | null = null

  return {
    execute: async ({ operation, variables, viewer, forwarded, requestId, signal }) => {
      const who = assertion === null ? null : { authorization: `Bearer ${await assertion(viewer)}` }
      const head = { ...forwarded, ...who, 'x-request-id': requestId }
      return readAnswer(name, await post(toBody(operation, variables), head, signal))
    },
    subscribe: (request) => subscriptions.subscribe(request),
    check: async (signal) => {
      // Nobody in particular asks, so a refusal is an expected answer: whoever refuses is there.
      const { status } = await post('{"query":"{__typename}"}', {}, signal)
      if (status >= 500) throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" answered HTTP ${status}`)
    },
    close: () => (closing ??= Promise.all([pool.close(), subscriptions.close()]).then(() => {})),
  }
}

/** Writes request bodies. An operation's text is spelled as JSON once, not at every request. */
function createBodyWriter(): (operation: SubgraphOperation, variables: unknown) => string {
  const heads = new WeakMap<SubgraphOperation, string>()
  return (operation, variables) => {
    let head = heads.get(operation)
    if (head === undefined) heads.set(operation, (head = `{"query":${JSON.stringify(operation.text)}`))
    return variables === undefined ? `${head}}` : `${head},"variables":${JSON.stringify(variables)}}`
  }
}

interface Response {
  readonly status: number
  readonly text: string
}

function createPost(name: string, pool: Pool, path: string) {
  return async (body: string, head: Record<string, string>, signal: AbortSignal): Promise<Response> => {
    const headers = { ...head, 'content-type': 'application/json', accept: 'application/json' }
    try {
      const response = await pool.request({ method: 'POST', path, headers, body, signal })
      return { status: response.statusCode, text: await response.body.text() }
    } catch (cause) {
      throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" cannot be reached`, { cause })
    }
  }
}

function readAnswer(name: string, { status, text }: Response): SubgraphAnswer {
  // A refusal is about the gateway's own assertion: the client's token was good.
  if (status === 401 || status === 403) {
    throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" refused the gateway (HTTP ${status})`)
  }
  const answer = parseAnswer(text)
  if (answer !== null) return answer
  if (status >= 200 && status < 300) {
    throw new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${name}": expected a GraphQL answer`)
  }
  throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" answered HTTP ${status}`)
}
