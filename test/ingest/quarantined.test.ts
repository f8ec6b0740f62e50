import { afterEach, beforeEach, expect, test } from 'vitest'
import { isRecordDue, readQuarantined } from '../../ingest/quarantined.ts'
import { SYNC_RETRIES } from '../../ingest/retry.ts'
import { sweep } from '../../ingest/sweep.ts'
import { runStream } from '../../ingest/sync.ts'
import type { Stream } from '../../kit/contract.ts'
import { CredentialError } from '../../kit/errors.ts'
import type { Integration } from '../../store/integrations.ts'
import { createSkippingClock } from '../kit/clocks.ts'
import { openGround } from './bench.ts'
import type { Ground } from './bench.ts'
import { accountsOf } from './fake-accounts.ts'
import { fakeConnector } from './fake-connector.ts'

const LABELS = 13
const MINUTE_MS = 60_000

let ground: Ground
let integration: Integration
let clock: ReturnType<typeof createSkippingClock>

beforeEach(async () => {
  ground = await openGround(LABELS)
  integration = await ground.connect()
  clock = createSkippingClock()
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const labels = fakeConnector.streams.find((stream) => stream.name === 'labels') as Stream
const never = new AbortController().signal

async function standing() {
  const log: string[] = []
  const client = await accountsOf(ground.store).open(integration.id, 'backfill')
  const { store } = ground
  const run = {
    store,
    connector: fakeConnector,
    stream: labels,
    client,
    integration,
    clock,
    stop: never,
    signal: never,
  }
  return {
    ...run,
    retries: SYNC_RETRIES,
    afterPage: () => Promise.resolve(),
    log: (line: string) => log.push(line),
    told: log,
  }
}

const held = () =>
  ground.store.database
    .workspace(ground.workspaceId)
    .query(`select stream, remote_id as id, reason, attempts from quarantine order by remote_id`)
const singles = (): string[] => ground.provider.requests.map(({ path }) => path).filter((path) => /labels\//.test(path))

test('a record that is not served is put aside with its reason, and everything else is stored', async () => {
  ground.provider.withheld.set('3', 500)
  ground.provider.withheld.set('9', 400)
  const run = await standing()
  expect(await runStream(run)).toBe('DONE')
  expect((await ground.stored()).size).toBe(LABELS - 2)
  expect(await held()).toEqual([
    { stream: 'labels', id: '3', reason: 'fakedesk: answered 500', attempts: 1 },
    { stream: 'labels', id: '9', reason: 'fakedesk: answered 400', attempts: 1 },
  ])
  expect(run.told.join()).toContain('left out 3: fakedesk: answered 500')
  expect(await ground.store.database.workspace(integration.id).query('select 1 from quarantine')).toEqual([])
})

test('it is read again after ever longer pauses, and is no longer aside when it is read well', async () => {
  ground.provider.withheld.set('3', 500)
  const run = await standing()
  await runStream(run)
  for (const [tries, pauseMs] of [1, 2, 4].entries()) {
    await clock.wait(pauseMs * MINUTE_MS - 1)
    ground.provider.requests.length = 0
    await readQuarantined(run, run.client)
    expect(singles()).toEqual([])
    await clock.wait(1)
    expect(await isRecordDue(run, integration.id, fakeConnector)).toBe(true)
    await readQuarantined(run, run.client)
    expect(singles()).toEqual(['/labels/3'])
    expect(await held()).toMatchObject([{ attempts: tries + 2 }])
  }
  ground.provider.withheld.clear()
  await clock.wait(8 * MINUTE_MS)
  await readQuarantined(run, run.client)
  expect(await held()).toEqual([])
  expect((await ground.stored()).get('3')).toBe('label 3')
  expect(await isRecordDue(run, integration.id, fakeConnector)).toBe(false)
})

test('it leaves when a run meets it again and it can be read', async () => {
  ground.provider.withheld.set('3', 500)
  const run = await standing()
  await runStream(run)
  ground.provider.withheld.clear()
  await ground.store.database.system.query('delete from checkpoint')
  await runStream(run)
  expect(await held()).toEqual([])
  expect((await ground.stored()).size).toBe(LABELS)
})

test('a record whose time has come is reason enough to look at an integration', async () => {
  ground.provider.withheld.set('3', 500)
  const run = await standing()
  for (const stream of fakeConnector.streams) await runStream({ ...run, stream })
  const sent: string[] = []
  const sweeping = {
    ...run,
    connectors: new Map([['fakedesk', fakeConnector]]),
    jobs: { send: (queue: string) => Promise.resolve(void sent.push(queue)) },
  }
  await sweep(sweeping)
  expect(sent).toEqual([])
  await clock.wait(MINUTE_MS)
  await sweep(sweeping)
  expect(sent).toEqual(['sync'])
})

test('a provider that answers none of them is not asked for all, and a refused credential ends it', async () => {
  for (const id of ['1', '2', '6', '7', '11', '12', '13']) ground.provider.withheld.set(id, 500)
  const run = await standing()
  await runStream(run)
  expect(await held()).toHaveLength(7)
  await clock.wait(MINUTE_MS)
  ground.provider.requests.length = 0
  await readQuarantined(run, run.client)
  expect(singles()).toHaveLength(5)
  ground.provider.revoked.add('token-1')
  await expect(readQuarantined(run, run.client)).rejects.toThrow(CredentialError)
  expect(await held()).toHaveLength(7)
})
