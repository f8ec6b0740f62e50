import type { Database, Queryable } from '../database.ts'
import type { ThreadKind } from '../stands-in.ts'
import { deriveFacts } from './derive.ts'

/** Threads that one transaction derives: few enough that nobody who stores something of them waits long. */
const THREADS_TOGETHER = 500

/** A thread that waits for its facts to be derived. */
interface Due {
  readonly kind: ThreadKind
  readonly id: string
}

/**
 * Has the facts of all threads derived anew, of one integration or of all: after their records were mapped anew.
 *
 * It only notes them, in the caller's transaction; `deriveDue` derives, and goes on where it was stopped.
 */
export async function requestFacts(tx: Queryable, integrationId: string | null): Promise<void> {
  for (const kind of ['conversation', 'ticket'] as const) {
    await tx.query(
      `insert into fact_due (workspace_id, integration_id, thread_kind, thread_id)
       select workspace_id, integration_id, $1, id from "${kind}" t
       where ($2::uuid is null or integration_id = $2)
         and (deleted_at is null or exists (select from fact f where f.thread_id = t.id))
       order by id on conflict do nothing`,
      [kind, integrationId],
    )
  }
}

/**
 * Derives the facts of some threads that wait for it, in one transaction. Many may do so at once, while others store.
 *
 * @returns how many threads; 0 when none waits that nobody else has in hand
 */
export async function deriveDue(database: Database): Promise<number> {
  const [next] = await database.system.query<{ workspaceId: string; integrationId: string }>(
    `select workspace_id as "workspaceId", integration_id as "integrationId" from fact_due limit 1`,
  )
  if (next === undefined) return 0
  return database.transaction(next.workspaceId, async (tx) => {
    // Keeps it from being erased meanwhile.
    await tx.query(`select from integration where id = $1 for share`, [next.integrationId])
    const due = await tx.query<Due>(
      `delete from fact_due where thread_id in (
         select thread_id from fact_due where integration_id = $1 limit $2 for update skip locked
       ) returning thread_kind as kind, thread_id as id`,
      [next.integrationId, THREADS_TOGETHER],
    )
    for (const kind of ['conversation', 'ticket'] as const) {
      // What was stored before changes of status were seen is seen for the first time now.
      await tx.query(`select see_${kind}(id) from unnest($1::uuid[]) id order by id`, [
        due.filter((each) => each.kind === kind).map((each) => each.id),
      ])
    }
    const anew = due.map(({ kind, id }) => ({ kind, id, since: '-infinity', rated: true }))
    await deriveFacts(tx, next.integrationId, anew)
    return due.length
  })
}

/**
 * Derives the facts of all threads anew, of one integration or of all, and of whatever else waits for it.
 *
 * Stopping is safe: what was derived stays, and the rest waits for the next `deriveDue`.
 *
 * @returns how many threads
 */
export async function rederiveFacts(
  database: Database,
  { integrationId = null, signal }: { readonly integrationId?: string | null; readonly signal?: AbortSignal } = {},
): Promise<number> {
  await database.transaction(null, (tx) => requestFacts(tx, integrationId))
  let threads = 0
  while (signal?.aborted !== true) {
    const derived = await deriveDue(database)
    if (derived === 0) break
    threads += derived
  }
  return threads
}
