import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, numbers } from '../probe.ts'
import { call, controlled, startDesk } from './desk.ts'

let twin: ZendeskTwin
beforeEach(async () => {
  twin = await startDesk()
})
afterEach(() => twin.close())

const suspended = async (): Promise<number[]> =>
  numbers((await call(twin, 'GET', '/suspended_tickets')).json, 'suspended_tickets')

async function suspend(email = 'ana@example.com'): Promise<number> {
  const mail = { email, name: 'Ana Lima', subject: 'Order 8841', body: 'It never came' }
  return number(await controlled(twin, 'POST', '/customers/suspend', mail), 'suspendedTicketId')
}

it('keeps mails that became no tickets out of the tickets', async () => {
  const before = twin.counts().tickets
  const id = await suspend()
  expect(await suspended()).toContain(id)
  expect(twin.counts().tickets).toBe(before)
  const one = list((await call(twin, 'GET', `/suspended_tickets/${id}`)).json, 'suspended_tickets')
  expect(one).toMatchObject([{ id, subject: 'Order 8841', content: 'It never came', cause: 'Detected as spam' }])
})

it('makes the agent the requester of a single one, and the author that of many', async () => {
  const single = await call(twin, 'PUT', `/suspended_tickets/${await suspend()}/recover`)
  const me = number((await call(twin, 'GET', '/users/me')).json, 'user', 'id')
  expect(list(single.json, 'ticket')).toMatchObject([{ subject: 'Order 8841', requester_id: me }])
  const two = [await suspend('bo@example.com'), await suspend('bo@example.com')]
  const many = list((await call(twin, 'PUT', `/suspended_tickets/recover_many?ids=${two.join(',')}`)).json, 'tickets')
  const authors = new Set(many.map((ticket) => number(ticket, 'requester_id')))
  expect([many.length, authors.size]).toEqual([2, 1])
  const author = (await call(twin, 'GET', `/users/${[...authors][0]}`)).json
  expect(at(author, 'user', 'email')).toBe('bo@example.com')
  for (const id of two) expect(await suspended()).not.toContain(id)
})

it('deletes one, and many', async () => {
  const [one, two, three] = [await suspend(), await suspend(), await suspend()]
  expect((await call(twin, 'DELETE', `/suspended_tickets/${one}`)).status).toBe(204)
  expect((await call(twin, 'DELETE', `/suspended_tickets/${one}`)).status).toBe(404)
  expect((await call(twin, 'DELETE', `/suspended_tickets/destroy_many?ids=${two},${three}`)).status).toBe(204)
  for (const id of [one, two, three]) expect(await suspended()).not.toContain(id)
})

it('shows them to no agent who does not see everything', async () => {
  expect((await call(twin, 'GET', '/suspended_tickets', { as: 'chidi@lantern.example' })).status).toBe(403)
  expect((await call(twin, 'GET', '/suspended_tickets', { as: 'marcus@lantern.example' })).status).toBe(200)
})
