import type { Clock } from '../../kit/clock.ts'

/** Time that passes only when everybody waits for it, so that minutes of waiting take none. */
export interface EventClock extends Clock {
  /** Lets time stand still until what is answered is called: something real is under way. */
  hold(): () => void
  /** Lets time pass, from one wait that ends to the next, until the work is done. */
  run<Result>(work: Promise<Result>): Promise<Result>
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Makes a clock that stands at `start`. */
export function createEventClock(start: Date): EventClock {
  let now = start.getTime()
  let held = 0
  const sleepers = new Set<{ readonly due: number; readonly wake: () => void }>()

  const pass = (): void => {
    const next = Math.min(...[...sleepers].map(({ due }) => due))
    if (held > 0 || next === Number.POSITIVE_INFINITY) return
    now = Math.max(now, next)
    for (const sleeper of [...sleepers].filter(({ due }) => due <= now)) {
      sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  return {
    now: () => new Date(now),
    wait: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { due: now + milliseconds, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(new Error('woken', { cause: signal.reason }))
        })
      }),
    hold() {
      held += 1
      return () => {
        held -= 1
      }
    },
    async run(work) {
      const state = { isDone: false }
      const end = (): void => {
        state.isDone = true
      }
      work.then(end, end)
      for (;;) {
        await settle()
        if (state.isDone) return await work
        pass()
      }
    },
  }
}
