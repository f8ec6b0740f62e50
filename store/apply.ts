import { deleteDependents, type Observed } from './apply-cascade.ts'
import { type Entry, toEntries } from './apply-record.ts'
import { applyStatement, type Written } from './apply-sql.ts'
import type { Applied, Batch, EventOp, Origin } from './change.ts'
import type { Database, Queryable } from './database.ts'
import { IntegrationClosedError, IntegrationNotFoundError } from './errors.ts'
import { type EventDraft, writeEvents } from './event-table.ts'
import { settle, toCustomerEvent } from './identity/settle.ts'
import { deriveFacts } from './facts/derive.ts'
import { touchedBy } from './facts/touched.ts'
import { KINDS, type Kind } from './kinds.ts'
import { saveAuditStep } from './ledger/step.ts'
import { saveReading } from './quarantine.ts'
import { seenAside, setAside, withAside } from './set-aside.ts'
import { toUnchangedJson } from './storable.ts'

/** Rows and characters that one statement takes at most. */
const CHUNK_ROWS = 1_000
const CHUNK_CHARACTERS = 8_000_000

const STATEMENTS: ReadonlyMap<Kind, string> = new Map(KINDS.map((kind) => [kind, applyStatement(kind)]))

type Changed = Applied['changed'][number]
/** A row that was written, and where in the batch it stood. */
interface Placed {
  readonly kind: Kind
  readonly row: Written
  readonly place: number
  readonly cameAt: Date | null
  readonly counts: Entry['counts']
}

/** One that somebody is told of. */
type Outcome = Omit<Placed, 'row'> & { readonly change: Changed; readonly written: Written }

/** Whose the rows of a batch are. */
interface Owner {
  readonly workspaceId: string
  readonly provider: string
}

/**
 * Stores what a provider said: rows, tombstones, checkpoint, events and facts, in one transaction. The only door in.
 *
 * Idempotent, and safe to stop anywhere: what is older than the stored row is left out (by the provider's version,
 * then by when it was observed), and what is equal changes nothing and is no event. Batches may be applied by many
 * at once.
 *
 * A record that the database cannot hold is set aside, and keeps nothing else out.
 *
 * @returns what changed, in the order of the batch
 * @throws IntegrationNotFoundError the integration is unknown, or was erased
 * @throws IntegrationClosedError the integration was disconnected
 * @throws TypeError the batch holds an invalid date; nothing is stored
 */
export async function apply(database: Database, given: Batch): Promise<Applied> {
  const { changes, aside } = setAside(given.changes)
  const batch = { ...given, changes }
  const entries = toEntries(batch)
  const owner = await findOwner(database, batch.integrationId)
  return database.transaction(owner.workspaceId, async (tx) => {
    await holdOpen(tx, batch)
    const written: Placed[] = []
    for (const [kind, rows] of entries) {
      for (const chunk of toChunks(rows)) written.push(...(await write(tx, { kind, chunk, batch, owner })))
    }
    written.push(...(await cascade(tx, written, batch)))
    const outcomes = written.flatMap(toOutcome)
    outcomes.sort((a, b) => a.place - b.place)
    const drafts = outcomes.map((outcome) => toDraft(outcome, batch, owner))
    // After all rows: whoever has the lock of a workspace's customers waits for nobody's rows.
    const customers = await settle(tx, owner.workspaceId, changedIds(written, 'contact'))
    const customerOrigin = drafts.find(({ kind, origin }) => kind === 'contact' && origin !== 'backfill')?.origin
    const settled = { ...batch, ...owner, origin: customerOrigin ?? batch.origin }
    drafts.push(...customers.map((change) => toCustomerEvent(change, settled)))
    await writeEvents(tx, owner.workspaceId, drafts)
    await saveCheckpoint(tx, batch, owner)
    if (batch.reading) await saveReading(tx, withAside(batch.reading, aside), { ...batch, ...owner })
    const changed = outcomes.map(toChanged)
    if (batch.audit) await saveAuditStep(tx, seenAside(batch.audit, aside), { ...batch, ...owner, changed })
    if (outcomes.length > 0) await deriveFacts(tx, batch.integrationId, touchedBy(written))
    return { changed, refused: aside }
  })
}

async function findOwner(database: Database, integrationId: string): Promise<Owner> {
  const [owner] = await database.system.query<Owner>(
    `select workspace_id as "workspaceId", provider from integration where id = $1`,
    [integrationId],
  )
  if (owner === undefined) throw new IntegrationNotFoundError(integrationId)
  return owner
}

/**
 * Keeps the integration from being erased or disconnected until the transaction ends. Who deletes threads has it alone:
 * what goes with them is locked out of the order in which all others take their locks.
 */
async function holdOpen(tx: Queryable, { integrationId, changes }: Batch): Promise<void> {
  const alone = changes.some(({ op, kind }) => op === 'delete' && (kind === 'conversation' || kind === 'ticket'))
  const [integration] = await tx.query<{ status: string }>(
    `select status from integration where id = $1 for ${alone ? 'no key update' : 'share'}`,
    [integrationId],
  )
  if (integration === undefined) throw new IntegrationNotFoundError(integrationId)
  if (integration.status === 'DISCONNECTED') throw new IntegrationClosedError(integrationId)
}

async function write(
  tx: Queryable,
  work: { kind: Kind; chunk: readonly Entry[]; batch: Batch; owner: Owner },
): Promise<readonly Placed[]> {
  const { kind, chunk, batch, owner } = work
  const rows = await tx.query<Written>(STATEMENTS.get(kind) ?? '', [
    `[${chunk.map((entry) => entry.json).join(',')}]`,
    owner.workspaceId,
    batch.integrationId,
    owner.provider,
    batch.observedAt,
    batch.learnedBy,
  ])
  const entries = new Map(chunk.map((entry) => [entry.id, entry]))
  return rows.map((row) => {
    const { place = 0, cameAt = null, counts = null } = entries.get(row.id) ?? {}
    return { kind, row, place, cameAt, counts }
  })
}

/**
 * What goes with the threads that are deleted, told after everything else. Also with those that were deleted before, or
 * never read: something may have come in for them in between.
 */
async function cascade(tx: Queryable, written: readonly Placed[], observed: Observed): Promise<readonly Placed[]> {
  const deleted = (kind: Kind): string[] =>
    written.filter((each) => each.kind === kind && each.row.deleted).map(({ row }) => row.id)
  const threads = { conversation: deleted('conversation'), ticket: deleted('ticket') }
  const gone = await deleteDependents(tx, threads, observed)
  const last = { place: Number.POSITIVE_INFINITY, cameAt: null, counts: null }
  return gone.map((each) => ({ ...last, kind: each.kind, row: each.written }))
}

const toChanged = ({ change }: Outcome): Changed => change

const changedIds = (written: readonly Placed[], kind: Kind): readonly string[] =>
  written.filter((each) => each.kind === kind && each.row.changed).map(({ row }) => row.id)

function toOutcome({ row, ...placed }: Placed): readonly Outcome[] {
  const op = toOp(row)
  const change = op && { kind: placed.kind, id: row.id, remoteId: row.remoteId, op }
  return change === null ? [] : [{ ...placed, change, written: row }]
}

/** What a subscriber is told; null when nothing that anyone could have seen is different. */
function toOp(row: Written): EventOp | null {
  if (!row.changed || (row.deleted && row.hollow)) return null
  if (row.deleted) return 'deleted'
  return row.born ? 'created' : 'updated'
}

/** Why a change is told. */
function originOf({ change, cameAt }: Outcome, { origin, newsSince }: Batch): Origin {
  const isNews = newsSince !== undefined && (change.op === 'deleted' || (cameAt !== null && cameAt >= newsSince))
  return isNews ? 'sync' : origin
}

const toDraft = (outcome: Outcome, batch: Batch, owner: Owner): EventDraft => ({
  integrationId: batch.integrationId,
  provider: owner.provider,
  kind: outcome.change.kind,
  op: outcome.change.op,
  rowId: outcome.change.id,
  conversationId: outcome.written.conversationId,
  ticketId: outcome.written.ticketId,
  origin: originOf(outcome, batch),
})

async function saveCheckpoint(tx: Queryable, batch: Batch, owner: Owner): Promise<void> {
  if (batch.checkpoint === undefined) return
  await tx.query(
    `insert into checkpoint (integration_id, stream, workspace_id, cursor) values ($1, $2, $3, $4::jsonb)
     on conflict (integration_id, stream) do update set cursor = excluded.cursor, updated_at = now()`,
    [batch.integrationId, batch.checkpoint.stream, owner.workspaceId, toUnchangedJson(batch.checkpoint.cursor)],
  )
}

/** Parts of a list that one statement can take, in order. */
function* toChunks(rows: readonly Entry[]): Generator<readonly Entry[]> {
  let chunk: Entry[] = []
  let characters = 0
  for (const row of rows) {
    if (chunk.length > 0 && (chunk.length === CHUNK_ROWS || characters + row.json.length > CHUNK_CHARACTERS)) {
      yield chunk
      chunk = []
      characters = 0
    }
    chunk.push(row)
    characters += row.json.length
  }
  if (chunk.length > 0) yield chunk
}
