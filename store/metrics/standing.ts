import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Queryable } from '../database.ts'
import type { Grouping } from './ask.ts'
import { AGES, metricOf } from './dictionary.ts'
import { filterConditions, keyOf } from './fact-sql.ts'
import { type Counted, type Counting, type Figures, NOTHING } from './figures.ts'
import { workedBefore, type WorkingTime } from './working-time.ts'
import { parameters } from '../parameters.ts'

const DAY_SECONDS = 86_400

/**
 * What stands open at the end of each of many buckets. A span that lasts is counted in each bucket that it outlasts, so it
 * is read once and told apart here: the database would make a row of it for each bucket, and sort them all.
 */

/** Spans that hold the same ends. */
interface SpansRow {
  /** The first and last bucket whose ends they hold, from 1. */
  readonly first: number
  readonly last: number
  readonly key: string | null
  readonly tags: readonly string[] | null
  readonly count: number
  /** When their threads began: seconds, one beside the other; null where only their count is asked for. */
  readonly opened: string | null
}

interface Spans extends Omit<SpansRow, 'opened'> {
  /** In order. */
  readonly opened: Float64Array
  /** How much of the time that is counted lies before each of them. */
  readonly before: Float64Array
}

/** Counts in each bucket what is open at its end: as a whole, and with `cells` in each group. @throws QueryTimeoutError */
export async function countStanding(
  queryable: Queryable,
  counting: Counting,
  cuts: readonly ('bucket' | 'cell')[],
): Promise<readonly Counted[]> {
  const { sql, values } = toStatement(counting, cuts)
  const rows = await queryable.query<SpansRow>(sql, values)
  const spans = rows.map((row) => toSpans(row, counting.working))
  const counted: Counted[] = []
  for (const bucket of counting.buckets.keys()) {
    counted.push(...countAt(counting, bucket, spans, cuts))
    // A year of days is some work, and others wait for their turn.
    await nextTurn()
  }
  return counted
}

function toSpans(row: SpansRow, working: WorkingTime | null): Spans {
  const opened = new Float64Array(row.opened?.split(' ').map(Number) ?? [])
  opened.sort()
  return { ...row, opened, before: working === null ? opened : opened.map((time) => workedBefore(working, time)) }
}

function toStatement(counting: Counting, cuts: readonly string[]): { sql: string; values: unknown[] } {
  const { metric, groupBy, buckets, filter } = counting
  const { values, bind } = parameters()
  const ends = `${bind(buckets.map(({ to }) => to))}::timestamptz[]`
  // A span holds its beginning and not its end: ends at or after the one, and before the other.
  const before = (time: string): string => `width_bucket(${time} - interval '1 microsecond', ${ends})`
  const isGrouped = cuts.includes('cell') && groupBy !== null && groupBy !== 'AGE'
  const where = [
    `f.type = ${bind(metricOf(metric).fact)}`,
    `f.since <= ${bind(buckets.at(-1)?.to)}::timestamptz`,
    `f.at > ${bind(buckets[0]?.to)}::timestamptz`,
    ...filterConditions(filter, bind),
  ]
  const sql = `
    select s.first, s.last, ${isGrouped && groupBy !== 'TAG' ? 's.k::text' : 'null'} as key,
      ${isGrouped && groupBy === 'TAG' ? 's.k::text[]' : 'null'} as tags, count(*)::int as count,
      ${needsAges(counting) ? `string_agg(date_part('epoch', s.opened_at)::text, ' ')` : 'null'} as opened
    from (select ${before('f.since')} + 1 as first, ${before('f.at')} as last, f.opened_at,
        ${isGrouped ? (groupBy === 'TAG' ? 'f.tag_ids' : keyOf(groupBy, '')) : 'null'} as k
      from fact f where ${where.join(' and ')} offset 0) s
    where s.first <= s.last
    group by 1, 2, s.k`
  return { sql, values }
}

const needsAges = ({ metric, groupBy }: Counting): boolean => metricOf(metric).value === 'age' || groupBy === 'AGE'

/** What of one bucket or cell was found. */
interface Found {
  count: number
  readonly before: Float64Array[]
}

function countAt(
  counting: Counting,
  bucket: number,
  spans: readonly Spans[],
  cuts: readonly ('bucket' | 'cell')[],
): readonly Counted[] {
  const end = (counting.buckets[bucket]?.to.getTime() ?? 0) / 1_000
  const total: Found = { count: 0, before: [] }
  const cells = new Map<string | null, Found>()
  const hasCells = cuts.includes('cell')
  for (const own of spans) {
    if (own.first > bucket + 1 || own.last < bucket + 1) continue
    add(total, own)
    if (!hasCells) continue
    for (const [key, part] of partsOf(counting.groupBy, own, end)) {
      const cell = cells.get(key) ?? { count: 0, before: [] }
      cells.set(key, cell)
      add(cell, part)
    }
  }
  const tell = (found: Found, key: string | null, cut: 'bucket' | 'cell'): Counted => ({
    ...figuresOf(counting, found, end),
    cut,
    bucket,
    key,
  })
  return [
    ...(cuts.includes('bucket') ? [tell(total, null, 'bucket')] : []),
    ...[...cells].map(([key, found]) => tell(found, key, 'cell')),
  ]
}

type Part = Pick<Spans, 'count' | 'before'>

function add(found: Found, { count, before }: Part): void {
  found.count += count
  found.before.push(before)
}

/** The groups in which spans are, each with its part of them. */
function partsOf(groupBy: Grouping | null, own: Spans, end: number): readonly (readonly [string | null, Part])[] {
  const { key, tags, opened, before } = own
  if (groupBy === 'TAG') return tags === null || tags.length === 0 ? [[null, own]] : tags.map((tag) => [tag, own])
  if (groupBy !== 'AGE') return [[key, own]]
  return AGES.map((age, n) => {
    const until = AGES[n + 1]?.fromDays ?? Infinity
    const isYounger = (days: number) => (time: number) => end - time < days * DAY_SECONDS
    const [first, last] = [startOf(opened, isYounger(until)), startOf(opened, isYounger(age.fromDays))]
    return [age.key, { count: last - first, before: before.subarray(first, last) }]
  })
}

/** Where in a sorted list those begin that are so. */
function startOf(sorted: Float64Array, isSo: (value: number) => boolean): number {
  const found = sorted.findIndex(isSo)
  return found < 0 ? sorted.length : found
}

/** The figures of what stands at the end, as PostgreSQL has them. Who began later is younger, whatever hours count. */
function figuresOf({ metric, working }: Counting, { count, before }: Found, end: number): Figures {
  if (metricOf(metric).value !== 'age' || count === 0) return { ...NOTHING, count }
  const sorted = new Float64Array(count)
  let place = 0
  for (const each of before) {
    sorted.set(each, place)
    place += each.length
  }
  sorted.sort()
  const now = working === null ? end : workedBefore(working, end)
  const ageAt = (n: number): number => now - (sorted[count - 1 - n] ?? now)
  const part = (share: number): number => {
    const [low, high] = [Math.floor(share * (count - 1)), Math.ceil(share * (count - 1))]
    return ageAt(low) + (ageAt(high) - ageAt(low)) * (share * (count - 1) - low)
  }
  let sum = 0
  for (const time of sorted) sum += now - time
  return {
    count,
    average: sum / count,
    p50: part(0.5),
    p90: part(0.9),
    p95: part(0.95),
    minimum: ageAt(0),
    maximum: ageAt(count - 1),
    sum,
  }
}
