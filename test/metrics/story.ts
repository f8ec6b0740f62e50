import type { Desks } from './desks.ts'

/** A fact that a story must leave: thread, type, and since when until when; null where there is no such time. */
export type Expected = readonly [thread: string, type: string, since: Date | null, at: Date | null]

/** What happened at a desk, and what follows of it. */
export interface Story {
  readonly provider: 'intercom' | 'freshdesk' | 'zendesk'
  readonly expected: readonly Expected[]
  /** Threads that were deleted. */
  readonly gone: readonly string[]
}

/** Plays a story: people act and time passes. */
export type Tell = (desks: Desks) => Promise<Story>

/** What everybody says. */
export const WORDS = { body: 'Where is my parcel?' } as const

/** A field of an answer, as text. */
export const textIn = (answer: unknown, name: string): string => String(Reflect.get(Object(answer), name))

/** A list in an answer, or the answer itself when it is one. */
export function listIn(answer: unknown, name?: string): readonly unknown[] {
  const found: unknown = name === undefined ? answer : Reflect.get(Object(answer), name)
  return Array.isArray(found) ? found : []
}

/** A thread that began, and ended or not: what all stories have. */
export const opened = (thread: string, began: Date, closed: Date | null): Expected[] => [
  [thread, 'OPENED', null, began],
  [thread, 'OPEN_SPAN', began, closed],
  ...(closed === null ? [] : ([[thread, 'CLOSED', null, closed]] as const)),
]
