import { afterAll, beforeAll, expect, test } from 'vitest'
import { openIntake } from '../../ingest/intake.ts'
import { openSender } from '../../ingest/jobs.ts'
import type { JobSender } from '../../ingest/jobs.ts'
import type { DeliveryDraft } from '../../store/keep-deliveries.ts'
import { openGround } from './bench.ts'
import type { Ground } from './bench.ts'

let ground: Ground
let sender: JobSender

beforeAll(async () => {
  ground = await openGround()
  // Nobody works here, so the jobs stand as they were written.
  sender = await openSender({ databaseUrl: ground.url, log: () => undefined })
})

afterAll(async () => {
  await sender?.close()
  await ground?.[Symbol.asyncDispose]()
})

const draft = (deliveryId: string): DeliveryDraft => ({
  provider: 'fakedesk',
  integrationId: null,
  accountId: 'account-1',
  deliveryId,
  topic: 't',
  headers: {},
  body: Buffer.from(deliveryId),
  receivedAt: new Date(),
})

const named = (prefix: string): readonly string[] => Array.from({ length: 40 }, (_, index) => `${prefix}-${index}`)

test('stores what comes in together by a few transactions, each delivery with its job, and in each in the order of arrival', async () => {
  const intake = openIntake(ground.store, sender)
  const ids = named('many')
  const kept = await Promise.all(ids.map((id) => intake.keep(draft(id))))
  expect(kept.every(({ fresh }) => fresh)).toBe(true)
  const rows = await ground.store.database.system.query<{ id: string; tx: string; together: boolean }>(
    `select d.delivery_id as id, d.xmin::text as tx, d.xmin = j.xmin as together
     from delivery d join pgboss.job j on j.data->>'deliveryId' = d.id::text order by j.created_on, j.id`,
  )
  expect(rows.every(({ together }) => together)).toBe(true)
  // Two are under way side by side, and either may begin first; each takes up what waits, the oldest first.
  const transactions = [...Map.groupBy(rows, ({ tx }) => tx).values()].map((of) => of.map(({ id }) => id))
  expect(transactions.length).toBeLessThan(5)
  for (const of of transactions) expect(of).toEqual(ids.filter((id) => of.includes(id)))
  expect(transactions.flat().toSorted()).toEqual(ids.toSorted())
})

test('lets what comes in later stand behind what was stored', async () => {
  const intake = openIntake(ground.store, sender)
  const ids = named('one after the other').slice(0, 5)
  for (const id of ids) await intake.keep(draft(id))
  const rows = await ground.store.database.system.query<{ id: string }>(
    `select d.delivery_id as id from delivery d join pgboss.job j on j.data->>'deliveryId' = d.id::text
     where d.delivery_id = any($1) order by j.created_on, j.id`,
    [ids],
  )
  expect(rows.map(({ id }) => id)).toEqual(ids)
})

test('refuses the one that cannot be stored, and none that came with it', async () => {
  const intake = openIntake(ground.store, {
    async sendAll(queue, data, within) {
      await sender.sendAll(queue, data, within)
      const [row] = await within.query<{ bad: boolean }>(
        `select exists (select from delivery where delivery_id = 'poison-7' and xmin = pg_current_xact_id()::xid) as bad`,
      )
      if (row?.bad === true) throw new Error('no room for this one')
    },
  })
  const ids = named('poison')
  const kept = await Promise.allSettled(ids.map((id) => intake.keep(draft(id))))
  expect(ids.filter((_, index) => kept[index]?.status === 'rejected')).toEqual(['poison-7'])
  const rows = await ground.store.database.system.query<{ id: string }>(
    `select delivery_id as id from delivery where delivery_id like 'poison-%'`,
  )
  expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(ids.filter((id) => id !== 'poison-7')))
})
