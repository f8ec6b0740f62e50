import type { Grouping } from '../../../store/metrics/ask.ts'
import { AGES, metricOf, type MetricName } from '../../../store/metrics/dictionary.ts'
import type { Figures } from '../../../store/metrics/figures.ts'
import type { Range } from '../../../store/metrics/range.ts'
import type { TestFact } from './facts.ts'

/** What docs/metrics.md says, said again the long way: nothing of it is the product's. */

/** Whether a metric counts a fact. */
export function isCounted(metric: MetricName, { from, to }: Range, fact: TestFact): boolean {
  const { fact: type, counted } = metricOf(metric)
  if (fact.type !== type) return false
  if (counted === 'within') return fact.at !== null && fact.at >= from && fact.at < to
  return fact.since !== null && fact.since <= to && (fact.at === null || fact.at > to)
}

/** What a fact is counted with, in calendar seconds or scores. */
export function valueOf(metric: MetricName, { to }: Range, { at, since, opened_at, score }: TestFact): number | null {
  const seconds = (from: Date | null, end: Date | null): number =>
    ((end?.getTime() ?? Number.NaN) - (from?.getTime() ?? Number.NaN)) / 1_000
  switch (metricOf(metric).value) {
    case 'none':
      return null
    case 'score':
      return score
    case 'wait':
      return seconds(since, at)
    case 'age':
      return seconds(opened_at, to)
  }
}

/** The keys of the groups that a fact is in; null for what has none. */
export function keysOf(by: Grouping, { to }: Range, fact: TestFact): readonly (string | null)[] {
  switch (by) {
    case 'TEAM':
      return [fact.team_id]
    case 'AGENT':
      return [fact.agent_id]
    case 'CHANNEL':
      return [fact.channel]
    case 'PROVIDER':
      return [fact.provider]
    case 'INTEGRATION':
      return [fact.integration_id]
    case 'THREAD':
      return [fact.thread_kind]
    case 'TAG':
      return fact.tag_ids.length === 0 ? [null] : fact.tag_ids
    case 'AGE': {
      const days = (to.getTime() - (fact.opened_at?.getTime() ?? 0)) / 86_400_000
      return [AGES.findLast(({ fromDays }) => days >= fromDays)?.key ?? null]
    }
  }
}

/** The figures of values. */
export function figuresOf(values: readonly (number | null)[]): Figures {
  const sorted = values.filter((value) => value !== null).toSorted((one, other) => one - other)
  const sum = sorted.reduce((total, value) => total + value, 0)
  const none = sorted.length === 0
  const at = (part: number): number | null => {
    const place = part * (sorted.length - 1)
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
    return low === undefined || high === undefined ? null : low + (high - low) * (place - Math.floor(place))
  }
  return {
    count: values.length,
    average: none ? null : sum / sorted.length,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    minimum: sorted[0] ?? null,
    maximum: sorted.at(-1) ?? null,
    sum: none ? null : sum,
  }
}
