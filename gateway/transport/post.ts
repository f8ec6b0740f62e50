import type { Dispatcher } from 'undici'
import type { HttpAnswer } from './answer.ts'

/** The connection was closed before anything of an answer came. */
export class UnansweredError extends Error {
  constructor(options: ErrorOptions) {
    super('the connection was closed before an answer came', options)
    this.name = 'UnansweredError'
  }
}

/**
 * Sends a body of JSON and collects the answer, whatever its status. Rejects when the connection breaks (with
 * {@link UnansweredError} where that may be tried again), the answer is larger than the dispatcher lets it be, or the
 * signal aborts, which also ends the exchange.
 */
export type Post = (body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<HttpAnswer>

/**
 * Makes the way to post to one path.
 *
 * It listens to the dispatcher itself: undici's `request` hands out every body as a stream, and for bodies that are
 * collected whole the stream costs more than sending and parsing together.
 */
export function createPost(dispatcher: Dispatcher, path: string): Post {
  return (body, headers, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(toReason(signal))
      const exchange = new Exchange({ signal, resolve, reject })
      dispatcher.dispatch({ method: 'POST', path, headers: { ...headers, ...OWN_HEADERS }, body }, exchange)
    })
}

/**
 * Makes a way to post that tries once more when the connection was closed before an answer came: the other side may
 * close a kept-alive connection in the moment in which it is used. Only for what may be done twice.
 */
export function createPatientPost(post: Post): Post {
  return (body, headers, signal) =>
    post(body, headers, signal).catch((failure: unknown) => {
      if (failure instanceof UnansweredError) return post(body, headers, signal)
      throw failure
    })
}

const OWN_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json',
  // Without it, any encoding would be as good an answer.
  'accept-encoding': 'identity',
} as const

/** How undici and the system call a connection that was closed by the other side. */
const CLOSED: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

interface Asker {
  readonly signal: AbortSignal
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (reason: Error) => void
}

/** One request and what comes back. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #asker: Asker
  readonly #chunks: Buffer[] = []
  readonly #leave = (): void => {
    const reason = toReason(this.#asker.signal)
    this.#asker.reject(reason)
    this.#controller?.abort(reason)
  }
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #encoding: string | readonly string[] | undefined

  constructor(asker: Asker) {
    this.#asker = asker
    asker.signal.addEventListener('abort', this.#leave, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#asker.signal.aborted) this.#leave()
  }

  /** Called for every informational answer, too: the last status counts. */
  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): void {
    this.#status = status
    this.#encoding = headers['content-encoding']
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#asker.signal.removeEventListener('abort', this.#leave)
    this.#asker.resolve({ status: this.#status, encoding: this.#encoding, text: decode(this.#chunks) })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#asker.signal.removeEventListener('abort', this.#leave)
    const isUnanswered = this.#status === 0 && 'code' in error && CLOSED.has(error.code)
    this.#asker.reject(isUnanswered ? new UnansweredError({ cause: error }) : error)
  }
}

function toReason({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('the request was aborted', { cause: reason })
}

const BYTE_ORDER_MARK = 0xfeff

function decode(chunks: readonly Buffer[]): string {
  const [only] = chunks
  const text = (chunks.length === 1 && only ? only : Buffer.concat(chunks)).toString('utf8')
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text
}
