import { expect, it } from 'vitest'
import type { Counted } from '../../../store/ledger/counts.ts'
import { createMirror } from '../../contract/mirror.ts'
import { openDesk, streamOf, type Desk } from './desk.ts'

const count = async (desk: Desk, stream: string): Promise<Counted | null | undefined> =>
  streamOf(stream).counter?.read(desk.client, desk.context(createMirror()))

it('counts people who ask without those who answer, and archived tickets with the others', async () => {
  await using desk = await openDesk()
  const staff = desk.twin.counts(undefined).users - (await customers(desk))
  expect(staff).toBeGreaterThan(0)
  expect((await count(desk, 'users'))?.count).toBe(await customers(desk))
  expect((await desk.ids('archived')).length).toBeGreaterThan(0)
  expect((await count(desk, 'tickets'))?.count).toBe(
    (await desk.ids('all-tickets')).length - (await desk.ids('deleted')).length,
  )
})

it('goes by when a long list was counted, and says nothing while that is being done', async () => {
  await using desk = await openDesk({ countsExactlyTo: 10 })
  const { now } = desk.context(createMirror())
  expect(await count(desk, 'organizations')).toBeNull()
  await desk.pass(3_600_000)
  expect(await count(desk, 'organizations')).toEqual({ count: 12, at: now })
})

async function customers(desk: Desk): Promise<number> {
  const answer = (await desk.ask('GET', '/users?role=end-user&per_page=100')) as {
    readonly users: readonly unknown[]
  }
  return answer.users.length
}
