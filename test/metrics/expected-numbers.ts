import { toNodeId } from '../../store/id.ts'
import type { Checker, Grouping, Metric, Range, Statistics } from './checker.ts'
import type { Question, Row, Told, ToldBucket, Value } from './told-numbers.ts'

const COUNTED: ReadonlySet<Metric> = new Set<Metric>(['NEW', 'CLOSED', 'REOPENED', 'OPEN'])

/** The figure that stands for a metric. */
function toValue(metric: Metric, statistics: Statistics): Value {
  const { count, average, p50 } = statistics
  return { ...statistics, value: COUNTED.has(metric) ? count : metric === 'SATISFACTION' ? average : p50 }
}

const NODES: Partial<Record<Grouping, Parameters<typeof toNodeId>[0]>> = {
  AGENT: 'agent',
  TEAM: 'team',
  TAG: 'tag',
  INTEGRATION: 'integration',
}

function toKey(grouping: Grouping, key: string | null): string | null {
  const kind = NODES[grouping]
  return key === null || kind === undefined ? key : toNodeId(kind, key)
}

const growth = (now: number | null, before: number | null): number | null =>
  now === null || before === null || before === 0 ? null : (now - before) / before

/** What `stats` must answer to a question, as the checker reckons it. */
export async function expectNumbers(checker: Checker, question: Question): Promise<readonly Told[]> {
  const told: Told[] = []
  for (const metric of question.metrics) told.push(await expectOne(checker, question, metric))
  return told
}

async function expectOne(checker: Checker, question: Question, metric: Metric): Promise<Told> {
  const { hours, timeZone, bucket, groupBy } = question
  const asked = (range: Range) => ({ metric, from: range.from, to: range.to, business: hours === 'BUSINESS' })
  const over = async (range: Range): Promise<Value> => toValue(metric, await checker.total(asked(range)))
  const total = await over(question)
  const previous = await over(await checker.before(question, timeZone))
  const unit = bucket?.toLowerCase()
  const parts = unit === undefined ? [] : await checker.series(asked(question), timeZone, unit)
  const buckets = parts.map(({ from, to, ...statistics }) => toBucket(from, to, toValue(metric, statistics)))
  return { metric, total, previous, growth: growth(total.value, previous.value), buckets, groups: await groups() }

  async function groups(): Promise<Told['groups']> {
    if (groupBy === undefined) return []
    if (groupBy === 'AGE') return expectAges(checker, { ...question, metrics: [metric] })
    const by = unit === undefined ? null : { timeZone, unit, grouping: groupBy }
    const series = by === null ? [] : await checker.seriesOf(asked(question), by)
    return [...(await checker.groups(asked(question), groupBy))].map(([key, statistics]) => ({
      key: toKey(groupBy, key),
      value: toValue(metric, statistics),
      buckets: parts.map(({ from, to }) => {
        const own = series.find((each) => each.key === key && each.from.getTime() === from.getTime())
        const { key: _key, from: _from, ...told } = own ?? { ...NOTHING, key, from }
        return toBucket(from, to, toValue(metric, told))
      }),
    }))
  }
}

const toBucket = (from: Date, to: Date, value: Value): ToldBucket => ({
  from: from.toISOString(),
  to: to.toISOString(),
  value,
})

const NOTHING: Statistics = {
  count: 0,
  average: null,
  p50: null,
  p90: null,
  p95: null,
  minimum: null,
  maximum: null,
  sum: null,
}

const AGES = ['UNDER_1_DAY', 'FROM_1_DAY', 'FROM_3_DAYS', 'FROM_7_DAYS', 'FROM_30_DAYS'] as const

/** What must be told of each bracket of age, the youngest first. */
export async function expectAges(checker: Checker, { metrics, from, to, hours }: Question): Promise<Told['groups']> {
  const [metric] = metrics
  if (metric === undefined) return []
  const told = await checker.ages({ metric, from, to, business: hours === 'BUSINESS' })
  return AGES.map((key) => ({ key, value: toValue(metric, told.get(key) ?? NOTHING), buckets: [] }))
}

/** The rows that a number must have. */
export async function expectRows(checker: Checker, { metrics, from, to, hours }: Question): Promise<readonly Row[]> {
  const [metric] = metrics
  if (metric === undefined) return []
  const facts = await checker.counted({ metric, from, to, business: hours === 'BUSINESS' })
  const node = (kind: Parameters<typeof toNodeId>[0], id: string | null) =>
    id === null ? null : { id: toNodeId(kind, id) }
  return facts.map((fact) => ({
    at: fact.at?.toISOString() ?? null,
    since: fact.since?.toISOString() ?? null,
    value: fact.value,
    conversation: fact.kind === 'conversation' ? node('conversation', fact.thread) : null,
    ticket: fact.kind === 'ticket' ? node('ticket', fact.thread) : null,
    message: node('message', fact.message),
    agent: node('agent', fact.agent),
    team: node('team', fact.team),
    contact: node('contact', fact.contact),
  }))
}

/** Numbers to a millionth, so that two ways to reckon the same agree; lists in an order of their own. */
export function comparable<Given>(given: Given): Given {
  const text = JSON.stringify(given, (_key, value: unknown) => {
    if (typeof value === 'number') return Math.round(value * 1e6) / 1e6
    if (!Array.isArray(value)) return value
    return value.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  })
  const parsed: Given = JSON.parse(text)
  return parsed
}
