/** One pushed event, composed anew for every attempt because the attempt's number is part of what is signed. */
export interface Delivery {
  readonly topic: string
  /** Where this one goes; left out, to the target that all share. */
  readonly to?: { readonly url: string; readonly method: string }
  /** Whose quota it counts against; left out, all share one. */
  readonly quotaOf?: string
  compose(attempt: number): { readonly body: string; readonly headers: Readonly<Record<string, string>> }
  /** Hears of every attempt when it was answered, or was not. */
  readonly answered?: (attempt: AnsweredAttempt) => void
}

/** What an attempt was answered. */
export interface AnsweredAttempt {
  readonly attempt: number
  /** Null when the receiver was not reached, or not in time. */
  readonly status: number | null
  /** What the receiver asked for in seconds; null when it did not. */
  readonly retryAfterSeconds: number | null
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
  /** This many arrive with one byte flipped in the middle of their body; sent again, they are whole. */
  readonly flipNext?: number
}

/** What became of one attempt. */
export interface DeliveryAttempt {
  readonly at: Date
  readonly topic: string
  readonly attempt: number
  /** The receiver's status; null when it was not reached in time, or the delivery was dropped on purpose. */
  readonly status: number | null
  readonly outcome: 'delivered' | 'failed' | 'dropped'
  /** Whether a byte of its body was flipped on the way. */
  readonly flipped: boolean
}

/** How a provider delivers. */
export interface DeliveryRules {
  readonly concurrency: number
  readonly timeoutMs: number
  /** How long to wait before each attempt after the first; there are no more attempts than these. */
  readonly retryWaitsMs: readonly number[]
  /** Instead of them, for providers that look at the answer: how long until the next attempt, null for no more. */
  readonly retryWaitMs?: (failed: AnsweredAttempt) => number | null
  /** How long nothing is sent after a 429. */
  readonly throttleMs: number
  /** At most so many calls in a window; those past it wait for the next, and are given up when they are older than `keptMs`. */
  readonly quota?: { readonly calls: number; readonly windowMs: number; readonly keptMs: number }
  readonly now: () => Date
}

interface Queued {
  readonly delivery: Delivery
  readonly attempt: number
  /** When it was first to be sent, by the twin's clock. */
  readonly sentAtMs: number
}

interface Waiting {
  readonly queued: Queued
  /** By the twin's clock. */
  readonly dueAtMs: number
}

const keptAttempts = 5_000

const UNSENT = { status: null, flipped: false } as const

/** Sends deliveries in the background, in no promised order. What is sent while there is no target is lost, as with the real ones. */
export class Deliveries {
  readonly #rules: DeliveryRules
  readonly #closing = new AbortController()
  readonly #waiting = new Map<NodeJS.Timeout, Waiting>()
  readonly #running = new Set<Promise<void>>()
  readonly #faults = { dropNext: 0, duplicateNext: 0, reorderNext: 0, delayMs: 0, flipNext: 0 }
  #target: string | null = null
  #queue: Queued[] = []
  #held: Queued[] = []
  #attempts: DeliveryAttempt[] = []
  #throttledUntilMs = 0
  #quotaWindow = 0
  /** Calls of each in the window under way. */
  readonly #calls = new Map<string, number>()

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
    if ((this.#target === null && !delivery.to) || this.#closing.signal.aborted) return
    const queued = { delivery, attempt: 1, sentAtMs: this.#rules.now().getTime() }
    if (this.#faults.dropNext > 0) {
      this.#faults.dropNext -= 1
      this.#record(queued, 'dropped', UNSENT)
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

  /** Sends what the twin's clock has come to: time may have been moved past the end of a wait. */
  wake(): void {
    const now = this.#rules.now().getTime()
    for (const [timer, { queued, dueAtMs }] of this.#waiting) {
      if (dueAtMs <= now) this.#release(timer, queued)
    }
    this.#pump()
  }

  /** Answers when everything under way was answered; what waits goes on waiting. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  /** Sends at once what is delayed, held or waiting for its retry or the next quota, and answers when nothing is left. */
  async settle(): Promise<void> {
    this.#faults.reorderNext = 0
    this.#releaseHeld()
    // A failed attempt schedules its retry, so look again until nothing is left.
    while (!this.#closing.signal.aborted && this.#queue.length + this.#running.size + this.#waiting.size > 0) {
      this.#throttledUntilMs = 0
      this.#calls.clear()
      for (const [timer, { queued }] of this.#waiting) this.#release(timer, queued)
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
    this.#waiting.set(timer, { queued, dueAtMs: this.#rules.now().getTime() + waitMs })
  }

  #release(timer: NodeJS.Timeout, queued: Queued): void {
    clearTimeout(timer)
    this.#waiting.delete(timer)
    this.#queue.push(queued)
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
      const deferredMs = this.#takeQuota(queued.delivery.quotaOf ?? '')
      if (deferredMs > 0) {
        this.#defer(queued, deferredMs)
        continue
      }
      const run: Promise<void> = this.#attempt(queued).finally(() => {
        this.#running.delete(run)
        this.#pump()
      })
      this.#running.add(run)
    }
  }

  /** Counts one call. Answers 0, or how long until there may be another. */
  #takeQuota(whose: string): number {
    const { quota } = this.#rules
    if (!quota) return 0
    const now = this.#rules.now().getTime()
    const startedAtMs = now - (now % quota.windowMs)
    if (startedAtMs !== this.#quotaWindow) this.#calls.clear()
    this.#quotaWindow = startedAtMs
    const calls = this.#calls.get(whose) ?? 0
    if (calls >= quota.calls) return startedAtMs + quota.windowMs - now
    this.#calls.set(whose, calls + 1)
    return 0
  }

  #defer(queued: Queued, waitMs: number): void {
    const keptMs = this.#rules.quota?.keptMs ?? 0
    if (this.#rules.now().getTime() - queued.sentAtMs >= keptMs) this.#record(queued, 'dropped', UNSENT)
    else this.#enqueue(queued, waitMs)
  }

  async #attempt(queued: Queued): Promise<void> {
    const { to } = queued.delivery
    const target = to ?? (this.#target === null ? null : { url: this.#target, method: 'POST' })
    if (target === null) return
    const flipped = this.#faults.flipNext > 0 && queued.attempt === 1
    if (flipped) this.#faults.flipNext -= 1
    const answered = await this.#post(target, queued, flipped ? flipByte : (body) => body)
    if (this.#closing.signal.aborted) return
    const { status } = answered
    const delivered = status !== null && status >= 200 && status < 300
    this.#record(queued, delivered ? 'delivered' : 'failed', { status, flipped })
    const isOver = status === 410 && !to
    if (isOver) this.#target = null
    if (status === 429) this.#throttledUntilMs = performance.now() + this.#rules.throttleMs
    queued.delivery.answered?.(answered)
    const retryWaitMs = delivered || isOver ? null : this.#retryWaitMs(answered)
    if (retryWaitMs !== null) this.#enqueue({ ...queued, attempt: queued.attempt + 1 }, retryWaitMs)
  }

  #retryWaitMs(failed: AnsweredAttempt): number | null {
    if (this.#rules.retryWaitMs) return this.#rules.retryWaitMs(failed)
    return this.#rules.retryWaitsMs[failed.attempt - 1] ?? null
  }

  async #post(
    to: { url: string; method: string },
    queued: Queued,
    carry: (body: string) => string | Buffer<ArrayBuffer>,
  ): Promise<AnsweredAttempt> {
    const { attempt } = queued
    const { body, headers } = queued.delivery.compose(queued.attempt)
    const { url, method } = to
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#rules.timeoutMs)])
      const content = method === 'GET' ? {} : { body: carry(body) }
      const response = await fetch(url, { method, headers, ...content, signal, redirect: 'manual' })
      await response.arrayBuffer()
      const asked = response.headers.get('retry-after')
      const retryAfterSeconds = asked !== null && /^\d+$/.test(asked) ? Number(asked) : null
      return { attempt, status: response.status, retryAfterSeconds }
    } catch {
      // Refused, reset or too slow: to a sender they are all a failed attempt.
      return { attempt, status: null, retryAfterSeconds: null }
    }
  }

  #record(
    queued: Queued,
    outcome: DeliveryAttempt['outcome'],
    { status, flipped }: Pick<DeliveryAttempt, 'status' | 'flipped'>,
  ): void {
    const { delivery, attempt } = queued
    this.#attempts.push({ at: this.#rules.now(), topic: delivery.topic, attempt, status, outcome, flipped })
    if (this.#attempts.length > keptAttempts * 1.2) this.#attempts = this.#attempts.slice(-keptAttempts)
  }

  #releaseHeld(): void {
    const released = this.#held.toReversed()
    this.#held = []
    for (const queued of released) this.#enqueue(queued, 0)
  }
}

function flipByte(body: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(body)
  const middle = bytes.length >> 1
  if (bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  return bytes
}
