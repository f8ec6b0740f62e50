/** A stream that can hold its writes back. */
export interface Corkable {
  cork(): void
  uncork(): void
}

/** Holds a stream's writes back until the end of this turn of the event loop. */
export type HoldBack = (stream: Corkable) => void

/**
 * Makes what sends all that is written to a stream in one turn in one piece: a system call for each connection, not for
 * each event.
 */
export function createCorks(): HoldBack {
  let held = new Set<Corkable>()
  const letGo = () => {
    const streams = held
    held = new Set()
    for (const stream of streams) stream.uncork()
  }
  return (stream) => {
    if (held.has(stream)) return
    if (held.size === 0) setImmediate(letGo)
    held.add(stream)
    stream.cork()
  }
}
