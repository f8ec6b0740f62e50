import type { Database, Queryable } from '../database.ts'
import { RECORD_KINDS } from './kinds.ts'
import { isKnown, toKeys } from './typo.ts'
import { isUnspaced } from './unspaced.ts'

/** The words of what is stored, among which typos are found. */
export interface Words {
  /**
   * Reads the words of the next texts that changed, or of the next there are while all are read. Of several processes
   * one does; safe to stop anywhere, since how far it came is stored with what it found.
   *
   * @returns whether there is more to read now
   */
  learn(): Promise<boolean>
  /** Forgets how far the texts were read: from now on, all are read again. What is known stays known meanwhile. */
  learnAgain(): Promise<void>
}

type RecordKind = (typeof RECORD_KINDS)[number]

/** Texts that are read at once. */
const MOST_READ = 1_000

/** How far the texts were read: all events before a position, and, while all texts are read, those up to a row of a kind. */
interface Reading {
  readonly xid: string
  readonly id: string
  readonly kind: RecordKind | null
  readonly rowId: string | null
  /** Events that were not read are no longer held, or the position is of another database. */
  readonly lost: boolean
}

/** The words of a database. */
export function openWords(database: Database): Words {
  return {
    learn: () => database.transaction(null, learn),
    async learnAgain() {
      await database.system.query(`delete from word_reading`)
    },
  }
}

async function learn(tx: Queryable): Promise<boolean> {
  await tx.query(`insert into word_reading (one) values (true) on conflict do nothing`)
  const [reading] = await tx.query<Reading>(
    `select r.xid::text, r.id::text, r.kind, r.row_id as "rowId",
       r.xid = '0' or r.xid > pg_snapshot_xmax(pg_current_snapshot())
         or exists (select from event_floor f where (f.xid, f.id) > (r.xid, r.id)) as lost
     from word_reading r for update of r skip locked`,
  )
  if (reading === undefined) return false
  if (reading.lost) return begin(tx)
  return reading.kind === null ? readChanged(tx, reading) : readAll(tx, reading.kind, reading.rowId)
}

/** What changes from now on is read after all that there is. */
async function begin(tx: Queryable): Promise<true> {
  await tx.query(
    `update word_reading set xid = pg_snapshot_xmin(pg_current_snapshot()), id = 0, kind = $1, row_id = null`,
    [RECORD_KINDS[0]],
  )
  return true
}

async function readAll(tx: Queryable, kind: RecordKind, after: string | null): Promise<true> {
  const rows = await tx.query<{ id: string }>(
    `select id from "${kind}" where $1::uuid is null or id > $1 order by id limit $2`,
    [after, MOST_READ],
  )
  const ids = rows.map(({ id }) => id)
  await keepWords(tx, kind, ids)
  const isLast = ids.length < MOST_READ
  const next = isLast ? (RECORD_KINDS[RECORD_KINDS.indexOf(kind) + 1] ?? null) : kind
  await tx.query(`update word_reading set kind = $1, row_id = $2`, [next, isLast ? null : ids.at(-1)])
  return true
}

/** Only below the oldest open transaction, since something may still commit above (`store/event-table.ts`). */
async function readChanged(tx: Queryable, { xid, id }: Reading): Promise<boolean> {
  const [page] = await tx.query<{
    xid: string
    id: string
    full: boolean
    changed: Readonly<Record<string, string[]>> | null
  }>(
    `with page as (
       select xid, id, kind, op, row_id from event
       where (xid, id) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
       order by xid, id limit $3
     ), last as (select xid, id from page order by xid desc, id desc limit 1),
     changed as (
       select kind, array_agg(distinct row_id) as ids from page
       where op <> 'deleted' and kind = any ($4::text[]) group by kind
     )
     select case when n.full then last.xid else pg_snapshot_xmin(pg_current_snapshot()) end::text as xid,
       case when n.full then last.id else 0 end::text as id, n.full,
       (select jsonb_object_agg(kind, ids) from changed) as changed
     from (select count(*) = $3 as full from page) n left join last on true`,
    [xid, id, MOST_READ, [...RECORD_KINDS]],
  )
  if (page === undefined) return false
  for (const kind of RECORD_KINDS) await keepWords(tx, kind, page.changed?.[kind] ?? [])
  await tx.query(`update word_reading set xid = $1::xid8, id = $2`, [page.xid, page.id])
  return page.full
}

interface Word {
  readonly workspaceId: string
  readonly integrationId: string
  readonly word: string
}

/** Stores the words of texts that are not known yet. Integrations are held, so that none is erased in between. */
async function keepWords(tx: Queryable, kind: RecordKind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.query(
    `select from integration i where i.id in (select integration_id from "${kind}" where id = any ($1::uuid[]))
     order by i.id for share`,
    [ids],
  )
  const words = await tx.query<Word>(
    `select f.workspace_id as "workspaceId", f.integration_id as "integrationId", f.word from (
       select distinct t.workspace_id, t.integration_id, l.lexeme as word
       from "${kind}" t cross join lateral unnest(t.search) l
       where t.id = any ($1::uuid[]) and t.deleted_at is null
     ) f where not exists (select from word w where w.integration_id = f.integration_id and w.word = f.word)`,
    [ids],
  )
  const known = words.filter(({ word }) => isKnown(word) && !isUnspaced(word))
  if (known.length === 0) return
  await tx.query(
    `insert into word (workspace_id, integration_id, word, keys)
     select w."workspaceId", w."integrationId", w.word, w.keys
     from jsonb_to_recordset($1::jsonb) as w ("workspaceId" uuid, "integrationId" uuid, word text, keys int[])
     on conflict do nothing`,
    [JSON.stringify(known.map((each) => ({ ...each, keys: toKeys(each.workspaceId, each.word) })))],
  )
}
