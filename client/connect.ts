import { type Client, createClient } from 'graphql-ws'

/** How to reach a gateway. */
export interface ConnectOptions {
  /** Of `/graphql`, with `ws:` or `wss:`. */
  readonly url: string
  /** The token now; asked for at each connection. One who throws is asked again later. */
  readonly token: () => string | Promise<string>
  /** For where there is no `WebSocket`: the one of `ws`, say. */
  readonly webSocketImpl?: unknown
  /** How often the gateway is asked whether it is still there, and how long it may take to answer. */
  readonly pingMs?: number
}

/** A laptop that slept, or a network that changed, leaves a socket behind that nobody closes. */
const PING_MS = 10_000

/**
 * Makes a client of graphql-ws for {@link follow}: one socket for all that is followed, opened when it is needed, and given
 * up when the gateway does not answer. It does not connect again by itself: what follows does.
 */
export function connect({ url, token, webSocketImpl, pingMs = PING_MS }: ConnectOptions): Client {
  let silence: ReturnType<typeof setTimeout> | undefined
  const client = createClient({
    url,
    connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
    webSocketImpl,
    retryAttempts: 0,
    // The socket stays while one subscription takes over from another.
    lazyCloseTimeout: 1_000,
    keepAlive: pingMs,
    connectionAckWaitTimeout: pingMs,
    on: {
      ping: (received) => {
        if (!received) silence = setTimeout(() => client.terminate(), pingMs)
      },
      pong: (received) => {
        if (received) clearTimeout(silence)
      },
      closed: () => clearTimeout(silence),
    },
  })
  return client
}
