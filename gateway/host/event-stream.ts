import type { ServerResponse } from 'node:http'
import type { GraphQLError, GraphQLFormattedError } from 'graphql'
import type { Clock } from '../clock.ts'
import { gatewayError } from '../errors.ts'
import type { Listener } from '../fan-out/listener.ts'
import type { HoldBack } from './cork.ts'
import { Outlet } from './outlet.ts'

/** What a stream of events is made of. */
export interface EventStreamOptions {
  /** Nothing of it may have been sent. */
  readonly response: ServerResponse
  readonly clock: Clock
  readonly holdBack: HoldBack
  /** Characters of events that may wait for a slow reader. */
  readonly maxWaiting: number
  /** Called once, when the reader was too slow and the stream ends for that. */
  readonly onTooSlow: () => void
}

const HEAD = 'event: next\ndata: '
const TAIL = '\n\n'
const COMPLETE = 'event: complete\ndata:\n\n'
/** A comment: browsers announce a stream only when something comes, and proxies cut one on which nothing does. */
const SIGN_OF_LIFE = ':\n\n'
const PING_MS = 12_000

/**
 * One answer as Server-Sent Events: `next` with an answer each, then `complete`.
 *
 * A reader that is too slow is told so in the last event, after all that came before; one that takes nothing at all
 * between two signs of life is hung up on.
 */
export class EventStream implements Listener {
  readonly #response: ServerResponse
  readonly #clock: Clock
  readonly #outlet: Outlet
  readonly #onEnd = new Set<() => void>()
  #isEnded = false
  #callOffPing: () => void = () => {}

  constructor({ response, clock, holdBack, maxWaiting, onTooSlow }: EventStreamOptions) {
    this.#response = response
    this.#clock = clock
    const write = (text: string) => void response.write(text)
    const onOverflow = () => {
      onTooSlow()
      this.#finish(`${HEAD}${toText([FELL_BEHIND.toJSON()])}${TAIL}${COMPLETE}`)
    }
    this.#outlet = new Outlet({ stream: response, write, holdBack, maxWaiting, onOverflow })
    response.once('close', () => {
      this.#end()
      this.#callOffPing()
    })
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    response.write(SIGN_OF_LIFE)
    this.#schedulePing(true)
  }

  /** Calls back once, when the stream ends for whatever reason; at once when it has. */
  onEnd(callback: () => void): void {
    if (this.#isEnded) callback()
    else this.#onEnd.add(callback)
  }

  /** Takes an answer as JSON text. */
  next(body: string): void {
    this.#outlet.push({ head: HEAD, body, tail: TAIL })
  }

  /** Ends the stream after all that was given. */
  complete(): void {
    void this.#outlet.send(COMPLETE).then(() => this.#end())
  }

  /** Ends the stream with errors, after all that was given. */
  fail(errors: readonly GraphQLFormattedError[]): void {
    void this.#outlet.send(`${HEAD}${toText(errors)}${TAIL}${COMPLETE}`).then(() => this.#end())
  }

  /** Ends the stream with an error, now: what waits is dropped. */
  refuse(error: GraphQLError): void {
    if (!this.#isEnded) this.#finish(`${HEAD}${toText([error.toJSON()])}${TAIL}${COMPLETE}`)
  }

  /** Ends the stream, now and without `complete`. */
  goAway(): void {
    if (this.#isEnded) return
    const isRead = this.#outlet.isReady()
    this.#end()
    if (!isRead) this.#response.destroy()
  }

  /** True when what is given now is written now. */
  isReady(): boolean {
    return this.#outlet.isReady()
  }

  /** Calls back once, when ready again or gone. */
  onceReady(callback: () => void): void {
    this.#outlet.onceReady(callback)
  }

  #finish(last: string): void {
    this.#response.write(last)
    this.#end()
  }

  #end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#outlet.close()
    for (const callback of this.#onEnd) callback()
    this.#onEnd.clear()
    this.#response.end()
  }

  #schedulePing(wasRead: boolean): void {
    this.#callOffPing = this.#clock.after(PING_MS, () => {
      const isRead = !this.#response.writableNeedDrain
      if (!isRead && !wasRead) return void this.#response.destroy()
      if (isRead && !this.#isEnded) this.#response.write(SIGN_OF_LIFE)
      this.#schedulePing(isRead)
    })
  }
}

const FELL_BEHIND = gatewayError(
  'FELL_BEHIND',
  'Events came faster than they were read; subscribe again from the last cursor you saw.',
)

function toText(errors: readonly GraphQLFormattedError[]): string {
  return JSON.stringify({ errors })
}
