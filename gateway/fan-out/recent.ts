/** How many of the last events are kept, and how many characters they may have together. */
const MOST_EVENTS = 50
const MOST_CHARACTERS = 16 * 1024

/** The last events that a group gave out, so that whoever comes back within them costs no execution. */
export class Recent {
  /** The cursor before the first of them; null where it is not known. */
  #from: string | null
  #events: { readonly cursor: string; readonly payload: string }[] = []
  #characters = 0

  /** @param after the cursor that the group began after */
  constructor(after: string | null) {
    this.#from = after
  }

  /** Takes what was given out. One whose cursor is not known makes all before it useless. */
  add(cursor: string | null, payload: string): void {
    if (cursor === null) return this.clear()
    this.#events.push({ cursor, payload })
    this.#characters += payload.length
    while (this.#events.length > MOST_EVENTS || this.#characters > MOST_CHARACTERS) {
      const oldest = this.#events.shift()
      if (oldest === undefined) return
      this.#characters -= oldest.payload.length
      this.#from = oldest.cursor
    }
  }

  /** What was given out after a cursor, in order; null when that does not reach back so far. */
  after(cursor: string): readonly string[] | null {
    const place = this.#events.findIndex((event) => event.cursor === cursor)
    if (place < 0 && cursor !== this.#from) return null
    return this.#events.slice(place + 1).map(({ payload }) => payload)
  }

  /** Forgets all. */
  clear(): void {
    this.#from = null
    this.#events = []
    this.#characters = 0
  }
}
