/** Where the log does not reach back to what was seen last. */
export interface Gap {
  readonly from: string
  readonly to: string
  /** Fields of `Query` that may answer differently since. */
  readonly reread: readonly string[]
}

/** What following reads of an answer. */
export interface Place {
  readonly cursor: string
  /** As it was selected; null for an event. */
  readonly gap: Gap | null
}

/**
 * Reads where an answer stands in the log: `cursor` and `gap` of its one field.
 *
 * @throws TypeError one of them was not selected, without which nothing can be followed
 */
export function readPlace(data: object): Place {
  const [event] = Object.values(data) as readonly unknown[]
  if (typeof event !== 'object' || event === null || !('cursor' in event) || typeof event.cursor !== 'string') {
    throw new TypeError('select `cursor` of the event, without an alias: it is where following goes on')
  }
  if (!('gap' in event)) {
    throw new TypeError('select `gap { from to reread }` of the event, without an alias: events may be missing')
  }
  return { cursor: event.cursor, gap: event.gap as Gap | null }
}
