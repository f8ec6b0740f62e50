import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ALL_DELIVERIES } from '../../store/delivery-lists.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, startIngest } from './bench.ts'
import type { Ground, RunningIngest } from './bench.ts'
import { label } from './fake-provider.ts'
import { makeGate } from './gate.ts'

let ground: Ground
let ingest: RunningIngest

beforeEach(async () => {
  ground = await openGround()
  ingest = await startIngest(ground.store, { sweepMs: 3_600_000 })
  await ingest.looked
  await ground.connect()
})

afterEach(async () => {
  await ingest?.[Symbol.asyncDispose]()
  await ground?.[Symbol.asyncDispose]()
})

const system = () => ground.store.database.system

const told = async (): Promise<unknown> => (await system().query('select status, reason, attempts from delivery'))[0]

/** Has a delivery worked up to its question to the provider, and there by others to its end; answers how it goes on. */
async function hang(): Promise<() => Promise<void>> {
  const [asked, go] = [makeGate(), makeGate()]
  ground.provider.before = () => {
    asked.open()
    return go.opened
  }
  await ingest.push({ id: 'd-1', account: 'account-1', topic: 'label.changed', reread: ['b'] })
  await asked.opened
  await system().query(`update delivery set status = 'DONE', finished_at = now()`)
  return async () => {
    go.open()
    await vi.waitFor(async () => {
      const open = `select from pgboss.job where name = 'delivery' and state <> 'completed'`
      expect(await system().query(open)).toEqual([])
    }, SOON)
  }
}

describe('a delivery that others worked while its process hung', () => {
  test.each([
    ['given up', 401],
    ['tried again', 503],
  ])('is not %s by that process, but stays done', async (_, status) => {
    const goOn = await hang()
    ground.provider.fault = { status }
    await goOn()
    expect(await told()).toEqual({ status: 'DONE', reason: null, attempts: 0 })
    expect(ground.provider.requests).toHaveLength(1)
  })

  test.each([
    ['done', null],
    ['failed', 503],
  ])('and that was replayed since is not taken for %s: it is still to be worked', async (_, status) => {
    ground.provider.labels.push(label('b', 'Beta', 1))
    const goOn = await hang()
    const replay = ground.store.deliveries.replay(ground.workspaceId, { selection: ALL_DELIVERIES, most: 1 }, () =>
      Promise.resolve(),
    )
    expect(await replay).toMatchObject({ replayed: 1 })
    if (status !== null) ground.provider.fault = { status }
    await goOn()
    expect(await told()).toEqual({ status: 'PENDING', reason: null, attempts: 0 })
  })
})
