import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import { withOdd } from '../../kit/audit.ts'
import type { Audit, Counter, Listed, ReadContext } from '../../kit/contract.ts'
import { sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import type { FailedRecord } from '../../store/change.ts'
import { idOf, wireId } from '../../kit/wire.ts'
import { PROVIDER } from './wire.ts'

/**
 * A search's place.
 *
 * `mark` is the newest `updated_at` (Unix seconds) that the last whole run saw; 0 before the first. `run` is where a
 * run under way goes on, and the mark that it will leave.
 */
export const searchCursor = z.object({
  mark: z.number(),
  run: z.object({ after: z.string(), newest: z.number(), total: z.number().nullable() }).nullable(),
})
export type SearchCursor = z.output<typeof searchCursor>

/** Before the first run. */
export const SEARCH_START: SearchCursor = { mark: 0, run: null }

/** A run begins this much before the last one's mark: Intercom's index may be minutes late. Source: `POST /contacts/search`, "Contact Creation Delay". */
const OVERLAP_S = 15 * 60

/** The longest day there is, when clocks go back, and a second. */
const DAY_S = 25 * 3600 + 1

/** One of Intercom's three searches. */
export interface Search {
  readonly stream: string
  readonly path: string
  /** Where the records stand in the answer. */
  readonly list: 'data' | 'conversations' | 'tickets'
  readonly perPage: number
  /** Dates are compared by whole days of the workspace's own time zone, and `>` begins with the day after. */
  readonly byDay: boolean
  readonly query?: Readonly<Record<string, boolean>>
}

/** A record that changed since the last run, as the search shows it. */
export interface Found {
  readonly id: string
  /** Unix seconds. */
  readonly updatedAt: number
  readonly record: unknown
}

/** What one page of a search gave. */
export interface SearchPage {
  readonly found: readonly Found[]
  /** What is listed without an id or a time of change. */
  readonly failed: readonly FailedRecord[]
  readonly cursor: SearchCursor
  readonly done: boolean
  readonly total: number | null
}

const wireFound = z.looseObject({ id: wireId, updated_at: z.number() })
const wireAnswer = z.looseObject({
  total_count: z.number().nullish(),
  pages: z.looseObject({ next: z.looseObject({ starting_after: z.string().nullish() }).nullish() }).nullish(),
})

/** The oldest change that a run is about. */
const floorOf = (mark: number): number => Math.max(0, mark - OVERLAP_S)

/**
 * Reads one page of what changed, newest first.
 *
 * Newest first is what keeps a moving list whole: a record that changes while we page goes to the front, so it can
 * push others towards us but never past us, and itself is newer than the mark that this run leaves, so the next run
 * has it. Times are the provider's own, so a wrong clock of ours loses nothing.
 */
export async function readSearchPage(
  client: AccountClient,
  search: Search,
  place: { readonly cursor: SearchCursor; readonly context: Pick<ReadContext, 'now' | 'signal'> },
): Promise<SearchPage> {
  const { cursor, context } = place
  const { mark, run } = cursor
  const floor = floorOf(mark)
  // One second less, since `>` means "or equal" for conversations and tickets by the reference, and may not for all.
  const since = Math.max(0, floor - 1 - (search.byDay ? DAY_S : 0))
  const answer = await client.request({
    method: 'POST',
    path: search.path,
    query: search.query,
    safe: true,
    signal: context.signal,
    body: {
      query: { operator: 'AND', value: [{ field: 'updated_at', operator: '>', value: since }] },
      sort: { field: 'updated_at', order: 'descending' },
      pagination: run === null ? { per_page: search.perPage } : { per_page: search.perPage, starting_after: run.after },
    },
  })
  const origin = { provider: PROVIDER, stream: search.stream }
  const { pages, total_count } = readWire(wireAnswer, answer.body, origin)
  const records = readWire(z.looseObject({ [search.list]: z.array(z.unknown()) }), answer.body, origin)[search.list]
  const { good: all, failed } = sift(Array.isArray(records) ? records : [], idOf, (record): Found => {
    const { id, updated_at } = readWire(wireFound, record, origin)
    return { id, updatedAt: updated_at, record }
  })

  const now = toUnixSeconds(context.now)
  const newest = run?.newest ?? all.reduce((max, { updatedAt }) => Math.max(max, Math.min(updatedAt, now)), mark)
  const total = run === null ? (total_count ?? null) : run.total
  const after = pages?.next?.starting_after ?? null
  const passed = isBelow(all, floor)
  const done = after === null || passed
  return {
    found: all.filter(({ updatedAt }) => updatedAt >= floor),
    failed,
    cursor: done ? { mark: newest, run: null } : { mark, run: { after, newest, total } },
    done,
    total,
  }
}

/** Whether a page in falling order has reached what is older than the floor, so that no later page can hold more. */
function isBelow(page: readonly Found[], floor: number): boolean {
  const [first, last] = [page.at(0), page.at(-1)]
  return first !== undefined && last !== undefined && last.updatedAt < floor && first.updatedAt >= last.updatedAt
}

const AUDIT_EVERY_MS = 24 * 3_600_000

/** The most that a page of a search holds. Source: Intercom REST 2.16, "Pagination". */
export const MOST_PER_PAGE = 150

/** Audits by a search of everything. Its index may be minutes late, and leaves out what is archived or deleted. */
export function auditBySearch(search: Search): Audit {
  return {
    method: 'FULL_PASS',
    everyMs: AUDIT_EVERY_MS,
    async list(client, cursor, context) {
      const origin = { provider: PROVIDER, stream: `${search.stream} audit` }
      const place = cursor === null ? SEARCH_START : readWire(searchCursor, cursor, origin)
      const page = await readSearchPage(client, { ...search, perPage: MOST_PER_PAGE }, { cursor: place, context })
      const found = page.found.map(({ id, updatedAt }): Listed => {
        return { remoteId: id, version: new Date(updatedAt * 1000), changes: null }
      })
      return { ...withOdd(found, page.failed), cursor: page.cursor, done: page.done, total: page.total }
    },
  }
}

const COUNT_EVERY_MS = 3_600_000

/** Counts what an audit by the search lists: its total, at the price of one record. */
export function counterBySearch(search: Search): Counter {
  return {
    everyMs: COUNT_EVERY_MS,
    async read(client, context) {
      const { total } = await readSearchPage(client, { ...search, perPage: 1 }, { cursor: SEARCH_START, context })
      return total === null ? null : { count: total, at: context.now }
    },
  }
}
