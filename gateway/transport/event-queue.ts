/** How much may wait in a queue. */
export interface QueueRoom {
  readonly events: number
  /** One event may be larger when it waits alone. */
  readonly bytes: number
}

interface Waiting<T> {
  readonly event: T
  readonly bytes: number
}

/** Events that are pushed by one side and pulled, one at a time and in order, by the other. Bounded. */
export class EventQueue<T extends object> {
  readonly #room: QueueRoom
  #waiting: Waiting<T>[] = []
  #next = 0
  #bytes = 0
  #failure: Error | null = null
  #isEnded = false
  #pull: { resolve: (step: IteratorResult<T, undefined>) => void; reject: (failure: Error) => void } | null = null

  /** @param room how much may wait to be pulled */
  constructor(room: QueueRoom) {
    this.#room = room
  }

  /**
   * Adds an event. False, and nothing is added, when as much waits as may; after the end it is dropped.
   *
   * @param bytes what it takes while it waits
   */
  push(event: T, bytes: number): boolean {
    if (this.#isEnded) return true
    const pull = this.#pull
    if (pull !== null) {
      this.#pull = null
      pull.resolve({ done: false, value: event })
      return true
    }
    const waiting = this.#waiting.length - this.#next
    if (waiting >= this.#room.events || (waiting > 0 && this.#bytes + bytes > this.#room.bytes)) return false
    this.#waiting.push({ event, bytes })
    this.#bytes += bytes
    return true
  }

  /** Ends it after what waits, and after a last event if there is one. */
  end(last?: T): void {
    if (this.#isEnded) return
    if (last !== undefined) {
      if (this.#pull === null) this.#waiting.push({ event: last, bytes: 0 })
      else this.push(last, 0)
    }
    this.#isEnded = true
    this.#pull?.resolve({ done: true, value: undefined })
    this.#pull = null
  }

  /** Ends it with a failure, after what waits. */
  fail(failure: Error): void {
    if (this.#isEnded) return
    this.#isEnded = true
    if (this.#pull === null) this.#failure = failure
    else this.#pull.reject(failure)
    this.#pull = null
  }

  /** Ends it now: what waits is dropped. */
  close(): void {
    this.#waiting = []
    this.#next = 0
    this.#failure = null
    this.end()
  }

  /** The next event, or the end. Must not be called again before it has settled. Rejects once when it failed. */
  next(): Promise<IteratorResult<T, undefined>> {
    const first = this.#waiting[this.#next]
    if (first !== undefined) {
      this.#next++
      this.#bytes -= first.bytes
      if (this.#next * 2 >= this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next)
        this.#next = 0
      }
      return Promise.resolve({ done: false, value: first.event })
    }
    if (!this.#isEnded) return new Promise((resolve, reject) => (this.#pull = { resolve, reject }))
    const failure = this.#failure
    this.#failure = null
    return failure === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(failure)
  }
}
