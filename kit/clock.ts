import { setTimeout } from 'node:timers/promises'

/** Time, handed in so that a test can move it. */
export interface Clock {
  now(): Date
  /** @throws the signal's reason when it is aborted while waiting */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own time. Waiting for it keeps no process alive. */
export const systemClock: Clock = {
  now: () => new Date(),
  async wait(milliseconds, signal) {
    try {
      await setTimeout(milliseconds, undefined, { signal, ref: false })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
}
