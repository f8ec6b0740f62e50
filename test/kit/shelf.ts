import type { Clock } from '../../kit/clock.ts'
import type { QuotaShelf } from '../../kit/quota-shelf.ts'

/** A shelf in memory that takes its time, for tests that move the clock. */
export interface TestShelf extends QuotaShelf {
  /** False makes it out of reach. */
  isUp: boolean
  /** How often it was asked. */
  asked: number
  /** Called when one rings. */
  rung: (integrationId: string) => void
}

/** Makes a shelf; `latency` answers how long it takes, each way. */
export function createShelf(clock: Clock, latency: () => number): TestShelf {
  const books = new Map<string, { version: number; state: string }>()
  const reach = async (): Promise<void> => {
    await clock.wait(latency())
    if (!shelf.isUp) throw new Error('the shelf is down')
  }
  const shelf: TestShelf = {
    isUp: true,
    asked: 0,
    rung: () => undefined,
    async read(id) {
      shelf.asked += 1
      await reach()
      const book = books.get(id)
      const now = clock.now()
      await reach()
      return { version: book?.version ?? 0, state: book === undefined ? null : JSON.parse(book.state), now }
    },
    async swap(id, { version, state, ring }) {
      shelf.asked += 1
      await reach()
      const now = clock.now()
      const isNewest = (books.get(id)?.version ?? 0) === version
      if (isNewest) books.set(id, { version: version + 1, state: JSON.stringify(state) })
      await reach()
      if (isNewest && ring) shelf.rung(id)
      return isNewest ? { version: version + 1, now } : null
    },
  }
  return shelf
}
