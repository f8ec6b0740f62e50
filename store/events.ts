import { type Bell, databaseBell } from './bell.ts'
import type { EventKind, StoreEvent } from './change.ts'
import type { Database } from './database.ts'
import { EventFeed } from './event-feed.ts'
import { type EventStream, Follower } from './event-follower.ts'
import type { About } from './event-followers.ts'
import { fromCursor, isCursor, toCursor } from './event-position.ts'
import { type EventRetention, pruneEvents } from './event-pruning.ts'
import { readMoment } from './event-table.ts'
import type { OnHandedOver } from './metrics.ts'

/** Which events to follow. */
export interface FollowOptions {
  readonly workspaceId: string
  /** Follow after this event; null or left out, only what commits from now on. */
  readonly after?: string | null
  /** Aborting ends it at once. */
  readonly signal: AbortSignal
  /** Only these kinds; left out, all. */
  readonly kinds?: readonly EventKind[]
  /** Only what is about all of these rows; left out, about any. */
  readonly about?: readonly About[]
  /** Only those of which this is true; it is asked of each event as it comes, and must be quick. Left out, all. */
  readonly only?: (event: StoreEvent) => boolean
}

/** What changed, in commit order, retained for a while. */
export interface EventLog extends AsyncDisposable {
  /**
   * Follows a workspace: replays what is held after `after`, then goes on live, with neither gap nor repeat. Where the
   * log does not reach back to `after`, a gap is told first, and then all that is held.
   *
   * All origins come, `backfill` too. A slow reader holds up nobody and loses nothing; an outage of
   * the database is waited for.
   *
   * @throws BadCursorError `after` is no event cursor
   */
  follow(options: FollowOptions): EventStream
  /** Whether the text has the shape of an event cursor. */
  isCursor(text: string): boolean
  /** A cursor of now: everything that commits after this call comes after it, and perhaps some that committed just before. */
  latest(workspaceId: string): Promise<string>
  /** Deletes events that are older or more than are kept; who then asks for them is told of the gap. Answers how many. */
  prune(retention: EventRetention): Promise<number>
}

/** Opens the log of events, with the database's own bell unless another is given. It connects when someone follows. Closing it ends all followers. */
export function openEvents(
  database: Database,
  onHandedOver?: OnHandedOver,
  bell: Bell = databaseBell(database),
): EventLog {
  const feed = new EventFeed(database, bell, onHandedOver)
  return {
    follow: ({ workspaceId, after = null, signal, kinds, about = [], only = () => true }) =>
      new Follower(feed, {
        workspaceId,
        kinds: kinds ?? null,
        about,
        only,
        after: after === null ? null : fromCursor(after),
        signal,
      }),
    isCursor,
    latest: async (workspaceId) => toCursor((await readMoment(database.workspace(workspaceId))).position),
    prune: (retention) => pruneEvents(database, retention),
    [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose](),
  }
}
