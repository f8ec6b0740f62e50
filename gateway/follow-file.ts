import { readFile } from 'node:fs/promises'
import { unwatchFile, watchFile } from 'node:fs'
import type { Clock } from './clock.ts'

/** What to follow. */
export interface FollowOptions {
  readonly file: string
  /** What is known of it already. */
  readonly text: string
  readonly clock: Clock
  /** Called when the file holds something else than before, and is not being written any more. */
  readonly onChange: () => void
}

/** How often it is looked whether the file is another. */
const LOOK_MS = 500
/** For how long a file must read the same before it counts as written. */
const SETTLE_MS = 250

/**
 * Follows a file by its path. Where it is replaced by another of its name, is a link that points elsewhere, or lies on a
 * disk that tells nothing, a change is noticed all the same, since the file is looked at. What is being written is left
 * alone until it reads the same twice.
 */
export function followFile({ file, text, clock, onChange }: FollowOptions): Disposable {
  let isOver = false
  let looking = 0
  let known = text
  // A file that is away for a moment is about to be replaced.
  const read = () => readFile(file, 'utf8').catch(() => null)
  const look = async () => {
    const turn = ++looking
    for (let last = await read(); ;) {
      await new Promise<void>((resolve) => clock.after(SETTLE_MS, resolve))
      if (isOver || turn !== looking) return
      const now = await read()
      if (now === last) {
        if (now === null || now === known) return
        known = now
        return onChange()
      }
      last = now
    }
  }
  const listener = () => void look()
  watchFile(file, { interval: LOOK_MS, persistent: false }, listener)
  // It may have changed since its text was read.
  void look()
  return {
    [Symbol.dispose]: () => {
      isOver = true
      unwatchFile(file, listener)
    },
  }
}
