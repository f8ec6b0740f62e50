import { z } from 'zod'
import type { Stream } from '../../kit/contract.ts'
import { gone, readOrGone } from '../../kit/gone.ts'
import { sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import { idOf } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { toRating } from './mapping-tickets.ts'
import { auditByList, readPage, recordIn } from './pages.ts'
import { PROVIDER, receive } from './wire.ts'
import { wireRating } from './wire-tickets.ts'

const NAME = 'satisfaction ratings'

const LIST = { path: '/api/v2/satisfaction_ratings', name: 'satisfaction_ratings' }

/** A run begins this much before the newest that the last one saw: what was asked for then may be answered now. */
const OVERLAP_S = 7 * 24 * 3600

/** `mark` is the newest change (Unix seconds) that the last whole run saw; `run` where one under way goes on. */
const cursorShape = z.object({
  mark: z.number(),
  run: z.object({ after: z.string(), newest: z.number() }).nullable(),
})

const START: z.output<typeof cursorShape> = { mark: 0, run: null }

/** A rating, and when it last changed (Unix seconds); one that was only asked for is none yet. */
function map(record: unknown): { readonly change: Change | null; readonly at: number } {
  const received = receive(wireRating, record, NAME)
  return { change: toRating(received), at: toUnixSeconds(received.wire.updated_at) ?? 0 }
}

/**
 * What customers said. A ticket tells its own rating, too, as soon as it is given; the list tells when and why, and those
 * of before.
 */
export const ratings: Stream = {
  name: NAME,
  kind: 'rating',
  everyMs: 30 * 60_000,
  async read(client, cursor, context) {
    const origin = { provider: PROVIDER, stream: `${NAME} cursor` }
    const { mark, run } = cursor === null ? START : readWire(cursorShape, cursor, origin)
    const query = mark === 0 ? {} : { start_time: Math.max(0, mark - OVERLAP_S) }
    const list = { ...LIST, query }
    const { records, after } = await readPage(client, list, { after: run?.after ?? null, signal: context.signal })
    const { good, failed } = sift(records, idOf, map)
    const newest = good.reduce((max, { at }) => Math.max(max, at), run?.newest ?? mark)
    return {
      changes: good.flatMap(({ change }) => change ?? []),
      failed,
      cursor: after === null ? { mark: newest, run: null } : { mark, run: { after, newest } },
      done: after === null,
      total: null,
    }
  },
  readOne: (client, remoteId, context) =>
    readOrGone('rating', remoteId, async () => {
      const path = `/api/v2/satisfaction_ratings/${encodeURIComponent(remoteId)}`
      const { change } = map(await recordIn(client, { path, name: 'satisfaction_rating' }, context.signal))
      return [change ?? gone('rating', remoteId)]
    }),
  audit: auditByList(LIST, { kind: 'rating', map: (record) => [map(record).change].filter((each) => each !== null) }),
}
