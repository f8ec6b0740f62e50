import type { Call } from '../../../kit/account-client.ts'
import type { Stream } from '../../../kit/contract.ts'
import type { Json } from '../../../store/kinds.ts'
import type { FakeClient, Reply } from './fake-client.ts'
import { contextOf, fakeClient } from './fake-client.ts'
import type { Fields } from './records.ts'

/** One record as the fake provider has it. `revision` counts its changes, also those within one second. */
export interface Held {
  updatedAt: number
  revision: number
}

const DAY_S = 86_400

/** A value inside nested objects. */
function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let inner = value
  for (const key of path) {
    inner = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Reflect.get(inner, key) : undefined
  }
  return inner
}

/** How a fake search compares and pages. */
export interface FakeSearchOptions {
  readonly path: string
  readonly list: 'conversations' | 'tickets' | 'data'
  readonly byDay: boolean
  /** At most so many a page, so that few records make many pages. */
  readonly perPage: number
  readonly show: (id: string, held: Held) => Fields
  /** Answers every other call. */
  readonly other: (call: Call) => Reply
}

/**
 * A search over records that change while it is paged. Its cursor is an offset into the list as it stands when the
 * page is asked for: the harshest reading of "the order moves while paging".
 */
export function fakeSearch(held: ReadonlyMap<string, Held>, options: FakeSearchOptions): FakeClient {
  return fakeClient((call) => {
    if (call.path !== options.path) return options.other(call)
    const [filter] = [at(call.body, 'query', 'value')].flat()
    const since = Number(at(filter, 'value'))
    if (at(filter, 'field') !== 'updated_at' || at(filter, 'operator') !== '>') return { status: 400, body: null }
    const from = options.byDay ? (Math.floor(since / DAY_S) + 1) * DAY_S : since
    const matching = [...held]
      .filter(([, { updatedAt }]) => updatedAt >= from)
      .toSorted(([a, x], [b, y]) => y.updatedAt - x.updatedAt || a.localeCompare(b))
    const offset = Number(at(call.body, 'pagination', 'starting_after') ?? 0)
    const end = offset + options.perPage
    const next = end < matching.length ? { per_page: options.perPage, starting_after: String(end) } : null
    return {
      body: {
        type: 'list',
        [options.list]: matching.slice(offset, end).map(([id, one]) => options.show(id, one)),
        total_count: matching.length,
        pages: { type: 'pages', page: 1, per_page: options.perPage, total_pages: 1, next },
      },
    }
  })
}

/** What a run through a stream leaves: the cursor of the next one, and every change in order. */
export async function runThrough(
  stream: Stream,
  client: FakeClient,
  cursor: Json | null,
  options: { readonly stored?: ReadonlyMap<string, Date | null>; readonly now?: Date } = {},
) {
  const changes = []
  for (let place = cursor, pages = 1; ; pages += 1) {
    if (pages > 1_000) throw new Error('the run does not end')
    // A cursor goes through the database between pages.
    const read = await stream.read(client, structuredClone(place), contextOf(options.stored, options.now))
    changes.push(...read.changes)
    place = read.cursor
    if (read.done) return { changes, cursor: place, pages }
  }
}
