import type { Database, Queryable } from '../database.ts'
import type { Kind } from '../kinds.ts'
import { storableCount } from '../storable.ts'

/** What a provider's counter said of a stream, and how that compared with what was held of what stood at that time. */
export interface CountState {
  readonly stream: string
  readonly askedAt: Date
  /** What it said last, while that waits to be compared; null when it was compared, or said nothing. */
  readonly said: Counted | null
  /** The last comparison; null before the first. */
  readonly compared: Compared | null
  /** By how much it counts otherwise than we do: what an audit found no reason for. */
  readonly settled: number
  /** When an audit was last brought forward, and by what difference; the latter null once an audit has settled it. */
  readonly wantedAt: Date | null
  readonly wantedFor: number | null
}

/** A provider's number, and of when it is. */
export interface Counted {
  readonly count: number
  readonly at: Date
}

/** A provider's number beside ours of the same moment. */
export interface Compared {
  readonly expected: number
  readonly held: number
  /** How many more the provider counts than can be explained; less than 0 when it counts fewer. */
  readonly apart: number
  readonly at: Date
}

/** Which stored records a counter is about. */
export interface CountedRecords {
  readonly integrationId: string
  readonly stream: string
  readonly kind: Kind
  /** How their remote ids begin; empty for all of the kind. */
  readonly prefix: string
  /** Not those that stand as this kind, too, under the same remote id; null leaves none out. */
  readonly without: Kind | null
}

/** What was held at a moment. */
export interface Holding {
  readonly held: number
  /** Without, and with, what came or went about then or since, of which nobody can tell whether it was counted. */
  readonly least: number
  readonly most: number
}

/** What a comparison found, and what came of it. */
export type Outcome = Pick<CountState, 'settled' | 'wantedAt' | 'wantedFor'> & { readonly compared: Compared }

/** What providers' counters said. */
export interface Counts {
  states(integrationId: string): Promise<readonly CountState[]>
  /** Puts on record that a counter was asked, and what it said. */
  said(of: Pick<CountedRecords, 'integrationId' | 'stream'>, askedAt: Date, counted: Counted | null): Promise<void>
  /** What was held of the records that stood at a moment. @param lagMs how late lists and we may be */
  holding(records: CountedRecords, at: Date, lagMs: number): Promise<Holding>
  /** Puts a comparison on record: what was said waits no more. */
  compared(of: Pick<CountedRecords, 'integrationId' | 'stream'>, outcome: Outcome): Promise<void>
}

/** The counts of a database. */
export function openCounts({ system }: Pick<Database, 'system'>): Counts {
  return {
    states: (integrationId) => readStates(system, integrationId),
    async said({ integrationId, stream }, askedAt, counted) {
      const count = storableCount(counted?.count ?? null)
      await system.query(
        `insert into audit_count (integration_id, stream, workspace_id, asked_at, said, said_at)
         select id, $2, workspace_id, $3, $4, $5 from integration where id = $1
         on conflict (integration_id, stream) do update
           set asked_at = excluded.asked_at, said = excluded.said, said_at = excluded.said_at`,
        [integrationId, stream, askedAt, count, count === null ? null : counted?.at],
      )
    },
    holding: (records, at, lagMs) => readHolding(system, records, { at, lagMs }),
    async compared({ integrationId, stream }, { compared, settled, wantedAt, wantedFor }) {
      const { expected, at, held, apart } = compared
      await system.query(
        `update audit_count set said = null, said_at = null, counted = $3, counted_at = $4, held = $5, apart = $6,
           settled = $7, wanted_at = $8, wanted_for = $9 where integration_id = $1 and stream = $2`,
        [integrationId, stream, expected, at, held, apart, settled, wantedAt, wantedFor],
      )
    },
  }
}

interface Row extends Omit<CountState, 'said' | 'compared'> {
  readonly said: number | null
  readonly saidAt: Date | null
  readonly expected: number | null
  readonly at: Date | null
  readonly held: number | null
  readonly apart: number | null
}

async function readStates(queryable: Queryable, integrationId: string): Promise<readonly CountState[]> {
  const rows = await queryable.query<Row>(
    `select stream, asked_at as "askedAt", said, said_at as "saidAt", counted as expected, counted_at as at, held, apart,
       settled, wanted_at as "wantedAt", wanted_for as "wantedFor" from audit_count where integration_id = $1`,
    [integrationId],
  )
  return rows.map(({ said, saidAt, expected, at, held, apart, ...state }) => ({
    ...state,
    said: said === null || saidAt === null ? null : { count: said, at: saidAt },
    compared:
      expected === null || at === null || held === null || apart === null ? null : { expected, at, held, apart },
  }))
}

/**
 * A record stood from when it came to be until it was deleted. When it was deleted is only known as when we heard of it, and
 * of one without a time of its own, that it came to be before we last heard of it.
 */
async function readHolding(
  queryable: Queryable,
  { integrationId, kind, prefix, without }: CountedRecords,
  { at, lagMs }: { readonly at: Date; readonly lagMs: number },
): Promise<Holding> {
  const outside =
    without === null
      ? ''
      : `and not exists (select from "${without}" o where o.integration_id = t.integration_id
           and o.remote_id = t.remote_id and o.deleted_at is null)`
  const [found] = await queryable.query<Holding>(
    `select count(*) filter (where born <= $3 and (deleted_at is null or deleted_at > $3))::int as held,
       count(*) filter (where born <= $4 and deleted_at is null)::int as least,
       count(*) filter (where born < $5 and (deleted_at is null or deleted_at >= $4))::int as most
     from (select coalesce(t.created_at, case when t.deleted_at is null then t.observed_at else '-infinity' end) as born, t.deleted_at from "${kind}" t
       where t.integration_id = $1 and starts_with(t.remote_id, $2) ${outside}) r`,
    [integrationId, prefix, at, new Date(at.getTime() - lagMs), new Date(at.getTime() + lagMs)],
  )
  return found ?? { held: 0, least: 0, most: 0 }
}
