import type { Batch, Change, Deletion } from './change.ts'
import { rowId } from './id.ts'
import { KINDS, type Kind } from './kinds.ts'
import { toStorableJson } from './storable.ts'
import { type Column, TABLES } from './tables.ts'
import { toTimestamp } from './timestamp.ts'
import { toSearchable } from './words.ts'

type AnyUpsert = Exclude<Change, Deletion>

/** One row to write, as an object for `jsonb_to_recordset`: keys are columns, and a key that is left out is null. */
export interface Entry {
  readonly kind: Kind
  readonly id: string
  /** Where in the batch it stood. Events come in this order. */
  readonly place: number
  /** When it came to be as it is; null when that is not known. See `Batch.newsSince`. */
  readonly cameAt: Date | null
  /** What facts of its thread are reckoned by: that it tells how the thread stood, or (its time) that it is a reply. */
  readonly counts: { readonly repliedAt: Date | null } | null
  readonly json: string
}

/**
 * The rows that a batch asks for: one a record, kinds in the order of KINDS, rows by id.
 *
 * Every transaction takes its locks in that order, so that two never wait for each other. Where a batch speaks of a
 * record several times, a deletion stands, else the newest version, else the whole one, else what was said last.
 *
 * @throws TypeError a field that should be a date is none
 */
export function toEntries(batch: Pick<Batch, 'integrationId' | 'changes'>): ReadonlyMap<Kind, readonly Entry[]> {
  const { integrationId, changes } = batch
  const latest = new Map<string, { change: Change; place: number }>()
  changes.forEach((change, place) => {
    const id = rowId(integrationId, change.kind, change.remoteId)
    const held = latest.get(id)
    if (held === undefined) latest.set(id, { change, place })
    else latest.set(id, { change: newest(held.change, change), place: held.place })
  })
  const entries = new Map<Kind, Entry[]>(KINDS.map((kind) => [kind, []]))
  for (const [id, { change, place }] of latest) {
    const json = toRowJson(integrationId, id, change)
    entries
      .get(change.kind)
      ?.push({ kind: change.kind, id, place, cameAt: cameAt(change), counts: counts(change), json })
  }
  for (const list of entries.values()) list.sort((a, b) => (a.id < b.id ? -1 : 1))
  return entries
}

function cameAt(change: Change): Date | null {
  if (change.op === 'delete') return null
  const { createdAt, updatedAt } = change.fields
  return change.kind === 'message' ? createdAt : (updatedAt ?? createdAt)
}

function counts(change: Change): Entry['counts'] {
  if (change.op === 'delete' || change.kind !== 'message' || change.fields.createdAt === null) return null
  const { type, authorType, statusTo, createdAt } = change.fields
  const isReply = type === 'REPLY' && (authorType === 'CONTACT' || authorType === 'AGENT')
  if (isReply) return { repliedAt: createdAt }
  return statusTo === null ? null : { repliedAt: null }
}

/** Of two changes that were observed at the same time. */
function newest(held: Change, next: Change): Change {
  if (held.op === 'delete') return next.op === 'delete' && next.mergedIntoRemoteId !== null ? next : held
  if (next.op === 'delete') return next
  const order = held.version && next.version ? next.version.getTime() - held.version.getTime() : 0
  if (order !== 0) return order < 0 ? held : next
  return next.fidelity === 'partial' && held.fidelity !== 'partial' ? held : next
}

/**
 * One row to write, as JSON for `jsonb_to_recordset`.
 *
 * @throws TypeError a field that should be a date is none
 */
export function toRowJson(integrationId: string, id: string, change: Change): string {
  const record: Record<string, unknown> = { id, remote_id: change.remoteId }
  if (change.op === 'delete') {
    record['deleted'] = true
    if (change.mergedIntoRemoteId !== null) {
      record['merged_into_id'] = rowId(integrationId, change.kind, change.mergedIntoRemoteId)
    }
  } else {
    record['deleted'] = false
    record['remote_version'] = change.version === null ? null : toStoredTime(change.version, change, 'version')
    record['native'] = change.native
    if (change.beside !== undefined) record['beside'] = change.beside
    record['partial'] = change.fidelity === 'partial'
    addFields(record, integrationId, change)
  }
  return toStorableJson(record)
}

function addFields(record: Record<string, unknown>, integrationId: string, change: AnyUpsert): void {
  const { columns, searched, titles } = TABLES[change.kind]
  const fields: Readonly<Record<string, unknown>> = { ...change.fields }
  for (const column of columns) record[column.column] = toValue(column, fields[column.field], integrationId, change)
  const textOf = (names: readonly string[]): string =>
    toSearchable(
      names
        .map((name) => fields[name])
        .filter((value) => typeof value === 'string')
        .join(' '),
    )
  if (titles.length > 0) record['search_title'] = textOf(titles)
  if (searched.length > 0) record['search'] = textOf(searched.filter((name) => !titles.includes(name)))
}

function toValue(column: Column, value: unknown, integrationId: string, change: AnyUpsert): unknown {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return toStoredTime(value, change, column.field)
  const { refers } = column
  if (refers === null) return value
  const toId = (remoteId: unknown): string => rowId(integrationId, refers.to, String(remoteId))
  return Array.isArray(value) ? value.map(toId) : toId(value)
}

/** A date that a provider gave, as PostgreSQL reads it. */
function toStoredTime(date: Date, change: Change, field: string): string {
  if (!Number.isNaN(date.getTime())) return toTimestamp(date)
  throw new TypeError(`${change.kind} ${change.remoteId}: expected "${field}" to be a date, but got an invalid one`)
}
