/** One call a twin answered. Carries no token and no body. */
export interface LoggedRequest {
  readonly number: number
  readonly at: Date
  readonly method: string
  readonly path: string
  readonly query: string
  /** The declared path, null for one that is not declared. */
  readonly template: string | null
  /** Null when the socket was closed on purpose. */
  readonly status: number | null
}

/** Which calls to list: all that fit every field given. */
export interface RequestFilter {
  readonly method?: string
  /** How the path begins. */
  readonly path?: string
  readonly template?: string
}

/** The most recent calls. */
export interface RequestLog {
  add(request: Omit<LoggedRequest, 'number'>): void
  list(filter?: RequestFilter): LoggedRequest[]
  /** Calls since the start or the last clearing, those no longer listed included. */
  count(): number
  clear(): void
}

/** Keeps the latest `keep` calls. */
export function createRequestLog(keep = 5_000): RequestLog {
  let entries: LoggedRequest[] = []
  let total = 0
  return {
    add(request) {
      total += 1
      entries.push({ number: total, ...request })
      if (entries.length > keep * 1.2) entries = entries.slice(-keep)
    },
    list: (filter = {}) =>
      entries.filter(
        (entry) =>
          (filter.method === undefined || entry.method === filter.method.toUpperCase()) &&
          (filter.path === undefined || entry.path.startsWith(filter.path)) &&
          (filter.template === undefined || entry.template === filter.template),
      ),
    count: () => total,
    clear() {
      entries = []
      total = 0
    },
  }
}
