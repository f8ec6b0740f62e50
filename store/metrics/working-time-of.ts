import type { Queryable } from '../database.ts'
import { metricOf, type MetricName } from './dictionary.ts'
import type { Schedule } from './business-hours.ts'
import type { Range } from './range.ts'
import { type WorkingTime, workingTime } from './working-time.ts'

/** Nobody waits longer, whatever a provider's clock says. */
const LONGEST_MS = 30 * 365 * 86_400_000

/**
 * The working time in which a metric's seconds lie: from the first beginning of what it counts, up to the end of the range.
 *
 * @returns null for a metric that has no seconds
 */
export async function workingTimeOf(
  queryable: Queryable,
  metric: MetricName,
  { schedule, range }: { readonly schedule: Schedule; readonly range: Range },
): Promise<WorkingTime | null> {
  const { fact, unit } = metricOf(metric)
  if (unit !== 'SECONDS') return null
  const [row] = await queryable.query<{ since: Date | null }>(
    `select min(f.since) as since from fact f where f.type = $1`,
    [fact],
  )
  const { to } = range
  const from = Math.max(row?.since?.getTime() ?? to.getTime(), to.getTime() - LONGEST_MS)
  return workingTime(schedule, new Date(from), to)
}
