import type { Corkable, HoldBack } from './cork.ts'

/** What is written to a connection in one go: a part of its own around one that may be shared by many connections. */
export interface Message {
  readonly head: string
  readonly body: string
  readonly tail: string
}

/** The stream under a connection. */
export interface OutletStream extends Corkable {
  /** True from when its buffer is full until all of it is written. */
  readonly writableNeedDrain: boolean
  on(event: 'drain', listener: () => void): unknown
}

/** What an outlet is made of. */
export interface OutletOptions {
  readonly stream: OutletStream
  readonly write: (text: string) => void
  readonly holdBack: HoldBack
  /** Characters of events that may wait for a slow reader. */
  readonly maxWaiting: number
  /** Called once, when more would have to wait: the outlet is closed, and what waited is dropped. */
  readonly onOverflow: () => void
}

interface Waiting extends Message {
  /** Characters that count against the bound; zero for what is no event. */
  readonly weight: number
  readonly handOver: (() => void) | null
}

/** What a waiting event weighs besides its characters. */
const OVERHEAD = 64

/**
 * The one way out to a connection, in order.
 *
 * What the connection does not take waits here, not in the stream, so that a payload that waits for many readers is
 * held once. How much waits is bounded: a reader that is slower than that is given up, whole, and never skips an event.
 */
export class Outlet {
  readonly #options: OutletOptions
  #waiting: Waiting[] = []
  #next = 0
  #weight = 0
  #isClosed = false
  readonly #whenReady = new Set<() => void>()

  constructor(options: OutletOptions) {
    this.#options = options
    options.stream.on('drain', () => this.#drain())
  }

  /** True when what is given now is written now. */
  isReady(): boolean {
    return !this.#isClosed && this.#next === this.#waiting.length && !this.#options.stream.writableNeedDrain
  }

  /** Calls back once, when ready again or closed. */
  onceReady(callback: () => void): void {
    if (this.#isClosed || this.isReady()) callback()
    else this.#whenReady.add(callback)
  }

  /** Gives out an event. */
  push(message: Message): void {
    if (this.#isClosed) return
    if (this.isReady()) return this.#write(message)
    const weight = message.head.length + message.body.length + OVERHEAD
    if (this.#weight + weight > this.#options.maxWaiting) {
      this.close()
      this.#options.onOverflow()
      return
    }
    this.#weight += weight
    this.#waiting.push({ ...message, weight, handOver: null })
  }

  /** Gives out anything else, after the events before it. Resolves when the connection took it, or is closed. */
  send(text: string): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    if (this.isReady()) {
      this.#write({ head: text, body: '', tail: '' })
      return Promise.resolve()
    }
    return new Promise((handOver) => this.#waiting.push({ head: text, body: '', tail: '', weight: 0, handOver }))
  }

  /** Drops what waits and takes nothing more. Idempotent. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const dropped = this.#waiting.slice(this.#next)
    this.#waiting = []
    this.#next = 0
    for (const { handOver } of dropped) handOver?.()
    this.#tellReady()
  }

  #drain(): void {
    while (this.#next < this.#waiting.length && !this.#options.stream.writableNeedDrain) {
      const message = this.#waiting[this.#next++]
      if (message === undefined) break
      this.#weight -= message.weight
      this.#write(message)
      message.handOver?.()
    }
    this.#forgetWritten()
    if (this.isReady()) this.#tellReady()
  }

  /** The written part of the queue goes when it is the larger one, so that each message is moved once at most. */
  #forgetWritten(): void {
    if (this.#next * 2 < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#next)
    this.#next = 0
  }

  #tellReady(): void {
    const callbacks = [...this.#whenReady]
    this.#whenReady.clear()
    for (const callback of callbacks) callback()
  }

  #write({ head, body, tail }: Message): void {
    this.#options.holdBack(this.#options.stream)
    this.#options.write(head + body + tail)
  }
}
