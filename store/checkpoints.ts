import type { Database } from './database.ts'
import type { Json } from './kinds.ts'
import { fromUnchangedJson } from './storable.ts'

/** Where streams are. They are written by `apply` alone, with the rows that they stand behind. */
export interface Checkpoints {
  /** The stream's cursor; null when it was never read. */
  read(integrationId: string, stream: string): Promise<Json | null>
  /** When each stream was last read to its end; one that never was is not in it. */
  completedAt(integrationId: string): Promise<ReadonlyMap<string, Date>>
}

/** The checkpoints of a database. */
export function openCheckpoints(database: Database): Checkpoints {
  return {
    async read(integrationId, stream) {
      const [row] = await database.system.query<{ cursor: Json }>(
        'select cursor from checkpoint where integration_id = $1 and stream = $2',
        [integrationId, stream],
      )
      return row === undefined ? null : fromUnchangedJson(row.cursor)
    },
    async completedAt(integrationId) {
      const rows = await database.system.query<{ stream: string; at: Date }>(
        `select stream, max(finished_at) as at from sync_run where integration_id = $1 and status = 'DONE' group by stream`,
        [integrationId],
      )
      return new Map(rows.map(({ stream, at }) => [stream, at]))
    },
  }
}
