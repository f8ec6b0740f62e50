import type { Clock } from '../clock.ts'
import type { Events } from '../execute/subscribe.ts'
import type { OperationResult } from '../execute/run.ts'
import type { Course } from './course.ts'
import { createDoubleFinder, isAligned } from './doubles.ts'

/** What a relay is made of. */
export interface RelayOptions {
  readonly course: Course
  readonly clock: Clock
  /** Ends everything. */
  readonly signal: AbortSignal
  /** Called when a new source cannot be had, and the one before goes on. */
  readonly onStuck: (failure: unknown) => void
}

/** How long a source goes on after the one that will follow it was asked. */
const OVERLAP_MS = 2_000

type Step = IteratorResult<OperationResult, undefined>

/** How a source ended: that was all, or it broke. */
type Ending = { readonly step: Step } | { readonly failure: unknown }

/** A source that will follow, and what it has told of itself. */
interface Heir {
  readonly course: Course
  events: Events | null
  /** Its first answer, which is asked for at once: some sources begin only then. */
  first: Promise<Step> | null
  /** Its first answer as text; null until it comes. */
  firstText: string | null
  callOff: () => void
  /** The old source was told to end, so this one goes on in any case. */
  isDue: boolean
}

/**
 * One subscription's answers, from whichever source they come now.
 *
 * Where a new source has to follow, both run side by side: what the old one brings is given out while the new one's
 * answers wait, until it is known which of them the old one has brought already, or for two seconds. Thus nothing is
 * missing that either has. An answer may come twice only where several read the same, or the two sources differ.
 */
export class Relay {
  readonly #options: RelayOptions
  #course: Course
  #cursor: string | null = null
  #events: Events | null = null
  #ahead: Promise<Step> | null = null
  #heir: Heir | null = null
  /** What is to be heard once an heir that is due has inherited. */
  #later: Course | null = null
  /** What was given out since the heir was asked, as text. */
  #given: string[] = []
  #isDouble: ((text: string) => boolean) | null = null
  /** What the old source ended with, while it is not known whether the heir goes on. */
  #end: Ending | null = null
  #pull: PromiseWithResolvers<Step> | null = null
  #isLeft = false

  constructor(options: RelayOptions) {
    this.#options = options
    this.#course = options.course
  }

  /** What is heard, and on which graph. */
  get course(): Course {
    return this.#course
  }

  /** Opens the first source; an answer when it could not be, on the graph that is served by then. */
  async start(): Promise<OperationResult | null> {
    const first = this.#course
    const opened = await first.start(this.#options.signal)
    if (!('next' in opened)) return this.#course === first || this.#isLeft ? opened : this.start()
    this.#events = opened
    if (this.#isLeft) opened.leave()
    else if (this.#course !== first) this.#goOn(this.#course)
    return null
  }

  /** The next answer. Must not be called again before it has settled. Rejects with a GraphQLError when the source broke. */
  next(): Promise<Step> {
    const pull = Promise.withResolvers<Step>()
    this.#pull = pull
    this.#pullNow()
    return pull.promise
  }

  /** Goes on with another course: over the same source where it has the same, else over a new one. */
  follow(course: Course): void {
    if (this.#isLeft) return
    if (this.#events === null) this.#course = course
    else this.#goOn(course)
  }

  /** Ends the source now, and the answers after the one that is being made. */
  leave(): void {
    this.#isLeft = true
    this.#loseHeir()
    this.#events?.leave()
  }

  /** Ends the source now, and the answers after those to what it has brought already. */
  finish(): void {
    this.#isLeft = true
    this.#later = null
    if (this.#heir?.isDue === true) return this.#heir.events?.finish()
    this.#loseHeir()
    this.#events?.finish()
  }

  #goOn(course: Course): void {
    if (this.#heir?.isDue === true) {
      this.#later = course
      return
    }
    this.#dropHeir()
    const { subscription } = course
    if ('start' in subscription && this.#events?.continueAs(subscription) === true) this.#course = course
    else void this.#openHeir(course.after(this.#cursor))
  }

  async #openHeir(course: Course): Promise<void> {
    const heir: Heir = { course, events: null, first: null, firstText: null, callOff: () => {}, isDue: false }
    this.#heir = heir
    const opened = await course.start(this.#options.signal)
    if (this.#heir !== heir) {
      if ('next' in opened) opened.leave()
      return
    }
    if (!('next' in opened)) return this.#giveUp(heir, opened.errors?.[0])
    heir.events = opened
    const first: Promise<Step> = opened.next()
    heir.first = first
    first.then(
      (step) => {
        if (step.done === true) return this.#giveUp(heir, new Error('the new source ended at once'))
        heir.firstText = JSON.stringify(step.value)
        this.#lookForAlignment()
      },
      (failure: unknown) => this.#giveUp(heir, failure),
    )
    // What waits at the old one may have come before this one began.
    heir.callOff = this.#options.clock.after(OVERLAP_MS, () => this.#endOld(heir, (old) => old.finish()))
    if (this.#end !== null) this.#inherit(heir, opened)
  }

  /** Another heir may take its place. */
  #dropHeir(): void {
    const heir = this.#heir
    this.#heir = null
    this.#given = []
    heir?.callOff()
    heir?.events?.leave()
  }

  /** Nobody follows any more: what the old source brings, its end too, is all there is. */
  #loseHeir(): void {
    this.#dropHeir()
    const end = this.#end
    this.#end = null
    if (end !== null) this.#endAs(end)
  }

  /** An heir that is due is heard to its end, which tells by itself what went wrong. */
  #giveUp(heir: Heir, failure: unknown): void {
    if (this.#heir !== heir || heir.isDue) return
    this.#options.onStuck(failure)
    // The old one ended where another was to follow: more was to come, and whoever asks again may have it.
    if (this.#end !== null && 'step' in this.#end) this.#end = { failure }
    this.#loseHeir()
  }

  #endOld(heir: Heir, how: (old: Events) => void): void {
    heir.isDue = true
    if (this.#events !== null) how(this.#events)
  }

  #pullNow(): void {
    const events = this.#events
    if (events === null) throw new Error('expected the relay to have been started')
    const step = this.#ahead ?? events.next()
    this.#ahead = null
    step.then(
      (taken) => this.#take(taken),
      (failure: unknown) => this.#endWith({ failure }),
    )
  }

  #take(step: Step): void {
    if (step.done === true) return this.#endWith({ step })
    const { value } = step
    const isText = this.#isDouble !== null || this.#heir !== null
    const text = isText ? JSON.stringify(value) : ''
    if (this.#isDouble?.(text) === true) return this.#pullNow()
    this.#isDouble = null
    this.#cursor = this.#course.readCursor(value) ?? this.#cursor
    if (this.#heir !== null) this.#given.push(text)
    this.#settle((pull) => pull.resolve(step))
    this.#lookForAlignment()
  }

  #settle(how: (pull: PromiseWithResolvers<Step>) => void): void {
    const pull = this.#pull
    this.#pull = null
    if (pull !== null) how(pull)
  }

  /** The source ended or broke: if another follows, that one goes on. */
  #endWith(end: Ending): void {
    const heir = this.#heir
    if (heir === null) return this.#endAs(end)
    this.#end = end
    if (heir.events !== null) this.#inherit(heir, heir.events)
  }

  #endAs(end: Ending): void {
    this.#settle((pull) => ('step' in end ? pull.resolve(end.step) : pull.reject(end.failure)))
  }

  /** Once it is known what the old source has brought of the new one's, the old one is not needed any more. */
  #lookForAlignment(): void {
    const heir = this.#heir
    const text = heir?.firstText ?? null
    if (heir === null || heir.isDue || text === null) return
    if (isAligned(this.#given, text)) this.#endOld(heir, (old) => old.leave())
  }

  #inherit(heir: Heir, events: Events): void {
    heir.callOff()
    this.#isDouble = createDoubleFinder(this.#given)
    this.#course = heir.course
    this.#events = events
    this.#ahead = heir.first
    this.#heir = null
    this.#given = []
    this.#end = null
    this.#pullNow()
    const later = this.#later
    this.#later = null
    if (later !== null) this.#goOn(later)
  }
}
