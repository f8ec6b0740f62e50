import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { Queryable } from '../../store/database.ts'

@ObjectType('FreshdeskStats', {
  simpleResolvers: true,
  description:
    'Freshdesk’s own numbers, from the statistics that it keeps with each ticket. The unified numbers are in `stats`.',
})
export class FreshdeskStats {
  @Field(() => Int)
  readonly contacts!: number

  @Field(() => Int)
  readonly companies!: number

  @Field(() => Int)
  readonly tickets!: number

  @Field(() => Int)
  readonly open!: number

  @Field(() => Int)
  readonly pending!: number

  @Field(() => Int, { description: 'Resolved or closed.' })
  readonly solved!: number

  @Field(() => Int, { description: 'Not solved and past their due time.' })
  readonly overdue!: number

  @Field(() => Int)
  readonly escalated!: number

  @Field(() => Float, { nullable: true, description: 'Median of the time to `first_responded_at`, in seconds.' })
  readonly medianFirstResponseSeconds!: number | null

  @Field(() => Float, { nullable: true, description: 'Median of the time to `resolved_at`, in seconds.' })
  readonly medianResolutionSeconds!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean of the scores, 1 to 5.' })
  readonly averageRating!: number | null

  @Field(() => Int)
  readonly ratings!: number

  @Field(() => Float, { description: 'Of all time entries.' })
  readonly trackedSeconds!: number
}

const OWN = `provider = 'freshdesk' and deleted_at is null and ($1::uuid is null or integration_id = $1)`

const SQL = `
with t as (
  select status, escalated, due_at, created_at, native -> 'stats' as s from ticket where ${OWN}
)
select
  (select count(*)::int from contact where ${OWN}) as "contacts",
  (select count(*)::int from company where ${OWN}) as "companies",
  count(*)::int as "tickets",
  (count(*) filter (where status = 'OPEN'))::int as "open",
  (count(*) filter (where status in ('PENDING', 'ON_HOLD')))::int as "pending",
  (count(*) filter (where status in ('SOLVED', 'CLOSED')))::int as "solved",
  (count(*) filter (where status not in ('SOLVED', 'CLOSED') and due_at < $2::timestamptz))::int as "overdue",
  (count(*) filter (where escalated))::int as "escalated",
  percentile_cont(0.5) within group (order by
    extract(epoch from (s ->> 'first_responded_at')::timestamptz - created_at)) as "medianFirstResponseSeconds",
  percentile_cont(0.5) within group (order by
    extract(epoch from (s ->> 'resolved_at')::timestamptz - created_at)) as "medianResolutionSeconds",
  (select avg(score)::float8 from rating where ${OWN}) as "averageRating",
  (select count(*)::int from rating where ${OWN}) as "ratings",
  (select coalesce(sum(seconds), 0)::float8 from "timeEntry" where ${OWN}) as "trackedSeconds"
from t`

/** Counts what Freshdesk told; of one integration, or of all when null. */
export async function freshdeskStats(
  rows: Queryable,
  { integrationId, now }: { readonly integrationId: string | null; readonly now: Date },
): Promise<FreshdeskStats> {
  const [stats] = await rows.query<FreshdeskStats>(SQL, [integrationId, now])
  if (stats === undefined) throw new Error('freshdesk stats: an aggregate answered no row')
  return stats
}
