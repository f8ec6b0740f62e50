import type { Clock } from '../../kit/clock.ts'

export const START = new Date('2026-01-01T00:00:00Z')

/** A clock whose waits pass at once, moving its time; `waits` tells how long each was. */
export function createSkippingClock(): Clock & { readonly waits: number[] } {
  let now = START.getTime()
  const waits: number[] = []
  return {
    waits,
    now: () => new Date(now),
    async wait(milliseconds, signal) {
      const due = now + milliseconds
      await Promise.resolve()
      signal?.throwIfAborted()
      waits.push(milliseconds)
      now = Math.max(now, due)
    },
  }
}

/** A clock that stands still until it is moved. */
export interface SteppedClock extends Clock {
  advance(milliseconds: number): Promise<void>
  /** Moves on from one wait that ends to the next, for so long. */
  run(milliseconds: number): Promise<void>
}

/** Makes a clock that stands still until it is moved. */
export function createSteppedClock(): SteppedClock {
  let now = START.getTime()
  const sleepers = new Set<{ readonly due: number; readonly wake: () => void }>()
  const advance = async (milliseconds: number): Promise<void> => {
    now += milliseconds
    for (const sleeper of [...sleepers].filter(({ due }) => due <= now)) {
      sleepers.delete(sleeper)
      sleeper.wake()
    }
    await settle()
  }
  return {
    now: () => new Date(now),
    wait(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        const sleeper = { due: now + milliseconds, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(new Error('woken', { cause: signal.reason }))
        })
      })
    },
    advance,
    async run(milliseconds) {
      const end = now + milliseconds
      await settle()
      while (now < end) {
        const next = Math.min(end, ...[...sleepers].map(({ due }) => due))
        await advance(Math.max(next - now, 0))
      }
      await settle()
    },
  }
}

/** Lets everything that is already decided run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
