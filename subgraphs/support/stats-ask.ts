import { GraphQLError } from 'graphql'
import type { Database, Queryable } from '../../store/database.ts'
import type { NodeKind } from '../../store/id.ts'
import type { FactFilter } from '../../store/metrics/ask.ts'
import { readSchedule, type Schedule } from '../../store/metrics/business-hours.ts'
import { metricOf, type MetricName } from '../../store/metrics/dictionary.ts'
import { type BucketSize, cutRange, estimateBuckets, type Range, rangeBefore } from '../../store/metrics/range.ts'
import { Stat } from '../../store/metrics/stat.ts'
import { workingTimeOf } from '../../store/metrics/working-time-of.ts'
import { isTimeZone } from '../../store/metrics/zone.ts'
import { badUserInput } from '../errors.ts'
import { rowIdOf } from '../interfaces/filters.ts'
import type { StatsArgs, StatsFilter } from './stats-args.ts'
import { toMetric } from './stats-enums.ts'

/** Most buckets of one range. */
export const MAX_BUCKETS = 1_000
/** Longest range. */
const MAX_YEARS = 10
const YEAR_MS = 365.25 * 86_400_000
/** No support desk mirrors what is older. */
const EARLIEST = new Date(0)

/** What is asked for, checked. */
export interface StatsAsk {
  readonly metrics: readonly MetricName[]
  readonly from: Date
  /** Null for now. */
  readonly to: Date | null
  readonly args: StatsArgs
  readonly filter: FactFilter
}

/**
 * Checks what is asked for.
 *
 * @throws GraphQLError `BAD_USER_INPUT` naming the argument
 */
export function toStatsAsk(args: StatsArgs, now: Date): StatsAsk {
  const { metrics: names, from, to = null, timeZone, bucket, groupBy } = args
  const metrics = names.map(toMetric)
  if (new Set(metrics).size < metrics.length) throw badUserInput('metrics: expected each metric once')
  if (!isTimeZone(timeZone)) {
    throw badUserInput(
      `timeZone: expected the name of a time zone such as "Europe/Berlin", but got ${JSON.stringify(timeZone.slice(0, 100))}`,
    )
  }
  checkRange(from, to, now)
  if (bucket != null) checkBuckets({ from, to: to ?? now }, bucket, timeZone)
  const strange = metrics.find((metric) => metricOf(metric).counted !== 'standing')
  if (groupBy === 'AGE' && strange !== undefined) {
    throw badUserInput(`groupBy: AGE is for OPEN and BACKLOG, not for ${strange}`)
  }
  return { metrics, from, to, args, filter: toFactFilter(args.filter) }
}

function checkRange(from: Date, to: Date | null, now: Date): void {
  if (from < EARLIEST) throw badUserInput(`from: expected a time from 1970 on, but got ${from.toISOString()}`)
  if (to !== null && to <= from) {
    throw badUserInput(`to: expected a time after from (${from.toISOString()}), but got ${to.toISOString()}`)
  }
  if ((to ?? now).getTime() - from.getTime() > MAX_YEARS * YEAR_MS) {
    throw badUserInput(`from: expected a range of at most ${MAX_YEARS} years`)
  }
}

function checkBuckets(range: Range, size: BucketSize, timeZone: string): void {
  const about = estimateBuckets(range, size)
  // Near the limit they are counted; far beyond it they are not even made.
  const count = about > 2 * MAX_BUCKETS ? about : about > 0 ? cutRange(range, size, timeZone).length : 0
  if (count > MAX_BUCKETS) {
    throw badUserInput(
      `bucket: expected at most ${MAX_BUCKETS} buckets, but ${size} makes ${count} of this range; take longer ones`,
    )
  }
}

const REFERENCES = {
  integrationIds: 'integration',
  teamIds: 'team',
  agentIds: 'agent',
  tagIds: 'tag',
} as const satisfies Readonly<Record<string, NodeKind>>

/** A list given as null counts as not given; a record given as null is refused, since a forgotten variable must not show all. */
function toFactFilter(filter: StatsFilter | null | undefined): FactFilter {
  const { providers, threads, channels, tag, contactId, companyId } = filter ?? {}
  const ids = (field: keyof typeof REFERENCES): readonly string[] | undefined =>
    filter?.[field]?.map((id) => rowIdOf(field, REFERENCES[field], id))
  const id = (
    field: 'contactId' | 'companyId',
    kind: NodeKind,
    given: string | null | undefined,
  ): string | undefined => {
    if (given === null) throw badUserInput(`${field}: expected the id of a ${kind}, but got null`)
    return given === undefined ? undefined : rowIdOf(field, kind, given)
  }
  const found = {
    providers,
    threads,
    channels,
    tag,
    integrationIds: ids('integrationIds'),
    teamIds: ids('teamIds'),
    agentIds: ids('agentIds'),
    tagIds: ids('tagIds'),
    contactId: id('contactId', 'contact', contactId),
    companyId: id('companyId', 'company', companyId),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value != null))
}

/**
 * Makes the stats that are asked for, as of a moment. Nothing is counted yet.
 *
 * @throws GraphQLError `NOT_CONFIGURED` business hours are asked for and none were set
 */
export async function openStats(
  database: Database,
  workspaceId: string,
  { metrics, from, to, args, filter }: StatsAsk,
  now: Date,
): Promise<readonly Stat[]> {
  const queryable = database.workspace(workspaceId)
  const { timeZone, bucket, groupBy = null, hours } = args
  const schedule = hours === 'BUSINESS' ? await requireSchedule(queryable) : null
  const asked = { from, to: to ?? now }
  const range = { from, to: asked.to < now ? asked.to : now }
  const isEmpty = asked.to <= from
  const whole = bucket == null || isEmpty ? [] : cutRange(asked, bucket, timeZone)
  const shared = {
    range,
    buckets: whole.filter((each) => each.from < now),
    before: rangeBefore(range.to > from ? range : asked, timeZone),
    groupBy,
    filter,
  }
  return Promise.all(
    metrics.map(async (metric) => {
      const working = schedule && (await workingTimeOf(queryable, metric, { schedule, range }))
      return new Stat(queryable, { ...shared, metric, working })
    }),
  )
}

async function requireSchedule(queryable: Queryable): Promise<Schedule> {
  const schedule = await readSchedule(queryable)
  if (schedule !== null) return schedule
  throw new GraphQLError('hours: no business hours are set; set them with setBusinessHours', {
    extensions: { code: 'NOT_CONFIGURED' },
  })
}
