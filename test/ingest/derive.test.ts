import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityRounds } from '../../ingest/derive.ts'
import { openTestStore, type TestStore } from '../setup/store.ts'
import { batch, makeIntegration, upsert } from '../store/records.ts'

let own: TestStore
beforeAll(async () => void (own = await openTestStore()))
afterAll(() => own?.[Symbol.asyncDispose]())

test('contacts that an earlier version stored get customers once, and a round that was stopped is made up for', async () => {
  const { store, workspaceId } = own
  const { integrationId } = await makeIntegration(store.database, { workspaceId })
  await store.apply(batch(integrationId, 1, [upsert('contact', 'a'), upsert('contact', 'b')]))
  const forget = async (): Promise<void> => {
    for (const table of ['identity', 'customer']) await store.database.system.query(`delete from ${table}`)
  }
  const count = () => store.database.workspace(workspaceId).query('select count(*)::int as n from customer')
  await forget()
  const log: string[] = []
  const logged = { log: (line: string) => void log.push(line) }
  const stopped = identityRounds({ store, ...logged, signal: AbortSignal.abort() })
  await stopped()
  expect(await count()).toEqual([{ n: 0 }])
  const round = identityRounds({ store, ...logged, signal: new AbortController().signal })
  await round()
  expect(await count()).toEqual([{ n: 2 }])
  expect(log).toEqual([expect.stringContaining('2 contacts')])
  await forget()
  // It was over: nothing can lack a customer any more, and nothing is looked for.
  await round()
  expect(await count()).toEqual([{ n: 0 }])
})
