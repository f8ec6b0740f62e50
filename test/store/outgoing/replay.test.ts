import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Endpoint } from '../../../store/outgoing/endpoints.ts'
import { testServers } from '../../setup/servers.ts'
import { openTestStore, type TestStore } from '../../setup/store.ts'

/** An event that was written by a transaction, at so many minutes. */
interface Written {
  readonly xid: number
  readonly minute: number
}

const BEGIN_MS = Date.parse('2026-01-01T00:00:00Z')
const at = (minute: number): Date => new Date(BEGIN_MS + minute * 60_000)

describe.each(testServers)('a replay on $name', (server) => {
  let own: TestStore
  let endpoint: Endpoint
  beforeAll(async () => {
    own = await openTestStore({ server })
    const draft = { url: 'https://example.com/', description: '', eventTypes: [], includeBackfill: true }
    const made = await own.store.endpoints.create(own.workspaceId, draft)
    if (made === null) throw new Error('there are too many endpoints')
    endpoint = made.endpoint
  })
  afterAll(() => own?.[Symbol.asyncDispose]())
  beforeEach(() => own.store.database.system.query('with e as (delete from event) delete from endpoint_message'))

  /** Writes a log, in the order in which it was told. */
  const write = (log: readonly Written[]): Promise<unknown> =>
    own.store.database.system.query(
      `insert into event (xid, workspace_id, integration_id, provider, kind, op, row_id, origin, at)
       select w.xid::text::xid8, $1, gen_random_uuid(), 'fake', 'ticket', 'created', lpad(w.xid::text, 32, '0')::uuid, 'webhook', w.at
       from jsonb_to_recordset($2::jsonb) as w (xid bigint, at timestamptz)`,
      [own.workspaceId, JSON.stringify(log.map(({ xid, minute }) => ({ xid, at: at(minute) })))],
    )
  /** Replays, and answers by which transactions the events were written that are sent, in their order. */
  const replayed = async (from: number, to: number): Promise<readonly number[]> => {
    await own.store.endpoints.replay(endpoint, { from: at(from), to: at(to) })
    const rows = await own.store.database.system.query<{ lane: string }>(
      'select lane from endpoint_message order by place',
    )
    return rows.map(({ lane }) => Number(lane.replaceAll('-', '')))
  }

  test('sends events in the order of the log, however many digits their transactions have', async () => {
    await write([998, 999, 1000, 1001].map((xid) => ({ xid, minute: xid })))
    expect(await replayed(999, 1002)).toEqual([999, 1000, 1001])
  })
})
