import type { Database } from './database.ts'
import { withEntities } from './entities/ask.ts'
import { SyncRunEntity } from './entities/tables.ts'
import { IntegrationNotFoundError } from './errors.ts'
import { storableCount } from './storable.ts'

/** One attempt to bring one stream up to date. */
export interface SyncRun {
  readonly id: string
  readonly integrationId: string
  readonly stream: string
  /** `FULL` reads all of history. */
  readonly kind: 'FULL' | 'INCREMENTAL'
  readonly status: 'RUNNING' | 'DONE' | 'FAILED' | 'STOPPED'
  /** Records read, and those of them that were new or different. */
  readonly read: number
  readonly changed: number
  /** What the provider says the run holds; null when it does not say. */
  readonly total: number | null
  readonly error: string | null
  readonly startedAt: Date
  readonly finishedAt: Date | null
  /** How many runs of the stream in a row, up to this one, the provider left without an answer. */
  readonly unanswered: number
  /** When a run that the provider left without an answer is to be followed by another; null for every other. */
  readonly retryAt: Date | null
}

/** How a run ended. */
export interface RunOutcome extends Partial<Pick<SyncRun, 'unanswered' | 'retryAt'>> {
  readonly status: Exclude<SyncRun['status'], 'RUNNING'>
  readonly error: string | null
}

/** The runs of streams. */
export interface SyncRuns {
  /** @throws IntegrationNotFoundError */
  start(integrationId: string, stream: string, kind: SyncRun['kind']): Promise<SyncRun>
  progress(
    id: string,
    counts: { readonly read: number; readonly changed: number; readonly total: number | null },
  ): Promise<void>
  finish(id: string, outcome: RunOutcome): Promise<void>
  /** The newest run of each stream. */
  latest(integrationId: string): Promise<readonly SyncRun[]>
  /**
   * When the first sync of an integration began, be it by another stream: what came to be since is news to it. A stream
   * that was added long afterwards counts from a week before its own first run. Null before any run.
   */
  beganAt(integrationId: string, stream: string): Promise<Date | null>
  /** Deletes ended ones that began before a date, but for the newest, and the newest `DONE`, of each stream. Answers how many. */
  prune(olderThan: Date): Promise<number>
}

const COLUMNS = `id, integration_id as "integrationId", stream, kind, status, read, changed, total, error,
  started_at as "startedAt", finished_at as "finishedAt", unanswered, retry_at as "retryAt"`

/** The runs of a database. */
export function openSyncRuns(database: Database): SyncRuns {
  return {
    async start(integrationId, stream, kind) {
      const [run] = await database.system.query<SyncRun>(
        `insert into sync_run (workspace_id, integration_id, stream, kind)
         select workspace_id, id, $2, $3 from integration where id = $1 returning ${COLUMNS}`,
        [integrationId, stream, kind],
      )
      if (run === undefined) throw new IntegrationNotFoundError(integrationId)
      return run
    },
    progress: (id, { read, changed, total }) =>
      withEntities(database, async (em) => {
        await em.nativeUpdate(SyncRunEntity, { id }, { read, changed, total: storableCount(total) })
      }),
    async finish(id, { status, error, unanswered = 0, retryAt = null }) {
      await database.system.query(
        `update sync_run set status = $2, error = $3, unanswered = $4, retry_at = $5, finished_at = clock_timestamp()
         where id = $1`,
        [id, status, error, unanswered, retryAt],
      )
    },
    async latest(integrationId) {
      return database.system.query<SyncRun>(
        `select distinct on (stream) ${COLUMNS}
         from sync_run where integration_id = $1 order by stream, started_at desc`,
        [integrationId],
      )
    },
    async beganAt(integrationId, stream) {
      const [row] = await database.system.query<{ at: Date | null }>(
        `select greatest(min(started_at), min(started_at) filter (where stream = $2) - interval '1 week') as at
         from sync_run where integration_id = $1`,
        [integrationId, stream],
      )
      return row?.at ?? null
    },
    async prune(olderThan) {
      const [row] = await database.system.query<{ pruned: number }>(
        `with pruned as (
           delete from sync_run s where s.started_at < $1 and s.status <> 'RUNNING'
             and exists (select from sync_run n where n.integration_id = s.integration_id and n.stream = s.stream
               and n.started_at > s.started_at)
             and (s.status <> 'DONE' or exists (select from sync_run n where n.integration_id = s.integration_id
               and n.stream = s.stream and n.status = 'DONE' and n.started_at > s.started_at))
           returning 1)
         select count(*)::int as pruned from pruned`,
        [olderThan],
      )
      return row?.pruned ?? 0
    },
  }
}
