import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

/** One HTTP door: a method, a path, and what answers there. */
export interface Route {
  /** An HTTP method in capitals, or `*` for every method. */
  readonly method: string
  /** An exact path (`/graphql`), or a prefix ending in `/*` (`/webhooks/*`). The longest match answers. */
  readonly path: string
  /** Answers the request. A rejection becomes a 500 with the request's id; the listener logs it whole. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> | void
}

/** One WebSocket door: the path of the HTTP upgrade, and what takes the socket over. */
export interface Upgrade {
  readonly path: string
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/**
 * A part of the product that runs by itself: gateway, subgraphs, ingest or twins.
 *
 * The composition root (`main.ts`) puts the roles of one process behind one listener.
 */
export interface Role {
  readonly name: string
  readonly routes: readonly Route[]
  readonly upgrades: readonly Upgrade[]
  /** Sentences naming what is not ready; empty when all is. Asked by `/health/ready`. */
  notReady(): Promise<readonly string[]>
  /**
   * Ends the answers that would not end by themselves, such as streams of events. Called when the listener takes no more
   * connections, and waits for the requests in hand.
   */
  endStreams?(): void
  /** Ends everything the role opened. Idempotent. */
  close(): Promise<void>
}
