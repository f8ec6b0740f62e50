import type { Database, Queryable } from './database.ts'
import { QueryTimeoutError } from './errors.ts'
import type { Kind } from './kinds.ts'
import {
  asStored,
  type Filter,
  isRelated,
  isRelatedAtOnce,
  mostFound,
  type Owners,
  tagsNamed,
  toConditions,
  toConditionsAtOnce,
} from './list-filter.ts'
import { type Bind, parameters } from './parameters.ts'

/** How many rows a list has. */
export interface Count {
  readonly count: number
  /** Whether that is what the database's statistics make likely, and was not counted. */
  readonly isEstimate: boolean
}

/** Which rows of which lists are counted. */
export interface Counted {
  readonly kind: Kind
  readonly filter: Filter
  readonly owners: Owners | null
}

/** Counts lists, at a price that does not grow with them. */
export interface Counting {
  /** The count of each owner's list, in the order of the owners; of one list where they are none. */
  counts(counted: Counted): Promise<readonly Count[]>
}

/** How much is counted before it is estimated. */
export interface CountLimits {
  /** Rows that are counted in one go, of all lists together. */
  readonly most: number
  /** What counting may cost, as the planner has it, to be begun without a deadline. */
  readonly cheapCost: number
  readonly deadlineMs: number
}

/**
 * The planner's unit is about a microsecond, and a row that is looked up by an index costs four, as if it were read from a
 * disk. What it takes for cheap is counted whatever else the machine does: a small list has a count and no estimate.
 */
export const COUNT_LIMITS: CountLimits = { most: 10_000, cheapCost: 40_000, deadlineMs: 30 }

/** Of many lists counted together, such as the messages of each conversation of a page, each is counted up to so many at least. */
const LEAST = 1_000
/** A list is counted without a deadline when it is likely to be so many times shorter than what is counted. */
const LONG = 5

/**
 * Makes what counts the lists of a workspace: exactly as long as that is little work, and else by the planner's
 * statistics, which are as good as the last `analyze` (PostgreSQL runs it by itself), and take several conditions for
 * independent of each other.
 */
export function openCounting(database: Database, workspaceId: string, limits: CountLimits = COUNT_LIMITS): Counting {
  return {
    async counts(given) {
      const ids = given.owners?.ids ?? [null]
      const most = Math.max(Math.min(LEAST, limits.most), Math.floor(limits.most / Math.max(1, ids.length)))
      const counted = { ...given, filter: await findTags(database.workspace(workspaceId), given.filter) }
      const estimateOf = (ownerId: string | null) => estimate(database.system, { ...counted, ownerId, workspaceId })
      const likely = given.owners === null ? await estimateOf(null) : 0
      const found = await countUpTo(most, counted, { database, workspaceId, limits, isLong: likely * LONG > most })
      return Promise.all(
        ids.map(async (ownerId, n) => {
          const count = found === null ? null : (found.get(n + 1) ?? 0)
          if (count !== null && count <= most) return { count, isEstimate: false }
          const estimated = given.owners === null ? likely : await estimateOf(ownerId)
          const longest = given.filter.query === undefined ? Infinity : mostFound(given.kind)
          return { count: Math.max(Math.min(estimated, longest), count ?? 0), isEstimate: true }
        }),
      )
    },
  }
}

/** Counts whole lists, however long that takes. */
export function countWhole(queryable: Queryable): Counting {
  return {
    async counts(counted) {
      const { sql, values } = toCount(counted, null)
      const found = await read(queryable, sql, values)
      return (counted.owners?.ids ?? [null]).map((_id, n) => ({ count: found.get(n + 1) ?? 0, isEstimate: false }))
    },
  }
}

interface Bounded {
  readonly database: Database
  readonly workspaceId: string
  readonly limits: CountLimits
  /** Whether the list is likely to have so many rows that counting them is much work, whatever the plan is said to cost. */
  readonly isLong: boolean
}

/** Counts each list up to one more than a bound; null when that would take too long. */
async function countUpTo(most: number, counted: Counted, { database, workspaceId, limits, isLong }: Bounded) {
  const { sql, values } = toCount(counted, most + 1)
  const reader = database.workspace(workspaceId)
  const { cost } = await explain(reader, sql, values)
  if (!isLong && cost <= limits.cheapCost) return read(reader, sql, values)
  try {
    return await database.transaction(workspaceId, async (tx) => {
      // To call off several workers takes longer than all that one may take.
      await tx.query(
        `set local statement_timeout = ${limits.deadlineMs}; set local max_parallel_workers_per_gather = 0`,
      )
      return read(tx, sql, values)
    })
  } catch (error) {
    if (error instanceof QueryTimeoutError) return null
    throw error
  }
}

async function read(
  queryable: Queryable,
  sql: string,
  values: readonly unknown[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await queryable.query<{ place: number; n: number }>(sql, values)
  return new Map(rows.map(({ place, n }) => [place, n]))
}

/** The statement that counts each owner's list, up to `most` rows. */
function toCount({ kind, filter, owners }: Counted, most: number | null) {
  const { values, bind } = parameters()
  const from = ownersOf(owners, bind)
  const limit = most === null ? '' : `limit ${bind(most)}`
  const sql = `select o.place::int as place, c.n::int as n from ${from} cross join lateral (
    select count(*) as n from (
      select from "${kind}" t where ${conditionsOf(kind, filter, owners, bind).join(' and ')} ${limit}) counted) c`
  return { sql, values }
}

/** A filter that has the ids of tags in place of their names, since the planner knows how frequent each id is. */
async function findTags(reader: Queryable, filter: Filter): Promise<Filter> {
  const { tag, ...rest } = filter
  if (tag === undefined || rest.tagIds !== undefined) return filter
  const { values, bind } = parameters()
  const [found] = await reader.query<{ ids: string[] }>(
    `select ${tagsNamed(`${bind(asStored(tag))}::text[]`)} as ids`,
    values,
  )
  return { ...rest, tagIds: found?.ids ?? [] }
}

/**
 * How many rows one list has by the planner's statistics.
 *
 * @param system asked past row-level security, under which the planner may not use what it knows of most conditions;
 *   nothing is read
 */
async function estimate(
  system: Queryable,
  {
    kind,
    filter,
    owners,
    ownerId,
    workspaceId,
  }: Counted & { readonly ownerId: string | null; readonly workspaceId: string },
): Promise<number> {
  const { values, bind } = parameters()
  const conditions = [
    `t.workspace_id = ${bind(workspaceId)}::uuid`,
    't.deleted_at is null',
    ...(owners === null || ownerId === null ? [] : [isRelatedAtOnce(kind, owners.relation, `${bind(ownerId)}::uuid`)]),
    ...toConditionsAtOnce(kind, filter, bind),
  ]
  const { rows } = await explain(system, `select from "${kind}" t where ${conditions.join(' and ')}`, values)
  return rows
}

/** What the planner says of a statement, which is not run. */
export async function explain(
  queryable: Queryable,
  sql: string,
  values: readonly unknown[],
): Promise<{ readonly cost: number; readonly rows: number }> {
  const [answer] = await queryable.query<{ readonly 'QUERY PLAN': readonly { readonly Plan: PlannedNode }[] }>(
    `explain (format json) ${sql}`,
    values,
  )
  const plan = answer?.['QUERY PLAN'][0]?.Plan
  return { cost: plan?.['Total Cost'] ?? 0, rows: plan?.['Plan Rows'] ?? 0 }
}

interface PlannedNode {
  readonly 'Total Cost': number
  readonly 'Plan Rows': number
}

/** `from` one row an owner: its id, and its place from 1. */
export const ownersOf = (owners: Owners | null, bind: Bind): string =>
  `unnest(${bind(owners?.ids ?? [null])}::uuid[]) with ordinality as o (id, place)`

/** The conditions of the rows `t` of an owner's list. */
export function conditionsOf(kind: Kind, filter: Filter, owners: Owners | null, bind: Bind): readonly string[] {
  const related = owners === null ? [] : [isRelated(kind, owners.relation, 'o.id')]
  return ['t.deleted_at is null', ...related, ...toConditions(kind, filter, bind)]
}
