import type { Dispatcher } from 'undici'
import type { Json } from '../../store/kinds.ts'

/** What an answer is to say instead; the body as it is leaves it alone. */
export type Rewrite = (path: string, body: Json) => Json

/**
 * Stands between a client and its provider, and changes what answers say on their way: for what a twin has no fault for.
 *
 * @param current asked for each answer; null lets it pass
 */
export function rewriting(current: () => Rewrite | null): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const rewrite = current()
    if (rewrite === null) return dispatch(options, handler)
    const chunks: Buffer[] = []
    return dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onResponseStart: (controller, status, headers, message) =>
        handler.onResponseStart?.(controller, status, headers, message),
      onResponseData: (_, chunk) => void chunks.push(chunk),
      onResponseEnd(controller, trailers) {
        const text = Buffer.concat(chunks).toString('utf8')
        handler.onResponseData?.(controller, Buffer.from(rewritten(rewrite, options.path, text)))
        handler.onResponseEnd?.(controller, trailers)
      },
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    })
  }
}

function rewritten(rewrite: Rewrite, path: string, text: string): string {
  // What is no JSON is of no record: an empty answer, a page that says that nothing is there.
  if (!/^\s*[[{]/.test(text)) return text
  const body: Json = JSON.parse(text)
  return JSON.stringify(rewrite(path, body))
}
