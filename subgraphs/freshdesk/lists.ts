import { z } from 'zod'
import type { AccountClient, Call } from '../../kit/account-client.ts'
import { readWire } from '../../kit/read-wire.ts'
import { idOf } from '../../kit/wire.ts'
import { PROVIDER } from './wire.ts'

/** Most rows of a page that lists give. Source: Freshdesk API v2, "Pagination". */
export const MAX_ROWS = 100

const wireRows = z.array(z.unknown())

/** `<https://…&page=2>; rel="next"`; absent on the last page. */
const NEXT = /<[^>]*>\s*;\s*rel="?next"?/

/** A list, and what narrows it. */
export interface List {
  readonly path: string
  readonly query: NonNullable<Call['query']>
  /** For messages: `tickets`. */
  readonly stream: string
}

/** A page of a list. */
export interface Rows {
  readonly rows: readonly unknown[]
  readonly hasNext: boolean
}

/** Reads a page of a list by its number; null for a list that has no pages. */
async function readPage(
  client: AccountClient,
  { path, query, stream }: List,
  page: number | null,
  signal: AbortSignal,
): Promise<Rows> {
  const paging = page === null ? {} : { page }
  const answer = await client.request({ method: 'GET', path, query: { ...query, ...paging }, signal })
  const rows = readWire(wireRows, answer.body, { provider: PROVIDER, stream })
  return { rows, hasNext: NEXT.test(answer.headers.get('link') ?? '') }
}

/**
 * Reads a page, so that no row can slip by.
 *
 * Pages are numbers: what leaves the list while we page moves every later row towards the front, past the page that we
 * are about to read. So the page before is read once more behind it; rows come twice, and are stored by id.
 */
export async function readRows(client: AccountClient, list: List, page: number, signal: AbortSignal): Promise<Rows> {
  const { rows, hasNext } = await readPage(client, list, page, signal)
  if (page === 1) return { rows, hasNext }
  const before = await readPage(client, list, page - 1, signal)
  return { rows: withoutRepeats([...before.rows, ...rows]), hasNext }
}

/** Each record once, as it came last; one that does not say who it is stays. */
function withoutRepeats(rows: readonly unknown[]): unknown[] {
  const last = new Map(rows.map((row, index) => [idOf(row) ?? `#${index}`, row]))
  return [...last.values()]
}

/** Reads every page of a list. */
export async function readAllRows(client: AccountClient, list: List, signal: AbortSignal): Promise<unknown[]> {
  const all: unknown[] = []
  for (let page = 1; ; page += 1) {
    const { rows, hasNext } = await readRows(client, list, page, signal)
    all.push(...rows)
    if (!hasNext) return withoutRepeats(all)
  }
}

/** Reads a list that Freshdesk gives in one answer. */
export async function readOnlyRows(
  client: AccountClient,
  list: List,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  return (await readPage(client, list, null, signal)).rows
}

/** Reads one record. @throws NotFoundError */
export async function readRecord(client: AccountClient, path: string, signal?: AbortSignal): Promise<unknown> {
  return (await client.request({ method: 'GET', path, signal })).body
}
