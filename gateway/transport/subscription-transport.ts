import type { SubgraphAnswer, SubgraphRequest } from './transport.ts'

/** The part of a way to a subgraph over which subscriptions run. */
export interface SubscriptionTransport {
  /** As a transport's `subscribe`. */
  subscribe(request: SubgraphRequest): Promise<AsyncIterator<SubgraphAnswer> | SubgraphAnswer>
  /** Ends every connection. */
  close(): Promise<void>
}
