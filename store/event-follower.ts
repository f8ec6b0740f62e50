import type { LogGap, StoreEvent, Told } from './change.ts'
import type { PlacedGap } from './event-gap.ts'
import { type About, isAbout } from './event-followers.ts'
import { isAfter, type Moment, type Position } from './event-position.ts'
import type { EventPage, Placed } from './event-table.ts'

/** A follower that is slower than this many events reads them again from the table instead of piling them up. */
const MOST_QUEUED = 1_000

/** The events that someone follows, and where some are missing. For one reader. */
export interface EventStream extends AsyncIterableIterator<Told> {
  /**
   * Resolves when nothing that commits from then on is missed: at once with a cursor, else within a round trip to the
   * database. Never rejects; also resolves when the stream ends.
   */
  readonly started: Promise<void>
  return(): Promise<IteratorResult<Told>>
}

/** What a follower needs of the feed. */
export interface Source {
  /** Puts the follower among those who are handed events as they come; answers since when. */
  join(follower: Follower): Promise<Moment>
  leave(follower: Follower): void
  /** Reads what the follower wants from the table; a gap, when the table does not reach back so far. */
  read(follower: Follower, after: Position): Promise<EventPage | PlacedGap>
}

/**
 * One who follows the events of a workspace: first what the table holds after its cursor, then live, with neither
 * gap nor repeat where the two meet.
 *
 * It ends at once when its signal aborts or when `return()` is called, also while it waits.
 */
export class Follower implements EventStream {
  readonly started: Promise<void>
  readonly workspaceId: string
  readonly kinds: ReadonlySet<string> | null
  /** The rows that an event must be about, all of them; none for any. */
  readonly about: readonly About[]
  readonly #only: (event: StoreEvent) => boolean
  readonly #source: Source
  readonly #signal: AbortSignal
  /** Found, and to be told before anything else. */
  #gap: LogGap | null = null
  /** Read from the table, to be handed out before what is queued. */
  #backlog: readonly Placed[] = []
  #next = 0
  /** Everything up to here was handed out or stands in the backlog; null until "from now on" is known. */
  #read: Position | null
  /** What is left out, since it had committed before "now". */
  #isPast: Moment['isPast'] = () => false
  /** Since when events are queued as they come; null while they are only read from the table. */
  #joined: Promise<Moment> | null = null
  #queue: Placed[] = []
  #overflowed = false
  #ended = false
  #fault: unknown = null
  #turn: Promise<unknown> = Promise.resolve()
  #wake: () => void = () => undefined
  #onEnd: () => void = () => undefined
  #onStart: () => void = () => undefined

  constructor(
    source: Source,
    options: {
      workspaceId: string
      kinds: readonly string[] | null
      about: readonly About[]
      only: (event: StoreEvent) => boolean
      after: Position | null
      signal: AbortSignal
    },
  ) {
    this.workspaceId = options.workspaceId
    this.kinds = options.kinds === null ? null : new Set(options.kinds)
    this.about = options.about
    this.#only = options.only
    this.#source = source
    this.#signal = options.signal
    this.#read = options.after
    this.started = new Promise((resolve) => (this.#onStart = resolve))
    options.signal.addEventListener('abort', this.#end)
    if (options.signal.aborted) this.#end()
    // "From now on" begins when it is asked for, not when the first event is waited for.
    else if (options.after === null) this.#join()
    else this.#onStart()
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Hands over an event as it comes. Called by the feed, in order. */
  push(placed: Placed): void {
    if (this.kinds !== null && !this.kinds.has(placed.event.kind)) return
    if (!this.#isWanted(placed)) return
    if (this.#queue.length >= MOST_QUEUED) {
      this.#overflowed = true
      this.#source.leave(this)
      return
    }
    this.#queue.push(placed)
    this.#wake()
  }

  /** Ends it with a fault, which its reader is told. Called by the feed. */
  fail(fault: unknown): void {
    this.#fault ??= fault
    this.#end()
  }

  next(): Promise<IteratorResult<Told>> {
    const taken = this.#turn.then(() => this.#take())
    this.#turn = taken.catch(() => undefined)
    return taken
  }

  return(): Promise<IteratorResult<Told>> {
    this.#end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async #take(): Promise<IteratorResult<Told>> {
    while (!this.#ended) {
      const gap = this.#gap
      this.#gap = null
      if (gap !== null) return { done: false, value: gap }
      const placed = this.#backlog[this.#next]
      if (placed !== undefined) {
        this.#next += 1
        if (this.#isPast(placed.position.xid)) continue
        return { done: false, value: placed.event }
      }
      try {
        const live = await this.#catchUp()
        if (live !== null) return { done: false, value: live.event }
      } catch (error) {
        this.fail(error)
      }
    }
    const fault = this.#fault
    this.#fault = null
    if (fault !== null) throw fault
    return { done: true, value: undefined }
  }

  /** One step: the next live event, or null after something else was done towards it. */
  async #catchUp(): Promise<Placed | null> {
    if (this.#joined === null) {
      // Only `after` starts without having joined, so that there is a position to read from.
      if (this.#read !== null && (await this.#readOn(this.#read))) this.#join()
      return null
    }
    const joined = await this.#unlessEnded(this.#joined)
    if (joined === null) return null
    if (this.#read === null) {
      this.#read = joined.position
      this.#isPast = joined.isPast
    }
    if (isAfter(joined.position, this.#read)) {
      await this.#readOn(this.#read)
      return null
    }
    const placed = this.#queue.shift()
    if (placed !== undefined) {
      if (!isAfter(placed.position, this.#read)) return null
      this.#read = placed.position
      return this.#isPast(placed.position.xid) ? null : placed
    }
    if (this.#overflowed) {
      this.#overflowed = false
      this.#joined = null
      return null
    }
    await new Promise<void>((resolve) => (this.#wake = resolve))
    return null
  }

  /** Reads a page from the table. Answers whether that was all there is for now. */
  async #readOn(after: Position): Promise<boolean> {
    const page = await this.#unlessEnded(this.#source.read(this, after))
    if (page === null) return false
    if ('gap' in page) {
      this.#gap = page.gap
      this.#read = page.upTo
      return false
    }
    this.#backlog = page.events.filter((placed) => this.#isWanted(placed))
    this.#next = 0
    this.#read = page.upTo
    return !page.full
  }

  #isWanted({ event }: Placed): boolean {
    return isAbout(event, this.about) && this.#only(event)
  }

  #join(): void {
    this.#joined = this.#source.join(this)
    // Whoever waits for it is told; nobody may be waiting.
    this.#joined.then(this.#onStart, () => undefined)
  }

  #unlessEnded<T>(work: Promise<T>): Promise<T | null> {
    return new Promise<T | null>((resolve, reject) => {
      this.#onEnd = () => resolve(null)
      work.then(resolve, reject)
    })
  }

  readonly #end = (): void => {
    if (this.#ended) return
    this.#ended = true
    this.#signal.removeEventListener('abort', this.#end)
    this.#source.leave(this)
    this.#queue = []
    this.#backlog = []
    this.#wake()
    this.#onEnd()
    this.#onStart()
  }
}
