import type { TwinClock } from './clock.ts'

/** What a search looks at of one record, by the names a query uses. */
export type IndexedRow = Readonly<Record<string, unknown>>

/** What a search still sees of a record that changed a moment ago: null for one that was not there. */
export interface Unindexed {
  readonly before: IndexedRow | null
  /** When the index will have caught up, in milliseconds. */
  readonly untilMs: number
}

/** Something whose search is behind. */
export interface SearchedLate {
  readonly clock: TwinClock
  /** How far the search is behind, in milliseconds. */
  readonly indexLagMs: number
  /** By kind and id: `tickets 20`. */
  readonly unindexed: Map<string, Unindexed>
}

/** Lets the search go on seeing a record as it was before it changes, until the index has caught up. Null for one that is new. */
export function lagBehind(searched: SearchedLate, key: string, before: IndexedRow | null): void {
  if (searched.indexLagMs <= 0) return
  const pending = searched.unindexed.get(key)
  const now = searched.clock.now().getTime()
  // What the search still sees is what was there before the first of several changes.
  if (pending && pending.untilMs > now) return
  searched.unindexed.set(key, { before, untilMs: now + searched.indexLagMs })
}

/** Forgets what the index has caught up with. */
export function catchUp(searched: SearchedLate): void {
  const now = searched.clock.now().getTime()
  for (const [key, { untilMs }] of searched.unindexed) if (untilMs <= now) searched.unindexed.delete(key)
}

/** What the search sees of a record now; null when it does not know it. */
export function seenBySearch(searched: SearchedLate, key: string, row: IndexedRow): IndexedRow | null {
  const pending = searched.unindexed.get(key)
  return pending && pending.untilMs > searched.clock.now().getTime() ? pending.before : row
}
