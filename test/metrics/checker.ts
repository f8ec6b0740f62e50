import type { Queryable } from '../../store/database.ts'
import { DERIVED, REFRESHED } from './derived.ts'
import { FILL_HOURS, HOURS, type Week } from './hours.ts'
import { NUMBERS, STATISTICS } from './numbers.ts'
import { TOLD } from './told.ts'

/** The metrics of docs/metrics.md. */
export const METRICS = [
  'NEW',
  'CLOSED',
  'REOPENED',
  'OPEN',
  'BACKLOG',
  'FIRST_RESPONSE',
  'NEXT_RESPONSE',
  'RESOLUTION',
  'SATISFACTION',
] as const
export type Metric = (typeof METRICS)[number]

/** By what numbers are told apart. */
export const GROUPINGS = ['AGENT', 'TEAM', 'CHANNEL', 'TAG', 'PROVIDER', 'INTEGRATION', 'THREAD'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What values come to; all but `count` are null where nothing has a value. */
export interface Statistics {
  readonly count: number
  readonly average: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly minimum: number | null
  readonly maximum: number | null
  readonly sum: number | null
}

/** Holds its beginning and not its end. */
export interface Range {
  readonly from: Date
  readonly to: Date
}

/** What is asked: a metric over a range. */
export interface Asked extends Range {
  readonly metric: Metric
  /** In hours of the week that was given to `refresh`. */
  readonly business?: boolean
}

/** A fact that was counted, by the ids of rows. */
export interface CountedFact {
  readonly at: Date | null
  readonly since: Date | null
  readonly thread: string
  readonly kind: 'conversation' | 'ticket'
  /** Of the message of an answer. */
  readonly message: string | null
  readonly agent: string | null
  readonly team: string | null
  readonly contact: string | null
  readonly value: number | null
}

/** Recomputes every number from providers' own records, by SQL alone and with nothing of what answers `stats`. */
export interface Checker {
  /** Derives all facts anew, and business hours minute by minute from the first of them to `until`. */
  refresh(until: Date, week: Week | null): Promise<void>
  total(asked: Asked): Promise<Statistics>
  /** By the key of the group: a row's id, or a word; null for those that have none. */
  groups(asked: Asked, grouping: Grouping): Promise<ReadonlyMap<string | null, Statistics>>
  counted(asked: Asked): Promise<readonly CountedFact[]>
  /** Of what is open at the end, by the bracket of its age; only those with something in them. */
  ages(asked: Asked): Promise<ReadonlyMap<string, Statistics>>
  /** By the parts of the range that a zone's clock makes: `hour`, `day`, `week`, …, also those with nothing in them. */
  series(asked: Asked, timeZone: string, unit: string): Promise<readonly (Range & Statistics)[]>
  /** The same of each group, by when the part begins; only those with something in them. */
  seriesOf(
    asked: Asked,
    by: { readonly timeZone: string; readonly unit: string; readonly grouping: Grouping },
  ): Promise<readonly (Statistics & { readonly key: string | null; readonly from: Date })[]>
  /** The period just before a range. */
  before(range: Range, timeZone: string): Promise<Range>
}

/** Installs the checker beside the product's tables. It has to be there before the first record is stored. */
export async function openChecker(database: Queryable): Promise<Checker> {
  for (const statement of [...TOLD, ...DERIVED, ...HOURS, ...NUMBERS]) await database.query(statement)
  const COUNTED = 'checker.counted($1, $2, $3, $4)'
  const PARTED = 'checker.counted($1, b.since, b.until, $4)'
  const values = ({ metric, from, to, business = false }: Asked): unknown[] => [metric, from, to, business]
  return {
    async refresh(until, week) {
      for (const view of REFRESHED) {
        await database.query(`refresh materialized view checker.${view}`)
        await database.query(`analyze checker.${view}`)
      }
      await database.query('truncate checker.minute')
      if (week === null) return
      const [first] = await database.query<{ at: Date | null }>(
        'select least(min(since), min(opened_at), min(at)) as at from checker.fact',
      )
      const { hours, timeZone, holidays } = week
      const end = new Date(until.getTime() + 60_000)
      await database.query(FILL_HOURS, [first?.at ?? end, end, JSON.stringify(hours), timeZone, holidays])
    },
    async total(asked) {
      const [row] = await database.query<Statistics>(`select ${STATISTICS} from ${COUNTED}`, values(asked))
      if (row === undefined) throw new Error('an aggregate has a row')
      return row
    },
    async ages(asked) {
      const rows = await database.query<Statistics & { readonly key: string }>(
        `select case when days < 1 then 'UNDER_1_DAY' when days < 3 then 'FROM_1_DAY' when days < 7 then 'FROM_3_DAYS'
           when days < 30 then 'FROM_7_DAYS' else 'FROM_30_DAYS' end as key, ${STATISTICS}
         from (select fact, value, extract(epoch from $3::timestamptz - (fact).opened_at) / 86400 as days from ${COUNTED})
           as aged group by 1`,
        values(asked),
      )
      return new Map(rows.map(({ key, ...statistics }) => [key, statistics]))
    },
    async groups(asked, grouping) {
      const rows = await database.query<Statistics & { readonly key: string | null }>(
        `select key, ${STATISTICS} from ${COUNTED} c, checker.keys(c.fact, $5) as key group by key`,
        [...values(asked), grouping],
      )
      return new Map(rows.map(({ key, ...statistics }) => [key, statistics]))
    },
    counted: (asked) =>
      database.query<CountedFact>(
        `select nullif((fact).at, 'infinity') as at, (fact).since, (fact).thread_id as thread, (fact).thread_kind as kind,
           case when (fact).type <> 'RATED' then (fact).record_id end as message,
           (fact).agent_id as agent, (fact).team_id as team, (fact).contact_id as contact, value
         from ${COUNTED}`,
        values(asked),
      ),
    series: (asked, timeZone, unit) =>
      database.query<Range & Statistics>(
        `select b.since as "from", b.until as "to", ${STATISTICS} from checker.buckets($2, $3, $5, $6) b
         left join lateral ${PARTED} c on true group by b.since, b.until order by b.since`,
        [...values(asked), timeZone, unit],
      ),
    seriesOf: (asked, { timeZone, unit, grouping }) =>
      database.query<Statistics & { readonly key: string | null; readonly from: Date }>(
        `select key, b.since as "from", ${STATISTICS} from checker.buckets($2, $3, $5, $6) b,
           lateral ${PARTED} c, checker.keys(c.fact, $7) as key group by key, b.since`,
        [...values(asked), timeZone, unit, grouping],
      ),
    async before({ from, to }, timeZone) {
      const [row] = await database.query<{ at: Date }>('select checker.before($1, $2, $3) as at', [from, to, timeZone])
      if (row === undefined) throw new Error('a function has an answer')
      return { from: row.at, to: from }
    },
  }
}
