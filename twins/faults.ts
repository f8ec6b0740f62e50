/** Answers that go wrong on purpose. */
export interface FailNext {
  /** How many matching requests fail. */
  readonly count: number
  readonly status: number
  /** Only this method. */
  readonly method?: string
  /** Only paths that begin so. */
  readonly path?: string
  /** The request is carried out first and only its answer is lost. */
  readonly afterwards?: boolean
}

/** What can be asked to go wrong with requests. Fields left out stay as they are. */
export interface FaultSettings {
  /** Every request waits this long. */
  readonly latencyMs?: number
  readonly failNext?: FailNext
  /** This many answers are cut in the middle of their JSON. */
  readonly malformedNext?: number
  /** This many sockets are closed without an answer, after the request was carried out. */
  readonly hangUpNext?: number
}

/** The faults of one request. */
export interface RequestFaults {
  readonly latencyMs: number
  readonly failBefore: number | null
  readonly failAfter: number | null
  readonly malformed: boolean
  readonly hangUp: boolean
}

/** Holds what is to go wrong and counts it down. */
export interface Faults {
  set(settings: FaultSettings): void
  clear(): void
  /** Takes the faults of one request, each counted once. */
  take(method: string, path: string): RequestFaults
  /** What is still to go wrong. */
  pending(): { latencyMs: number; failures: readonly FailNext[]; malformedNext: number; hangUpNext: number }
}

/** Starts without faults. */
export function createFaults(): Faults {
  let latencyMs = 0
  let failures: FailNext[] = []
  let malformedNext = 0
  let hangUpNext = 0
  const takeFailure = (method: string, path: string): FailNext | null => {
    const found = failures.find(
      (failure) =>
        (failure.method === undefined || failure.method.toUpperCase() === method) &&
        (failure.path === undefined || path.startsWith(failure.path)),
    )
    if (!found) return null
    failures = failures.flatMap((failure) =>
      failure !== found ? [failure] : found.count > 1 ? [{ ...found, count: found.count - 1 }] : [],
    )
    return found
  }
  return {
    set(settings) {
      latencyMs = settings.latencyMs ?? latencyMs
      malformedNext = settings.malformedNext ?? malformedNext
      hangUpNext = settings.hangUpNext ?? hangUpNext
      if (settings.failNext && settings.failNext.count > 0) failures = [...failures, settings.failNext]
    },
    clear() {
      latencyMs = 0
      failures = []
      malformedNext = 0
      hangUpNext = 0
    },
    take(method, path) {
      const failure = takeFailure(method, path)
      const answered = failure === null
      const malformed = answered && malformedNext > 0
      const hangUp = answered && !malformed && hangUpNext > 0
      if (malformed) malformedNext -= 1
      if (hangUp) hangUpNext -= 1
      return {
        latencyMs,
        failBefore: failure && failure.afterwards !== true ? failure.status : null,
        failAfter: failure?.afterwards === true ? failure.status : null,
        malformed,
        hangUp,
      }
    },
    pending: () => ({ latencyMs, failures, malformedNext, hangUpNext }),
  }
}
