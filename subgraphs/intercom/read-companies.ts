import { z } from 'zod'
import type { AccountClient } from '../../kit/account-client.ts'
import { toListed } from '../../kit/audit.ts'
import type { Audit, ReadContext, Stream, StreamPage } from '../../kit/contract.ts'
import { OutcomeUnknownError, UnavailableError } from '../../kit/errors.ts'
import { sift, type ReadRecords } from '../../kit/read-each.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Change } from '../../store/change.ts'
import { toCompany } from './mapping-people.ts'
import { readOrGone } from '../../kit/gone.ts'
import { SCROLL_IDLE_MS } from './judge.ts'
import { idOf } from '../../kit/wire.ts'
import { PROVIDER, receive, wireCompany } from './wire.ts'

const NAME = 'companies'
const ORIGIN = { provider: PROVIDER, stream: NAME }
const PER_PAGE = 50

/** The list ends here, however many there are. Source: Intercom REST 2.16, `POST /companies/list`. */
const WALL = 10_000

const cursorShape = z.object({ page: z.number(), total: z.number().nullable() })
const START: z.output<typeof cursorShape> = { page: 1, total: null }

const wireList = z.looseObject({
  data: z.array(z.unknown()).nullish(),
  total_count: z.number().nullish(),
  scroll_param: z.string().nullish(),
  pages: z.looseObject({ page: z.number().nullish(), total_pages: z.number().nullish() }).nullish(),
})

const map = (record: unknown): Change => toCompany(receive(wireCompany, record, NAME))

function mapAll(records: readonly unknown[]): ReadRecords {
  const { good, failed } = sift(records, idOf, map)
  return { changes: good, failed }
}

/** One company; a deletion when it is gone. */
export function readCompany(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<readonly Change[]> {
  return readOrGone('company', remoteId, async () => {
    const path = `/companies/${encodeURIComponent(remoteId)}`
    return [map((await client.request({ method: 'GET', path, signal })).body)]
  })
}

/**
 * Audits go by the list up to its wall: a scroll cannot be resumed. It leaves companies without people out, so that it is
 * a sample, and those that it does not show are asked for by themselves.
 */
const audit: Audit = {
  method: 'SAMPLE',
  everyMs: 24 * 3_600_000,
  async list(client, cursor, { signal }) {
    const origin = { provider: PROVIDER, stream: `${NAME} audit` }
    const { page } = cursor === null ? START : readWire(cursorShape, cursor, origin)
    const list = await readList(client, page, signal)
    const { good, failed } = sift(list.data ?? [], idOf, map)
    const total = list.total_count ?? null
    const isLast = good.length + failed.length === 0 || page >= (list.pages?.total_pages ?? 1)
    return {
      ...toListed('company', { records: good.map((change) => [change]), failed }),
      cursor: { page: page + 1, total },
      done: isLast || page * PER_PAGE >= WALL,
      total,
    }
  },
}

/**
 * Companies are read whole each time, since they cannot be searched by change.
 *
 * Up to the wall by the list: any page of it can be asked for again, so a run can stop and go on anywhere. The list
 * is by last activity, newest first, so a company that becomes active moves to the front and is met by the next run.
 * Beyond the wall only by scroll. One missing is not one deleted: the list leaves out companies without people.
 */
export const companies: Stream = {
  name: NAME,
  kind: 'company',
  everyMs: 60 * 60_000,
  async read(client, cursor, context) {
    const origin = { provider: PROVIDER, stream: `${NAME} cursor` }
    const { page, total: told } = cursor === null ? START : readWire(cursorShape, cursor, origin)
    const list = await readList(client, page, context.signal)
    const total = told ?? list.total_count ?? null
    if (total !== null && total > WALL) return scroll(client, context)
    const records = list.data ?? []
    const done = records.length === 0 || page >= (list.pages?.total_pages ?? 1)
    return { ...mapAll(records), cursor: done ? START : { page: page + 1, total }, done, total }
  },
  readOne: (client, remoteId, context) => readCompany(client, remoteId, context.signal),
  audit,
}

async function readList(client: AccountClient, page: number, signal: AbortSignal): Promise<z.output<typeof wireList>> {
  const answer = await client.request({
    method: 'POST',
    path: '/companies/list',
    query: { page, per_page: PER_PAGE, order: 'desc' },
    safe: true,
    signal,
  })
  return readWire(wireList, answer.body, ORIGIN)
}

/**
 * All companies as one page.
 *
 * A scroll moves on at Intercom's side each time it is asked, so a call whose answer was lost, or not stored, cannot
 * be made again: it goes from beginning to end here, or begins anew. For the same reason its calls are not `safe`. It
 * dies after an idle minute, and an app has one at a time.
 *
 * @throws UnavailableError it broke off; it can begin anew when the broken one has died
 */
async function scroll(client: AccountClient, context: ReadContext): Promise<StreamPage> {
  const all: unknown[] = []
  let param: string | null = null
  for (;;) {
    const { records, next } = await readScroll(client, param, context)
    if (records.length === 0 || next === null) return { ...mapAll(all), cursor: START, done: true, total: all.length }
    all.push(...records)
    param = next
  }
}

async function readScroll(
  client: AccountClient,
  param: string | null,
  { now, signal }: ReadContext,
): Promise<{ records: readonly unknown[]; next: string | null }> {
  try {
    const query = { scroll_param: param }
    const answer = await client.request({ method: 'GET', path: '/companies/scroll', query, safe: false, signal })
    const list = readWire(wireList, answer.body, ORIGIN)
    return { records: list.data ?? [], next: list.scroll_param ?? param }
  } catch (error) {
    if (!(error instanceof OutcomeUnknownError)) throw error
    const retryAt = new Date(now.getTime() + SCROLL_IDLE_MS)
    throw new UnavailableError(PROVIDER, `${NAME}: the scroll broke off`, retryAt, { cause: error })
  }
}
