import type { Clock } from './clock.ts'
import { type BookState, readBook } from './quota-book.ts'

/** Where the processes of a workspace keep their books on the quotas of accounts. */
export interface QuotaShelf {
  /** The book of an integration. @throws when it is out of reach */
  read(integrationId: string): Promise<Shelved>
  /**
   * Puts another state in the place of the version that was read; null when somebody was faster.
   *
   * @param written.ring has all processes hear of it at once
   * @throws when it is out of reach; then it may or may not have been written
   */
  swap(
    integrationId: string,
    written: { readonly version: number; readonly state: BookState; readonly ring: boolean },
  ): Promise<Pick<Shelved, 'version' | 'now'> | null>
}

/** A book as it lies on the shelf. */
export interface Shelved {
  readonly version: number
  /** As `swap` was given it; null where nobody wrote one. */
  readonly state: unknown
  /** The time there, which all processes go by. */
  readonly now: Date
}

/** A book as it was when one version of it was seen. */
export interface SeenBook {
  readonly version: number
  readonly state: BookState | null
}

/** The place of one book on the shelf, which keeps nobody waiting, and whose time is known. */
export interface BookPlace {
  /** What is added to times of this process's clock to have the shelf's. */
  readonly skewMs: number
  /** The book as it was last read or written; null before. */
  readonly lastSeen: BookState | null
  /** @throws Error the shelf is out of reach, or took too long */
  read(): Promise<SeenBook>
  /**
   * Puts another state in the place of what was seen; null when somebody was faster.
   *
   * @throws Error the shelf is out of reach, or took too long: it may still come to be written
   */
  swap(seen: SeenBook, written: { readonly state: BookState; readonly ring: boolean }): Promise<SeenBook | null>
}

/** How long the shelf may take. */
const SHELF_MS = 3_000

/** Opens the place of an integration's book. */
export function openBookPlace(shelf: QuotaShelf, integrationId: string, clock: Clock): BookPlace {
  let skewMs = 0
  let lastSeen: BookState | null = null

  const saw = (seen: SeenBook, now: Date): SeenBook => {
    skewMs = now.getTime() - clock.now().getTime()
    lastSeen = seen.state
    return seen
  }

  const inTime = async <Result>(asked: Promise<Result>): Promise<Result> => {
    const ending = new AbortController()
    const late = clock.wait(SHELF_MS, ending.signal).then(() => {
      throw new Error(`no answer within ${SHELF_MS} ms`)
    })
    late.catch(() => undefined)
    try {
      return await Promise.race([asked, late])
    } finally {
      ending.abort()
    }
  }

  return {
    get skewMs() {
      return skewMs
    },
    get lastSeen() {
      return lastSeen
    },
    async read() {
      const { version, state, now } = await inTime(shelf.read(integrationId))
      return saw({ version, state: readBook(state) }, now)
    },
    async swap({ version }, { state, ring }) {
      const written = await inTime(shelf.swap(integrationId, { version, state, ring }))
      return written && saw({ version: written.version, state }, written.now)
    },
  }
}
