import type { Database } from './database.ts'
import { EVENT_CHANNEL } from './event-table.ts'

/**
 * Says that there may be events to read, and nothing of what they are: those stand in the log alone. It may ring once too
 * often; who hears it looks now and then by themselves, since it may also be lost.
 */
export interface Bell extends AsyncDisposable {
  /**
   * Hears it until disposed: whose events there may be, or `''` for anybody's. `heard` must not throw.
   *
   * @throws DatabaseUnavailableError the database has the bell, and does not answer
   */
  hear(heard: (workspaceId: string) => void): Promise<AsyncDisposable>
  /**
   * Rings it for events that may be read by now, `''` for anybody's; null where the database does that by itself.
   *
   * @param id the same for the same events: it then rings once
   * @throws Error it cannot be rung now
   */
  readonly ring: ((workspaceId: string, id: string) => Promise<void>) | null
}

/** The bell of the database itself: LISTEN, on the connection on which a process listens to whatever it does. */
export const databaseBell = (database: Database): Bell => ({
  hear: (heard) => database.listen(EVENT_CHANNEL, heard),
  ring: null,
  [Symbol.asyncDispose]: () => Promise.resolve(),
})
