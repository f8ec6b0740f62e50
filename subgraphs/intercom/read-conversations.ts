import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import { sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import { readMoved, readThread } from './read-threads.ts'
import { gone } from '../../kit/gone.ts'
import { auditBySearch, counterBySearch, readSearchPage, searchCursor, SEARCH_START, type Search } from './search.ts'
import { idOf, wireId } from '../../kit/wire.ts'
import { PROVIDER } from './wire.ts'

const NAME = 'conversations'

/** Each needs a call of its own, so a page is what a stopped run may have to do again. */
const SEARCH: Search = { stream: NAME, path: '/conversations/search', list: 'conversations', perPage: 50, byDay: false }

const DELETED_PER_PAGE = 50

/** Deletions this much older than the last one seen are looked at again. */
const OVERLAP_S = 3600

/** A run searches first, and then asks what was deleted: `page` is null until it does. */
const cursorShape = z.object({
  search: searchCursor,
  /** Unix seconds of the newest deletion that the last whole run saw, and the newest of this one. */
  deleted: z.object({ mark: z.number(), newest: z.number(), page: z.number().nullable() }),
})
type Cursor = z.output<typeof cursorShape>

const wireDeletion = z.looseObject({ id: wireId, deleted_at: z.number() })

const wireDeleted = z.looseObject({
  conversations: z.array(z.unknown()).nullish(),
  pages: z.looseObject({ next: z.unknown() }).nullish(),
})

/** What was deleted before anything was read is of no matter. */
function start(now: Date): Cursor {
  const mark = toUnixSeconds(now)
  return { search: SEARCH_START, deleted: { mark, newest: mark, page: null } }
}

async function readChanged(client: AccountClient, cursor: Cursor, context: ReadContext): Promise<StreamPage> {
  const page = await readSearchPage(client, SEARCH, { cursor: cursor.search, context })
  const moved = { kind: 'conversation', found: page.found, mark: cursor.search.mark } as const
  const deleted = { ...cursor.deleted, page: page.done ? 1 : null }
  const { changes, failed } = await readMoved(client, moved, context)
  return {
    changes,
    failed: [...page.failed, ...failed],
    cursor: { search: page.cursor, deleted },
    done: false,
    total: page.total,
  }
}

/** Newest first; what is deleted while we page pushes others towards us, never past us. */
async function readDeleted(client: AccountClient, cursor: Cursor, context: ReadContext): Promise<StreamPage> {
  const { mark, newest } = cursor.deleted
  const page = cursor.deleted.page ?? 1
  const answer = await client.request({
    method: 'GET',
    path: '/conversations/deleted',
    query: { page, per_page: DELETED_PER_PAGE, order: 'desc' },
    signal: context.signal,
  })
  const origin = { provider: PROVIDER, stream: 'conversations deleted' }
  const list = readWire(wireDeleted, answer.body, origin)
  const { good: listed, failed } = sift(list.conversations ?? [], idOf, (each) => readWire(wireDeletion, each, origin))
  const recent = listed.filter(({ deleted_at }) => deleted_at >= mark - OVERLAP_S)
  const seen = recent.reduce((max, { deleted_at }) => Math.max(max, deleted_at), newest)
  const done = recent.length === 0 || recent.length < listed.length || !list.pages?.next
  const next = done ? { mark: seen, newest: seen, page: null } : { mark, newest: seen, page: page + 1 }
  return {
    changes: recent.map(({ id }) => gone('conversation', id)),
    failed,
    cursor: { ...cursor, deleted: next },
    done,
    total: null,
  }
}

/** Conversations with all that was said in them, and what became of them. */
export const conversations: Stream = {
  name: NAME,
  kind: 'conversation',
  everyMs: 60_000,
  async read(client, cursor, context) {
    const origin = { provider: PROVIDER, stream: `${NAME} cursor` }
    const place = cursor === null ? start(context.now) : readWire(cursorShape, cursor, origin)
    return place.deleted.page === null ? readChanged(client, place, context) : readDeleted(client, place, context)
  },
  readOne: (client, remoteId, context) => readThread(client, { kind: 'conversation', remoteId }, context.signal),
  audit: auditBySearch(SEARCH),
  counter: counterBySearch(SEARCH),
}
