import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import type { Json } from '../probe.ts'
import { call, idsBehind, noon, startDesk } from './desk.ts'

const DAY_MS = 24 * 3_600_000

let twin: ZendeskTwin
let now = noon
beforeAll(async () => {
  twin = await startDesk({ now: () => now, countsExactlyTo: 30 })
})
afterAll(() => twin?.close())

const ask = async (path: string): Promise<Json> => (await call(twin, 'GET', path)).json

it('counts a short list at once', async () => {
  const standing = (await idsBehind(twin, 'organizations')).length
  expect(await ask('/organizations/count')).toEqual({
    count: { value: standing, refreshed_at: '2026-01-15T12:00:00Z' },
  })
})

it('counts a long list once a day, and tells the bound and no time while it does', async () => {
  const users = (await idsBehind(twin, 'users')).length
  const updating = { count: { value: 30, refreshed_at: null } }
  expect(await ask('/users/count')).toEqual(updating)
  const told = { count: { value: users, refreshed_at: '2026-01-15T12:00:00Z' } }
  expect(await ask('/users/count')).toEqual(told)
  const made = await call(twin, 'POST', '/users', { body: { user: { name: 'Somebody New' } } })
  expect(made.status).toBe(201)
  now = new Date(noon.getTime() + DAY_MS - 1000)
  expect(await ask('/users/count')).toEqual(told)
  now = new Date(noon.getTime() + DAY_MS)
  expect(await ask('/users/count')).toEqual(updating)
  expect(await ask('/users/count')).toEqual({ count: { value: users + 1, refreshed_at: '2026-01-16T12:00:00Z' } })
})
