/** A process that runs. */
export interface Running {
  readonly url: string
  /** Reads anew what may have changed since the start; null where that is nothing. */
  readonly reload: (() => Promise<void>) | null
  /** Ends it: requests and pages in hand finish first. Idempotent. */
  close(): Promise<void>
}

/** Makes a process of what was opened, and of how to end it. */
export function toRunning(url: string, opened: AsyncDisposableStack, reload: Running['reload']): Running {
  let closed: Promise<void> | null = null
  return { url, reload, close: () => (closed ??= opened.disposeAsync()) }
}
