import { randomUUID } from 'node:crypto'
import type { Database, Queryable } from '../database.ts'
import { IntegrationNotFoundError } from '../errors.ts'
import type { Json, Kind } from '../kinds.ts'
import { fromUnchangedJson } from '../storable.ts'
import { type AuditMethod, type Completeness, readCompleteness } from './completeness.ts'
import { type Counts, openCounts } from './counts.ts'

/** What is audited, and of which stored records it is about. */
export interface Audited {
  readonly integrationId: string
  readonly stream: string
  readonly kind: Kind
  readonly method: AuditMethod
  /** How the remote ids of its records begin, where several streams share a kind; empty for all of the kind. */
  readonly prefix: string
}

/** A pass under way: first everything is listed, then what was held and not listed is asked for. */
export interface AuditPass {
  readonly pass: string
  readonly startedAt: Date
  readonly phase: 'LIST' | 'CONFIRM'
  /** Where the list goes on; null at its beginning. */
  readonly cursor: Json
  /** Listed records that said no id: any that seems to be gone may be one of them. */
  readonly nameless: number
}

/** How a stream's audits stand: whether one is under way, and when the last whole one began. */
export interface AuditState {
  readonly stream: string
  readonly state: 'RUNNING' | 'DONE' | 'FAILED'
  readonly startedAt: Date
  readonly auditedAt: Date | null
}

/** How complete the mirror is, by integration and stream, and the passes that find that out. */
export interface Ledger {
  /** The pass under way, as the last step left it; else a new one. @throws IntegrationNotFoundError */
  begin(audited: Audited, now: Date): Promise<AuditPass>
  /**
   * Stored records that stood before the pass began, were not seen again since, and are not listed: those that nobody
   * asked for the longest come first. None before the whole list was read.
   */
  absent(audited: Audited, pass: Pick<AuditPass, 'pass'>, limit: number): Promise<readonly string[]>
  /** Ends a pass that went through, and writes down what it found. */
  finish(audited: Audited, pass: Pick<AuditPass, 'pass'>, now: Date): Promise<void>
  /** Ends a pass that cannot go on: the next one begins anew. */
  fail(audited: Pick<Audited, 'integrationId' | 'stream'>, reason: string): Promise<void>
  states(integrationId: string): Promise<readonly AuditState[]>
  /** What the last whole pass of each stream found, less what was made good since. */
  completeness(integrationId: string, options: { readonly examples: number }): Promise<readonly Completeness[]>
  /** What providers' own counters said between passes. */
  readonly counts: Counts
}

const PASS = `pass, started_at as "startedAt", phase, cursor, nameless`

/** The ledger of a database. */
export function openLedger(database: Database): Ledger {
  return {
    begin: (audited, now) => database.transaction(null, (tx) => begin(tx, audited, now)),
    absent: (audited, { pass }, limit) => readAbsent(database.system, audited, { pass, limit }),
    finish: (audited, { pass }, now) => finish(database, audited, { pass, now }),
    async fail({ integrationId, stream }, reason) {
      await database.system.query(
        `update audit set state = 'FAILED', error = $3 where integration_id = $1 and stream = $2 and state = 'RUNNING'`,
        [integrationId, stream, reason],
      )
    },
    states: (integrationId) =>
      database.system.query<AuditState>(
        `select stream, state, started_at as "startedAt", audited_at as "auditedAt" from audit where integration_id = $1`,
        [integrationId],
      ),
    completeness: (integrationId, options) => readCompleteness(database.system, integrationId, options),
    counts: openCounts(database),
  }
}

async function begin(tx: Queryable, audited: Audited, now: Date): Promise<AuditPass> {
  const { integrationId, stream, kind, method } = audited
  const key = [integrationId, stream]
  const [running] = await tx.query<AuditPass>(
    `select ${PASS} from audit where integration_id = $1 and stream = $2 and state = 'RUNNING' for update`,
    key,
  )
  if (running !== undefined) return { ...running, cursor: fromUnchangedJson(running.cursor) }
  await tx.query(`delete from audit_seen where integration_id = $1 and stream = $2`, key)
  const [begun] = await tx.query<AuditPass>(
    `insert into audit (integration_id, stream, workspace_id, kind, method, state, pass, started_at)
     select id, $2, workspace_id, $3, $4, 'RUNNING', $5, $6 from integration where id = $1
     on conflict (integration_id, stream) do update set method = excluded.method, state = 'RUNNING', error = null,
       pass = excluded.pass, started_at = excluded.started_at, phase = 'LIST', cursor = null, told = null, nameless = 0,
       healing = 0
     returning ${PASS}`,
    [...key, kind, method, randomUUID(), now],
  )
  if (begun === undefined) throw new IntegrationNotFoundError(integrationId)
  return begun
}

/** What of the table of a kind an audit is about: `$1` the integration, `$4` how remote ids begin. */
const HELD = `t.integration_id = $1 and t.deleted_at is null and starts_with(t.remote_id, $4)`

/** Of those, what stood before the pass `a` began and was neither seen again nor listed since: `$2` is the stream. */
const ABSENT = `${HELD} and t.observed_at < a.started_at and not exists (
  select from audit_seen s where s.integration_id = $1 and s.stream = $2 and s.row_id = t.id)`

async function readAbsent(
  queryable: Queryable,
  { integrationId, stream, kind, prefix }: Audited,
  { pass, limit }: { readonly pass: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await queryable.query<{ remoteId: string }>(
    `select t.remote_id as "remoteId" from "${kind}" t
     join audit a on a.integration_id = $1 and a.stream = $2 and a.pass = $3 and a.phase = 'CONFIRM'
     where ${ABSENT} order by t.observed_at, t.id limit $5`,
    [integrationId, stream, pass, prefix, limit],
  )
  return rows.map(({ remoteId }) => remoteId)
}

/** What was seen is forgotten so many rows at a time, since events wait for transactions that are open. */
const FORGOTTEN_TOGETHER = 10_000

/** Of a million records, counting and forgetting take a minute: neither is done in the transaction that ends the pass. */
async function finish(
  database: Database,
  { integrationId, stream, kind, prefix }: Audited,
  { pass, now }: { readonly pass: string; readonly now: Date },
): Promise<void> {
  const key = [integrationId, stream]
  const [counts] = await database.system.query<{ held: number; unconfirmed: number }>(
    `select (select count(*)::int from "${kind}" t where ${HELD}) as held,
       (select count(*)::int from "${kind}" t where ${ABSENT}) as unconfirmed
     from audit a where a.integration_id = $1 and a.stream = $2 and a.pass = $3 and a.state = 'RUNNING'`,
    [...key, pass, prefix],
  )
  if (counts === undefined) return
  await database.transaction(null, async (tx) => {
    const running = `select 1 from audit where integration_id = $1 and stream = $2 and pass = $3 and state = 'RUNNING' for update`
    if ((await tx.query(running, [...key, pass])).length === 0) return
    await tx.query(`delete from audit_missing where integration_id = $1 and stream = $2`, key)
    await tx.query(
      `insert into audit_missing (integration_id, stream, row_id, workspace_id, remote_id, reason, held)
       select integration_id, stream, row_id, workspace_id, remote_id, reason, exists (
         select from "${kind}" t where t.id = s.row_id and t.deleted_at is null)
       from audit_seen s where integration_id = $1 and stream = $2 and reason is not null`,
      key,
    )
    await tx.query(
      `update audit set state = 'DONE', error = null, audited_at = $3, healed = healing, held = $4, unconfirmed = $5,
         expected = greatest(case when method = 'SAMPLE' then told end, $4 + (
           select count(*)::int from audit_missing where integration_id = $1 and stream = $2 and not held))
       where integration_id = $1 and stream = $2`,
      [...key, now, counts.held, counts.unconfirmed],
    )
  })
  await forgetSeen(database.system, key)
}

/** Killed in the middle, the next pass forgets the rest before it begins. */
async function forgetSeen(queryable: Queryable, key: readonly string[]): Promise<void> {
  for (let after: string | null = null; ;) {
    const rows: readonly { readonly last: string | null }[] = await queryable.query(
      `with old as (
         select row_id from audit_seen where integration_id = $1 and stream = $2 and ($3::uuid is null or row_id > $3)
         order by row_id limit ${FORGOTTEN_TOGETHER}
       ), gone as (
         delete from audit_seen s using old where s.integration_id = $1 and s.stream = $2 and s.row_id = old.row_id
       ) select (array_agg(row_id order by row_id desc))[1] as last from old`,
      [...key, after],
    )
    after = rows[0]?.last ?? null
    if (after === null) return
  }
}
