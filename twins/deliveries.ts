/** One pushed event, composed anew for every attempt because the attempt's number is part of what is signed. */
export interface Delivery {
  readonly topic: string
  compose(attempt: number): { readonly body: string; readonly headers: Readonly<Record<string, string>> }
}

/** What can be asked to go wrong with deliveries. Fields left out stay as they are. */
export interface DeliveryFaults {
  /** This many are never sent. */
  readonly dropNext?: number
  /** This many are sent twice. */
  readonly duplicateNext?: number
  /** This many are held until all of them are there, then sent newest first. */
  readonly reorderNext?: number
  /** Each waits this long before it is sent. */
  readonly delayMs?: number
}

/** What became of one attempt. */
export interface DeliveryAttempt {
  readonly at: Date
  readonly topic: string
  readonly attempt: number
  /** The receiver's status; null when it was not reached in time, or the delivery was dropped on purpose. */
  readonly status: number | null
  readonly outcome: 'delivered' | 'failed' | 'dropped'
}

/** How a provider delivers. */
export interface DeliveryRules {
  readonly concurrency: number
  readonly timeoutMs: number
  /** Attempts after the first, and the wait before each. */
  readonly retries: number
  readonly retryAfterMs: number
  /** How long nothing is sent after a 429. */
  readonly throttleMs: number
  readonly now: () => Date
}

interface Queued {
  readonly delivery: Delivery
  readonly attempt: number
}

const keptAttempts = 5_000

/** Sends deliveries in the background, in no promised order. What is sent while there is no target is lost, as with the real ones. */
export class Deliveries {
  readonly #rules: DeliveryRules
  readonly #closing = new AbortController()
  readonly #waiting = new Map<NodeJS.Timeout, Queued>()
  readonly #running = new Set<Promise<void>>()
  readonly #faults = { dropNext: 0, duplicateNext: 0, reorderNext: 0, delayMs: 0 }
  #target: string | null = null
  #queue: Queued[] = []
  #held: Queued[] = []
  #attempts: DeliveryAttempt[] = []
  #throttledUntilMs = 0

  constructor(rules: DeliveryRules) {
    this.#rules = rules
  }

  /** Where deliveries go; null when nowhere. */
  get target(): string | null {
    return this.#target
  }

  /** Where to send from now on; null stops. */
  setTarget(url: string | null): void {
    this.#target = url
  }

  /** What is to go wrong from now on. */
  setFaults(faults: DeliveryFaults): void {
    Object.assign(this.#faults, faults)
    if (this.#faults.reorderNext === 0) this.#releaseHeld()
  }

  /** The latest attempts, oldest first. */
  attempts(): readonly DeliveryAttempt[] {
    return this.#attempts
  }

  /** Takes one delivery to be sent soon. */
  send(delivery: Delivery): void {
    if (this.#target === null || this.#closing.signal.aborted) return
    const queued = { delivery, attempt: 1 }
    if (this.#faults.dropNext > 0) {
      this.#faults.dropNext -= 1
      this.#record(queued, 'dropped', null)
    } else if (this.#faults.reorderNext > 0) {
      this.#faults.reorderNext -= 1
      this.#held.push(queued)
      if (this.#faults.reorderNext === 0) this.#releaseHeld()
    } else if (this.#faults.duplicateNext > 0) {
      this.#faults.duplicateNext -= 1
      this.#enqueue(queued, this.#faults.delayMs)
      this.#enqueue(queued, this.#faults.delayMs)
    } else {
      this.#enqueue(queued, this.#faults.delayMs)
    }
  }

  /** Sends at once what is delayed, held or waiting for its retry, and answers when nothing is left. */
  async settle(): Promise<void> {
    this.#faults.reorderNext = 0
    this.#releaseHeld()
    // A failed attempt schedules its retry, so look again until nothing is left.
    while (!this.#closing.signal.aborted && this.#queue.length + this.#running.size + this.#waiting.size > 0) {
      this.#throttledUntilMs = 0
      for (const [timer, queued] of this.#waiting) {
        clearTimeout(timer)
        this.#queue.push(queued)
      }
      this.#waiting.clear()
      this.#pump()
      await Promise.all(this.#running)
    }
  }

  /** Gives up what is queued and cuts off what is under way. */
  async close(): Promise<void> {
    this.#closing.abort()
    for (const timer of this.#waiting.keys()) clearTimeout(timer)
    this.#waiting.clear()
    this.#queue = []
    this.#held = []
    await Promise.all(this.#running)
  }

  #enqueue(queued: Queued, waitMs: number): void {
    if (waitMs <= 0) {
      this.#queue.push(queued)
      this.#pump()
      return
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(timer)
      this.#enqueue(queued, 0)
    }, waitMs)
    timer.unref()
    this.#waiting.set(timer, queued)
  }

  #pump(): void {
    const throttledMs = this.#throttledUntilMs - performance.now()
    while (this.#running.size < this.#rules.concurrency && !this.#closing.signal.aborted) {
      const queued = this.#queue.shift()
      if (!queued) return
      if (throttledMs > 0) {
        this.#enqueue(queued, throttledMs)
        continue
      }
      const run: Promise<void> = this.#attempt(queued).finally(() => {
        this.#running.delete(run)
        this.#pump()
      })
      this.#running.add(run)
    }
  }

  async #attempt(queued: Queued): Promise<void> {
    if (this.#target === null) return
    const status = await this.#post(this.#target, queued)
    if (this.#closing.signal.aborted) return
    const delivered = status !== null && status >= 200 && status < 300
    this.#record(queued, delivered ? 'delivered' : 'failed', status)
    if (status === 410) this.#target = null
    if (status === 429) this.#throttledUntilMs = performance.now() + this.#rules.throttleMs
    if (!delivered && status !== 410 && queued.attempt <= this.#rules.retries) {
      this.#enqueue({ ...queued, attempt: queued.attempt + 1 }, this.#rules.retryAfterMs)
    }
  }

  async #post(url: string, queued: Queued): Promise<number | null> {
    const { body, headers } = queued.delivery.compose(queued.attempt)
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#rules.timeoutMs)])
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
      await response.arrayBuffer()
      return response.status
    } catch {
      // Refused, reset or too slow: to a sender they are all a failed attempt.
      return null
    }
  }

  #record(queued: Queued, outcome: DeliveryAttempt['outcome'], status: number | null): void {
    const { delivery, attempt } = queued
    this.#attempts.push({ at: this.#rules.now(), topic: delivery.topic, attempt, status, outcome })
    if (this.#attempts.length > keptAttempts * 1.2) this.#attempts = this.#attempts.slice(-keptAttempts)
  }

  #releaseHeld(): void {
    const released = this.#held.toReversed()
    this.#held = []
    for (const queued of released) this.#enqueue(queued, 0)
  }
}
