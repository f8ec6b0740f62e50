import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { Queryable } from '../../store/database.ts'

@ObjectType('IntercomStats', {
  simpleResolvers: true,
  description:
    'Intercom’s own numbers, from the statistics that it keeps with each conversation. The unified numbers are in `stats`.',
})
export class IntercomStats {
  @Field(() => Int)
  readonly contacts!: number

  @Field(() => Int)
  readonly conversations!: number

  @Field(() => Int)
  readonly open!: number

  @Field(() => Int)
  readonly snoozed!: number

  @Field(() => Int)
  readonly closed!: number

  @Field(() => Int)
  readonly tickets!: number

  @Field(() => Float, { nullable: true, description: 'Median of `time_to_admin_reply`, in seconds.' })
  readonly medianTimeToAdminReplySeconds!: number | null

  @Field(() => Float, { nullable: true, description: 'Median of `time_to_first_close`, in seconds.' })
  readonly medianTimeToFirstCloseSeconds!: number | null

  @Field(() => Int, { description: 'Sum of `count_reopens`.' })
  readonly reopens!: number

  @Field(() => Float, { nullable: true, description: 'Mean of `conversation_rating`, 1 to 5.' })
  readonly averageRating!: number | null

  @Field(() => Int)
  readonly ratings!: number
}

const SQL = `
with c as (
  select status, native -> 'statistics' as s from conversation
  where provider = 'intercom' and deleted_at is null and ($1::uuid is null or integration_id = $1)
), r as (
  select count(*)::int as n, avg(score)::float8 as mean from rating
  where provider = 'intercom' and deleted_at is null and ($1::uuid is null or integration_id = $1)
)
select
  (select count(*)::int from contact where provider = 'intercom' and deleted_at is null
     and ($1::uuid is null or integration_id = $1)) as "contacts",
  (select count(*)::int from ticket where provider = 'intercom' and deleted_at is null
     and ($1::uuid is null or integration_id = $1)) as "tickets",
  count(*)::int as "conversations",
  (count(*) filter (where status = 'OPEN'))::int as "open",
  (count(*) filter (where status = 'SNOOZED'))::int as "snoozed",
  (count(*) filter (where status = 'CLOSED'))::int as "closed",
  percentile_cont(0.5) within group (order by (s ->> 'time_to_admin_reply')::float8) as "medianTimeToAdminReplySeconds",
  percentile_cont(0.5) within group (order by (s ->> 'time_to_first_close')::float8) as "medianTimeToFirstCloseSeconds",
  coalesce(sum((s ->> 'count_reopens')::int), 0)::int as "reopens",
  (select mean from r) as "averageRating",
  (select n from r) as "ratings"
from c`

/** Counts what Intercom told of its conversations; of one integration, or of all when null. */
export async function intercomStats(rows: Queryable, integrationId: string | null): Promise<IntercomStats> {
  const [stats] = await rows.query<IntercomStats>(SQL, [integrationId])
  if (stats === undefined) throw new Error('intercom stats: an aggregate answered no row')
  return stats
}
