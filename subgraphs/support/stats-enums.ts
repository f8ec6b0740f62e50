import { registerEnumType } from 'type-graphql'
import type { BucketSize as BucketSizeValue } from '../../store/metrics/range.ts'
import { type FactType as FactTypeValue, METRICS, type MetricName } from '../../store/metrics/dictionary.ts'
import type { Grouping } from '../../store/metrics/ask.ts'

type EnumOf<Value extends string> = { readonly [K in Value]: K }

/** The metrics of the dictionary. */
export const Metric: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(METRICS).map((name) => [name, name]),
)
const named = (name: string): name is MetricName => name in METRICS

/** What the enum of the schema lets pass is a metric. */
export function toMetric(name: string): MetricName {
  if (named(name)) return name
  throw new TypeError(`there is no metric ${name}`)
}
registerEnumType(Metric, {
  name: 'Metric',
  description: 'What can be counted; `metrics` says what each is.',
  valuesConfig: Object.fromEntries(Object.entries(METRICS).map(([name, { words }]) => [name, { description: words }])),
})

export const FactType: EnumOf<FactTypeValue> = {
  OPENED: 'OPENED',
  CLOSED: 'CLOSED',
  REOPENED: 'REOPENED',
  RESOLVED: 'RESOLVED',
  FIRST_RESPONSE: 'FIRST_RESPONSE',
  NEXT_RESPONSE: 'NEXT_RESPONSE',
  RATED: 'RATED',
  OPEN_SPAN: 'OPEN_SPAN',
}
registerEnumType(FactType, {
  name: 'FactType',
  description: 'What is derived from the messages and changes of status of conversations and tickets.',
  valuesConfig: {
    OPENED: { description: 'It began.' },
    CLOSED: { description: 'It went from open to closed.' },
    REOPENED: { description: 'It went from closed to open.' },
    RESOLVED: { description: 'It is closed now: from its beginning to its last closing.' },
    FIRST_RESPONSE: { description: 'A person answered for the first time a customer who waited.' },
    NEXT_RESPONSE: { description: 'A person answered later a customer who waited.' },
    RATED: { description: 'The customer said how it was.' },
    OPEN_SPAN: { description: 'A time that it was open.' },
  },
})

export const MetricUnit = { COUNT: 'COUNT', SECONDS: 'SECONDS', SCORE: 'SCORE' } as const
registerEnumType(MetricUnit, {
  name: 'MetricUnit',
  description: 'What a metric’s values are.',
  valuesConfig: { SCORE: { description: 'From 1 (worst) to 5 (best).' } },
})

/** Which facts a metric counts of those of its type. */
export const MetricRange = { WITHIN: 'within', STANDING: 'standing' } as const
registerEnumType(MetricRange, {
  name: 'MetricRange',
  description: 'How facts have to lie to a range to be counted.',
  valuesConfig: {
    WITHIN: { description: 'They happened in it.' },
    STANDING: { description: 'They began by its end, and had not ended.' },
  },
})

/** The figures that may stand for a metric. */
export const MetricFigure = { COUNT: 'count', AVERAGE: 'average', P50: 'p50' } as const
registerEnumType(MetricFigure, { name: 'MetricFigure', description: 'The figure that stands for a metric.' })

export const BucketSize: EnumOf<BucketSizeValue> = {
  HOUR: 'HOUR',
  DAY: 'DAY',
  WEEK: 'WEEK',
  MONTH: 'MONTH',
  QUARTER: 'QUARTER',
  YEAR: 'YEAR',
}
registerEnumType(BucketSize, {
  name: 'BucketSize',
  description: 'How long a bucket is, by the clock of the time zone.',
  valuesConfig: {
    HOUR: { description: 'An hour that the clock repeats has two.' },
    WEEK: { description: 'From Monday on.' },
  },
})

export const StatGrouping: EnumOf<Grouping> = {
  TEAM: 'TEAM',
  AGENT: 'AGENT',
  CHANNEL: 'CHANNEL',
  PROVIDER: 'PROVIDER',
  INTEGRATION: 'INTEGRATION',
  TAG: 'TAG',
  THREAD: 'THREAD',
  AGE: 'AGE',
}
registerEnumType(StatGrouping, {
  name: 'StatGrouping',
  description: 'What numbers are told apart by.',
  valuesConfig: {
    AGENT: { description: 'Who answered or was rated; else to whom it is given.' },
    TAG: { description: 'What has two tags is counted with each.' },
    THREAD: { description: 'Conversations and tickets.' },
    AGE: { description: 'Of OPEN and BACKLOG only: by how old they were, by the calendar.' },
  },
})

export const Hours = { CALENDAR: 'CALENDAR', BUSINESS: 'BUSINESS' } as const
registerEnumType(Hours, {
  name: 'Hours',
  description: 'Which seconds count.',
  valuesConfig: {
    CALENDAR: { description: 'All.' },
    BUSINESS: { description: 'Those of the workspace’s business hours.' },
  },
})

/** What messages stand in. */
export const ThreadKind = { CONVERSATION: 'conversation', TICKET: 'ticket' } as const
registerEnumType(ThreadKind, { name: 'ThreadKind', description: 'What messages stand in.' })
