import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Audit, Listed, ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import { withOdd } from '../../kit/audit.ts'
import { gone } from '../../kit/gone.ts'
import { readEach, sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { idOf } from '../../kit/wire.ts'
import { MAX_ROWS, readRows } from './lists.ts'
import { agentsIn, readListedTicket, readOneTicket } from './read-ticket.ts'
import { type ListedTicketWire, wireListedTicket } from './wire-tickets.ts'
import { PROVIDER } from './wire.ts'

const NAME = 'tickets'

/** Each needs a call or more of its own, so a page is what a stopped run may have to do again. */
const ROWS = 50

/** Tickets read at the same time. */
const AT_ONCE = 8

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS

/** A run begins this much before the newest change that the last one saw. */
const OVERLAP_MS = 5 * MINUTE_MS

/** Deletions this much older than the last run are looked at again: their moment is by our clock. */
const GONE_OVERLAP_MS = 10 * MINUTE_MS

/** A run that goes back further reads so many tickets that what its lists embed is cheaper than what each would. */
const HISTORY_MS = 24 * 60 * MINUTE_MS

/** Of a run: what changed, then what went to the trash, then what was marked as spam. The first list shows neither. */
const LISTS = ['changed', 'deleted', 'spam'] as const

/** Where a run is. Dates are ISO 8601; `startedAt` is null between runs. */
const cursorShape = z.object({
  list: z.enum(LISTS),
  /** The oldest change that is asked for, and the page: 1, unless a page is full of tickets of one second. */
  since: z.string(),
  page: z.number(),
  /** The newest change seen. */
  newest: z.string(),
  goneSince: z.string(),
  /** What changed from here on is read again even when its version is stored: it may have changed twice in a second. */
  unsettledFrom: z.string().nullable(),
  startedAt: z.string().nullable(),
})
type Cursor = z.output<typeof cursorShape>

const at = (text: string): number => Date.parse(text)
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

/** `updated_since` reaches back to any time; without it only tickets made in the last 30 days are listed. */
const BEGINNING = iso(0)

function placeOf(cursor: unknown, now: Date): Cursor {
  if (cursor !== null) return readWire(cursorShape, cursor, { provider: PROVIDER, stream: `${NAME} cursor` })
  const goneSince = iso(now.getTime() - GONE_OVERLAP_MS)
  return {
    list: 'changed',
    since: BEGINNING,
    page: 1,
    newest: BEGINNING,
    goneSince,
    unsettledFrom: null,
    startedAt: null,
  }
}

/**
 * Where a list goes on.
 *
 * Each page begins at the time of the last row of the one before, so that page numbers stay at 1: they would let rows
 * slip by while others move, and end at the 300th. A second is taken off, since the reference does not say whether
 * `updated_since` holds the moment itself. Only a page that is all of one second is turned.
 */
function nextInList<Place extends Pick<Cursor, 'since' | 'page'>>(
  place: Place,
  listed: readonly ListedTicketWire[],
): Place {
  const last = Math.max(...listed.map(({ updated_at: updatedAt }) => updatedAt.getTime()))
  const since = last - SECOND_MS
  return since > at(place.since) ? { ...place, since: iso(since), page: 1 } : { ...place, page: place.page + 1 }
}

/** Where a run goes on when a list is at its end. */
function nextList(place: Cursor, startedAt: Date): Cursor {
  const list = LISTS[LISTS.indexOf(place.list) + 1]
  if (list !== undefined) return { ...place, list, since: place.goneSince, page: 1 }
  const newest = at(place.newest)
  const isFresh = newest >= startedAt.getTime() - MINUTE_MS
  return {
    ...place,
    list: 'changed',
    since: iso(Math.max(0, newest - OVERLAP_MS)),
    page: 1,
    goneSince: iso(startedAt.getTime() - GONE_OVERLAP_MS),
    unsettledFrom: isFresh ? iso(newest - 2 * SECOND_MS) : null,
    startedAt: null,
  }
}

function advance(place: Cursor, page: { listed: readonly ListedTicketWire[]; hasNext: boolean }, now: Date): Cursor {
  const startedAt = place.startedAt === null ? now : new Date(place.startedAt)
  // No newer than now: a time of the future would have the next run look past what is to come.
  const times = page.listed.map(({ updated_at: updatedAt }) => Math.min(updatedAt.getTime(), now.getTime()))
  const newest = place.list === 'changed' ? iso(Math.max(at(place.newest), ...times)) : place.newest
  const under = { ...place, newest, startedAt: startedAt.toISOString() }
  return page.hasNext ? nextInList(under, page.listed) : nextList(under, startedAt)
}

const queryOf = ({ list, since }: Cursor, now: Date) => ({
  updated_since: since,
  order_by: 'updated_at',
  order_type: 'asc',
  per_page: ROWS,
  filter: list === 'changed' ? null : list,
  include: list === 'changed' && now.getTime() - at(since) > HISTORY_MS ? 'requester,stats' : null,
})

/** Those of a page that are not stored as they now are. */
async function staleOf(listed: readonly ListedTicketWire[], place: Cursor, context: ReadContext) {
  const ids = listed.map(({ id }) => id)
  const stored = await context.versions('ticket', ids)
  const lastAsked = await context.lastAsked(ids)
  return listed.filter(({ id, updated_at: updatedAt }) => {
    const askedAt = lastAsked.get(id)
    // In quarantine, and not changed since: the engine asks for it again, and waits longer each time.
    if (askedAt !== undefined && askedAt.getTime() > updatedAt.getTime() + MINUTE_MS) return false
    const version = stored.get(id)
    if (!(version instanceof Date) || version < updatedAt) return true
    return place.unsettledFrom !== null && updatedAt.getTime() >= at(place.unsettledFrom)
  })
}

async function readPage(client: AccountClient, place: Cursor, context: ReadContext): Promise<StreamPage> {
  const { now, signal } = context
  const list = { path: '/tickets', query: queryOf(place, now), stream: NAME }
  const { rows, hasNext } = await readRows(client, list, place.page, signal)
  const origin = { provider: PROVIDER, stream: NAME }
  const { good: listed, failed } = sift(rows, idOf, (record) => readWire(wireListedTicket, record, origin))
  const cursor = advance(place, { listed, hasNext }, now)
  const told = { cursor, done: cursor.startedAt === null, total: null }
  if (place.list !== 'changed') return { ...told, failed, changes: listed.map(({ id }) => gone('ticket', id)) }
  const stale = await staleOf(listed, place, context)
  const agents = await agentsIn(context)
  const options = { limit: AT_ONCE, signal, remoteIdOf: ({ id }: ListedTicketWire) => id }
  const read = await readEach(stale, options, (each, within) =>
    readListedTicket(client, each, { agents, signal: within }),
  )
  return { ...told, changes: read.changes, failed: [...failed, ...read.failed] }
}

const auditCursor = z.object({ since: z.string(), page: z.number() })

/**
 * Audits go by the list of what changed since ever. Tickets that were archived (closed for 120 days) are not in it: those
 * that are held are asked for by themselves.
 */
const audit: Audit = {
  method: 'FULL_PASS',
  everyMs: 24 * 60 * MINUTE_MS,
  async list(client, cursor, { signal }) {
    const origin = { provider: PROVIDER, stream: NAME }
    const place = cursor === null ? { since: BEGINNING, page: 1 } : readWire(auditCursor, cursor, origin)
    const query = { updated_since: place.since, order_by: 'updated_at', order_type: 'asc', per_page: MAX_ROWS }
    const { rows, hasNext } = await readRows(client, { path: '/tickets', query, stream: NAME }, place.page, signal)
    const { good, failed } = sift(rows, idOf, (record) => readWire(wireListedTicket, record, origin))
    const found = good.map(({ id, updated_at: version }): Listed => ({ remoteId: id, version, changes: null }))
    const next = hasNext ? nextInList(place, good) : place
    return { ...withOdd(found, failed), cursor: next, done: !hasNext, total: null }
  },
}

/** Tickets with all that was said in them. Calls of automation rules may be dropped, so this is what keeps them true. */
export const tickets: Stream = {
  name: NAME,
  kind: 'ticket',
  everyMs: MINUTE_MS,
  read: (client, cursor, context) => readPage(client, placeOf(cursor, context.now), context),
  readOne: readOneTicket,
  audit,
}
