/** A time limit bound to a client's signal. */
export interface Deadline extends Disposable {
  /** Aborts when the time is over or the client is gone, whichever is first. */
  readonly signal: AbortSignal
}

/** Starts a time limit. Dispose it when the work is done, or its timer keeps running. */
export function startDeadline(client: AbortSignal, limitMs: number): Deadline {
  const controller = new AbortController()
  const abort = () => controller.abort(client.reason)
  if (client.aborted) abort()
  else client.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`the operation took longer than ${limitMs} ms`, 'TimeoutError'))
  }, limitMs)
  timer.unref()
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      client.removeEventListener('abort', abort)
    },
  }
}

/** Waits for work, or for the signal, whichever is first; true when the work is done. Rejects as the work does. */
export function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) {
    work.catch(() => {})
    return Promise.resolve(false)
  }
  return new Promise((resolve, reject) => {
    const abort = () => resolve(false)
    signal.addEventListener('abort', abort, { once: true })
    work
      .then(() => resolve(true), reject)
      .finally(() => {
        signal.removeEventListener('abort', abort)
      })
  })
}
