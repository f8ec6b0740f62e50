import { Agent, type Dispatcher } from 'undici'
import type { EventClock } from './clock.ts'

/** A request that was answered. */
export interface Sent {
  readonly at: Date
  readonly method: string
  readonly path: string
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A way to a twin on a real socket, on which each request takes its time on the clock, both ways. */
export interface Line extends AsyncDisposable {
  readonly dispatcher: Dispatcher
  readonly sent: readonly Sent[]
}

/** Opens it. */
export function openLine(clock: EventClock, latencyMs: number): Line {
  const agent = new Agent()
  const sent: Sent[] = []

  const told = (
    handler: Dispatcher.DispatchHandler,
    request: { readonly method: string; readonly path: string; readonly answered: () => void },
  ): Dispatcher.DispatchHandler => ({
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart(controller, status, headers, message) {
      sent.push({ at: clock.now(), method: request.method, path: request.path, status, headers })
      handler.onResponseStart?.(controller, status, headers, message)
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd(controller, trailers) {
      request.answered()
      void clock.wait(latencyMs).then(() => handler.onResponseEnd?.(controller, trailers))
    },
    onResponseError(controller, error) {
      request.answered()
      handler.onResponseError?.(controller, error)
    },
  })

  return {
    sent,
    dispatcher: agent.compose((dispatch) => (options, handler) => {
      void clock.wait(latencyMs).then(() => {
        const { method, path } = options
        dispatch(options, told(handler, { method, path, answered: clock.hold() }))
      })
      return true
    }),
    [Symbol.asyncDispose]: () => agent.close(),
  }
}
