import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Queryable } from '../database.ts'
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

type Spans = Omit<SpansRow, 'opened'>

/** When the threads of all spans began, the oldest first: sorted once, and then picked from for each bucket. */
interface Beginnings {
  readonly opened: Float64Array
  /** How much of the time that is counted lies before each. */
  readonly before: Float64Array
  /** The place of its spans. */
  readonly of: Int32Array
}

/** Counts in each bucket what is open at its end: as a whole, and with `cells` in each group. @throws QueryTimeoutError */
export async function countStanding(
  queryable: Queryable,
  counting: Counting,
  cuts: readonly ('bucket' | 'cell')[],
): Promise<readonly Counted[]> {
  const { sql, values } = toStatement(counting, cuts)
  const rows = await queryable.query<SpansRow>(sql, values)
  const beginnings = toBeginnings(rows, counting.working)
  const counted: Counted[] = []
  for (const bucket of counting.buckets.keys()) {
    counted.push(...countAt(counting, bucket, { spans: rows, beginnings }, cuts))
    // A year of days is some work, and others wait for their turn.
    await nextTurn()
  }
  return counted
}

function toBeginnings(rows: readonly SpansRow[], working: WorkingTime | null): Beginnings {
  const lists = rows.map(({ opened }) => opened?.split(' ').map(Number) ?? [])
  const times = Float64Array.from(lists.flat())
  const owners = Int32Array.from(lists.flatMap((list, place) => list.map(() => place)))
  const order = Int32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  const opened = Float64Array.from(order, (n) => times[n] ?? 0)
  const before = working === null ? opened : opened.map((time) => workedBefore(working, time))
  return { opened, before, of: Int32Array.from(order, (n) => owners[n] ?? 0) }
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
  /** How much of the time that is counted lies before the beginning of each, in order. */
  before: Float64Array
  /** How many of them are filled in. */
  filled: number
}

const nothing = (): Found => ({ count: 0, before: new Float64Array(), filled: 0 })

/** What was read: spans, and the beginnings of their threads. */
interface Read {
  readonly spans: readonly Spans[]
  readonly beginnings: Beginnings
}

function countAt(
  counting: Counting,
  bucket: number,
  { spans, beginnings }: Read,
  cuts: readonly ('bucket' | 'cell')[],
): readonly Counted[] {
  const end = (counting.buckets[bucket]?.to.getTime() ?? 0) / 1_000
  const total = nothing()
  const cells = new Map<string | null, Found>()
  const cellOf = (key: string | null): Found => {
    const cell = cells.get(key) ?? nothing()
    cells.set(key, cell)
    return cell
  }
  const byAge = counting.groupBy === 'AGE'
  const hasCells = cuts.includes('cell')
  const places = spans.map((own) => {
    if (own.first > bucket + 1 || own.last < bucket + 1) return null
    const found = hasCells && !byAge ? [total, ...keysOf(own).map(cellOf)] : [total]
    for (const each of found) each.count += own.count
    return found
  })
  if (needsAges(counting)) fill([total, ...cells.values()], places, beginnings)
  if (hasCells && byAge) tellByAge(total, end, { places, beginnings }, cellOf)
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

/** Where each of the spans is counted; null where it is not. */
type Places = readonly (readonly Found[] | null)[]

/** Puts each beginning where its spans are counted. They are looked through in order, so that none has to be sorted again. */
function fill(all: readonly Found[], places: Places, { before, of }: Beginnings): void {
  for (const found of all) found.before = new Float64Array(found.count)
  for (let n = 0; n < of.length; n += 1) {
    const time = before[n] ?? 0
    for (const found of places[of[n] ?? 0] ?? []) found.before[found.filled++] = time
  }
}

/** Tells what is open apart by its age. The older come first, so that each bracket is a stretch of all. */
function tellByAge(
  total: Found,
  end: number,
  { places, beginnings: { opened, of } }: { readonly places: Places; readonly beginnings: Beginnings },
  cellOf: (key: string | null) => Found,
): void {
  const counts = AGES.map(() => 0)
  for (let n = 0; n < of.length; n += 1) {
    if (places[of[n] ?? 0] == null) continue
    const age = AGES.findLastIndex(({ fromDays }) => end - (opened[n] ?? 0) >= fromDays * DAY_SECONDS)
    counts[Math.max(age, 0)] = (counts[Math.max(age, 0)] ?? 0) + 1
  }
  let last = total.count
  for (const [n, { key }] of AGES.entries()) {
    const first = last - (counts[n] ?? 0)
    Object.assign(cellOf(key), { count: last - first, before: total.before.subarray(first, last) })
    last = first
  }
}

/** The groups in which spans are, where they are not told apart by age. */
const keysOf = ({ key, tags }: Spans): readonly (string | null)[] => (tags === null || tags.length === 0 ? [key] : tags)

/** The figures of what stands at the end, as PostgreSQL has them. Who began later is younger, whatever hours count. */
function figuresOf({ metric, working }: Counting, { count, before }: Found, end: number): Figures {
  if (metricOf(metric).value !== 'age' || count === 0) return { ...NOTHING, count }
  const now = working === null ? end : workedBefore(working, end)
  const ageAt = (n: number): number => now - (before[count - 1 - n] ?? now)
  const part = (share: number): number => {
    const [low, high] = [Math.floor(share * (count - 1)), Math.ceil(share * (count - 1))]
    return ageAt(low) + (ageAt(high) - ageAt(low)) * (share * (count - 1) - low)
  }
  let sum = 0
  for (const time of before) sum += now - time
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
