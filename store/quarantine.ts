import type { Reading } from './change.ts'
import type { Database, Queryable } from './database.ts'
import { isStandIn, keyOrStandIn } from './storable.ts'

/** A record that the provider could not serve, or served otherwise than promised. */
export interface QuarantinedRecord {
  readonly integrationId: string
  readonly stream: string
  readonly remoteId: string
  /** What went wrong last. */
  readonly reason: string
  /** Readings that failed, one after the other. */
  readonly attempts: number
  readonly firstAt: Date
  readonly lastAt: Date
  /** When it is to be read again. */
  readonly nextAt: Date
}

/**
 * Records that are kept apart, so that the streams they belong to can go on without them.
 *
 * `apply` alone writes here, with the checkpoint that passes them by. A record leaves when it was read well, by whichever
 * way; until then the pause before the next try doubles, from a minute to a day.
 */
export interface Quarantine {
  /** Those of some streams whose time has come, the longest due first. */
  due(query: {
    readonly integrationId: string
    readonly streams: readonly string[]
    readonly now: Date
    readonly limit: number
  }): Promise<readonly QuarantinedRecord[]>
  /** Which of some records are in quarantine, and when each was last asked for. */
  lastAsked(integrationId: string, stream: string, remoteIds: readonly string[]): Promise<ReadonlyMap<string, Date>>
  /** Forgets what was last seen before a date and cannot be asked for, since it said no id, or none that can be held. Answers how many. */
  prune(olderThan: Date): Promise<number>
}

/** All records of a stream that said no id are one row, under this name. */
const NAMELESS = ''

/** Those that no provider can be asked for: they said no id, or none that can be held. */
const UNASKABLE = `(remote_id = '${NAMELESS}' or ${isStandIn('remote_id')})`

const COLUMNS = `integration_id as "integrationId", stream, remote_id as "remoteId", reason, attempts,
  first_at as "firstAt", last_at as "lastAt", next_at as "nextAt"`

/** The pause after so many failed readings. */
const pause = (attempts: string): string =>
  `least(interval '1 day', interval '1 minute' * power(2, least(${attempts}, 20) - 1))`

/** The quarantine of a database. */
export function openQuarantine(database: Database): Quarantine {
  return {
    due: ({ integrationId, streams, now, limit }) =>
      database.system.query<QuarantinedRecord>(
        `select ${COLUMNS} from quarantine
         where integration_id = $1 and stream = any ($2) and next_at <= $3 and not ${UNASKABLE}
         order by next_at, remote_id limit $4`,
        [integrationId, streams, now, limit],
      ),
    async lastAsked(integrationId, stream, remoteIds) {
      const rows = await database.system.query<{ remoteId: string; at: Date }>(
        `select remote_id as "remoteId", last_at as at from quarantine
         where integration_id = $1 and stream = $2 and remote_id = any ($3)`,
        [integrationId, stream, remoteIds.map(keyOrStandIn)],
      )
      const asked = new Map(rows.map(({ remoteId, at }) => [remoteId, at]))
      return new Map(
        remoteIds.flatMap((remoteId) => {
          const at = asked.get(keyOrStandIn(remoteId))
          return at === undefined ? [] : [[remoteId, at]]
        }),
      )
    },
    async prune(olderThan) {
      const rows = await database.system.query(
        `delete from quarantine where ${UNASKABLE} and last_at < $1 returning 1 as pruned`,
        [olderThan],
      )
      return rows.length
    },
  }
}

/** Whose reading it was, and when. */
interface Read {
  readonly workspaceId: string
  readonly integrationId: string
  readonly observedAt: Date
}

/** Lets out of the quarantine what was read well, and takes in what was not. Rows are taken in one order by everyone. */
export async function saveReading(
  tx: Queryable,
  reading: Reading,
  { workspaceId, integrationId, observedAt }: Read,
): Promise<void> {
  const { stream, failed } = reading
  const reasons = new Map(
    failed.map(({ remoteId, reason }) => [remoteId === null ? NAMELESS : keyOrStandIn(remoteId), reason]),
  )
  const read = reading.read.map(keyOrStandIn).filter((key) => !reasons.has(key))
  if (read.length > 0) {
    await tx.query(
      `delete from quarantine where integration_id = $1 and stream = $2 and remote_id in (
         select remote_id from quarantine where integration_id = $1 and stream = $2 and remote_id = any ($3)
         order by remote_id for update)`,
      [integrationId, stream, read],
    )
  }
  if (failed.length === 0) return
  await tx.query(
    `insert into quarantine as q (integration_id, stream, remote_id, workspace_id, reason, first_at, last_at, next_at)
     select $1, $2, f.remote_id, $3, f.reason, $6, $6, $6::timestamptz + ${pause('1')}
     from unnest($4::text[], $5::text[]) as f (remote_id, reason) order by f.remote_id
     on conflict (integration_id, stream, remote_id) do update set reason = excluded.reason,
       attempts = q.attempts + 1, last_at = excluded.last_at,
       next_at = excluded.last_at + ${pause('(q.attempts + 1)')}`,
    [integrationId, stream, workspaceId, [...reasons.keys()], [...reasons.values()], observedAt],
  )
}
