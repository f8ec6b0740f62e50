import { gauge, histogram, type Metrics } from '../observe/metrics.ts'
import type { StoreEvent } from './change.ts'
import type { Database } from './database.ts'

/** Shows the connections of a database, looked up whenever the metrics are read. */
export function exposeDatabase(metrics: Metrics, database: Pick<Database, 'pools'>): void {
  gauge(
    metrics,
    { name: 'switchboard_database_connections', help: 'Connections to the database that are open, by what they do.' },
    ['pool', 'state'],
    () =>
      database.pools().flatMap(({ name: pool, open, idle }) => [
        { labels: { pool, state: 'busy' }, value: open - idle },
        { labels: { pool, state: 'idle' }, value: idle },
      ]),
  )
  gauge(
    metrics,
    { name: 'switchboard_database_waiting', help: 'Statements that wait for a connection to be free.' },
    ['pool'],
    () => database.pools().map(({ name: pool, waiting }) => ({ labels: { pool }, value: waiting })),
  )
}

/** How a process came to look into the log of events: the bell rang for a workspace, or it looked by itself. */
export type FoundBy = 'bell' | 'look'

/** Hears of events that were just handed to whoever follows them in this process. */
export type OnHandedOver = (events: readonly StoreEvent[], foundBy: FoundBy) => void

/**
 * Measures how old events are when they are handed to the subscriptions of this process. The event's time is the
 * database's, so a clock that differs from its clock is in the figure; one that is behind shows as none.
 */
export function createEventLag(metrics: Metrics): OnHandedOver {
  const lag = histogram(
    metrics,
    {
      name: 'switchboard_event_lag_seconds',
      help: 'From when an event was written until it was handed to the subscriptions that follow it.',
    },
    ['found'],
  )
  return (events, found) => {
    const now = Date.now()
    for (const { at } of events) lag.observe({ found }, Math.max(0, now - at.getTime()) / 1_000)
  }
}
