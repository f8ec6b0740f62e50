/** Lets things happen one after the other: when asked, or by themselves every so often. */
export class Pace {
  readonly #step: () => string
  readonly #log: (line: string) => void
  #timer: NodeJS.Timeout | null = null

  /** @param step lets one thing happen, and says what */
  constructor(step: () => string, log: (line: string) => void) {
    this.#step = step
    this.#log = log
  }

  /** Whether something happens by itself. */
  get running(): boolean {
    return this.#timer !== null
  }

  /** Lets something happen every so often. Starting again changes the pace. */
  start(everyMs = 3_000): void {
    this.stop()
    this.#timer = setInterval(() => this.#tick(), everyMs)
    this.#timer.unref()
  }

  /** Lets nothing more happen by itself. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Lets one thing happen. Answers what, for logs. */
  step(): string {
    return this.#step()
  }

  #tick(): void {
    try {
      this.#step()
    } catch (error) {
      // Nobody asked for this step, so nobody hears what it throws: it ends the work, not the process.
      this.stop()
      this.#log(
        `nothing more happens by itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }
  }
}
