import type { StoreEvent } from './change.ts'

/** A row that events are to be about: the one that changed, or the thread that it stands in. */
export interface About {
  readonly of: 'rowId' | 'conversationId' | 'ticketId'
  readonly id: string
}

/** Whether an event is about all of these rows. */
export const isAbout = (event: StoreEvent, rows: readonly About[]): boolean =>
  rows.every(({ of, id }) => event[of] === id)

/**
 * Those who follow a workspace, found by what an event is about: however many follow one row each, an event costs no more
 * than those whom it may concern.
 */
export class Followers<F extends { readonly about: readonly About[] }> {
  /** Of any row. */
  readonly #ofAny = new Set<F>()
  /** By the first of the rows that they want. */
  readonly #ofRow = { rowId: new Map<string, Set<F>>(), conversationId: new Map(), ticketId: new Map() }
  #size = 0

  /** How many there are. */
  get size(): number {
    return this.#size
  }

  add(follower: F): void {
    const [first] = follower.about
    let place = this.#ofAny
    if (first !== undefined) {
      const rows: Map<string, Set<F>> = this.#ofRow[first.of]
      place = rows.get(first.id) ?? new Set()
      rows.set(first.id, place)
    }
    if (place.has(follower)) return
    place.add(follower)
    this.#size += 1
  }

  delete(follower: F): void {
    const [first] = follower.about
    const rows: Map<string, Set<F>> | null = first === undefined ? null : this.#ofRow[first.of]
    const place = first === undefined ? this.#ofAny : rows?.get(first.id)
    if (place?.delete(follower) !== true) return
    this.#size -= 1
    if (first !== undefined && place.size === 0) rows?.delete(first.id)
  }

  /** Those whom an event may concern, each once. */
  *of(event: StoreEvent): Generator<F> {
    yield* this.#ofAny
    for (const of of ['rowId', 'conversationId', 'ticketId'] as const) {
      const id = event[of]
      if (id !== null) yield* this.#ofRow[of].get(id) ?? []
    }
  }

  /** All of them. */
  *[Symbol.iterator](): Generator<F> {
    yield* this.#ofAny
    for (const rows of Object.values(this.#ofRow)) for (const place of rows.values()) yield* place
  }
}
