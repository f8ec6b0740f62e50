import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, numbers, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { call, idsBehind, startDesk } from './desk.ts'

let twin: ZendeskTwin
beforeEach(async () => {
  twin = await startDesk()
})
afterEach(() => twin.close())

const write = (method: string, path: string, body?: Json) =>
  call(twin, method, path, body === undefined ? {} : { body })

async function create(user: Record<string, Json> = {}): Promise<number> {
  const made = await write('POST', '/users', { user: { name: 'Ana Lima', email: 'ana@example.com', ...user } })
  return number(made.json, 'user', 'id')
}

const user = async (id: number): Promise<Json> => at((await call(twin, 'GET', `/users/${id}`)).json, 'user')

const identities = async (id: number): Promise<Json[]> =>
  list((await call(twin, 'GET', `/users/${id}/identities`)).json, 'identities')

it('knows what people are reached by from what they began with', async () => {
  const id = await create({ phone: '+441130000', verified: true })
  expect(await identities(id)).toMatchObject([
    { user_id: id, type: 'email', value: 'ana@example.com', primary: true, verified: true },
    { user_id: id, type: 'phone_number', value: '+441130000', primary: true, verified: true },
  ])
  const [seeded] = await idsBehind(twin, 'users')
  const [first] = await identities(seeded ?? 0)
  expect(at(first, 'value')).toBe(at(await user(seeded ?? 0), 'email'))
})

it('adds another address that an update names, and leaves the first as it was', async () => {
  const id = await create()
  await write('PUT', `/users/${id}`, { user: { email: 'lima@example.com' } })
  expect(at(await user(id), 'email')).toBe('ana@example.com')
  expect(await identities(id)).toMatchObject([
    { value: 'ana@example.com', primary: true },
    { value: 'lima@example.com', primary: false },
  ])
  await write('PUT', `/users/${id}`, { user: { email: 'lima@example.com' } })
  expect(await identities(id)).toHaveLength(2)
  const found = await write('POST', '/users/create_or_update', { user: { name: 'Ana', email: 'lima@example.com' } })
  expect([found.status, number(found.json, 'user', 'id')]).toEqual([200, id])
})

it('takes an address and a verification in one update', async () => {
  const id = await create()
  await write('PUT', `/users/${id}`, { user: { email: 'lima@example.com', verified: true } })
  expect(await identities(id)).toMatchObject([{ verified: true }, { value: 'lima@example.com', verified: false }])
  expect(at(await user(id), 'verified')).toBe(true)
})

it('makes another address the first, and shows it on the person', async () => {
  const id = await create()
  const added = await write('POST', `/users/${id}/identities`, {
    identity: { type: 'email', value: 'Lima@Example.com' },
  })
  expect([added.status, at(added.json, 'identity', 'value')]).toEqual([201, 'lima@example.com'])
  const path = `/users/${id}/identities/${number(added.json, 'identity', 'id')}`
  const all = await write('PUT', `${path}/make_primary`)
  expect(list(all.json, 'identities').map((one) => at(one, 'primary'))).toEqual([false, true])
  expect(at(await user(id), 'email')).toBe('lima@example.com')
  expect((await write('DELETE', path)).status).toBe(204)
  expect(at(await user(id), 'email')).toBe('ana@example.com')
  expect((await call(twin, 'GET', path)).status).toBe(404)
})

it('verifies a person by any of their identities', async () => {
  const id = await create()
  expect(at(await user(id), 'verified')).toBe(false)
  const [identity] = await identities(id)
  const path = `/users/${id}/identities/${number(identity, 'id')}`
  expect(at((await write('PUT', `${path}/verify`)).json, 'identity', 'verification_method')).toBe('low')
  expect(at(await user(id), 'verified')).toBe(true)
  await write('PUT', path, { identity: { verified: false } })
  expect(at(await user(id), 'verified')).toBe(false)
  await write('PUT', `/users/${id}`, { user: { verified: true } })
  expect(at((await identities(id))[0], 'verified')).toBe(true)
})

it.each([
  [{ type: 'email', value: 'nonsense' }, 'value'],
  [{ type: 'email', value: 'other@example.com' }, 'value'],
  [{ type: 'email', value: ' ' }, 'value'],
  [{ type: 'phone_number' }, 'value'],
  [{ type: 'pigeon', value: 'Grey' }, 'type'],
])('refuses the identity %j', async (identity, field) => {
  const id = await create()
  await create({ email: 'other@example.com' })
  const refused = await write('POST', `/users/${id}/identities`, { identity })
  expect([refused.status, list(refused.json, 'details', field).length]).toEqual([422, 1])
  expect(await identities(id)).toHaveLength(1)
})

it('lets agents write the identities of customers only', async () => {
  const [admin = 0] = await idsBehind(twin, 'users')
  const body = { identity: { type: 'phone_number', value: '+441130001' } }
  const as = 'marcus@lantern.example'
  expect((await call(twin, 'POST', `/users/${admin}/identities`, { as, body })).status).toBe(403)
  expect((await call(twin, 'POST', `/users/${await create()}/identities`, { as, body })).status).toBe(201)
})

it('gives the identities of one who is merged to the other, and forgets those of one removed for good', async () => {
  const [loser, winner] = [await create(), await create({ email: 'two@example.com' })]
  await write('PUT', `/users/${loser}/merge`, { user: { id: winner } })
  expect((await identities(winner)).map((one) => [at(one, 'value'), at(one, 'primary')])).toEqual([
    ['ana@example.com', false],
    ['two@example.com', true],
  ])
  await write('DELETE', `/users/${winner}`)
  await write('DELETE', `/deleted_users/${winner}`)
  expect((await create()) > winner).toBe(true)
})

it('tells of a new identity', async () => {
  await using hooks = await receive()
  const webhook = { name: 'Tell', endpoint: hooks.url, http_method: 'POST', request_format: 'json', status: 'active' }
  const subscriptions = ['zen:event-type:user.identity_created']
  await write('POST', '/webhooks', { webhook: { ...webhook, subscriptions } })
  const id = await create()
  await write('POST', `/users/${id}/identities`, { identity: { type: 'email', value: 'more@example.com' } })
  await twin.settleWebhooks()
  expect(hooks.received.map(({ json }) => at(json, 'event', 'identity', 'value'))).toEqual(['more@example.com'])
  expect(text(hooks.received[0]?.json, 'subject')).toBe(`zen:user:${id}`)
})

it('puts people into organizations many at once, and makes one of them the usual', async () => {
  const id = await create()
  const [first = 0, second = 0] = await idsBehind(twin, 'organizations')
  const organization_memberships = [first, second].map((organization_id) => ({ user_id: id, organization_id }))
  await write('POST', '/organization_memberships/create_many', { organization_memberships })
  twin.moveClock(10_000)
  expect(at(await user(id), 'organization_id')).toBe(second)
  await write('PUT', `/users/${id}/organizations/${first}/make_default`)
  expect(at(await user(id), 'organization_id')).toBe(first)
  expect((await write('DELETE', `/users/${id}/organizations/${first}`)).status).toBe(204)
  expect(at(await user(id), 'organization_id')).toBe(second)
  expect((await write('DELETE', `/users/${id}/organizations/${first}`)).status).toBe(404)
})

it('makes another group of an agent the usual one', async () => {
  const [id = 0] = await idsBehind(twin, 'users')
  const { json } = await call(twin, 'GET', `/users/${id}/group_memberships`)
  const last = list(json, 'group_memberships').at(-1)
  const path = `/users/${id}/group_memberships/${number(last, 'id')}/make_default`
  const after = list((await write('PUT', path)).json, 'group_memberships')
  expect(after.filter((one) => at(one, 'default') === true)).toEqual([{ ...Object(last), default: true }])
  expect(at(await user(id), 'default_group_id')).toBe(at(last, 'group_id'))
  const other = numbers((await call(twin, 'GET', '/users?role=agent')).json, 'users')[0]
  expect((await write('PUT', path.replace(String(id), String(other)))).status).toBe(404)
})
