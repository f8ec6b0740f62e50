import { GraphQLError } from 'graphql'
import type { Clock } from '../clock.ts'
import { gatewayError, type ErrorAudience } from '../errors.ts'
import type { OperationResult } from '../execute/run.ts'
import type { Graph } from '../graph.ts'
import type { Listener } from './listener.ts'
import type { Course } from './course.ts'
import { toPayload, toPlainErrors } from './payload.ts'
import { Recent } from './recent.ts'
import { Relay } from './relay.ts'

const NO_LONGER_VALID = 'The schema has changed, and this subscription no longer fits it.'

/** What a group runs. */
export interface GroupOptions {
  /** What it hears when it begins. */
  readonly course: Course
  /** The cursor that it begins after; null for none, or one that is not known. */
  readonly after: string | null
  readonly clock: Clock
  /** Called when the group was to change over to another source, and could not: it goes on with the one before. */
  readonly onStuck: (failure: unknown) => void
  readonly audience: ErrorAudience
  /** Called once, right before the first event is given out. */
  readonly onFirstEvent: () => void
  /** Called after each event was given out, with its cursor; null for one that is not known. */
  readonly onGiven: (cursor: string | null) => void
  /** Called once, when the group takes nobody any more: its source ended, or the last listener left. */
  readonly onOver: () => void
}

/**
 * Those who hear the same: one subscription, one execution and one serialisation of each event for all of them.
 *
 * Events are taken from the source one at a time, so their order stays. The group waits for readers only when none of
 * them is ready: a slow one never holds the others, and one alone is not given more than it reads, so that a long
 * replay is no faster than its reader. What happens meanwhile waits at the source, which bounds it.
 */
export class Group {
  readonly #options: GroupOptions
  readonly #listeners = new Set<Listener>()
  readonly #stop = new AbortController()
  readonly #relay: Relay
  readonly #recent: Recent
  /** What the listeners are told when the events end; null when that is all. */
  #verdict: GraphQLError | null = null
  #isOver = false
  /** Where its listeners went on to. */
  #heir: Group | null = null
  #wake: () => void = () => {}
  readonly #callWake = (): void => this.#wake()

  constructor(options: GroupOptions) {
    this.#options = options
    const { course, after, clock, onStuck } = options
    this.#recent = new Recent(after)
    this.#relay = new Relay({ course, clock, onStuck, signal: this.#stop.signal })
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size
  }

  /** Adds one who hears what comes from now on. The first one starts the source. */
  join(listener: Listener): void {
    const isFirst = this.#listeners.size === 0
    this.#listeners.add(listener)
    this.#callWake()
    if (isFirst) void this.#run()
  }

  /**
   * Adds one who comes back, and gives it what was given out since.
   *
   * @returns false when that is not known any more, and nothing was given
   */
  rejoin(listener: Listener, after: string): boolean {
    const missed = this.#isOver ? null : this.#recent.after(after)
    if (missed === null) return false
    for (const payload of missed) listener.next(payload)
    this.join(listener)
    return true
  }

  /** Lets one go; with the last one the source ends, at once. Idempotent. */
  leave(listener: Listener): void {
    if (this.#heir !== null) return this.#heir.leave(listener)
    if (!this.#listeners.delete(listener) || this.#isOver) return
    if (this.#listeners.size === 0) this.#end()
    this.#callWake()
  }

  /** Ends, and its listeners hear what another group gives out from now on: both have given out the same up to here. */
  mergeInto(other: Group): void {
    this.#heir = other
    for (const listener of this.#close()) other.join(listener)
  }

  /**
   * Goes on on another graph, after the event in hand.
   *
   * @returns false when what it hears does not fit that graph: it ends after the events that have come, and says so
   */
  move(graph: Graph): boolean {
    if (this.#verdict !== null) return false
    this.#recent.clear()
    const course = this.#relay.course.on(graph)
    const [problem] = course.findProblems()
    if (problem === undefined) {
      this.#relay.follow(course)
      return true
    }
    this.#verdict = gatewayError('SUBSCRIPTION_NO_LONGER_VALID', `${NO_LONGER_VALID} ${problem.message}`)
    this.#relay.finish()
    return false
  }

  async #run(): Promise<void> {
    const { audience, onFirstEvent, onGiven } = this.#options
    const { signal } = this.#stop
    try {
      const refusal = await this.#relay.start()
      if (refusal !== null) return this.#refuse(refusal)
      for (let isFirst = true; ; isFirst = false) {
        const event = await this.#relay.next()
        if (signal.aborted) return
        if (event.done === true) break
        const payload = JSON.stringify(toPayload(event.value, audience))
        if (isFirst) onFirstEvent()
        for (const listener of this.#listeners) listener.next(payload)
        const cursor = this.#relay.course.readCursor(event.value)
        this.#recent.add(cursor, payload)
        onGiven(cursor)
        if (!this.#isAnyReady()) await this.#untilAnyReady()
      }
      if (this.#verdict !== null) return this.#fail(this.#verdict)
      for (const listener of this.#close()) listener.complete()
    } catch (failure) {
      this.#fail(failure)
    }
  }

  /** The subscription could not start: its errors are its one answer. */
  #refuse(answer: OperationResult): void {
    const payload = JSON.stringify(toPayload(answer, this.#options.audience))
    for (const listener of this.#close()) {
      listener.next(payload)
      listener.complete()
    }
  }

  /** The source broke. The error is worded once for all; where it stood among the fields is not told. */
  #fail(failure: unknown): void {
    const originalError = failure instanceof Error ? failure : new Error(String(failure))
    const listeners = this.#close()
    if (listeners.length === 0) return
    const error = new GraphQLError(originalError.message, { originalError })
    const errors = toPlainErrors([error], this.#options.audience)
    for (const listener of listeners) listener.fail(errors)
  }

  /** Ends the group and answers who was in it. */
  #close(): readonly Listener[] {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    this.#end()
    return listeners
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onOver()
    this.#stop.abort(new Error('nobody listens any more'))
  }

  #isAnyReady(): boolean {
    for (const listener of this.#listeners) if (listener.isReady()) return true
    return this.#listeners.size === 0
  }

  #untilAnyReady(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
      for (const listener of this.#listeners) listener.onceReady(this.#callWake)
    })
  }
}
