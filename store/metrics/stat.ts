import DataLoader from 'dataloader'
import type { Queryable } from '../database.ts'
import type { Page } from '../list.ts'
import type { GroupKey, Slice } from './ask.ts'
import { count } from './count.ts'
import { AGES, metricOf } from './dictionary.ts'
import { type Counted, type Counting, type Cut, type Figures, NOTHING } from './figures.ts'
import type { Range } from './range.ts'
import { type FactRow, readFacts, type RowsRequest } from './rows.ts'

/** A number, and the facts that it counts. */
export interface Value {
  readonly figures: Figures
  /** The figure that stands for the metric. */
  readonly headline: number | null
  /** @throws BadCursorError, QueryTimeoutError */
  rows(page: RowsRequest): Promise<Page<FactRow>>
}

/** A number of one bucket. The bucket that is under way ends later than what is counted of it. */
export interface BucketValue extends Range {
  readonly value: Value
}

/** A number of one group. */
export interface GroupValue extends GroupKey {
  /** Null for the group of what has none. */
  readonly key: string | null
  readonly value: Value
  /** None unless cells were asked for. */
  readonly buckets: readonly BucketValue[]
}

/** Groups, and how many there are beside those that are told. */
export interface Groups {
  readonly list: readonly GroupValue[]
  readonly total: number
}

/** What a stat is of. */
export interface StatOptions extends Omit<Counting, 'buckets'> {
  /** Whole, also what of them is still to come; those that have not begun are none. */
  readonly buckets: readonly Range[]
  /** The range that it is compared with. */
  readonly before: Range
}

/**
 * One metric over one range. What is asked for in one turn of the event loop is counted together, and what was counted is
 * not counted again.
 */
export class Stat {
  readonly options: StatOptions
  readonly #queryable: Queryable
  readonly #counting: Counting
  readonly #cuts: DataLoader<Cut, readonly Counted[]>
  #previous: Promise<Value> | null = null

  constructor(queryable: Queryable, options: StatOptions) {
    this.options = options
    this.#queryable = queryable
    const { to: end } = options.range
    const buckets = options.buckets.map(({ from, to }) => ({ from, to: to < end ? to : end }))
    this.#counting = { ...options, buckets }
    this.#cuts = new DataLoader(async (cuts) => {
      const counted = Map.groupBy(await count(queryable, this.#counting, cuts), ({ cut }) => cut)
      return cuts.map((cut) => counted.get(cut) ?? [])
    })
  }

  /** Over the whole range. @throws QueryTimeoutError */
  async total(): Promise<Value> {
    const [figures] = await this.#cuts.load('total')
    return this.#valueOf(figures, this.options.range, null)
  }

  /** Over the range before. @throws QueryTimeoutError */
  previous(): Promise<Value> {
    this.#previous ??= this.#countBefore()
    return this.#previous
  }

  async #countBefore(): Promise<Value> {
    const range = this.options.before
    const [figures] = await count(this.#queryable, { ...this.#counting, range, buckets: [] }, ['total'])
    return this.#valueOf(figures, range, null)
  }

  /** By bucket, in order. @throws QueryTimeoutError */
  async buckets(): Promise<readonly BucketValue[]> {
    if (this.options.buckets.length === 0) return []
    return this.#inBuckets(await this.#cuts.load('bucket'), null)
  }

  /** By group: the greatest first, but ages in their order. With `cells`, each by bucket too. @throws QueryTimeoutError */
  async groups(most: number, parts: { readonly cells: boolean }): Promise<Groups> {
    const { groupBy, buckets } = this.options
    if (groupBy === null) return { list: [], total: 0 }
    const withCells = parts.cells && buckets.length > 0
    const [counted, cells] = await Promise.all([
      this.#cuts.load('group'),
      withCells ? this.#cuts.load('cell') : Promise.resolve([]),
    ])
    const sorted = groupBy === 'AGE' ? inAges(counted) : counted.toSorted(byCount)
    const byKey = Map.groupBy(cells, ({ key }) => key)
    const list = sorted.slice(0, most).map((figures) => {
      const group: GroupKey = { by: groupBy, key: figures.key }
      return {
        ...group,
        value: this.#valueOf(figures, this.options.range, group),
        buckets: withCells ? this.#inBuckets(byKey.get(figures.key) ?? [], group) : [],
      }
    })
    return { list, total: sorted.length }
  }

  #inBuckets(counted: readonly Counted[], group: GroupKey | null): readonly BucketValue[] {
    const found = new Map(counted.map((figures) => [figures.bucket, figures]))
    return this.options.buckets.map((range, n) => ({
      ...range,
      value: this.#valueOf(found.get(n), this.#counting.buckets[n] ?? range, group),
    }))
  }

  #valueOf(counted: Figures | undefined, range: Range, group: GroupKey | null): Value {
    const { metric, filter, working } = this.options
    const { count: n, average, p50, p90, p95, minimum, maximum, sum } = counted ?? NOTHING
    const figures: Figures = { count: n, average, p50, p90, p95, minimum, maximum, sum }
    const slice: Slice = { metric, range, filter, group, working }
    return {
      figures,
      headline: figures[metricOf(metric).headline],
      rows: (page) => readFacts(this.#queryable, slice, page, figures.count),
    }
  }
}

const byCount = (one: Counted, other: Counted): number =>
  other.count - one.count || (String(one.key) < String(other.key) ? -1 : 1)

/** Every bracket, also one in which there is nothing. */
function inAges(counted: readonly Counted[]): readonly Counted[] {
  const found = new Map(counted.map((each) => [each.key, each]))
  return AGES.map(({ key }) => found.get(key) ?? { ...NOTHING, cut: 'group', bucket: null, key })
}
