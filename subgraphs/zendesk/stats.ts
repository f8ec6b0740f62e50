import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { Queryable } from '../../store/database.ts'

@ObjectType('ZendeskStats', {
  simpleResolvers: true,
  description:
    'Zendesk’s own numbers, from the metrics that it keeps of each ticket. The unified numbers are in `stats`.',
})
export class ZendeskStats {
  @Field(() => Int)
  readonly contacts!: number

  @Field(() => Int)
  readonly companies!: number

  @Field(() => Int)
  readonly tickets!: number

  @Field(() => Int, { description: 'Neither solved nor closed.' })
  readonly unsolved!: number

  @Field(() => Int, { description: 'Nobody has them.' })
  readonly unassigned!: number

  @Field(() => Int)
  readonly solved!: number

  @Field(() => Float, { nullable: true, description: 'Median of `reply_time_in_minutes`, by the calendar.' })
  readonly medianFirstReplyMinutes!: number | null

  @Field(() => Float, { nullable: true, description: 'Median of `full_resolution_time_in_minutes`, by the calendar.' })
  readonly medianFullResolutionMinutes!: number | null

  @Field(() => Int, { description: 'Sum of `replies`.' })
  readonly replies!: number

  @Field(() => Int, { description: 'Sum of `reopens`.' })
  readonly reopens!: number

  @Field(() => Int, { description: 'Ratings that were good.' })
  readonly good!: number

  @Field(() => Int, { description: 'Ratings that were bad.' })
  readonly bad!: number

  @Field(() => Float, { nullable: true, description: 'Good ones of all, from 0 to 1; null without any.' })
  readonly satisfaction!: number | null
}

const OWN = "provider = 'zendesk' and deleted_at is null and ($1::uuid is null or integration_id = $1)"

const SQL = `
with t as (
  select status, assignee_id, native -> 'metric_set' as m from ticket where ${OWN}
), r as (
  select (count(*) filter (where score > 3))::int as good, (count(*) filter (where score < 3))::int as bad
  from rating where ${OWN}
)
select
  (select count(*)::int from contact where ${OWN}) as "contacts",
  (select count(*)::int from company where ${OWN}) as "companies",
  count(*)::int as "tickets",
  (count(*) filter (where status not in ('SOLVED', 'CLOSED')))::int as "unsolved",
  (count(*) filter (where status not in ('SOLVED', 'CLOSED') and assignee_id is null))::int as "unassigned",
  (count(*) filter (where status in ('SOLVED', 'CLOSED')))::int as "solved",
  percentile_cont(0.5) within group (order by (m -> 'reply_time_in_minutes' ->> 'calendar')::float8)
    as "medianFirstReplyMinutes",
  percentile_cont(0.5) within group (order by (m -> 'full_resolution_time_in_minutes' ->> 'calendar')::float8)
    as "medianFullResolutionMinutes",
  coalesce(sum((m ->> 'replies')::int), 0)::int as "replies",
  coalesce(sum((m ->> 'reopens')::int), 0)::int as "reopens",
  (select good from r) as "good",
  (select bad from r) as "bad",
  (select good::float8 / nullif(good + bad, 0) from r) as "satisfaction"
from t`

/** Counts what Zendesk told of its tickets; of one integration, or of all when null. */
export async function zendeskStats(rows: Queryable, integrationId: string | null): Promise<ZendeskStats> {
  const [stats] = await rows.query<ZendeskStats>(SQL, [integrationId])
  if (stats === undefined) throw new Error('zendesk stats: an aggregate answered no row')
  return stats
}
