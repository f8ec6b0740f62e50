import { toRowJson } from './apply-record.ts'
import type { Written } from './apply-sql.ts'
import type { Batch, Change, StoredRecord, Upsert } from './change.ts'
import type { Database, Queryable } from './database.ts'
import { IntegrationNotFoundError } from './errors.ts'
import { writeEvents } from './event-table.ts'
import { rowId } from './id.ts'
import { settle, toCustomerEvent } from './identity/settle.ts'
import type { Integration } from './integrations.ts'
import { type Kind, KINDS } from './kinds.ts'
import { movedStatement, pageStatement, rewriteStatement, rowsStatement } from './remap-sql.ts'

/** How much is mapped in one go. */
const PAGE = { rows: 200, bytes: 4_000_000 }

/** Before every id. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

/** A stored row, to be mapped anew. */
export interface StoredRow extends StoredRecord, Pick<Batch, 'observedAt' | 'learnedBy'> {
  readonly id: string
  readonly deleted: boolean
  /** Another once the row was written. */
  readonly seen: string
}

/** A row, and the record as it is now mapped. */
export interface Rewrite {
  readonly row: StoredRow
  readonly record: Extract<Change, Upsert>
}

/** How far the rows of one kind are: a run that was cut short goes on there. */
export interface RemapPosition {
  /** The last row that was mapped; null before the first. */
  readonly afterId: string | null
  readonly read: number
  readonly changed: number
  readonly failed: number
  readonly done: boolean
}

/** What was mapped of a kind. */
export interface Rewriting {
  readonly kind: Kind
  readonly rewrites: readonly Rewrite[]
  /** Rows that were changed otherwise, and that could not be mapped, since the last writing. */
  readonly changed: number
  readonly failed: number
  /** Where the kind is once all of it is settled. */
  readonly page: Pick<RemapPosition, 'afterId' | 'read' | 'done'>
}

/** What became of it. */
export interface Rewritten {
  readonly changed: number
  /** Rows that somebody else wrote meanwhile: they are to be read and mapped once more, and the position stands until then. */
  readonly moved: readonly string[]
  /** Records that cannot be stored as they were mapped: their rows stay as they were. */
  readonly refused: readonly { readonly remoteId: string; readonly reason: string }[]
}

/** A change, and when and by which way it would have been observed. */
export interface Told extends Pick<Batch, 'observedAt' | 'learnedBy'> {
  readonly change: Change
}

type Owner = Pick<Integration, 'id' | 'workspaceId' | 'provider'>

/** Rows mapped anew from what they keep. What they say is written; when it was observed, and whether it is deleted, stays. */
export interface Remapping {
  /** How far kinds are, of those that were begun. */
  positions(integrationId: string): Promise<ReadonlyMap<Kind, RemapPosition>>
  /** Forgets how far some kinds are. */
  forget(integrationId: string, kinds: readonly Kind[]): Promise<void>
  /** The rows after an id, by id; none at the end. Rows that hold nothing to be mapped are left out. */
  page(owner: Owner, kind: Kind, afterId: string | null): Promise<readonly StoredRow[]>
  /** Some rows, as they now are. */
  rows(owner: Owner, kind: Kind, ids: readonly string[]): Promise<readonly StoredRow[]>
  /** Those of some changes that tell of a record later than its row, or tombstone, was observed: the others are known. */
  news(owner: Owner, told: readonly Told[]): Promise<readonly Told[]>
  /**
   * Writes rows, tells of those that show something else, and notes the position: in one transaction. A row that was written
   * since it was read is left alone.
   *
   * @throws IntegrationNotFoundError it was erased
   */
  write(owner: Owner, rewriting: Rewriting): Promise<Rewritten>
}

const STATEMENTS = new Map(
  KINDS.map((kind) => [
    kind,
    {
      page: pageStatement(kind),
      rows: rowsStatement(kind),
      rewrite: rewriteStatement(kind),
      moved: movedStatement(kind),
    },
  ]),
)

const sqlOf = (kind: Kind, what: 'page' | 'rows' | 'rewrite' | 'moved'): string => STATEMENTS.get(kind)?.[what] ?? ''

/** The door to stored rows for mapping them anew. */
export function openRemapping(database: Database): Remapping {
  const within = <Result>({ workspaceId }: Owner, work: (tx: Queryable) => Promise<Result>): Promise<Result> =>
    database.transaction(workspaceId, work)
  return {
    async positions(integrationId) {
      const rows = await database.system.query<RemapPosition & { kind: Kind }>(
        `select kind, after_id as "afterId", read, changed, failed, done from remap_position where integration_id = $1`,
        [integrationId],
      )
      return new Map(rows.map(({ kind, ...position }) => [kind, position]))
    },
    async forget(integrationId, kinds) {
      await database.system.query('delete from remap_position where integration_id = $1 and kind = any ($2)', [
        integrationId,
        kinds,
      ])
    },
    page: (owner, kind, afterId) =>
      within(owner, (tx) =>
        tx.query<StoredRow>(sqlOf(kind, 'page'), [owner.id, afterId ?? NO_ID, PAGE.rows, PAGE.bytes]),
      ),
    rows: (owner, kind, ids) => within(owner, (tx) => tx.query<StoredRow>(sqlOf(kind, 'rows'), [ids])),
    news: (owner, told) => within(owner, (tx) => findNews(tx, owner, told)),
    write: (owner, rewriting) => within(owner, (tx) => write(tx, owner, rewriting)),
  }
}

async function findNews(tx: Queryable, { id }: Owner, told: readonly Told[]): Promise<readonly Told[]> {
  const idOf = ({ change }: Told): string => rowId(id, change.kind, change.remoteId)
  const observed = new Map<string, Date>()
  for (const kind of new Set(told.map(({ change }) => change.kind))) {
    const ids = told.filter(({ change }) => change.kind === kind).map(idOf)
    const rows = await tx.query<{ id: string; at: Date }>(
      `select id, observed_at as at from "${kind}" where id = any ($1::uuid[])`,
      [ids],
    )
    for (const row of rows) observed.set(row.id, row.at)
  }
  return told.filter((each) => each.observedAt > (observed.get(idOf(each)) ?? new Date(0)))
}

async function write(tx: Queryable, owner: Owner, rewriting: Rewriting): Promise<Rewritten> {
  const { kind, rewrites } = rewriting
  const [there] = await tx.query('select from integration where id = $1 for share', [owner.id])
  if (there === undefined) throw new IntegrationNotFoundError(owner.id)
  const { good, refused } = toStorable(owner, rewrites)
  const ids = good.map(({ row }) => row.id)
  const seen = good.map(({ row }) => row.seen)
  const json = `[${good.map((each) => each.json).join(',')}]`
  const written = good.length === 0 ? [] : await tx.query<Written>(sqlOf(kind, 'rewrite'), [json, ids, seen])
  const moved = good.length === 0 ? [] : await tx.query<{ id: string }>(sqlOf(kind, 'moved'), [ids, seen])
  // After all rows, as `apply` does. Whose contact is whose is derived of what they say, also where that is the same.
  const customers = kind === 'contact' ? await settle(tx, owner.workspaceId, ids) : []
  const drafts = [
    ...toDrafts(owner, kind, written),
    ...customers.map((change) =>
      toCustomerEvent(change, { integrationId: owner.id, provider: owner.provider, origin: 'remap' }),
    ),
  ]
  await writeEvents(tx, owner.workspaceId, drafts)
  const counted = { changed: rewriting.changed + written.length, failed: rewriting.failed + refused.length }
  await savePosition(tx, owner, { kind, ...counted, page: moved.length === 0 ? rewriting.page : null })
  return { changed: written.length, moved: moved.map(({ id }) => id), refused }
}

/** Rows as JSON, each by itself, so that one which cannot be stored does not keep the others out. */
function toStorable({ id }: Owner, rewrites: readonly Rewrite[]) {
  const good: { readonly row: StoredRow; readonly json: string }[] = []
  const refused: { readonly remoteId: string; readonly reason: string }[] = []
  for (const { row, record } of rewrites) {
    try {
      good.push({ row, json: toRowJson(id, row.id, record) })
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      refused.push({ remoteId: row.remoteId, reason: error.message })
    }
  }
  return { good, refused }
}

const toDrafts = ({ id, provider }: Owner, kind: Kind, written: readonly Written[]) =>
  written
    .filter(({ changed }) => changed)
    .map((row) => ({
      integrationId: id,
      provider,
      kind,
      op: 'updated' as const,
      rowId: row.id,
      conversationId: row.conversationId,
      ticketId: row.ticketId,
      origin: 'remap' as const,
    }))

interface Advance {
  readonly kind: Kind
  readonly changed: number
  readonly failed: number
  /** Null while rows of the page are still to be mapped. */
  readonly page: Rewriting['page'] | null
}

async function savePosition(tx: Queryable, owner: Owner, { kind, changed, failed, page }: Advance): Promise<void> {
  await tx.query(
    `insert into remap_position as p (integration_id, kind, workspace_id, after_id, read, changed, failed, done)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (integration_id, kind) do update set after_id = coalesce(excluded.after_id, p.after_id),
       read = p.read + excluded.read, changed = p.changed + excluded.changed, failed = p.failed + excluded.failed,
       done = excluded.done`,
    [owner.id, kind, owner.workspaceId, page?.afterId ?? null, page?.read ?? 0, changed, failed, page?.done ?? false],
  )
}
