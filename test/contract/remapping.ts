import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RemapReport, remapRows } from '../../ingest/remap.ts'
import type { Connector } from '../../kit/contract.ts'
import type { Change } from '../../store/change.ts'
import { type Json, type Kind, KINDS } from '../../store/kinds.ts'
import type { Store } from '../../store/store.ts'
import { TABLES } from '../../store/tables.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { makeIntegration } from '../store/records.ts'
import { asSet } from './changes.ts'
import { openDeliveries, toJson } from './delivered.ts'
import type { Driver } from './driver.ts'
import { emptyMirror, openStage } from './stage.ts'

/** Every row of a kind, whole, but for what says when it was last written. */
const rowsOf = (store: Store, kind: Kind): Promise<Record<string, unknown>[]> =>
  store.database.system.query(`select to_jsonb(t) - 'changed_xid' as "row" from "${kind}" t order by id`)

/** That what is kept of every record that is read or delivered is enough to map it again. */
export function describeRemapping(connector: Connector, driver: Driver): void {
  describe('what is stored', () => {
    let held: TestStore
    const before = new Map<Kind, Record<string, unknown>[]>()

    beforeAll(async () => {
      held = await openTestStore()
      const owner = { provider: connector.provider, workspaceId: held.workspaceId }
      const { integrationId } = await makeIntegration(held.store.database, owner)
      await keepAll(connector, driver, async (changes, observedAt) => {
        await held.store.apply({ integrationId, changes, observedAt, learnedBy: 'SYNC', origin: 'sync' })
      })
      for (const kind of KINDS) before.set(kind, await rowsOf(held.store, kind))
    })
    afterAll(() => held?.[Symbol.asyncDispose]())

    const remap = (): Promise<RemapReport> =>
      remapRows(
        {
          store: held.store,
          connectors: new Map([[connector.provider, connector]]),
          clock: { now: () => new Date() },
          stop: new AbortController().signal,
          log: (line) => void lines.push(line),
        },
        { integrationId: null, provider: null, kinds: null, restart: false },
      )
    const lines: string[] = []
    const complaints = (): string[] => lines.filter((line) => line.includes('stay'))

    it('has records of every kind that is read', () => {
      const found = [...before].flatMap(([kind, rows]) => (rows.length > 0 ? [kind] : []))
      expect(found).toEqual(expect.arrayContaining(asSet(connector.streams.map(({ kind }) => kind))))
    })

    it('stays as it is when it is mapped again by the same mapping, and nobody hears of it', async () => {
      const written = (): Promise<unknown[]> => held.store.database.system.query('select max(xid)::text from event')
      const told = await written()
      const { counts } = await remap()
      expect(complaints()).toEqual([])
      expect([...counts.values()].map(({ changed }) => changed)).toEqual([...counts.values()].map(() => 0))
      expect(await written()).toEqual(told)
    })

    it('is made again, every column of every row, from what came', async () => {
      for (const kind of KINDS) {
        const { columns, searched } = TABLES[kind]
        const emptied = [...columns.map(({ column }) => column), ...(searched.length > 0 ? ['search'] : [])]
        const nothing = emptied.map((column) => `"${column}" = null`).join(', ')
        await held.store.database.system.query(`update "${kind}" set ${nothing} where native is not null`)
      }
      await remap()
      expect(complaints()).toEqual([])
      for (const kind of KINDS) expect(await rowsOf(held.store, kind)).toEqual(before.get(kind))
    })
  })
}

type Keep = (changes: readonly Change[], observedAt: Date) => Promise<void>

/**
 * Everything read from the beginning on; what deliveries say by themselves, and nothing that they have read again, which
 * would take the place of it; and then what is gone.
 */
async function keepAll(connector: Connector, driver: Driver, keep: Keep): Promise<void> {
  await using stage = await openStage(connector, driver, 'fast')
  const mirror = emptyMirror()
  const cursors = new Map<string, Json>()
  const readAll = async (kept: (change: Change) => boolean): Promise<void> => {
    const observedAt = stage.access.clock.now()
    for (const stream of connector.streams) {
      const pages = await stage.readToEnd(stream, cursors.get(stream.name) ?? null, mirror)
      cursors.set(stream.name, pages.at(-1)?.cursor ?? null)
      const changes = pages.flatMap((page) => page.changes)
      await keep(changes.filter(kept), observedAt)
    }
  }
  await readAll(() => true)
  const { webhook } = connector
  const happened = webhook && (await openDeliveries(stage, webhook, ['Where is my parcel?', 'It has been a week.']))
  for (const each of happened?.posted ?? []) {
    await keep(webhook?.interpret(toJson(each)).changes ?? [], each.receivedAt)
  }
  await stage.pass(5 * 60_000)
  await readAll(({ op }) => op === 'delete')
}
