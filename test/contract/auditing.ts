import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditStream } from '../../ingest/audit.ts'
import { askCounter, compareCount } from '../../ingest/count.ts'
import { countsDue } from '../../ingest/counts-due.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { runStream } from '../../ingest/sync.ts'
import type { Connector, Stream } from '../../kit/contract.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Kind } from '../../store/kinds.ts'
import type { Completeness } from '../../store/ledger/completeness.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import type { Driver } from './driver.ts'
import { openStage, type Stage } from './stage.ts'

/** Beyond every provider's lag, and less than a day. */
const LATER_MS = 3_600_000

/** What an audit finds when no webhook came, nothing was synced, and the mirror itself lost a row. */
export function describeAuditing(connector: Connector, driver: Driver): void {
  describe('audits', () => {
    let stage: Stage
    let made: TestStore
    let integration: Integration

    const engine = () => ({
      store: made.store,
      client: stage.client(),
      integration,
      clock: stage.access.clock,
      stop: stage.access.signal,
      signal: stage.access.signal,
      log: () => undefined,
    })
    beforeAll(async () => {
      stage = await openStage(connector, driver, 'fast')
      made = await openTestStore()
      const { settings, account } = stage.world
      const { provider } = connector
      integration = await made.store.integrations.create(
        {
          workspaceId: made.workspaceId,
          provider,
          name: 'audited',
          settings,
          account: { ...account, region: null, actorRemoteId: null },
        },
        () => Promise.resolve(),
      )
      const run = { ...engine(), connector, retries: SYNC_RETRIES, afterPage: () => Promise.resolve() }
      for (const stream of connector.streams) await runStream({ ...run, stream })
    })
    afterAll(async () => {
      await made[Symbol.asyncDispose]()
      await stage[Symbol.asyncDispose]()
    })

    const heldOf = async ({ kind, audit }: Stream): Promise<string[]> =>
      (await made.store.stored(integration.id, kind)).filter((id) => id.startsWith(audit?.prefix ?? '')).toSorted()
    const audit = async (stream: Stream): Promise<Completeness> => {
      expect(await auditStream({ ...engine(), stream })).toBe('DONE')
      const all = await made.store.ledger.completeness(integration.id, { examples: 5 })
      const found = all.find((each) => each.stream === stream.name)
      if (found === undefined) throw new Error(`there is nothing in the ledger of ${stream.name}`)
      return found
    }
    const lose = async (stream: Stream, kept: readonly (string | undefined)[]): Promise<string> => {
      const standing = await stage.world.standing(stream.name)
      const lost = standing.toSorted().find((remoteId) => !kept.includes(remoteId)) ?? ''
      const sql = `delete from "${stream.kind}" where integration_id = $1 and remote_id = $2 returning 1`
      expect(await made.store.database.system.query(sql, [integration.id, lost])).toHaveLength(1)
      return lost
    }
    /** By which ways rows of a kind were learned: all of them, or one. */
    const waysOf = async (kind: Kind, remoteId: string | null = null): Promise<(string | null)[]> => {
      const sql = `select distinct learned_by as way from "${kind}"
        where integration_id = $1 and remote_id = coalesce($2, remote_id)`
      const found = await made.store.database.system.query<{ way: string | null }>(sql, [integration.id, remoteId])
      return found.map(({ way }) => way)
    }

    it('find all that was read learned by SYNC', async () => {
      const ways = await Promise.all(connector.streams.map(({ kind }) => waysOf(kind)))
      expect(ways).toEqual(connector.streams.map(() => ['SYNC']))
    })

    it('every stream is held against its list', () => {
      expect(connector.streams.filter((stream) => stream.audit === undefined).map(({ name }) => name)).toEqual([])
    })

    const count = async (): Promise<ReadonlyMap<string, number | undefined>> => {
      await stage.pass(LATER_MS)
      for (const step of ['asked', 'compared']) {
        for (const due of await countsDue(engine(), integration.id, connector)) {
          if (due.ask) await askCounter({ ...engine(), stream: due.stream }, engine())
          else await compareCount({ ...engine(), stream: due.stream }, due)
        }
        if (step === 'asked') await stage.pass(LATER_MS / 2)
      }
      const states = await made.store.ledger.counts.states(integration.id)
      return new Map(states.map(({ stream, compared }) => [stream, compared?.apart]))
    }
    const counted = connector.streams.filter(({ counter }) => counter !== undefined)

    it.runIf(counted.length > 0)('are brought forward by what the provider counts, and by nothing else', async () => {
      const agree = new Map(counted.map(({ name }) => [name, 0]))
      expect(await count()).toEqual(agree)
      for (const stream of counted) {
        const lost = await lose(stream, [])
        expect(await count()).toEqual(new Map(agree).set(stream.name, 1))
        expect(await heldOf(stream)).not.toContain(lost)
        await audit(stream)
        expect(await heldOf(stream)).toContain(lost)
      }
      expect(await count()).toEqual(agree)
    })

    it.each(connector.streams)('find what changed, what is gone and what is missing of $name', async (stream) => {
      await stage.pass(LATER_MS)
      await audit(stream)
      const changed = await stage.world.change(stream.name)
      await stage.pass(LATER_MS)
      expect((await audit(stream)).healed).toBe(changed === null ? 0 : 1)
      expect(await waysOf(stream.kind, changed?.remoteId ?? '')).toEqual(changed === null ? [] : ['AUDIT'])

      const before = await heldOf(stream)
      const removed = await stage.world.remove(stream.name)
      const gone = before.filter((remoteId) => remoteId === removed?.remoteId)
      const lost = await lose(stream, gone)
      await stage.pass(LATER_MS)
      const found = await audit(stream)
      const held = await heldOf(stream)
      const standing = await stage.world.standing(stream.name)
      expect(standing.filter((remoteId) => !held.includes(remoteId))).toEqual([])
      expect(held).toContain(lost)
      expect(await waysOf(stream.kind, lost)).toEqual(['AUDIT'])
      expect(before.filter((remoteId) => !held.includes(remoteId))).toEqual(gone)
      expect(found).toMatchObject({ state: 'DONE', error: null, missing: 0, unconfirmed: 0, examples: [] })
      expect(found).toMatchObject({ expected: held.length, held: held.length, healed: 1 + gone.length })
      expect((await audit(stream)).healed).toBe(0)
    })
  })
}
