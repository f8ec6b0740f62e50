import type { TwinClock } from './clock.ts'
import type { Journal, Kept } from './journal.ts'

/** How a twin's state is taken, put back, and changed again as it was changed before. */
export interface Remembered<State, Deed> {
  save(): State
  restore(state: State): void
  /** Does what was done, with the same outcome. Throws where it threw then. */
  redo(deed: Deed): void
}

/**
 * The one door through which a twin's state changes.
 *
 * Every deed is written down, then done at the one moment that is written with it. So a twin that was killed comes back
 * by doing the deeds again: the same ids, the same times. For that a deed must say everything that decides its outcome
 * except the state and the time; what chance decides outside of the state, such as a token, is part of the deed.
 */
export class Recorder<State, Deed> implements Disposable {
  readonly #clock: TwinClock
  readonly #journal: Journal<State, Deed> | null
  #remembered: Remembered<State, Deed> | null = null
  #replaying = false

  /** @param journal null keeps nothing */
  constructor(clock: TwinClock, journal: Journal<State, Deed> | null) {
    this.#clock = clock
    this.#journal = journal
  }

  /** Whether deeds are being done again: the world was told of them the first time. */
  get replaying(): boolean {
    return this.#replaying
  }

  /** Brings back what was kept, or keeps the first state. Before it nothing may be recorded. */
  resume(kept: Kept<State, Deed> | null, remembered: Remembered<State, Deed>): void {
    if (kept) this.#replay(kept, remembered)
    this.#remembered = remembered
    if (!kept || kept.deeds.length > 0) this.#journal?.restartFrom(remembered.save())
  }

  /** Writes a deed down and does it. Nothing is done when it cannot be written. */
  record<Outcome>(deed: Deed, act: () => Outcome): Outcome {
    const at = this.#clock.now()
    if (this.#journal) {
      if (!this.#remembered) throw new Error('a deed came before the twin was brought back')
      if (this.#journal.isLong()) this.#journal.restartFrom(this.#remembered.save())
      this.#journal.append({ at, deed })
    }
    return this.#clock.during(at, act)
  }

  [Symbol.dispose](): void {
    this.#journal?.[Symbol.dispose]()
  }

  #replay(kept: Kept<State, Deed>, remembered: Remembered<State, Deed>): void {
    this.#replaying = true
    remembered.restore(kept.state)
    for (const { at, deed } of kept.deeds) {
      try {
        this.#clock.during(at, () => remembered.redo(deed))
      } catch {
        // It was refused then, too, and has changed as much as it did then.
      }
    }
    this.#replaying = false
  }
}
