import type { SubgraphAnswer, SubgraphEvents, SubgraphRequest } from './transport.ts'

/** The part of a way to a subgraph over which subscriptions run. */
export interface SubscriptionTransport {
  /** As a transport's `subscribe`. */
  subscribe(request: SubgraphRequest): Promise<SubgraphEvents | SubgraphAnswer>
  /** Ends every connection. */
  close(): Promise<void>
}
