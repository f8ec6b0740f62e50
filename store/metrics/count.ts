import type { Queryable } from '../database.ts'
import { AGES, metricOf } from './dictionary.ts'
import { conditionsOf, keyOf, TAGS_JOINED, valueOf } from './fact-sql.ts'
import type { Counted, Counting, Cut, Figures } from './figures.ts'
import { countStanding } from './standing.ts'
import { type Bind, parameters } from '../parameters.ts'

const isBucketed = (cut: Cut): cut is 'bucket' | 'cell' => cut === 'bucket' || cut === 'cell'
const isGrouped = (cut: Cut): boolean => cut === 'group' || cut === 'cell'

/** Counts all that is asked for: as far as it is of the same facts, in one statement. @throws QueryTimeoutError */
export async function count(
  queryable: Queryable,
  counting: Counting,
  cuts: readonly Cut[],
): Promise<readonly Counted[]> {
  const standing = metricOf(counting.metric).counted === 'standing' ? cuts.filter(isBucketed) : []
  const others = cuts.filter((cut) => !standing.some((each) => each === cut))
  // A fact is counted once for each of its tags, and once as a whole.
  const sources = Map.groupBy(others, (cut) => counting.groupBy === 'TAG' && isGrouped(cut))
  const counted = await Promise.all([
    ...[...sources.values()].map((own) => countFrom(queryable, counting, own)),
    ...(standing.length === 0 ? [] : [countStanding(queryable, counting, standing)]),
  ])
  return counted.flat()
}

interface CountedRow extends Omit<Figures, 'p50' | 'p90' | 'p95'> {
  readonly bucketed: boolean
  readonly grouped: boolean
  readonly bucket: number | null
  readonly key: string | null
  readonly percentiles: readonly number[] | null
}

async function countFrom(queryable: Queryable, counting: Counting, cuts: readonly Cut[]): Promise<readonly Counted[]> {
  const { sql, values } = toStatement(counting, cuts)
  const rows = await queryable.query<CountedRow>(sql, values)
  return rows.map(({ bucketed, grouped, bucket, key, percentiles, ...figures }) => ({
    ...figures,
    p50: percentiles?.[0] ?? null,
    p90: percentiles?.[1] ?? null,
    p95: percentiles?.[2] ?? null,
    cut: bucketed ? (grouped ? 'cell' : 'bucket') : grouped ? 'group' : 'total',
    bucket: bucketed && bucket !== null ? bucket - 1 : null,
    key: key !== null && counting.groupBy === 'AGE' ? (AGES[Number(key) - 1]?.key ?? null) : key,
  }))
}

const FIGURES = `avg(v) as average, sum(v) as sum, min(v) as minimum, max(v) as maximum,
  percentile_cont(array[0.5, 0.9, 0.95]) within group (order by v) as percentiles`
const NO_FIGURES = `null as average, null as sum, null as minimum, null as maximum, null as percentiles`

function toStatement(counting: Counting, cuts: readonly Cut[]): { sql: string; values: unknown[] } {
  const { values, bind } = parameters()
  const bucketed = cuts.some(isBucketed)
  const grouped = cuts.some(isGrouped)
  const sets = cuts.map((cut) => `(${[isBucketed(cut) ? 'b' : [], isGrouped(cut) ? 'k' : []].flat().join(', ')})`)
  const sql = `
    select ${bucketed ? 'grouping(b) = 0' : 'false'} as bucketed, ${grouped ? 'grouping(k) = 0' : 'false'} as grouped,
      ${bucketed ? 'b' : 'null'} as bucket, ${grouped ? 'k::text' : 'null'} as key, count(*)::int as count,
      ${metricOf(counting.metric).value === 'none' ? NO_FIGURES : FIGURES}
    from (${toSource(counting, { bucketed, grouped }, bind)} offset 0) s
    group by grouping sets (${sets.join(', ')})`
  return { sql, values }
}

/** What facts are counted, in which bucket and group, and with what. It is not flattened, so that each is looked up once. */
function toSource(
  counting: Counting,
  { bucketed, grouped }: { readonly bucketed: boolean; readonly grouped: boolean },
  bind: Bind,
): string {
  const { groupBy, buckets, range } = counting
  const end = `${bind(range.to)}::timestamptz`
  const bucket = bucketed ? `width_bucket(f.at, ${bind(buckets.map(({ from }) => from))}::timestamptz[])` : 'null'
  const key = grouped && groupBy !== null ? keyOf(groupBy, end) : 'null'
  return `select ${bucket} as b, ${key} as k, ${valueOf(counting, end, bind)} as v
    from fact f ${grouped && groupBy === 'TAG' ? TAGS_JOINED : ''}
    where ${conditionsOf({ ...counting, group: null }, end, bind).join(' and ')}`
}
