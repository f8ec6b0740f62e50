/** Events that are pushed by one side and pulled, one at a time and in order, by the other. Bounded. */
export class EventQueue<T extends object> {
  readonly #most: number
  #waiting: T[] = []
  #next = 0
  #failure: Error | null = null
  #isEnded = false
  #pull: { resolve: (step: IteratorResult<T, undefined>) => void; reject: (failure: Error) => void } | null = null

  /** @param most how many events may wait to be pulled */
  constructor(most: number) {
    this.#most = most
  }

  /** Adds an event. False, and nothing is added, when as many wait as may; after the end it is dropped. */
  push(event: T): boolean {
    if (this.#isEnded) return true
    const pull = this.#pull
    if (pull !== null) {
      this.#pull = null
      pull.resolve({ done: false, value: event })
      return true
    }
    if (this.#waiting.length - this.#next >= this.#most) return false
    this.#waiting.push(event)
    return true
  }

  /** Ends it after what waits, and after a last event if there is one. */
  end(last?: T): void {
    if (this.#isEnded) return
    if (last !== undefined) {
      if (this.#pull === null) this.#waiting.push(last)
      else this.push(last)
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
    const event = this.#waiting[this.#next]
    if (event !== undefined) {
      this.#next++
      if (this.#next * 2 >= this.#waiting.length) {
        this.#waiting = this.#waiting.slice(this.#next)
        this.#next = 0
      }
      return Promise.resolve({ done: false, value: event })
    }
    if (!this.#isEnded) return new Promise((resolve, reject) => (this.#pull = { resolve, reject }))
    const failure = this.#failure
    this.#failure = null
    return failure === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(failure)
  }
}
