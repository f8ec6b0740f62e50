/** What is derived from the messages and changes of status of threads. Source: docs/metrics.md, "Facts". */
export type FactType =
  | 'OPENED'
  | 'CLOSED'
  | 'REOPENED'
  | 'RESOLVED'
  | 'FIRST_RESPONSE'
  | 'NEXT_RESPONSE'
  | 'RATED'
  | 'OPEN_SPAN'

/** What a number is a number of. */
export type Unit = 'COUNT' | 'SECONDS' | 'SCORE'

/** Which of its figures stands for a metric where one is told. */
export type Headline = 'count' | 'average' | 'p50'

/** A metric: which facts it counts, and what of them. */
export interface Metric {
  readonly fact: FactType
  /** `within`: facts whose time lies in the range. `standing`: spans that hold its end. */
  readonly counted: 'within' | 'standing'
  /** `wait` goes from `since` to `at`, `age` from the thread's beginning to the end of the range; `none` is only counted. */
  readonly value: 'none' | 'wait' | 'age' | 'score'
  readonly unit: Unit
  readonly headline: Headline
  /** As a person calls it. */
  readonly title: string
  /** What it counts, in a sentence. */
  readonly words: string
}

/**
 * The dictionary of metrics: the one place that says what each counts. SQL, graph and descriptions come from it, and
 * docs/metrics.md tells the same.
 */
export const METRICS = {
  NEW: {
    fact: 'OPENED',
    counted: 'within',
    value: 'none',
    unit: 'COUNT',
    headline: 'count',
    title: 'New',
    words: 'Conversations and tickets that began in the range.',
  },
  CLOSED: {
    fact: 'CLOSED',
    counted: 'within',
    value: 'none',
    unit: 'COUNT',
    headline: 'count',
    title: 'Closed',
    words: 'Times that a conversation or ticket went from open to closed in the range.',
  },
  REOPENED: {
    fact: 'REOPENED',
    counted: 'within',
    value: 'none',
    unit: 'COUNT',
    headline: 'count',
    title: 'Reopened',
    words: 'Times that a closed conversation or ticket was opened again in the range.',
  },
  OPEN: {
    fact: 'OPEN_SPAN',
    counted: 'standing',
    value: 'none',
    unit: 'COUNT',
    headline: 'count',
    title: 'Open',
    words: 'Conversations and tickets that were open at the end of the range.',
  },
  BACKLOG: {
    fact: 'OPEN_SPAN',
    counted: 'standing',
    value: 'age',
    unit: 'SECONDS',
    headline: 'p50',
    title: 'Age of the backlog',
    words: 'How old those were that were open at the end of the range, from when they began.',
  },
  FIRST_RESPONSE: {
    fact: 'FIRST_RESPONSE',
    counted: 'within',
    value: 'wait',
    unit: 'SECONDS',
    headline: 'p50',
    title: 'First response',
    words: 'How long customers waited for the first answer of a person, of answers given in the range.',
  },
  NEXT_RESPONSE: {
    fact: 'NEXT_RESPONSE',
    counted: 'within',
    value: 'wait',
    unit: 'SECONDS',
    headline: 'p50',
    title: 'Next response',
    words: 'How long customers waited for any later answer of a person, of answers given in the range.',
  },
  RESOLUTION: {
    fact: 'RESOLVED',
    counted: 'within',
    value: 'wait',
    unit: 'SECONDS',
    headline: 'p50',
    title: 'Resolution time',
    words: 'How long those took, from when they began, that are closed and were closed last in the range.',
  },
  SATISFACTION: {
    fact: 'RATED',
    counted: 'within',
    value: 'score',
    unit: 'SCORE',
    headline: 'average',
    title: 'Satisfaction',
    words: 'Scores from 1 (worst) to 5 (best) that customers gave in the range.',
  },
} as const satisfies Readonly<Record<string, Metric>>

/** The name of a metric. */
export type MetricName = keyof typeof METRICS

/** A metric by its name. */
export const metricOf = (name: MetricName): Metric => METRICS[name]

/** A bracket of age: from so many days on, up to where the next begins. */
export interface AgeBracket {
  readonly key: string
  readonly fromDays: number
  readonly label: string
}

/** The brackets by which the backlog is told, the youngest first; a day has 24 hours. */
export const AGES: readonly AgeBracket[] = [
  { key: 'UNDER_1_DAY', fromDays: 0, label: 'Less than a day' },
  { key: 'FROM_1_DAY', fromDays: 1, label: '1 to 3 days' },
  { key: 'FROM_3_DAYS', fromDays: 3, label: '3 to 7 days' },
  { key: 'FROM_7_DAYS', fromDays: 7, label: '7 to 30 days' },
  { key: 'FROM_30_DAYS', fromDays: 30, label: '30 days and more' },
]
