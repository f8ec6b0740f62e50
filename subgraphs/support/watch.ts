import type { EventStream } from '../../store/event-follower.ts'
import { DatabaseUnavailableError } from '../../store/errors.ts'

/** What was read, and a text that differs when it does. */
export interface Reading<T> {
  readonly value: T
  readonly text: string
}

/** What is watched. */
export interface WatchOptions<T> {
  /** Opens the events after which it may have changed. */
  readonly follow: (signal: AbortSignal) => EventStream
  readonly read: () => Promise<Reading<T>>
  /** It is also read again after so long without an event, since time passes; null where time changes nothing. */
  readonly tickMs: number | null
  /** Called when the last watcher left. */
  readonly onOver: () => void
}

/** It is read again no sooner than this after it was read, and so many times as long as reading took. */
const LEAST_PAUSE_MS = 1_000
const PAUSE_FACTOR = 10

/**
 * Something that is read again whenever it may have changed, once for all who watch it.
 *
 * Each watcher is handed what it is now, then what it is whenever it is something else. One who is slow is handed the
 * newest and misses what came between.
 */
export class Watch<T> {
  readonly #options: WatchOptions<T>
  readonly #watchers = new Set<Watcher<T>>()
  readonly #over = new AbortController()
  #latest: Reading<T> | null = null
  #isDirty = false
  #wake: () => void = () => undefined

  constructor(options: WatchOptions<T>) {
    this.#options = options
  }

  /** Begins to watch. Ending the iterator ends it, at once. */
  watch(): AsyncIterableIterator<T> {
    const watcher = new Watcher<T>((left) => {
      this.#watchers.delete(left)
      if (this.#watchers.size === 0) this.#end()
    })
    const isFirst = this.#watchers.size === 0
    this.#watchers.add(watcher)
    if (this.#latest !== null) watcher.hand(this.#latest.value)
    if (isFirst) void this.#run()
    return watcher
  }

  async #run(): Promise<void> {
    const { follow, tickMs } = this.#options
    const { signal } = this.#over
    const events = follow(signal)
    try {
      await events.started
      void this.#heed(events)
      while (!signal.aborted) {
        this.#isDirty = false
        const began = performance.now()
        await this.#read()
        await this.#pause(Math.max(LEAST_PAUSE_MS, PAUSE_FACTOR * (performance.now() - began)))
        if (!this.#isDirty) await this.#pause(tickMs, 'until dirty')
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  async #heed(events: EventStream): Promise<void> {
    try {
      for await (const _event of events) {
        this.#isDirty = true
        this.#wake()
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  async #read(): Promise<void> {
    let reading: Reading<T>
    try {
      reading = await this.#options.read()
    } catch (error) {
      // It comes back by itself, and is tried again after the pause.
      if (!(error instanceof DatabaseUnavailableError)) throw error
      this.#isDirty = true
      return
    }
    if (reading.text === this.#latest?.text) return
    this.#latest = reading
    for (const watcher of this.#watchers) watcher.hand(reading.value)
  }

  /** Waits so long; or, `until dirty`, no longer than until something happens, for which null waits ever. Ends with the watch. */
  async #pause(ms: number | null, until?: 'until dirty'): Promise<void> {
    const { signal } = this.#over
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = ms === null ? undefined : setTimeout(done, ms)
      const wake = (): void => void ((until !== undefined || signal.aborted) && done())
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#wake = wake
      signal.addEventListener('abort', wake)
    })
  }

  #fail(error: unknown): void {
    const watchers = [...this.#watchers]
    this.#watchers.clear()
    this.#end()
    for (const watcher of watchers) watcher.fail(error)
  }

  #end(): void {
    if (this.#over.signal.aborted) return
    this.#options.onOver()
    this.#over.abort()
  }
}

/** One who watches. */
class Watcher<T> implements AsyncIterableIterator<T> {
  readonly #onLeave: (watcher: Watcher<T>) => void
  #pending: { readonly value: T } | null = null
  #fault: { readonly error: unknown } | null = null
  #isOver = false
  #wake: () => void = () => undefined

  constructor(onLeave: (watcher: Watcher<T>) => void) {
    this.#onLeave = onLeave
  }

  hand(value: T): void {
    this.#pending = { value }
    this.#wake()
  }

  fail(error: unknown): void {
    this.#fault = { error }
    this.#isOver = true
    this.#wake()
  }

  async next(): Promise<IteratorResult<T>> {
    for (;;) {
      const fault = this.#fault
      this.#fault = null
      if (fault !== null) throw fault.error
      if (this.#isOver) return { done: true, value: undefined }
      const pending = this.#pending
      this.#pending = null
      if (pending !== null) return { done: false, value: pending.value }
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  return(): Promise<IteratorResult<T>> {
    this.#isOver = true
    this.#onLeave(this)
    this.#wake()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
