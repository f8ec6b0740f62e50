/** A job in hand: which attempt of which job it is, and what it carries. */
export interface HeldJob<Data> {
  readonly id: string
  readonly retryCount: number
  readonly data: Data
}

/** Where a pump takes its jobs from, and what it says of them. */
export interface PumpSource<Data> {
  /** The oldest jobs that may be worked, of all lanes but those; they are this process's until settled, or until it stops to say so. */
  fetch(most: number, without: readonly string[]): Promise<HeldJob<Data>[]>
  /** Says that the jobs are still being worked. */
  keep(jobs: readonly HeldJob<Data>[]): Promise<void>
  complete(jobs: readonly HeldJob<Data>[]): Promise<void>
  /** Gives the jobs back, to be worked again later. */
  fail(jobs: readonly HeldJob<Data>[], error: unknown): Promise<void>
}

/** How a pump works. */
export interface PumpOptions<Data> {
  /** Jobs of the same lane are worked in order; lanes do not wait for one another. */
  readonly laneOf: (data: Data) => string
  /** Works jobs of one lane, in their order. When it rejects, all of them come again: it must be idempotent. */
  readonly work: (batch: readonly Data[]) => Promise<void>
  /** How many jobs may be in hand. */
  readonly most: number
  /** How many are fetched at once, and how many of one lane may be in hand before it is passed over: less than twice as many are. */
  readonly ofOneLane: number
  /** How many of one lane are worked together: enough to gain by it, few enough for the first not to wait for the last. */
  readonly together: number
  /** How often it looks by itself. */
  readonly pollMs: number
  /** How often it says that what is in hand is being worked. */
  readonly keepMs: number
  readonly report: (error: unknown) => void
}

/** Takes jobs from a queue and spreads them over lanes. */
export interface Pump {
  /** Looks at once instead of at the next poll. */
  nudge(): void
  /** Takes no more, and resolves when what is in hand is settled. Idempotent. */
  close(): Promise<void>
}

/**
 * Starts a pump: jobs are fetched one batch after the other, so each lane gets them in the order of the queue.
 *
 * What comes in for a lane while it is at work is worked together when that has ended. A lane that is slow, because
 * its provider is, holds up no other: however much waits for it, it fills no more than its part of the hands.
 */
export function startPump<Data>(source: PumpSource<Data>, options: PumpOptions<Data>): Pump {
  const { laneOf, work, most, ofOneLane, together, pollMs, keepMs, report } = options
  const held = new Set<HeldJob<Data>>()
  const lanes = new Map<string, { readonly waiting: HeldJob<Data>[]; readonly ended: Promise<void> }>()
  const inHand = new Map<string, number>()
  let closed = false
  let nudged = false
  let wake = (): void => undefined

  const isFull = (lane: string): boolean => (inHand.get(lane) ?? 0) >= ofOneLane

  const count = (lane: string, more: number): void => {
    const jobs = (inHand.get(lane) ?? 0) + more
    if (jobs === 0) inHand.delete(lane)
    else inHand.set(lane, jobs)
  }

  const settle = async (lane: string, batch: readonly HeldJob<Data>[]): Promise<void> => {
    try {
      await work(batch.map((job) => job.data))
      await source.complete(batch)
    } catch (error) {
      report(error)
      // When that fails too, the queue sees that nobody says they are being worked.
      await source.fail(batch, error).catch(report)
    } finally {
      const wasFull = held.size >= most || isFull(lane)
      for (const job of batch) held.delete(job)
      count(lane, -batch.length)
      if (wasFull) nudge()
    }
  }

  const runLane = async (lane: string, waiting: HeldJob<Data>[]): Promise<void> => {
    while (waiting.length > 0) await settle(lane, waiting.splice(0, together))
    lanes.delete(lane)
  }

  const take = (jobs: readonly HeldJob<Data>[]): void => {
    const begun = new Map<string, HeldJob<Data>[]>()
    for (const job of jobs) {
      held.add(job)
      const lane = laneOf(job.data)
      count(lane, 1)
      const waiting = lanes.get(lane)?.waiting ?? begun.get(lane)
      if (waiting) waiting.push(job)
      else begun.set(lane, [job])
    }
    for (const [lane, waiting] of begun) {
      // The lane stands in the map before it runs, so that it can leave it when it ends.
      const ended = Promise.resolve().then(() => runLane(lane, waiting))
      lanes.set(lane, { waiting, ended })
    }
  }

  const nudge = (): void => {
    nudged = true
    wake()
  }

  const rest = async (): Promise<void> => {
    if (nudged || closed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  const run = async (): Promise<void> => {
    while (!closed) {
      nudged = false
      const room = most - held.size
      try {
        const full = [...inHand.keys()].filter(isFull)
        const jobs = room > 0 ? await source.fetch(Math.min(room, ofOneLane), full) : []
        take(jobs)
        if (jobs.length > 0) continue
      } catch (error) {
        report(error)
        nudged = false
      }
      await rest()
    }
    await Promise.all([...lanes.values()].map(({ ended }) => ended))
  }

  const running = run()
  const keeping = setInterval(() => {
    if (held.size > 0) source.keep([...held]).catch(report)
  }, keepMs)
  return {
    nudge,
    async close() {
      closed = true
      wake()
      await running
      clearInterval(keeping)
    },
  }
}
