import type { DocumentNode } from 'graphql'
import type { Viewer } from '../../store/viewer.ts'
import type { ForwardedHeaders } from '../forwarded.ts'

/** An operation a plan sends to a subgraph: the same object every time it is sent, so a transport may cache by it. */
export interface SubgraphOperation {
  readonly text: string
  readonly document: DocumentNode
  readonly kind: 'query' | 'mutation' | 'subscription'
}

/** One sending of an operation. */
export interface SubgraphRequest {
  readonly operation: SubgraphOperation
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly viewer: Viewer
  /** Sent along by transports that speak HTTP; none when not given. */
  readonly forwarded?: ForwardedHeaders | undefined
  readonly requestId: string
  /** Aborts when the client is gone or the operation's time is over. */
  readonly signal: AbortSignal
  /** Hears how a query or a mutation went, right when it has ended. */
  readonly onFetched?: FetchListener | undefined
}

/** A fetch that has ended. */
export interface Fetched {
  readonly subgraph: string
  readonly request: Pick<SubgraphRequest, 'operation' | 'variables'>
  /** `ok`, `errors` when the subgraph answered with some, or the code of the failure to ask it. */
  readonly outcome: string
  /** When it began, as `performance.now()` counts. */
  readonly startMs: number
  readonly seconds: number
}

/** Hears of fetches that have ended. */
export type FetchListener = (fetched: Fetched) => void

/** An error as a subgraph words it. */
export interface SubgraphAnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[] | undefined
  readonly extensions?: Readonly<Record<string, unknown>> | undefined
}

/** What a subgraph answers: its word, unchecked. */
export interface SubgraphAnswer {
  readonly data?: unknown
  readonly errors?: readonly SubgraphAnswerError[] | undefined
}

/** The events of a subscription at its subgraph, one at a time. */
export interface SubgraphEvents extends AsyncIterator<SubgraphAnswer> {
  /**
   * Ends it at the subgraph now, and here after the events that have come and wait to be asked for. Idempotent. Missing
   * where none wait, as in process.
   */
  finish?(): void
}

/** The way to one subgraph. */
export interface Transport {
  /**
   * Runs a query or a mutation. The answer belongs to the caller, who may write into it.
   *
   * @throws SubgraphError the subgraph could not be asked, or what came is no GraphQL answer
   */
  execute(request: SubgraphRequest): Promise<SubgraphAnswer> | SubgraphAnswer
  /**
   * Starts a subscription. Ending the iterator, or aborting the signal, ends it at the subgraph.
   *
   * @throws SubgraphError the subgraph could not be asked; a refusal by the subgraph comes as an answer with errors
   */
  subscribe(request: SubgraphRequest): Promise<SubgraphEvents | SubgraphAnswer>
  /** Rejects, saying why, when the subgraph cannot be reached. */
  check(signal: AbortSignal): Promise<void>
  /** Closes every connection, after what is under way. Idempotent. */
  close(): Promise<void>
}
