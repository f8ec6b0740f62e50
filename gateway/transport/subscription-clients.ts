import { createClient, type Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import type { Viewer } from '../../store/viewer.ts'
import { SubgraphError } from '../errors.ts'
import type { ForwardedHeaders } from '../forwarded.ts'
import { toAnswer, toErrors } from './answer.ts'
import type { Assertion } from './caller-headers.ts'
import { EventQueue, type QueueRoom } from './event-queue.ts'
import type { SubscriptionTransport } from './subscription-transport.ts'
import type { SubgraphAnswer, SubgraphEvents, SubgraphRequest } from './transport.ts'

/**
 * What of one subscription may wait until it is completed, and given to who reads it alone; a subgraph cannot be told to
 * pause.
 */
const ROOM: QueueRoom = { events: 1_000, bytes: 4 * 1024 * 1024 }

/** Where subscriptions of one subgraph are made. */
export interface SubscriptionOptions {
  readonly name: string
  readonly url: string
  /** Null for a subgraph that expects none. */
  readonly assertion: Assertion | null
  /** How large one message may be. */
  readonly maxAnswerBytes: number
  /** How often a socket is asked whether it is there, and how long it may take to say so; half a minute when not given. */
  readonly pingMs?: number
}

const PING_MS = 30_000

/** A socket, opened when it is first used. */
interface Connection {
  readonly client: Client
  /** Resolves when the subgraph has accepted it; what is subscribed by then is on its way. */
  readonly connected: Promise<void>
  /** How large the message is that is being taken. */
  readonly bytesInHand: () => number
  /** How its socket was closed; null while it is not. */
  readonly closing: () => unknown
}

/** Says that the connection has fulfilled its purpose (RFC 6455), which is not so while somebody subscribes. */
const NORMAL_CLOSURE = 1000

/**
 * Makes the sockets to one subgraph: one for each viewer's token and forwarded headers, opened by the first subscription and closed after
 * the last, so that `connection_init` says for all of them who asks. What is forwarded goes both there and
 * with the upgrade, since services look in either place. The assertion has to be good only at that moment.
 *
 * A socket that breaks ends its subscriptions with an error: to reconnect here would lose the events in between,
 * whereas the client can resume from its last cursor.
 */
export function createSubscriptionClients(options: SubscriptionOptions): SubscriptionTransport {
  const clients = new Map<string, Connection & { users: number }>()
  const acquire = ({ viewer, forwarded = {} }: SubgraphRequest) => {
    const key = JSON.stringify([viewer.workspaceId, viewer.memberId, viewer.role, viewer.tokenId, forwarded])
    let entry = clients.get(key)
    if (entry === undefined) clients.set(key, (entry = { ...connect(options, viewer, forwarded), users: 0 }))
    const held = entry
    held.users++
    let released = false
    const release = () => {
      if (released) return
      released = true
      if (--held.users > 0) return
      if (clients.get(key) === held) clients.delete(key)
      void endClient(held.client)
    }
    return { ...held, release }
  }
  return {
    subscribe: async (request) => {
      const { release, ...connection } = acquire(request)
      const { events, settled } = listen(options.name, connection, request, release)
      // Whoever changes over from another source leaves that one only when this one can hear.
      await Promise.race([connection.connected, settled])
      return events
    },
    close: async () => {
      const open = [...clients.values()]
      clients.clear()
      for (const { client } of open) await endClient(client)
    },
  }
}

function connect(options: SubscriptionOptions, viewer: Viewer, forwarded: ForwardedHeaders): Connection {
  const { promise: connected, resolve: onConnected } = Promise.withResolvers<void>()
  const { url, assertion, maxAnswerBytes, pingMs = PING_MS } = options
  let bytesInHand = 0
  class ForwardingSocket extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { ...forwarded }, maxPayload: maxAnswerBytes })
      // Before the client, which hands on what it parsed without a word of its size.
      this.on('message', (data: Buffer) => (bytesInHand = data.length))
    }
  }
  let giveUp: NodeJS.Timeout | undefined
  let closing: unknown = null
  const client = createClient({
    url,
    webSocketImpl: ForwardingSocket,
    lazy: true,
    retryAttempts: 0,
    keepAlive: pingMs,
    connectionAckWaitTimeout: 10_000,
    connectionParams: async () =>
      assertion === null ? forwarded : { ...forwarded, authorization: `Bearer ${await assertion(viewer)}` },
    on: {
      connected: () => onConnected(),
      // A subgraph that is gone without a word, or hangs, would be waited for as long as anybody listens.
      ping: (isReceived) => {
        if (!isReceived) giveUp = setTimeout(() => client.terminate(), pingMs)
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(giveUp)
      },
      closed: (event) => {
        clearTimeout(giveUp)
        closing = event
        // The library would connect again, and ask once more from where it began.
        if (hasCode(event, NORMAL_CLOSURE)) void endClient(client)
      },
    },
  })
  return { client, connected, bytesInHand: () => bytesInHand, closing: () => closing }
}

/** One subscription over a socket. */
interface Listening {
  readonly events: SubgraphEvents
  /** Resolves when it has ended, for whatever reason. */
  readonly settled: Promise<void>
}

function listen(
  name: string,
  { client, bytesInHand, closing }: Connection,
  request: SubgraphRequest,
  release: () => void,
): Listening {
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>()
  const { operation, variables, requestId, signal } = request
  const events = new EventQueue<SubgraphAnswer>(ROOM)
  const end = () => {
    settle()
    signal.removeEventListener('abort', stop)
    release()
  }
  const stop = () => {
    events.close()
    unsubscribe()
    end()
  }
  // What waits is still completed, so that nothing is missing before the end.
  const giveUp = (failure: SubgraphError) => {
    events.fail(failure)
    unsubscribe()
    end()
  }
  const take = (event: unknown) => {
    const answer = toAnswer(event)
    if (answer === null) {
      return giveUp(
        new SubgraphError('SUBGRAPH_ANSWER_INVALID', `subgraph "${name}": expected an answer in every event`),
      )
    }
    if (events.push(answer, bytesInHand())) return
    giveUp(new SubgraphError('FELL_BEHIND', `subgraph "${name}" sends events faster than they can be completed`))
  }
  const unsubscribe = client.subscribe<SubgraphAnswer['data']>(
    {
      query: operation.text,
      variables: variables === undefined ? null : { ...variables },
      extensions: { requestId },
    },
    {
      next: take,
      complete: () => {
        // The library takes some ends of its socket for the end of all that came over it.
        const closed = closing()
        if (closed === null) events.end()
        else events.fail(toBreak(name, closed))
        end()
      },
      error: (failure) => {
        // The subgraph refused the operation itself: an answer with errors, and the end.
        const refusal = toErrors(failure)
        if (refusal) events.end({ errors: refusal })
        else events.fail(toBreak(name, failure))
        end()
      },
    },
  )
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return {
    settled,
    events: {
      next: () => events.next(),
      finish: () => {
        events.end()
        unsubscribe()
        end()
      },
      return: async () => {
        stop()
        return { done: true, value: undefined }
      },
    },
  }
}

function toBreak(name: string, failure: unknown): SubgraphError {
  const cause = failure instanceof Error ? failure : new Error(describe(failure))
  return new SubgraphError('SUBGRAPH_UNAVAILABLE', `the subscription at subgraph "${name}" broke off`, { cause })
}

/** Ends a client. One whose connecting failed rejects with that once more; its subscriptions have been told. */
async function endClient(client: Client): Promise<void> {
  try {
    await client.dispose()
  } catch {
    // There is no socket to close.
  }
}

function hasCode(event: unknown, code: number): boolean {
  return typeof event === 'object' && event !== null && 'code' in event && event.code === code
}

/** A socket that closed reports a close event, which is no Error. */
function describe(failure: unknown): string {
  if (typeof failure !== 'object' || failure === null) return String(failure)
  const code = 'code' in failure ? String(failure.code) : 'unknown'
  const reason = 'reason' in failure ? String(failure.reason) : ''
  return `the socket closed with code ${code} ${reason}`.trimEnd()
}
