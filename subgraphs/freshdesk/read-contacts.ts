import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Audit, Listed, ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import { withOdd } from '../../kit/audit.ts'
import { gone, readOrGone } from '../../kit/gone.ts'
import { readEach, sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { idOf } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { MAX_ROWS, readAllRows, readRecord, readRows } from './lists.ts'
import { type Standing, toContact } from './mapping-people.ts'
import { PROVIDER, receive, wireContact, wireListed } from './wire.ts'

const NAME = 'contacts'

/** Contacts read at the same time. */
const AT_ONCE = 8

/** So much before the last run began the next one looks again: clocks differ, and times are whole seconds. */
const OVERLAP_MS = 10 * 60_000

/** Contacts stand in one of three lists, and the first leaves out the others'. */
const LISTS = ['active', 'blocked', 'deleted'] as const

/** Before anything that Freshdesk has. */
const EVER = new Date(0).toISOString()

/** Where a run is. Dates are ISO 8601; `startedAt` is null between runs. */
const cursorShape = z.object({
  list: z.enum(LISTS),
  page: z.number(),
  since: z.string(),
  /** From when the trash is looked at: what was in it before anything was read is of no matter. */
  trashSince: z.string(),
  startedAt: z.string().nullable(),
})
type Cursor = z.output<typeof cursorShape>

type ListedContact = z.output<typeof wireListed>

const before = (at: Date): string => new Date(at.getTime() - OVERLAP_MS).toISOString()

function placeOf(cursor: unknown, now: Date): Cursor {
  if (cursor !== null) return readWire(cursorShape, cursor, { provider: PROVIDER, stream: `${NAME} cursor` })
  return { list: 'active', page: 1, since: EVER, trashSince: before(now), startedAt: null }
}

/** Where to go on after a page. */
function nextPlace(place: Cursor, hasNext: boolean, startedAt: Date): Cursor {
  const under = { ...place, startedAt: startedAt.toISOString() }
  if (hasNext) return { ...under, page: place.page + 1 }
  const list = LISTS[LISTS.indexOf(place.list) + 1]
  if (list !== undefined) return { ...under, list, page: 1 }
  return { list: 'active', page: 1, since: before(startedAt), trashSince: before(startedAt), startedAt: null }
}

/** A contact by itself; told as deleted when it is in the trash or away. */
async function readContact(
  client: AccountClient,
  remoteId: string,
  options: { readonly standing: Standing; readonly signal?: AbortSignal },
): Promise<readonly Change[]> {
  return readOrGone('contact', remoteId, async () => {
    const record = await readRecord(client, `/contacts/${encodeURIComponent(remoteId)}`, options.signal)
    return fromContact(record, options.standing)
  })
}

/** A contact of whom it is not known in which list they stand: that of the blocked tells, from their last change on. */
async function readAlone(client: AccountClient, remoteId: string, signal: AbortSignal): Promise<readonly Change[]> {
  return readOrGone('contact', remoteId, async () => {
    const record = await readRecord(client, `/contacts/${encodeURIComponent(remoteId)}`, signal)
    const inGoodStanding = fromContact(record, 'active')
    if (inGoodStanding.some(({ op }) => op === 'delete')) return inGoodStanding
    const { updated_at: updatedAt } = readWire(wireListed, record, { provider: PROVIDER, stream: NAME })
    const since = new Date(updatedAt.getTime() - 1_000).toISOString()
    const query = { per_page: MAX_ROWS, _updated_since: since, state: 'blocked' }
    const blocked = await readAllRows(client, { path: '/contacts', query, stream: NAME }, signal)
    return blocked.some((each) => idOf(each) === remoteId) ? fromContact(record, 'blocked') : inGoodStanding
  })
}

/** What a contact's own record tells. */
export function fromContact(record: unknown, standing: Standing): Change[] {
  const received = receive(wireContact, record, NAME)
  return received.wire.deleted === true ? [gone('contact', received.wire.id)] : toContact(received, standing)
}

/** Those of a page that are not stored as they now are: the list lacks tags and companies, so each is read by itself. */
async function staleOf(listed: readonly ListedContact[], since: Date, context: ReadContext): Promise<ListedContact[]> {
  const ids = listed.map(({ id }) => id)
  const stored = await context.versions('contact', ids)
  const lastAsked = await context.lastAsked(ids)
  // What changed about when the last run read it may have changed again in the same second.
  const settledBefore = since.getTime() + OVERLAP_MS - 60_000
  return listed.filter(({ id, updated_at: updatedAt }) => {
    const askedAt = lastAsked.get(id)
    if (askedAt !== undefined && askedAt.getTime() > updatedAt.getTime() + 60_000) return false
    const version = stored.get(id)
    if (!(version instanceof Date) || version < updatedAt) return true
    return since.getTime() > 0 && updatedAt.getTime() >= settledBefore
  })
}

async function readPage(client: AccountClient, place: Cursor, context: ReadContext): Promise<StreamPage> {
  const { list, page } = place
  const since = list === 'deleted' ? place.trashSince : place.since
  // The reference calls it so, with an underscore. Source: Freshdesk API v2, "List All Contacts".
  const query = { per_page: MAX_ROWS, _updated_since: since, ...(list === 'active' ? {} : { state: list }) }
  const { rows, hasNext } = await readRows(client, { path: '/contacts', query, stream: NAME }, page, context.signal)
  const origin = { provider: PROVIDER, stream: NAME }
  const { good: listed, failed } = sift(rows, idOf, (record) => readWire(wireListed, record, origin))
  const startedAt = place.startedAt === null ? context.now : new Date(place.startedAt)
  const cursor = nextPlace(place, hasNext, startedAt)
  const told = { failed, cursor, done: cursor.startedAt === null, total: null }
  if (list === 'deleted') return { ...told, changes: listed.map(({ id }) => gone('contact', id)) }
  const stale = await staleOf(listed, new Date(place.since), context)
  const options = { limit: AT_ONCE, signal: context.signal, remoteIdOf: ({ id }: ListedContact) => id }
  const read = await readEach(stale, options, ({ id }, signal) => readContact(client, id, { standing: list, signal }))
  return { ...told, changes: read.changes, failed: [...failed, ...read.failed] }
}

const auditCursor = z.object({ list: z.enum(['active', 'blocked']), page: z.number() })
const AUDIT_START: z.output<typeof auditCursor> = { list: 'active', page: 1 }

/** Audits go by the lists of who is in good standing and who is blocked: a record by itself does not say which. */
const audit: Audit = {
  method: 'FULL_PASS',
  everyMs: 24 * 3_600_000,
  async list(client, cursor, context) {
    const origin = { provider: PROVIDER, stream: NAME }
    const place = cursor === null ? AUDIT_START : readWire(auditCursor, cursor, origin)
    const { list, page } = place
    const query = { per_page: MAX_ROWS, _updated_since: EVER, ...(list === 'active' ? {} : { state: list }) }
    const { rows, hasNext } = await readRows(client, { path: '/contacts', query, stream: NAME }, page, context.signal)
    const { good, failed } = sift(rows, idOf, (record) => readWire(wireListed, record, origin))
    const whole = await readStale(client, good, { standing: list, context })
    const found = good.map(({ id, updated_at: version }): Listed => {
      return { remoteId: id, version, changes: whole.get(id) ?? null }
    })
    const next: z.output<typeof auditCursor> = hasNext ? { list, page: page + 1 } : { list: 'blocked', page: 1 }
    const done = !hasNext && list === 'blocked'
    return { ...withOdd(found, failed), cursor: next, done, total: null }
  },
}

/** Those of a list that are not stored as they now are. */
async function readStale(
  client: AccountClient,
  listed: readonly ListedContact[],
  { standing, context }: { readonly standing: Standing; readonly context: ReadContext },
): Promise<ReadonlyMap<string, readonly Change[]>> {
  const stale = await staleOf(listed, new Date(EVER), context)
  const read = new Map<string, readonly Change[]>()
  const options = { limit: AT_ONCE, signal: context.signal, remoteIdOf: ({ id }: ListedContact) => id }
  await readEach(stale, options, async ({ id }, signal) => {
    read.set(id, await readContact(client, id, { standing, signal }))
    return []
  })
  return read
}

/** People who write in: those in good standing, those who are blocked, and who went to the trash. */
export const contacts: Stream = {
  name: NAME,
  kind: 'contact',
  everyMs: 5 * 60_000,
  read: (client, cursor, context) => readPage(client, placeOf(cursor, context.now), context),
  async readOne(client, remoteId, context) {
    // An agent who asked for something is no contact at Freshdesk, and stays one here.
    if ((await context.versions('agent', [remoteId])).has(remoteId)) return []
    return readAlone(client, remoteId, context.signal)
  },
  audit,
}
