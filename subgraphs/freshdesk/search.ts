import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import { RejectedError } from '../../kit/errors.ts'
import { sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { idOf, wireNamed } from '../../kit/wire.ts'
import { PROVIDER } from './wire.ts'

/** What Freshdesk searches, as its paths have it. */
export type Searched = 'tickets' | 'contacts' | 'companies'

/** A search shows 30 rows a page, and 10 pages. Source: Freshdesk API v2, "Filter Tickets". */
const ROWS = 30
const MOST = 300

/** The longest expression. Source: "Filter Tickets". */
const MAX_EXPRESSION = 512

const DAY_MS = 24 * 3_600_000

/** Before there was any Freshdesk. */
const FIRST_DAY = Date.UTC(2010, 0, 1)

const wireFound = z.looseObject({ total: z.number(), results: z.array(z.unknown()) })

/** What a search asks for, and of how much of it the ids are wanted. */
export interface Search {
  readonly kind: Searched
  /** In their language, without the double quotes: `status:2 AND priority:>3`. */
  readonly query: string
  /** Most ids that are wanted. */
  readonly first: number
  readonly now: Date
}

/** What was found. */
export interface Found {
  /** All that Freshdesk has found, whether its ids were asked for or not. */
  readonly total: number
  readonly ids: readonly string[]
}

/** A stretch of days, both of them in it. */
interface Days {
  readonly from: number
  readonly to: number
}

/** Days by which a search is cut: those on which records were made and, within one such day, those on which they changed. */
interface Window {
  readonly created: Days | null
  readonly updated: Days | null
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
const dayOf = (date: Date): number => Math.floor(date.getTime() / DAY_MS) * DAY_MS

const between = (field: string, days: Days | null): string[] =>
  days === null ? [] : [`${field}:>'${day(days.from)}'`, `${field}:<'${day(days.to)}'`]

/** The expression of a window; `:>` and `:<` hold the day that they name. */
function expressionOf(query: string, { created, updated }: Window): string {
  const terms = [...between('created_at', created), ...between('updated_at', updated)]
  return terms.length === 0 ? query : [`(${query})`, ...terms].join(' AND ')
}

/** Both halves of a stretch of days, the later first; null for one day. */
function halves({ from, to }: Days): [Days, Days] | null {
  if (from >= to) return null
  const middle = from + Math.floor((to - from) / DAY_MS / 2) * DAY_MS
  return [
    { from: middle + DAY_MS, to },
    { from, to: middle },
  ]
}

/** The windows that a window is cut into; null when it cannot be cut any finer. */
function cut({ created, updated }: Window, today: number): Window[] | null {
  if (created === null) return cut({ created: { from: FIRST_DAY, to: today }, updated: null }, today)
  const byCreation = halves(created)
  if (byCreation !== null) return byCreation.map((days) => ({ created: days, updated }))
  const byChange = halves(updated ?? { from: created.from, to: today })
  return byChange?.map((days) => ({ created, updated: days })) ?? null
}

/** @throws RejectedError the expression is too long, with the days that have to be added */
async function readPage(
  client: AccountClient,
  { kind, query }: Search,
  { window, page }: { readonly window: Window; readonly page: number },
): Promise<Found> {
  const expression = expressionOf(query, window)
  if (expression.length > MAX_EXPRESSION) {
    const reason = `Freshdesk takes at most ${MAX_EXPRESSION} letters, of which the days of a large result take some.`
    throw new RejectedError(PROVIDER, 'the search is too long', 'query', reason)
  }
  const answer = await client.request({
    method: 'GET',
    path: `/search/${kind}`,
    query: { query: `"${expression}"`, page },
  })
  const origin = { provider: PROVIDER, stream: 'search' }
  const { total, results } = readWire(wireFound, answer.body, origin)
  return { total, ids: sift(results, idOf, (record) => readWire(wireNamed, record, origin).id).good }
}

/**
 * The ids of what a search finds, the newest first.
 *
 * A search that finds more than its ten pages hold is cut by days of creation, and a day of it by days of change, until
 * each part fits. What one day of both still holds beyond that cannot be had.
 *
 * @throws RejectedError Freshdesk does not take the expression
 */
export async function searchIds(client: AccountClient, search: Search): Promise<Found> {
  const today = dayOf(search.now)
  const ids = new Set<string>()
  const first = await readPage(client, search, { window: { created: null, updated: null }, page: 1 })
  const rest: { readonly window: Window; readonly found: Found }[] = [
    { window: { created: null, updated: null }, found: first },
  ]
  for (let part = rest.pop(); part !== undefined && ids.size < search.first; part = rest.pop()) {
    const { window, found } = part
    const parts = found.total > MOST && search.first > MOST - ids.size ? cut(window, today) : null
    if (parts === null) {
      await takePages(client, search, { window, found, ids })
      continue
    }
    // The later part is worked first, so it goes onto the pile last.
    for (const each of parts.toReversed()) {
      rest.push({ window: each, found: await readPage(client, search, { window: each, page: 1 }) })
    }
  }
  return { total: first.total, ids: [...ids].slice(0, search.first) }
}

async function takePages(
  client: AccountClient,
  search: Search,
  { window, found, ids }: { readonly window: Window; readonly found: Found; readonly ids: Set<string> },
): Promise<void> {
  for (const id of found.ids) ids.add(id)
  const pages = Math.ceil(Math.min(found.total, MOST) / ROWS)
  for (let page = 2; page <= pages && ids.size < search.first; page += 1) {
    for (const id of (await readPage(client, search, { window, page })).ids) ids.add(id)
  }
}
