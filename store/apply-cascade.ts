import type { Written } from './apply-sql.ts'
import type { Batch } from './change.ts'
import type { Queryable } from './database.ts'
import { type Kind, KINDS } from './kinds.ts'
import { STANDS_IN, type ThreadKind } from './stands-in.ts'

/** Threads that are deleted, by row id. */
export interface DeletedThreads {
  readonly conversation: readonly string[]
  readonly ticket: readonly string[]
}

/** When and by which way their deletion was observed. */
export type Observed = Pick<Batch, 'observedAt' | 'learnedBy'>

/** The statement that deletes what stands in threads: `$1` the threads, `$2` and `$3` when and by which way that was observed. */
const statement = (dependent: Kind, thread: ThreadKind): string => `
with doomed as (
  select id from "${dependent}" where ${thread}_id = any ($1::uuid[]) and deleted_at is null
    and observed_at <= $2::timestamptz
  order by id for update
)
update "${dependent}" t set deleted_at = $2, observed_at = $2, learned_by = $3, changed_xid = pg_current_xact_id()
from doomed where t.id = doomed.id
returning t.id, t.remote_id as "remoteId", true as changed, false as born, true as deleted, native is null as hollow,
  ${threadId(dependent, 'conversation')} as "conversationId", ${threadId(dependent, 'ticket')} as "ticketId"`

const threadId = (dependent: Kind, thread: ThreadKind): string =>
  STANDS_IN[dependent]?.includes(thread) ? `t.${thread}_id` : 'null::uuid'

/**
 * Deletes the messages, ratings and time entries of deleted threads: a provider tells of the thread alone.
 *
 * What was observed later than the deletion stays, and a thread that comes back brings its messages when it is read.
 */
export async function deleteDependents(
  tx: Queryable,
  threads: DeletedThreads,
  { observedAt, learnedBy }: Observed,
): Promise<readonly { readonly kind: Kind; readonly written: Written }[]> {
  const deleted: { kind: Kind; written: Written }[] = []
  for (const kind of KINDS) {
    for (const thread of STANDS_IN[kind] ?? []) {
      if (threads[thread].length === 0) continue
      const rows = await tx.query<Written>(statement(kind, thread), [threads[thread], observedAt, learnedBy])
      deleted.push(...rows.map((written) => ({ kind, written })))
    }
  }
  return deleted
}
