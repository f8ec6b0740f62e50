import type { Kind } from './kinds.ts'

/** What a record may stand in, and goes with. */
export type ThreadKind = 'conversation' | 'ticket'

/** The threads that records of a kind may stand in; kinds that are not named stand by themselves. */
export const STANDS_IN: { readonly [K in Kind]?: readonly ThreadKind[] } = {
  message: ['conversation', 'ticket'],
  rating: ['conversation', 'ticket'],
  timeEntry: ['ticket'],
}
