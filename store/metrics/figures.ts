import type { Grouping, Slice } from './ask.ts'
import type { Range } from './range.ts'

/** What is told of the facts that are counted; null where there is nothing to tell of. */
export interface Figures {
  readonly count: number
  readonly average: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p95: number | null
  readonly minimum: number | null
  readonly maximum: number | null
  readonly sum: number | null
}

/** The figures of nothing. */
export const NOTHING: Figures = {
  count: 0,
  average: null,
  p50: null,
  p90: null,
  p95: null,
  minimum: null,
  maximum: null,
  sum: null,
}

/** What is counted: one metric over a range, in buckets, and told apart. */
export interface Counting extends Omit<Slice, 'group'> {
  /** The buckets that have begun, in order; none where none are asked for. */
  readonly buckets: readonly Range[]
  readonly groupBy: Grouping | null
}

/** How finely facts are told apart: each `cell` is what one group has in one bucket. */
export type Cut = 'total' | 'bucket' | 'group' | 'cell'

/** The figures of one bucket, group or cell. */
export interface Counted extends Figures {
  readonly cut: Cut
  /** From 0; null where it is of no single one. */
  readonly bucket: number | null
  /** Null for the group of what has none, and where it is of no single group. */
  readonly key: string | null
}
