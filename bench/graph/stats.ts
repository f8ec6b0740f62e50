import type { Product } from './product.ts'
import { sumUp, type Timed } from './timed.ts'

const METRICS = ['NEW', 'CLOSED', 'OPEN', 'BACKLOG', 'FIRST_RESPONSE', 'RESOLUTION'] as const
const TIMES = 15

const STATS = `
  query Month($metric: Metric!, $from: DateTimeISO!, $to: DateTimeISO!, $hours: Hours!) {
    stats(metrics: [$metric], from: $from, to: $to, timeZone: "Europe/Berlin", bucket: DAY, groupBy: TEAM, hours: $hours) {
      metric
      total { value count average p50 p90 }
      groups { label value { value count } buckets { from value { value count } } }
    }
  }`

/** September, and a month of 30 days whose beginning moves, so that no two questions are the same. */
const FIRST = Date.UTC(2026, 7, 1)
const DAY_MS = 86_400_000

/** Asks for a month of a metric, day by day and team by team. */
export async function timeStats(
  product: Product,
): Promise<readonly { readonly name: string; readonly times: Timed }[]> {
  const timed = []
  for (const metric of METRICS) {
    const times: number[] = []
    for (let n = -2; n < TIMES; n++) {
      const from = new Date(FIRST + n * DAY_MS).toISOString()
      const to = new Date(FIRST + (n + 30) * DAY_MS).toISOString()
      const { ms } = await product.ask(STATS, { metric, from, to, hours: 'CALENDAR' })
      if (n >= 0) times.push(ms)
    }
    timed.push({ name: metric, times: sumUp(times) })
  }
  return timed
}
