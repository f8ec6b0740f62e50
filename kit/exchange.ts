import type { Dispatcher } from 'undici'
import type { Call } from './account-client.ts'

/** One HTTP request, ready to go. */
export interface Outgoing {
  readonly method: Call['method']
  readonly url: URL
  readonly headers: Headers
  readonly body: string | null
  /** For the whole exchange, connecting and reading the body included. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** An answer, whole. */
export interface Incoming {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** There is no answer. `sent` is false only when it is certain that nothing left this machine. */
export interface Fault {
  readonly kind: 'fault'
  readonly reason: 'unreachable' | 'timeout' | 'aborted' | 'too large'
  readonly sent: boolean
  readonly cause: Error
}

/** No answer of any provider is as large as this; one that is would be held in memory whole. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024

class TooLarge extends Error {}

/**
 * Sends one request and reads its answer; a fault is an answer too, never a rejection.
 *
 * It speaks to the dispatcher itself, since only there it shows whether a request was begun on a socket before it died:
 * that decides whether a write may be repeated.
 */
export function exchange(dispatcher: Dispatcher, outgoing: Outgoing): Promise<Incoming | Fault> {
  const timeout = AbortSignal.timeout(outgoing.timeoutMs)
  const signal = AbortSignal.any([outgoing.signal, timeout])
  const chunks: Buffer[] = []
  let sent = false
  let bytes = 0
  let status = 0
  let headers = new Headers()
  let controller: Dispatcher.DispatchController | null = null

  return new Promise((resolve) => {
    const fail = (cause: Error): void => {
      signal.removeEventListener('abort', onAbort)
      const ended = outgoing.signal.aborted ? 'aborted' : timeout.aborted ? 'timeout' : 'unreachable'
      resolve({ kind: 'fault', reason: cause instanceof TooLarge ? 'too large' : ended, sent, cause })
    }
    const abort = (cause: Error): void => {
      controller?.abort(cause)
      fail(cause)
    }
    const onAbort = (): void => abort(asError(signal.reason))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        if (signal.aborted) return started.abort(asError(signal.reason))
        controller = started
        sent = true
      },
      onResponseStart(_, statusCode, received) {
        status = statusCode
        headers = toHeaders(received)
      },
      onResponseData(_, chunk) {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) return abort(new TooLarge(`an answer of more than ${MAX_ANSWER_BYTES} bytes`))
        chunks.push(chunk)
      },
      onResponseEnd() {
        signal.removeEventListener('abort', onAbort)
        resolve({ kind: 'answer', status, headers, text: Buffer.concat(chunks).toString('utf8') })
      },
      onResponseError(_, error) {
        fail(error)
      },
    }
    const { method, url, body } = outgoing
    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: Object.fromEntries(outgoing.headers),
          body,
        },
        handler,
      )
    } catch (error) {
      fail(asError(error))
    }
  })
}

function toHeaders(received: Readonly<Record<string, string | string[] | undefined>>): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(received)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one)
  }
  return headers
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('ended without a reason', { cause: reason })
