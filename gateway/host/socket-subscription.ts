import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Listener } from '../fan-out/listener.ts'
import type { Outlet } from './outlet.ts'

/** A subscription whose source broke, with its errors as clients see them. */
export class SubscriptionFailure extends Error {
  readonly errors: readonly GraphQLFormattedError[]

  constructor(errors: readonly GraphQLFormattedError[]) {
    super('the subscription broke off')
    this.name = 'SubscriptionFailure'
    this.errors = errors
  }
}

/** The failure that graphql-ws wraps in an error of its own, if it is one. */
export function findFailure(errors: readonly GraphQLError[]): SubscriptionFailure | null {
  const original = errors[0]?.originalError
  return original instanceof SubscriptionFailure ? original : null
}

/** The operation of a socket that subscribes. */
export interface SocketOperation {
  /** The client's name of the operation. */
  readonly id: string
  readonly outlet: Outlet
  /** Holds what ends the subscription, while it lasts. */
  readonly leaves: Set<() => void>
}

/** Subscribes a listener to what a socket's operation asks; the answer leaves. */
export type Join = (listener: Listener) => () => void

/**
 * Subscribes an operation of a socket at the hub, which writes the events to the socket by itself.
 *
 * @returns what graphql-ws iterates: nothing ever comes, but it ends when the subscription ends, rejects with a
 *   {@link SubscriptionFailure} when the source breaks, and ends the subscription when it is returned
 */
export function subscribeSocket(join: Join, { id, outlet, leaves }: SocketOperation): AsyncIterableIterator<never> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  // Whoever returns the iterator before its first step does not look at how it ended.
  promise.catch(() => {})
  const leaveGroup = join({
    next: (body) => outlet.push({ head, body, tail: '}' }),
    complete: () => {
      leaves.delete(leave)
      resolve()
    },
    fail: (errors) => {
      leaves.delete(leave)
      reject(new SubscriptionFailure(errors))
    },
    isReady: () => outlet.isReady(),
    onceReady: (callback) => outlet.onceReady(callback),
  })
  const leave = () => {
    leaves.delete(leave)
    leaveGroup()
    resolve()
  }
  leaves.add(leave)
  const end = (): Promise<IteratorResult<never>> => promise.then(() => ({ done: true, value: undefined }))
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: end,
    return: () => {
      leave()
      return end()
    },
  }
}
