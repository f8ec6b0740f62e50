import { AsyncLocalStorage } from 'node:async_hooks'

const scope = new AsyncLocalStorage<string>()

/** Ids that a caller may choose: what fits a log and a header, and is no novel. */
const ACCEPTABLE = /^[\w.:~=+/-]{1,64}$/

/** Does work, and all that it waits for, as part of a request: whatever is logged meanwhile carries its id. */
export function inRequest<T>(requestId: string, work: () => T): T {
  return scope.run(requestId, work)
}

/** The id of the request that whatever runs now is part of; null outside of any. */
export function requestIdNow(): string | null {
  return scope.getStore() ?? null
}

/** The id that a caller gave its request; null when it gave none, or one that is not taken. */
export function readRequestId(given: string | string[] | undefined): string | null {
  return typeof given === 'string' && ACCEPTABLE.test(given) ? given : null
}
