import type { GraphQLFormattedError } from 'graphql'

/**
 * One who listens to a group: one operation of one connection.
 *
 * It is called in the order of events, and not any more once it has left. Nothing here waits: a listener whose reader
 * is slow keeps what it is given, or gives its connection up.
 */
export interface Listener {
  /** Takes an answer as JSON text; the same string goes to everybody in the group. */
  next(payload: string): void
  /** The source ended by itself; the listener has left with that. */
  complete(): void
  /** The source broke; the listener has left with that. */
  fail(errors: readonly GraphQLFormattedError[]): void
  /** False while the reader has not yet taken what was given before. */
  isReady(): boolean
  /** Calls back once, when ready again or gone. A callback that is waiting already is not taken twice. */
  onceReady(callback: () => void): void
}
