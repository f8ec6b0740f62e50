import type { Queryable } from './database.ts'
import type { ConversationStatus, TicketStatus } from './kinds.ts'

/** Which records the numbers are about: those that began in the window, at these providers and accounts. */
export interface StatsFilter {
  readonly providers?: readonly string[]
  readonly integrationIds?: readonly string[]
  /** From this time on. */
  readonly createdAfter?: Date
  /** Before this time. */
  readonly createdBefore?: Date
}

/** How records that began in the window stand now. */
export interface StatusCounts<Status> {
  readonly created: number
  /** Conversations that are OPEN; tickets that are neither SOLVED nor CLOSED. */
  readonly open: number
  /** Conversations that are CLOSED; tickets that are SOLVED or CLOSED. */
  readonly closed: number
  /** Only what occurs, most frequent first. */
  readonly byStatus: readonly { readonly status: Status; readonly count: number }[]
}

/** How long customers waited for a person's first answer. Null where nobody was answered. */
export interface FirstResponse {
  /** Threads in which a customer wrote and an agent answered. */
  readonly count: number
  readonly averageSeconds: number | null
  readonly medianSeconds: number | null
  readonly p90Seconds: number | null
}

/** How satisfied customers said they were, from 1 (worst) to 5 (best). */
export interface Satisfaction {
  readonly count: number
  readonly average: number | null
  /** How many gave each score, 1 to 5; scores between two count as the nearer. */
  readonly distribution: readonly { readonly score: number; readonly count: number }[]
}

/** Conditions on the table `t`; parameters `$1` to `$4`. */
const SCOPE = `t.deleted_at is null
  and ($1::text[] is null or t.provider = any ($1)) and ($2::uuid[] is null or t.integration_id = any ($2))
  and ($3::timestamptz is null or t.created_at >= $3) and ($4::timestamptz is null or t.created_at < $4)`

const valuesOf = (filter: StatsFilter): readonly unknown[] => [
  filter.providers ?? null,
  filter.integrationIds ?? null,
  filter.createdAfter ?? null,
  filter.createdBefore ?? null,
]

/** Counts conversations by how they stand now. @throws QueryTimeoutError */
export const conversationStats = (
  queryable: Queryable,
  filter: StatsFilter,
): Promise<StatusCounts<ConversationStatus>> => countStatuses<ConversationStatus>(queryable, 'conversation', filter)

/** Counts tickets by how they stand now. @throws QueryTimeoutError */
export const ticketStats = (queryable: Queryable, filter: StatsFilter): Promise<StatusCounts<TicketStatus>> =>
  countStatuses<TicketStatus>(queryable, 'ticket', filter)

async function countStatuses<Status extends ConversationStatus | TicketStatus>(
  queryable: Queryable,
  kind: 'conversation' | 'ticket',
  filter: StatsFilter,
): Promise<StatusCounts<Status>> {
  const byStatus = await queryable.query<{ status: Status; count: number }>(
    `select status, count(*)::int as count from "${kind}" t where ${SCOPE} group by status order by 2 desc, 1`,
    valuesOf(filter),
  )
  const sum = (isCounted: (status: string) => boolean): number =>
    byStatus.reduce((total, { status, count }) => (isCounted(status) ? total + count : total), 0)
  const isClosed = (status: string): boolean => status === 'CLOSED' || status === 'SOLVED'
  return {
    created: sum(() => true),
    open: sum(kind === 'conversation' ? (status) => status === 'OPEN' : (status) => !isClosed(status)),
    closed: sum(isClosed),
    byStatus,
  }
}

/**
 * How long it took from the customer's first reply in a thread to an agent's first reply after it. Notes are no
 * replies, and bots no agents.
 *
 * @param thread which threads: those that began in the window
 * @throws QueryTimeoutError
 */
export async function firstResponse(
  queryable: Queryable,
  thread: 'conversation' | 'ticket',
  filter: StatsFilter,
): Promise<FirstResponse> {
  const [row] = await queryable.query<FirstResponse>(
    `with scope as (select t.id from "${thread}" t where ${SCOPE}),
     said as materialized (
       select m.${thread}_id as thread, m.author_type, m.created_at as at
       from scope join message m on m.${thread}_id = scope.id
       where m.deleted_at is null and m.type = 'REPLY' and m.author_type in ('CONTACT', 'AGENT')
         and m.created_at is not null
     ),
     asked as (select thread, min(at) as at from said where author_type = 'CONTACT' group by thread),
     waited as (
       select extract(epoch from min(said.at) - asked.at)::float8 as seconds
       from asked join said on said.thread = asked.thread and said.author_type = 'AGENT' and said.at >= asked.at
       group by asked.thread, asked.at
     )
     select count(*)::int as count, avg(seconds) as "averageSeconds",
       percentile_cont(0.5) within group (order by seconds) as "medianSeconds",
       percentile_cont(0.9) within group (order by seconds) as "p90Seconds"
     from waited`,
    valuesOf(filter),
  )
  return row ?? { count: 0, averageSeconds: null, medianSeconds: null, p90Seconds: null }
}

/** What ratings given in the window say. @throws QueryTimeoutError */
export async function satisfaction(queryable: Queryable, filter: StatsFilter): Promise<Satisfaction> {
  const rows = await queryable.query<{ score: number; count: number; sum: number }>(
    `select round(score)::int as score, count(*)::int as count, sum(score) as sum from rating t
     where ${SCOPE} and score is not null group by 1`,
    valuesOf(filter),
  )
  const count = rows.reduce((total, row) => total + row.count, 0)
  const sum = rows.reduce((total, row) => total + row.sum, 0)
  const distribution = [1, 2, 3, 4, 5].map((score) => ({
    score,
    count: rows.find((row) => row.score === score)?.count ?? 0,
  }))
  return { count, average: count === 0 ? null : sum / count, distribution }
}
