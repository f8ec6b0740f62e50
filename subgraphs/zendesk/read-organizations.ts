import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import type { Audit, ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import { readOrGone } from '../../kit/gone.ts'
import { type ReadRecords, sift } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import { idOf } from '../../kit/wire.ts'
import type { Change } from '../../store/change.ts'
import { organizationCounter } from './counters.ts'
import { fromOrganization } from './mapping-people.ts'
import { auditByList, readPage, recordIn, recordsIn } from './pages.ts'
import { PROVIDER, receive, wireOrganization } from './wire.ts'

const NAME = 'organizations'

/** A full page of the export. Source: "Using the Incremental Exports API", time-based exports. */
const PER_PAGE = 1000

/**
 * `since` is the second (Unix) from which the next page is asked for. `list` is where the walk through the whole list is
 * while the export stands still; null while it does not.
 */
const cursorShape = z.object({
  since: z.number(),
  list: z.object({ after: z.string().nullable(), onward: z.number() }).nullable(),
})
type Cursor = z.output<typeof cursorShape>

const START: Cursor = { since: 0, list: null }

const wireExport = z.looseObject({ end_time: z.number().nullish(), end_of_stream: z.boolean().nullish() })

const map = (record: unknown): Change[] => fromOrganization(receive(wireOrganization, record, NAME))

function mapAll(records: readonly unknown[]): ReadRecords {
  const { good, failed } = sift(records, idOf, map)
  return { changes: good.flat(), failed }
}

/** One organization; a deletion when it is gone. */
export function readOrganization(
  client: AccountClient,
  remoteId: string,
  signal?: AbortSignal,
): Promise<readonly Change[]> {
  return readOrGone('company', remoteId, async () => {
    const path = `/api/v2/organizations/${encodeURIComponent(remoteId)}`
    return map(await recordIn(client, { path, name: 'organization' }, signal))
  })
}

/**
 * One page of the export by time: there is none by cursor. It begins with the second in which the last page ended, so that
 * records come twice.
 *
 * When a full page is of one second, the page after it would be the same for ever: then the list is walked once instead,
 * which has all of them, and the export goes on with the second after.
 */
async function readChanged(client: AccountClient, { since }: Cursor, context: ReadContext): Promise<StreamPage> {
  const answer = await client.request({
    method: 'GET',
    path: '/api/v2/incremental/organizations',
    query: { start_time: since, per_page: PER_PAGE },
    signal: context.signal,
  })
  const { end_time, end_of_stream } = readWire(wireExport, answer.body, { provider: PROVIDER, stream: NAME })
  const records = recordsIn(answer.body, NAME, NAME)
  const end = end_time ?? since
  const more = end_of_stream === false || (end_of_stream == null && records.length >= PER_PAGE)
  const stands = more && end === since
  const list = stands ? { after: null, onward: end + 1 } : null
  return { ...mapAll(records), cursor: { since: end, list }, done: !more, total: null }
}

async function readListed(
  client: AccountClient,
  list: NonNullable<Cursor['list']>,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<StreamPage> {
  const options = { after: list.after, signal }
  const { records, after } = await readPage(client, { path: '/api/v2/organizations', name: NAME }, options)
  const cursor = after === null ? { since: list.onward, list: null } : { since, list: { ...list, after } }
  return { ...mapAll(records), cursor, done: false, total: null }
}

/** Audits go by the list, which has those that stand. */
const audit: Audit = auditByList({ path: '/api/v2/organizations', name: NAME }, { kind: 'company', map })

/** Organizations. The export tells of those that were deleted. */
export const organizations: Stream = {
  name: NAME,
  kind: 'company',
  everyMs: 5 * 60_000,
  async read(client, cursor, context) {
    const origin = { provider: PROVIDER, stream: `${NAME} cursor` }
    const place = cursor === null ? START : readWire(cursorShape, cursor, origin)
    const { signal } = context
    return place.list === null
      ? readChanged(client, place, context)
      : readListed(client, place.list, { since: place.since, signal })
  },
  readOne: (client, remoteId, context) => readOrganization(client, remoteId, context.signal),
  audit,
  counter: organizationCounter,
}
