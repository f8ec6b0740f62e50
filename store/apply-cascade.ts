import type { Written } from './apply-sql.ts'
import type { Queryable } from './database.ts'

/** What stands in a thread and goes with it. */
const DEPENDENTS = ['message', 'rating'] as const
type Dependent = (typeof DEPENDENTS)[number]

/** Threads that are deleted, by row id. */
export interface DeletedThreads {
  readonly conversation: readonly string[]
  readonly ticket: readonly string[]
}

/** The statement that deletes what stands in threads: `$1` the threads, `$2` when their deletion was observed. */
const statement = (dependent: Dependent, thread: keyof DeletedThreads): string => `
with doomed as (
  select id from "${dependent}" where ${thread}_id = any ($1::uuid[]) and deleted_at is null
    and observed_at <= $2::timestamptz
  order by id for update
)
update "${dependent}" t set deleted_at = $2, observed_at = $2, changed_xid = pg_current_xact_id()
from doomed where t.id = doomed.id
returning t.id, t.remote_id as "remoteId", true as changed, false as born, true as deleted, native is null as hollow,
  t.conversation_id as "conversationId", t.ticket_id as "ticketId"`

/**
 * Deletes the messages and ratings of deleted threads: a provider tells of the thread alone.
 *
 * What was observed later than the deletion stays, and a thread that comes back brings its messages when it is read.
 */
export async function deleteDependents(
  tx: Queryable,
  threads: DeletedThreads,
  observedAt: Date,
): Promise<readonly { readonly kind: Dependent; readonly written: Written }[]> {
  const deleted: { kind: Dependent; written: Written }[] = []
  for (const kind of DEPENDENTS) {
    for (const thread of ['conversation', 'ticket'] as const) {
      if (threads[thread].length === 0) continue
      const rows = await tx.query<Written>(statement(kind, thread), [threads[thread], observedAt])
      deleted.push(...rows.map((written) => ({ kind, written })))
    }
  }
  return deleted
}
