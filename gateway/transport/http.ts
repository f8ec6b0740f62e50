import { errors, Pool } from 'undici'
import { systemClock, type Clock } from '../clock.ts'
import { SubgraphError } from '../errors.ts'
import { readAnswer } from './answer.ts'
import { toCallerHeaders, type Assertion } from './caller-headers.ts'
import { createPatientPost, createPost, type Post } from './post.ts'
import { createSubscriptionClients } from './subscription-clients.ts'
import { createSubscriptionStreams } from './subscription-streams.ts'
import type { SubscriptionTransport } from './subscription-transport.ts'
import type { SubgraphOperation, Transport } from './transport.ts'

/** A subgraph behind HTTP, and for subscriptions behind WebSockets or Server-Sent Events. */
export interface HttpOptions {
  /** The subgraph's name, for errors. */
  readonly name: string
  readonly url: string
  /**
   * Where subscriptions are made, and how: ws: and wss: speak graphql-transport-ws, http: and https: the distinct
   * connections mode of graphql-sse. The same address as `url`, as ws: or wss:, when not given.
   */
  readonly subscriptionUrl?: string
  /** Makes the short-lived signed assertion that tells the subgraph who asks; null for one that expects none. */
  readonly assertion: Assertion | null
  /** How large an answer may be; 64 MiB when not given. */
  readonly maxAnswerBytes?: number
  /** The machine's own when not given. */
  readonly clock?: Clock
}

const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const CONNECT_TIMEOUT_MS = 5_000

/**
 * Reaches a subgraph over HTTP: kept-alive connections, and for subscriptions one WebSocket for each viewer who
 * subscribes, or one stream of events for each subscription.
 *
 * A query is sent once more when its connection was closed before any answer came. Nothing else is retried: a mutation
 * must not run twice, and the client knows best whether to ask again.
 */
export function createHttpTransport(options: HttpOptions): Transport {
  const { name, assertion, maxAnswerBytes = MAX_ANSWER_BYTES } = options
  const url = new URL(options.url)
  const pool = new Pool(url.origin, {
    maxResponseSize: maxAnswerBytes,
    connectTimeout: CONNECT_TIMEOUT_MS,
  })
  const bare = createPost(pool, url.pathname + url.search)
  const post = createWordedPost(name, bare)
  const postQuery = createWordedPost(name, createPatientPost(bare))
  const subscriptions = createSubscriptions({ ...options, maxAnswerBytes })
  const toBody = createBodyWriter()
  let closing: Promise<void> | null = null

  return {
    execute: async (request) => {
      const { operation, variables, signal } = request
      const head = await toCallerHeaders(assertion, request)
      const send = operation.kind === 'query' ? postQuery : post
      return readAnswer(name, await send(toBody(operation, variables), head, signal))
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

/** Makes a post that fails with a SubgraphError. */
function createWordedPost(name: string, post: Post): Post {
  return (body, headers, signal) =>
    post(body, headers, signal).catch((cause: unknown) => {
      if (cause instanceof errors.ResponseExceededMaxSizeError) {
        const message = `subgraph "${name}" answers more than may be read`
        throw new SubgraphError('SUBGRAPH_ANSWER_INVALID', message, { cause })
      }
      throw new SubgraphError('SUBGRAPH_UNAVAILABLE', `subgraph "${name}" cannot be reached`, { cause })
    })
}

function createSubscriptions(options: HttpOptions & { readonly maxAnswerBytes: number }): SubscriptionTransport {
  const { name, assertion, maxAnswerBytes, clock = systemClock } = options
  const url = options.subscriptionUrl ?? options.url.replace(/^http/, 'ws')
  if (/^wss?:/.test(url)) return createSubscriptionClients({ name, url, assertion, maxAnswerBytes })
  return createSubscriptionStreams({
    name,
    url,
    assertion,
    maxAnswerBytes,
    clock,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
  })
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
