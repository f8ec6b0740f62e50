import type { Connector } from '../kit/contract.ts'
import { MalformedError } from '../kit/errors.ts'
import type { Batch, Change } from '../store/change.ts'
import { IntegrationClosedError } from '../store/errors.ts'
import type { Integration } from '../store/integrations.ts'
import type { Kind } from '../store/kinds.ts'
import type { Rewrite, StoredRow, Told } from '../store/remapping.ts'
import type { Store } from '../store/store.ts'

/** Whose rows are mapped, and how. */
export interface Mapping {
  readonly store: Pick<Store, 'remapping' | 'apply'>
  readonly connector: Connector
  readonly integration: Integration
  readonly kind: Kind
}

/** A record whose row stays as it was. */
export interface Unmapped {
  readonly remoteId: string
  /** In our words, never the customer's. */
  readonly reason: string
}

/** What became of a page. */
export interface PageEnd {
  readonly changed: number
  readonly failed: readonly Unmapped[]
}

interface Mapped {
  readonly rewrites: Rewrite[]
  readonly failed: Unmapped[]
  /** Rows whose record the mapping now takes for deleted. */
  readonly gone: Told[]
  /** What the mapping tells besides the record itself. */
  readonly beside: Told[]
}

/**
 * Maps a page of rows, and writes what comes out otherwise, with the position behind it. Rows that somebody else writes
 * meanwhile are read and mapped once more, so that what came in stands.
 *
 * @throws IntegrationNotFoundError it was erased
 */
export async function remapPage(mapping: Mapping, rows: readonly StoredRow[]): Promise<PageEnd> {
  const { store, integration, kind } = mapping
  const page = { afterId: rows.at(-1)?.id ?? null, read: rows.length, done: rows.length === 0 }
  const failed: Unmapped[] = []
  let changed = 0
  for (let pending = rows; ;) {
    const mapped = mapAnew(mapping, pending)
    const gone = await tell(mapping, mapped)
    const counted = { changed: gone, failed: mapped.failed.length }
    const written = await store.remapping.write(integration, { kind, rewrites: mapped.rewrites, ...counted, page })
    changed += gone + written.changed
    failed.push(...mapped.failed, ...written.refused)
    if (written.moved.length === 0) return { changed, failed }
    pending = await store.remapping.rows(integration, kind, written.moved)
  }
}

function mapAnew({ connector, kind }: Mapping, rows: readonly StoredRow[]): Mapped {
  const mapped: Mapped = { rewrites: [], failed: [], gone: [], beside: [] }
  const map = connector.remap[kind]
  for (const row of rows) {
    const { remoteId, observedAt, learnedBy } = row
    const made = map === undefined ? 'the connector does not say how it is mapped again' : attempt(() => map(row))
    if (typeof made === 'string') {
      mapped.failed.push({ remoteId, reason: made })
      continue
    }
    const isOwn = (change: Change): boolean => change.kind === kind && change.remoteId === remoteId
    const own = made.find(isOwn)
    if (own === undefined) {
      mapped.failed.push({ remoteId, reason: 'the mapping makes no such record of it' })
      continue
    }
    if (own.op === 'upsert') mapped.rewrites.push({ row, record: { ...own, fidelity: row.fidelity } })
    // What went with a record that is gone does not come back by it.
    if (row.deleted) continue
    if (own.op === 'delete') mapped.gone.push({ observedAt, learnedBy, change: own })
    mapped.beside.push(...made.filter((change) => !isOwn(change)).map((change) => ({ observedAt, learnedBy, change })))
  }
  return mapped
}

/** What a mapping makes of a record, or why it makes nothing: one that fails by itself keeps no other out. */
function attempt(map: () => readonly Change[]): readonly Change[] | string {
  try {
    return map()
  } catch (error) {
    if (error instanceof MalformedError) return error.message
    // Its message may hold words of the record.
    const { name, stack = '' } = error instanceof Error ? error : new Error()
    return `the mapping failed with ${name} ${/\bat .+/.exec(stack)?.[0] ?? ''}`.trim()
  }
}

/** What would have been observed at the same time and by the same way, together. */
function toBatches(integrationId: string, told: readonly Told[]): readonly Batch[] {
  const byWay = [...Map.groupBy(told, ({ learnedBy }) => learnedBy)]
  return byWay.flatMap(([learnedBy, ofWay]) =>
    [...Map.groupBy(ofWay, ({ observedAt }) => observedAt.getTime())].map(([at, together]) => ({
      integrationId,
      changes: together.map(({ change }) => change),
      observedAt: new Date(at),
      learnedBy,
      origin: 'remap' as const,
    })),
  )
}

/** Stores what else the rows tell, as it would have come with them, and answers how many of them are deleted now. A disconnected account hears of nothing new. */
async function tell({ store, integration }: Mapping, { gone, beside }: Mapped): Promise<number> {
  if (gone.length + beside.length === 0 || integration.status === 'DISCONNECTED') return 0
  const news = await store.remapping.news(integration, beside)
  let deleted = 0
  try {
    for (const batch of toBatches(integration.id, [...gone, ...news])) {
      const done = await store.apply(batch)
      deleted += done.changed.filter(({ op }) => op === 'deleted').length
    }
  } catch (error) {
    if (!(error instanceof IntegrationClosedError)) throw error
  }
  return deleted
}
