import { z } from 'zod'
import type { Audit, ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import { sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wholeList } from '../../kit/whole-list.ts'
import { idOf } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import type { Json, Kind } from '../../store/kinds.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { MAX_ROWS, readAllRows, readRecord, readRows } from './lists.ts'
import { toRating, toTimeEntry } from './mapping-outcomes.ts'
import { toCompany } from './mapping-people.ts'
import { wireRating, wireTimeEntry } from './wire-tickets.ts'
import { PROVIDER, receive, wireCompany } from './wire.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Before anything that Freshdesk has. */
const BEGINNING = new Date(0).toISOString()

/** Where a run is: `startedAt` is null between runs. Dates are ISO 8601. */
const cursorShape = z.object({
  since: z.string(),
  page: z.number(),
  startedAt: z.string().nullable(),
  /** When the list was last read whole. */
  sweptAt: z.string(),
})
type Cursor = z.output<typeof cursorShape>

/** A list that can be narrowed to what came after a moment, and records that are whole in it. */
interface ChangedList {
  readonly name: string
  readonly kind: Kind
  readonly everyMs: number
  readonly path: string
  /** What the list calls the moment. */
  readonly since: string
  /** So much before the last run began the next one looks again. */
  readonly overlapMs: number
  /** Whether what is gone shows only by not being listed any more, so that the list is read whole once a day. */
  readonly vanishes: boolean
  /** @throws MalformedError */
  readonly map: (record: unknown) => Change
  readonly readOne: ((client: AccountClient, remoteId: string, signal: AbortSignal) => Promise<unknown>) | null
}

function changedList(list: ChangedList): Stream {
  const { name, path } = list
  const whole = wholeList({
    ...list,
    readAll: (client, signal) =>
      readAllRows(client, { path, query: { ...sinceThe(list), per_page: MAX_ROWS }, stream: name }, signal),
    remoteIdOf: idOf,
  })
  // Where nothing is said to vanish, that something is not listed says nothing.
  const audit: Audit | undefined = whole.audit && { ...whole.audit, method: list.vanishes ? 'FULL_PASS' : 'SAMPLE' }
  return {
    ...whole,
    ...(audit && { audit }),
    async read(client, cursor, context) {
      const place = placeOf(list, cursor, context.now)
      if (!isDue(list, place, context.now)) return readPage(list, client, { place, context })
      const page = await whole.read(client, null, context)
      return { ...page, cursor: { ...nextRun(list, context.now), sweptAt: context.now.toISOString() } }
    },
  }
}

/** Without a moment, some lists answer only what is recent. */
const sinceThe = (list: ChangedList, since = BEGINNING): Readonly<Record<string, string>> => ({ [list.since]: since })

function placeOf({ name }: ChangedList, cursor: Json | null, now: Date): Cursor {
  if (cursor !== null) return readWire(cursorShape, cursor, { provider: PROVIDER, stream: `${name} cursor` })
  return { since: BEGINNING, page: 1, startedAt: null, sweptAt: now.toISOString() }
}

const isDue = ({ vanishes }: ChangedList, { startedAt, sweptAt }: Cursor, now: Date): boolean =>
  vanishes && startedAt === null && now.getTime() - Date.parse(sweptAt) >= DAY_MS

const nextRun = ({ overlapMs }: ChangedList, startedAt: Date): Omit<Cursor, 'sweptAt'> => ({
  since: new Date(startedAt.getTime() - overlapMs).toISOString(),
  page: 1,
  startedAt: null,
})

async function readPage(
  list: ChangedList,
  client: AccountClient,
  { place, context }: { readonly place: Cursor; readonly context: ReadContext },
): Promise<StreamPage> {
  const { name, path } = list
  const query = { ...sinceThe(list, place.since), per_page: MAX_ROWS }
  const { rows, hasNext } = await readRows(client, { path, query, stream: name }, place.page, context.signal)
  const { good, failed } = sift(rows, idOf, list.map)
  const startedAt = place.startedAt ?? context.now.toISOString()
  const cursor: Cursor = hasNext
    ? { ...place, startedAt, page: place.page + 1 }
    : { ...nextRun(list, new Date(startedAt)), sweptAt: place.sweptAt }
  return { changes: good, failed, cursor, done: !hasNext, total: null }
}

/** Companies, whole in their list. The reference calls the moment so, with an underscore. Source: Freshdesk API v2, "List All Companies". */
export const companies = changedList({
  name: 'companies',
  kind: 'company',
  everyMs: 5 * MINUTE_MS,
  path: '/companies',
  since: '_updated_since',
  overlapMs: 10 * MINUTE_MS,
  vanishes: true,
  map: (record) => toCompany(receive(wireCompany, record, 'companies')),
  readOne: (client, remoteId, signal) => readRecord(client, `/companies/${encodeURIComponent(remoteId)}`, signal),
})

/** What customers think. Ratings are not changed afterwards. Without a moment only those of about a month come. */
export const ratings = changedList({
  name: 'ratings',
  kind: 'rating',
  everyMs: 5 * MINUTE_MS,
  path: '/surveys/satisfaction_ratings',
  since: 'created_since',
  overlapMs: 60 * MINUTE_MS,
  vanishes: false,
  map: (record) => toRating(receive(wireRating, record, 'ratings')),
  readOne: null,
})

/** Time that agents spent. The list knows when work was done and not when it was written down: a week is looked at again. */
export const timeEntries = changedList({
  name: 'timeEntries',
  kind: 'timeEntry',
  everyMs: 15 * MINUTE_MS,
  path: '/time_entries',
  since: 'executed_after',
  overlapMs: 7 * DAY_MS,
  vanishes: true,
  map: (record) => toTimeEntry(receive(wireTimeEntry, record, 'timeEntries')),
  readOne: null,
})
