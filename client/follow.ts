import type { GraphQLFormattedError } from 'graphql'
import type { Client, SubscribePayload } from 'graphql-ws'
import { type Gap, readPlace } from './event.ts'
import { judgeErrors, judgeFailure, type Verdict } from './verdict.ts'

/** What to follow, and who is told. */
export interface FollowOptions<Data extends object> {
  /** A subscription that has `$after: String`, gives it to its one field, and selects `cursor` and `gap { from to reread }`. */
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** The cursor to begin after: of `eventCursor`, or the last that was seen. Left out, from now on. */
  readonly after?: string
  /** Hears each event once and in order; `errors` say which branches of it are null since a provider did not answer. */
  readonly onEvent: (data: Data, errors: readonly GraphQLFormattedError[]) => void
  /** Hears that events are missing, in their place, and what to read again. */
  readonly onGap: (gap: Gap) => void
  /** Hears why nothing comes at the moment, and when it is tried again. */
  readonly onWait?: (why: Verdict, waitMs: number) => void
  /** The shortest and the longest wait before it is tried again. */
  readonly backoff?: { readonly firstMs: number; readonly longestMs: number }
}

/** How following ended: by `stop`, by a refusal that will not pass, or by what `onEvent` or `onGap` threw. */
export type FollowEnd =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'refused'; readonly code: Verdict['code']; readonly message: string }
  | { readonly kind: 'failed'; readonly error: unknown }

/** A subscription that goes on. */
export interface Following {
  /** The place of the last event that was handed over; null until it is known where it begins. */
  readonly cursor: string | null
  /** Resolves when nothing more comes; never rejects. */
  readonly ended: Promise<FollowEnd>
  /** Ends it: nothing more is handed over. */
  stop(): void
}

const BACKOFF = { firstMs: 500, longestMs: 30_000 }
/** An event that comes again is one of the last ones. */
const MOST_REMEMBERED = 1_000

/**
 * Follows a subscription through whatever ends it: a lost network, a gateway that is killed, deployed or slower than
 * events come. Each event is handed over once and in order, and where some are missing, that is.
 *
 * It ends when the gateway refuses it for good: the token has ended, say, or the operation does not fit the schema.
 */
export function follow<Data extends object>(client: Client, options: FollowOptions<Data>): Following {
  if (!/\$after\s*:/.test(options.query)) throw new TypeError('declare `$after: String` in the operation, and use it')
  return new Follow(client, options)
}

class Follow<Data extends object> implements Following {
  readonly #client: Client
  readonly #options: FollowOptions<Data>
  /** Read anew each time that graphql-ws sends the operation, so that none of its own retries begins where we began. */
  readonly #variables: Record<string, unknown>
  readonly #seen = new Set<string>()
  readonly #end = Promise.withResolvers<FollowEnd>()
  #isOver = false
  /** What came of the attempts before this one does not count: only the latest is heard. */
  #attempt = 0
  /** How often in a row it was tried in vain. */
  #failures = 0
  #leave: () => void = () => undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(client: Client, options: FollowOptions<Data>) {
    this.#client = client
    this.#options = options
    this.#variables = { ...options.variables, after: options.after ?? null }
    this.#try()
  }

  get cursor(): string | null {
    const { after } = this.#variables
    return typeof after === 'string' ? after : null
  }

  get ended(): Promise<FollowEnd> {
    return this.#end.promise
  }

  stop(): void {
    this.#finish({ kind: 'stopped' })
  }

  #try(): void {
    if (this.cursor !== null) {
      this.#ask({ query: this.#options.query, variables: this.#variables }, (data: Data, errors) => {
        this.#take(data, errors)
      })
      return
    }
    // An event that came before the first one was seen would be lost with the connection.
    this.#ask({ query: '{ eventCursor }' }, ({ eventCursor }: { readonly eventCursor: string }) => {
      this.#variables['after'] = eventCursor
      this.#leave()
      this.#try()
    })
  }

  #ask<Answer>(
    payload: SubscribePayload,
    take: (data: Answer, errors: readonly GraphQLFormattedError[]) => void,
  ): void {
    const attempt = ++this.#attempt
    const began = performance.now()
    const isHeard = (): boolean => !this.#isOver && attempt === this.#attempt
    const giveUp = (why: Verdict): void => {
      if (!isHeard()) return
      // What went well for long begins anew.
      if (performance.now() - began > this.#backoff.longestMs) this.#failures = 0
      this.#retry(why)
    }
    const leave = this.#client.subscribe<Answer>(payload, {
      next: ({ data, errors = [] }) => {
        if (!isHeard()) return
        if (data == null) return giveUp(judgeErrors(errors))
        this.#failures = 0
        take(data, errors)
      },
      error: (failure) => giveUp(judgeFailure(failure)),
      complete: () => giveUp({ code: null, message: 'the subscription ended', isPassing: true }),
    })
    // The end of an operation may be in hand behind its answer. graphql-ws would count both that and our leaving, take the
    // socket for one that nobody uses, and close it under what is followed: so this leaves when that has been taken.
    this.#leave = () => void setTimeout(leave)
  }

  #take(data: Data, errors: readonly GraphQLFormattedError[]): void {
    try {
      const { cursor, gap } = readPlace(data)
      if (this.#seen.has(cursor)) return
      if (gap === null) this.#options.onEvent(data, errors)
      else this.#options.onGap(gap)
      this.#remember(cursor)
    } catch (error) {
      this.#finish({ kind: 'failed', error })
    }
  }

  #remember(cursor: string): void {
    this.#variables['after'] = cursor
    this.#seen.add(cursor)
    if (this.#seen.size <= MOST_REMEMBERED) return
    for (const oldest of this.#seen) {
      this.#seen.delete(oldest)
      return
    }
  }

  get #backoff(): { readonly firstMs: number; readonly longestMs: number } {
    return this.#options.backoff ?? BACKOFF
  }

  #retry(why: Verdict): void {
    this.#attempt += 1
    this.#leave()
    if (!why.isPassing) return this.#finish({ kind: 'refused', code: why.code, message: why.message })
    const { firstMs, longestMs } = this.#backoff
    // Those who were cut off together do not come back together.
    const waitMs = Math.min(longestMs, firstMs * 2 ** this.#failures) * (0.5 + Math.random() / 2)
    this.#failures += 1
    this.#timer = setTimeout(() => this.#try(), waitMs)
    this.#options.onWait?.(why, waitMs)
  }

  #finish(end: FollowEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#leave()
    this.#end.resolve(end)
  }
}
