import { createClient } from 'node-zendesk'
import type { ZendeskClient } from 'node-zendesk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ZendeskTwin } from '../../../twins/zendesk/index.ts'
import { at, list, number, numbers, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { hasContract, idsBehind, startDesk } from './desk.ts'

/** The public client, which appends `.json` to most paths, and reads lists by following their links. */
let client: ZendeskClient
let twin: ZendeskTwin
beforeAll(async () => {
  twin = await startDesk()
  const [account] = twin.accounts()
  if (!account) throw new Error('the twin has no account')
  const { url, email: username, apiToken: token } = account
  client = createClient({ endpointUri: `${url}/api/v2`, username, token })
})
afterAll(() => twin.close())

/** What the client answered, as plain JSON: it types little of it. */
const plain = (answer: unknown): Json => JSON.parse(JSON.stringify(answer))

/** What the client found in an answer. */
const result = (answer: { readonly result: unknown }): Json => plain(answer.result)

async function open(subject = 'Order 8841'): Promise<number> {
  const comment = { body: 'It never came' }
  const requester = { name: 'Ana Lima', email: 'ana@example.com' }
  return number(result(await client.tickets.create({ ticket: { subject, comment, requester } })), 'id')
}

const byNumber = (left: number, right: number): number => left - right

it('says who it is', async () => {
  expect(at(result(await client.users.me()), 'role')).toBe('admin')
  const stranger = createClient({ ...client.config, token: 'no' })
  await expect(stranger.tickets.list()).rejects.toThrow(/401/)
})

it('lists every ticket and every person, page by page', async () => {
  const tickets = numbers(plain(await client.tickets.list()))
  expect(tickets.toSorted(byNumber)).toEqual((await idsBehind(twin, 'tickets')).toSorted(byNumber))
  const people = numbers(plain(await client.users.list()))
  expect(people.toSorted(byNumber)).toEqual((await idsBehind(twin, 'users')).toSorted(byNumber))
  expect(twin.requests({ path: '/lantern/api/v2/tickets.json' }).length).toBeGreaterThan(1)
})

it('opens, shows, answers and solves a ticket', async () => {
  const id = await open()
  expect(at(result(await client.tickets.show(id)), 'subject')).toBe('Order 8841')
  const answer = { status: 'pending', comment: { body: 'We look', public: true }, tags: ['vip'] } as const
  const updated = await client.tickets.update(id, { ticket: { ...answer, tags: [...answer.tags] } })
  expect(result(updated)).toMatchObject({ status: 'pending', tags: ['vip'] })
  await client.tickets.update(id, { ticket: { comment: { body: 'Lost by the carrier', public: false } } })
  const said = list(plain(await client.tickets.getComments(id)))
  expect(said.map((one) => [at(one, 'plain_body'), at(one, 'public')])).toEqual([
    ['It never came', true],
    ['We look', true],
    ['Lost by the carrier', false],
  ])
  expect(list(plain(await client.tickets.exportAudit(id)))).toHaveLength(3)
  await client.tickets.update(id, { ticket: { status: 'solved' } })
  expect(at(plain(await client.tickets.listMetrics(id)), 'result', 'ticket_metric', 'ticket_id')).toBe(id)
  expect(at(result(await client.tickets.show(id)), 'status')).toBe('solved')
})

it('adds tags to a ticket, and sets them', async () => {
  const id = await open()
  const tags = async (): Promise<Json> => at(result(await client.tickets.show(id)), 'tags')
  await client.requests.requestAll('PUT', ['tickets', id, 'tags'], { tags: ['late'] })
  await client.requests.requestAll('PUT', ['tickets', id, 'tags'], { tags: ['vip'] })
  expect(await tags()).toEqual(['late', 'vip'])
  await client.requests.requestAll('POST', ['tickets', id, 'tags'], { tags: ['only'] })
  expect(await tags()).toEqual(['only'])
})

it('shows, updates and deletes many at once, and waits for the job', async () => {
  const ids = [await open('One'), await open('Two')]
  expect(numbers(result(await client.tickets.showMany(ids)))).toEqual(ids)
  const job = await client.tickets.updateMany(ids, { ticket: { priority: 'urgent' } })
  const jobId = text(plain(job), 'result', 'job_status', 'id')
  twin.moveClock(10_000)
  expect(at(plain(await client.jobstatuses.show(jobId)), 'result', 'job_status', 'status')).toBe('completed')
  expect(list(result(await client.tickets.showMany(ids))).map((one) => at(one, 'priority'))).toEqual([
    'urgent',
    'urgent',
  ])
  await client.tickets.deleteMany(ids)
  twin.moveClock(10_000)
  await expect(client.tickets.show(ids[0] ?? 0)).rejects.toThrow(/404/)
})

it('merges one ticket into another', async () => {
  const [source, target] = [await open('The same again'), await open()]
  await client.tickets.merge(target, { ids: [source], source_comment: 'See the other', target_comment: 'Two of them' })
  twin.moveClock(10_000)
  expect(at(result(await client.tickets.show(source)), 'status')).toBe('closed')
  expect(list(plain(await client.tickets.getComments(target))).length).toBeGreaterThan(1)
})

it('makes, finds, changes and deletes people', async () => {
  const made = result(await client.users.create({ user: { name: 'Bo Berg', email: 'bo@example.com' } }))
  const id = number(made, 'id')
  const again = await client.users.createOrUpdate({ user: { name: 'Bo Borg', email: 'bo@example.com' } })
  expect([number(result(again), 'id'), at(result(again), 'name')]).toEqual([id, 'Bo Borg'])
  expect(at(result(await client.users.update(id, { user: { notes: 'Pays late' } })), 'notes')).toBe('Pays late')
  expect(numbers(plain(await client.users.search({ query: 'email:bo@example.com' })))).toEqual([id])
  expect(numbers(result(await client.users.showMany([id])))).toEqual([id])
  await client.users.delete(id)
  expect(at(result(await client.users.show(id)), 'active')).toBe(false)
})

it('adds an identity and makes it the first', async () => {
  const made = result(await client.users.create({ user: { name: 'Cy Dee', email: 'cy@example.com' } }))
  const id = number(made, 'id')
  const added = result(await client.useridentities.create(id, { type: 'email', value: 'dee@example.com' }))
  await client.useridentities.makePrimary(id, number(added, 'id'))
  expect(at(result(await client.users.show(id)), 'email')).toBe('dee@example.com')
  const all = list(plain(await client.useridentities.list(id)))
  expect(all.map((one) => at(one, 'value'))).toEqual(['cy@example.com', 'dee@example.com'])
})

it('makes and finds organizations, and lists groups with who is in them', async () => {
  const made = result(await client.organizations.create({ organization: { name: 'New firm' } }))
  expect(at(result(await client.organizations.show(number(made, 'id'))), 'name')).toBe('New firm')
  expect(list(plain(await client.organizations.list())).length).toBeGreaterThan(8)
  expect(numbers(plain(await client.groups.list()))).toHaveLength(3)
  expect(list(plain(await client.groupmemberships.list())).length).toBeGreaterThan(5)
})

it('searches, counts and exports what was found', async () => {
  twin.moveClock(600_000)
  const open = 'type:ticket status:open'
  const found = result(await client.search.query(open))
  const all = list(plain(await client.search.queryAll(open)))
  expect(all.length).toBeGreaterThanOrEqual(list(found).length)
  expect(all.every((one) => at(one, 'status') === 'open')).toBe(true)
  expect(at(plain(await client.search.showResultsCount(open)), 'result', 'count')).toBe(all.length)
  const exported = list(plain(await client.search.exportResults('status:open', 'ticket', 5)))
  expect(exported).toHaveLength(all.length)
})

it('exports every ticket and every person', async () => {
  twin.moveClock(120_000)
  for (const [exported, kind] of [
    [await client.tickets.incremental('0'), 'all-tickets'],
    [await client.users.incremental(0), 'all-users'],
  ] as const) {
    expect(numbers(plain(exported)).toSorted(byNumber)).toEqual((await idsBehind(twin, kind)).toSorted(byNumber))
  }
})

it('reads what an account is made of', async () => {
  expect(list(plain(await client.ticketfields.list())).length).toBeGreaterThan(10)
  expect(list(plain(await client.ticketforms.list()))).toHaveLength(2)
  expect(list(plain(await client.brand.list()), 'result').length).toBeGreaterThan(1)
  expect(list(plain(await client.satisfactionratings.getAll(['satisfaction_ratings']))).length).toBeGreaterThan(0)
  expect(list(plain(await client.suspendedtickets.list())).length).toBeGreaterThan(0)
})

it('makes a webhook of events, tests it, and reads its secret', async () => {
  await using hooks = await receive()
  const webhook = { name: 'Tell', endpoint: hooks.url, http_method: 'POST', request_format: 'json', status: 'active' }
  const subscriptions = ['zen:event-type:ticket.created']
  const made = result(await client.webhooks.create({ webhook: { ...webhook, subscriptions } }))
  const id = text(made, 'id')
  const secret = plain(await client.webhooks.getSigningSecret(id))
  expect(text(secret, 'result', 'signing_secret', 'algorithm')).toBe('SHA256')
  // Its own `test` asks for a path that begins with two slashes.
  const endpoint = { webhook: { endpoint: hooks.url } }
  const tested = plain(await client.webhooks.post(['webhooks', 'test', { webhook_id: id }], endpoint))
  expect(at(tested, 'result', 'test', 'response_code')).toBe(200)
  const ticketId = await open()
  await twin.settleWebhooks()
  const told = hooks.received.flatMap(({ json }) => (JSON.stringify(json).includes('zen:ticket:') ? [json] : []))
  expect(told.map((one) => at(one, 'subject'))).toEqual([`zen:ticket:${ticketId}`])
  await client.webhooks.delete(id)
  await expect(client.webhooks.show(id)).rejects.toThrow(/404/)
})

it.skipIf(!hasContract)('asked and was answered as the contract says', () => {
  expect(twin.violations()).toEqual([])
})
