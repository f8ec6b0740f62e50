import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RemapReport, type RemapScope, remapRows } from '../../ingest/remap.ts'
import type { Connector } from '../../kit/contract.ts'
import { gone } from '../../kit/gone.ts'
import type { Change } from '../../store/change.ts'
import { type Kind, KINDS } from '../../store/kinds.ts'
import type { Remapping } from '../../store/remapping.ts'
import type { Store } from '../../store/store.ts'
import { testServers } from '../setup/servers.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { at, batch, makeIntegration } from '../store/records.ts'
import { caseId, makeCase, type Mapping, mappingOf } from './cases.ts'

const EVERYTHING: RemapScope = { integrationId: null, provider: null, kinds: null, restart: false }

/** More than two pages of each kind. */
const CASES = 410

const earlier = mappingOf('earlier')
const later = mappingOf('later')

describe.each(testServers)('mapping stored rows anew on $name', (server) => {
  let held: TestStore
  let store: Store
  let integrationId: string
  let lines: string[]

  beforeEach(async () => {
    held = await openTestStore({ server })
    store = held.store
    lines = []
    const owner = { provider: 'fakedesk', workspaceId: held.workspaceId }
    integrationId = (await makeIntegration(store.database, owner)).integrationId
  })
  afterEach(() => held?.[Symbol.asyncDispose]())

  const say = (second: number, changes: readonly Change[]) => store.apply(batch(integrationId, second, changes))

  /** What happened to the cases, as it is mapped one way: read, deleted before and after it was read, and read again. */
  async function ingest({ fromCase }: Mapping): Promise<void> {
    await say(1, [gone('ticket', caseId(3)), gone('ticket', 'never read')])
    await say(2, Array.from({ length: CASES }, (_, n) => fromCase(makeCase(n))).flat())
    await say(3, [gone('ticket', caseId(5)), { ...gone('ticket', caseId(6)), mergedIntoRemoteId: caseId(7) }])
    const again = fromCase(makeCase(8, { title: 'secret again', moved: 900 }))
    await store.apply(batch(integrationId, 4, again, { learnedBy: 'WEBHOOK' }))
  }

  const remap = (
    connector: Connector,
    rest: { scope?: Partial<RemapScope>; remapping?: Remapping; stop?: AbortSignal } = {},
  ): Promise<RemapReport> =>
    remapRows(
      {
        store: { ...store, remapping: rest.remapping ?? store.remapping },
        connectors: new Map([[connector.provider, connector]]),
        clock: { now: () => at(0) },
        stop: rest.stop ?? new AbortController().signal,
        log: (line) => void lines.push(line),
      },
      { ...EVERYTHING, ...rest.scope },
    )

  /** Everything mirrored, whole, but for what says when a row was written. */
  async function mirrored(): Promise<Record<string, unknown>> {
    const rows = (kind: Kind): Promise<unknown[]> =>
      store.database.system.query(
        `select to_jsonb(t) - 'changed_xid' - 'born_xid' as "row" from "${kind}" t order by id`,
      )
    return Object.fromEntries(await Promise.all(KINDS.map(async (kind) => [kind, await rows(kind)] as const)))
  }

  const forgetAll = async (): Promise<void> => {
    for (const kind of KINDS) await store.database.system.query(`delete from "${kind}"`)
  }

  /** What fresh ingest by the later mapping gives. Leaves what the earlier one gives. */
  async function expected(): Promise<Record<string, unknown>> {
    await ingest(later)
    const fresh = await mirrored()
    await forgetAll()
    await ingest(earlier)
    return fresh
  }

  const ticketsIn = (rows: Record<string, unknown>): Record<string, unknown>[] =>
    (rows['ticket'] as { row: Record<string, unknown> }[]).map(({ row }) => row) // as `mirrored` selected them

  test('gives exactly the rows that ingest by the changed mapping gives', async () => {
    const fresh = await expected()
    expect(await mirrored()).not.toEqual(fresh)
    const { counts, finished } = await remap(later.connector)
    expect(await mirrored()).toEqual(fresh)
    expect(finished).toBe(true)
    expect(counts.get('ticket')).toEqual({ read: CASES, changed: CASES, failed: 0 })
    expect(counts.get('message')).toEqual({ read: CASES, changed: CASES, failed: 0 })
  })

  test('tells of every row that shows something else, and of no other', async () => {
    await ingest(earlier)
    const eventsOf = () =>
      store.database.system.query<{ kind: string; op: string; origin: string; told: number }>(
        `select kind, op, origin, count(*)::int as told from event where origin = 'remap' group by 1, 2, 3 order by 1, 2`,
      )
    await remap(later.connector)
    const told = await eventsOf()
    // Cases 5 and 6 are gone, with what was said in them.
    expect(told).toEqual([
      { kind: 'message', op: 'updated', origin: 'remap', told: CASES - 2 },
      { kind: 'tag', op: 'created', origin: 'remap', told: 7 },
      { kind: 'ticket', op: 'updated', origin: 'remap', told: CASES - 2 },
    ])
    const { counts } = await remap(later.connector)
    expect(counts.get('ticket')).toEqual({ read: CASES, changed: 0, failed: 0 })
    expect(await eventsOf()).toEqual(told)
  })

  test('derives anew who is one person', async () => {
    const people = ['a', 'b'].map((id) => ({ id, email: 'ann@acme.test' }))
    await say(1, people.flatMap(earlier.fromPerson))
    const customers = async (): Promise<number> =>
      (await store.database.system.query('select distinct customer_id from identity')).length
    expect(await customers()).toBe(2)
    await remap(later.connector)
    expect(await customers()).toBe(1)
    const told = await store.database.system.query(`select origin from event where kind = 'customer' order by id desc`)
    expect(told[0]).toEqual({ origin: 'remap' })
  })

  test('goes on where it was stopped, and comes to the same end', async () => {
    const fresh = await expected()
    const stopping = new AbortController()
    let mapped = 0
    const counting = (onMapped: () => void): Connector => ({
      ...later.connector,
      remap: {
        ...later.connector.remap,
        message: (stored) => {
          onMapped()
          return later.connector.remap.message?.(stored) ?? []
        },
      },
    })
    const first = await remap(
      counting(() => (++mapped === 230 ? stopping.abort() : undefined)),
      { stop: stopping.signal },
    )
    expect(first.finished).toBe(false)
    const before = mapped
    expect(before).toBeLessThan(CASES)
    const { counts } = await remap(counting(() => void mapped++))
    expect(mapped).toBe(CASES)
    expect(counts.get('message')).toEqual({ read: CASES, changed: CASES, failed: 0 })
    expect(lines.join('\n')).toContain(`goes on after the ${before} that were read before`)
    expect(await mirrored()).toEqual(fresh)
  })

  test('begins anew when it is told to, or was at its end', async () => {
    await ingest(earlier)
    const stopping = new AbortController()
    const dying: Remapping = {
      ...store.remapping,
      async write(owner, rewriting) {
        const written = await store.remapping.write(owner, rewriting)
        stopping.abort()
        return written
      },
    }
    await remap(earlier.connector, { stop: stopping.signal, remapping: dying })
    const { counts } = await remap(later.connector, { scope: { restart: true } })
    expect(counts.get('ticket')).toEqual({ read: CASES, changed: CASES, failed: 0 })
    expect((await remap(earlier.connector)).counts.get('ticket')?.changed).toBe(CASES)
  })

  test('loses nothing when it dies between reading a page and writing it', async () => {
    const fresh = await expected()
    let writes = 0
    const dying: Remapping = {
      ...store.remapping,
      write: (owner, rewriting) =>
        ++writes === 4 ? Promise.reject(new Error('killed')) : store.remapping.write(owner, rewriting),
    }
    await expect(remap(later.connector, { remapping: dying })).rejects.toThrow('killed')
    await remap(later.connector)
    expect(await mirrored()).toEqual(fresh)
  })

  test('lets what comes in meanwhile stand', async () => {
    await ingest(later)
    const live = async (): Promise<void> => {
      await say(10, later.fromCase(makeCase(20, { title: 'secret news', moved: 1000 })))
      await say(11, [gone('ticket', caseId(21))])
    }
    await live()
    const fresh = await mirrored()
    await forgetAll()
    await ingest(earlier)
    let isFirst = true
    const interrupted: Remapping = {
      ...store.remapping,
      async write(owner, rewriting) {
        if (isFirst && rewriting.kind === 'ticket') {
          isFirst = false
          await live()
        }
        return store.remapping.write(owner, rewriting)
      },
    }
    await remap(later.connector, { remapping: interrupted })
    expect(isFirst).toBe(false)
    expect(await mirrored()).toEqual(fresh)
  })

  test('leaves rows alone of records that cannot be mapped, and tells of them without their words', async () => {
    const fresh = await expected()
    const odd = [{ title: 7 }, { title: 'secret fault' }, { title: 'secret day' }, { title: 'secret nothing' }].map(
      (change, index) => ({ remoteId: caseId(30 + index), change }),
    )
    for (const { remoteId, change } of odd) {
      const values = [JSON.stringify(change), remoteId]
      await store.database.system.query('update ticket set native = native || $1 where remote_id = $2', values)
    }
    const ofOdd = (rows: Record<string, unknown>) => ticketsIn(rows).filter(({ remote_id }) => isOdd(remote_id))
    const ofOthers = (rows: Record<string, unknown>) => ticketsIn(rows).filter(({ remote_id }) => !isOdd(remote_id))
    const isOdd = (remoteId: unknown): boolean => odd.some((each) => each.remoteId === remoteId)
    const before = ofOdd(await mirrored())
    const { counts } = await remap(failing(later.connector))
    expect(counts.get('ticket')).toEqual({ read: CASES, changed: CASES - 4, failed: 4 })
    expect(ofOdd(await mirrored())).toEqual(before)
    expect(ofOthers(await mirrored())).toEqual(ofOthers(fresh))
    const told = (n: number): string | undefined => lines.find((line) => line.includes(`${caseId(n)} stays as it was`))
    expect(told(30)).toContain('expected "title" to be a string, but got a number')
    expect(told(31)).toContain('the mapping failed with RangeError at ')
    expect(told(32)).toContain('expected "dueAt" to be a date')
    expect(told(33)).toContain('the mapping makes no such record of it')
    expect(lines.join('\n')).not.toContain('secret')
  })

  const rowOf = (remoteId: string): Promise<Record<string, unknown>[]> =>
    store.database.system.query('select * from ticket where remote_id = $1', [remoteId])

  test('maps what it is asked for alone, and says of whom it knows nothing', async () => {
    await ingest(earlier)
    const kinds = await remap(later.connector, { scope: { kinds: ['message'] } })
    expect([...kinds.counts.keys()]).toEqual(['message'])
    expect((await remap(later.connector, { scope: { provider: 'other' } })).counts.size).toBe(0)
    await expect(remap(later.connector, { scope: { integrationId: held.workspaceId } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const unknown = await remap({ ...later.connector, provider: 'other' }, { scope: { integrationId } })
    expect(unknown).toMatchObject({ skipped: 1, finished: true })
    expect(unknown.counts.size).toBe(0)
  })

  test('maps the rows of a disconnected account, and leaves one that is erased meanwhile', async () => {
    await ingest(earlier)
    await store.integrations.setStatus(integrationId, 'DISCONNECTED', null)
    const { counts } = await remap(later.connector)
    expect(counts.get('ticket')).toEqual({ read: CASES, changed: CASES, failed: 0 })
    expect(counts.get('tag')).toBeUndefined()
    const erasing: Remapping = {
      ...store.remapping,
      async write(owner, rewriting) {
        await store.integrations.erase(integrationId)
        return store.remapping.write(owner, rewriting)
      },
    }
    await remap(earlier.connector, { remapping: erasing })
    expect(await rowOf(caseId(30))).toEqual([])
    expect(await store.database.system.query('select 1 from remap_position')).toEqual([])
  })
})

/** Maps some records in ways that a mapping must not. */
function failing(connector: Connector): Connector {
  return {
    ...connector,
    remap: {
      ...connector.remap,
      ticket(stored) {
        const made = connector.remap.ticket?.(stored) ?? []
        const title = JSON.stringify(stored.native)
        if (title.includes('secret fault')) throw new RangeError(title)
        if (title.includes('secret nothing')) return []
        if (!title.includes('secret day')) return made
        return made.map((change) =>
          change.op === 'upsert' && change.kind === 'ticket'
            ? { ...change, fields: { ...change.fields, dueAt: new Date(Number.NaN) } }
            : change,
        )
      },
    },
  }
}
