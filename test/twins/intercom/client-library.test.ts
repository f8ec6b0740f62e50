import { IntercomClient, IntercomError } from 'intercom-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { IntercomTwin } from '../../../twins/intercom/index.ts'
import { at, ids, list, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { hasContract, noonSeconds, startDesk } from './desk.ts'

/** The public client, which follows pages by itself, and speaks 2.14 unless it is told another version. */
let client: IntercomClient
let twin: IntercomTwin
let adminId: string
beforeAll(async () => {
  twin = await startDesk()
  client = new IntercomClient({ baseUrl: twin.url, token: twin.accessToken, maxRetries: 0 })
  const { admins } = await client.admins.list()
  adminId = admins?.find((admin) => admin?.has_inbox_seat)?.id ?? ''
})
afterAll(() => twin.close())

/** What the client answered, as plain JSON. */
const plain = (answer: unknown): Json => JSON.parse(JSON.stringify(answer))

async function gather(pages: AsyncIterable<unknown>): Promise<string[]> {
  const found: string[] = []
  for await (const one of pages) found.push(text(plain(one), 'id'))
  return found
}

async function idsBehind(kind: string): Promise<string[]> {
  return list(plain(await twin.control('GET', `/ids/${kind}`))).map(String)
}

const someone = async (email = 'ana@example.com'): Promise<string> =>
  (await client.contacts.create({ email, name: 'Ana Lima' })).id ?? ''

async function open(body = 'Where is my order?', email = 'ana@example.com'): Promise<string> {
  const { data } = await client.contacts.search({ query: { field: 'email', operator: '=', value: email } })
  const id = data[0]?.id ?? (await someone(email))
  const message = await client.conversations.create({ from: { type: 'user', id }, body })
  return message.conversation_id ?? ''
}

it('refuses a token that is none with an error of its own', async () => {
  const stranger = new IntercomClient({ baseUrl: twin.url, token: 'none', maxRetries: 0 })
  const refused = await stranger.admins.list().then(
    () => null,
    (error: unknown) => error,
  )
  expect(refused).toBeInstanceOf(IntercomError)
  expect(refused).toMatchObject({ statusCode: 401 })
})

it('lists every contact, conversation and company, page by page', async () => {
  expect((await gather(await client.contacts.list({ per_page: 50 }))).toSorted()).toEqual(
    (await idsBehind('contacts')).toSorted(),
  )
  expect((await gather(await client.conversations.list({ per_page: 20 }))).toSorted()).toEqual(
    (await idsBehind('conversations')).toSorted(),
  )
  expect((await gather(await client.companies.list({ per_page: 5 }))).toSorted()).toEqual(
    (await idsBehind('companies')).toSorted(),
  )
})

it('opens a conversation, answers it, notes on it, and closes it', async () => {
  const conversation_id = await open()
  const from = { type: 'admin', admin_id: adminId } as const
  await client.conversations.reply({
    conversation_id,
    body: { ...from, message_type: 'comment', body: 'We look into it' },
  })
  await client.conversations.reply({ conversation_id, body: { ...from, message_type: 'note', body: 'A regular' } })
  const { data } = await client.contacts.search({ query: { field: 'email', operator: '=', value: 'ana@example.com' } })
  const intercom_user_id = data[0]?.id ?? ''
  const words = { type: 'user', message_type: 'comment', body: 'Thank you' } as const
  await client.conversations.reply({ conversation_id, body: { ...words, intercom_user_id } })
  await client.conversations.manage({ conversation_id, body: { ...from, message_type: 'close', body: 'Done' } })
  const shown = await client.conversations.find({ conversation_id })
  expect([shown.state, shown.open]).toEqual(['closed', false])
  const parts = list(plain(shown), 'conversation_parts', 'conversation_parts')
  expect(parts.map((part) => [at(part, 'part_type'), at(part, 'author', 'type')])).toEqual([
    ['comment', 'admin'],
    ['note', 'admin'],
    ['comment', 'user'],
    ['close', 'admin'],
  ])
})

it('assigns, snoozes and opens again', async () => {
  const conversation_id = await open()
  const manage = (body: Parameters<typeof client.conversations.manage>[0]['body']) =>
    client.conversations.manage({ conversation_id, body })
  const assigned = { type: 'admin', admin_id: adminId, assignee_id: adminId } as const
  expect(String((await manage({ ...assigned, message_type: 'assignment' })).admin_assignee_id)).toBe(adminId)
  const until = { admin_id: adminId, snoozed_until: noonSeconds + 86_400 }
  expect((await manage({ ...until, message_type: 'snoozed' })).state).toBe('snoozed')
  expect((await manage({ admin_id: adminId, message_type: 'open' })).state).toBe('open')
})

it('tags a conversation and a contact, and takes the tags off', async () => {
  const conversation_id = await open()
  const tag = await client.tags.create({ name: 'Late parcel' })
  const tag_id = tag.id ?? ''
  await client.tags.tagConversation({ conversation_id, id: tag_id, admin_id: adminId })
  const tagged = await client.conversations.find({ conversation_id })
  expect(tagged.tags?.tags?.map(({ name }) => name)).toEqual(['Late parcel'])
  await client.tags.untagConversation({ conversation_id, tag_id, admin_id: adminId })
  expect((await client.conversations.find({ conversation_id })).tags?.tags).toEqual([])
  const contact_id = await someone('tagged@example.com')
  await client.tags.tagContact({ contact_id, id: tag_id })
  expect((await client.contacts.listAttachedTags({ contact_id })).data?.map(({ id }) => id)).toEqual([tag_id])
  await client.tags.untagContact({ contact_id, tag_id })
})

it('makes, finds, changes, archives and deletes people', async () => {
  const contact_id = await someone('bo@example.com')
  expect((await client.contacts.update({ contact_id, name: 'Bo Berg', phone: '+441130000' })).name).toBe('Bo Berg')
  const found = await client.contacts.search({ query: { field: 'name', operator: '=', value: 'Bo Berg' } })
  expect(found.data.map(({ id }) => id)).toContain(contact_id)
  await client.notes.create({ contact_id, body: 'Pays late', admin_id: adminId })
  expect((await client.notes.list({ contact_id })).data).toHaveLength(1)
  expect((await client.contacts.archive({ contact_id })).archived).toBe(true)
  expect((await client.contacts.unarchive({ contact_id })).archived).toBe(false)
  expect((await client.contacts.delete({ contact_id })).deleted).toBe(true)
  await expect(client.contacts.find({ contact_id })).rejects.toMatchObject({ statusCode: 404 })
})

it('merges a lead into a user', async () => {
  const into = await someone('into@example.com')
  const lead = await client.contacts.create({ role: 'lead', email: 'into@example.com' })
  const merged = await client.contacts.mergeLeadInUser({ from: lead.id ?? '', into })
  expect(merged.id).toBe(into)
})

it('puts people into companies', async () => {
  const company = await client.companies.createOrUpdate({ company_id: 'firm-1', name: 'New firm' })
  const company_id = company?.id ?? ''
  const contact_id = await someone('works@example.com')
  await client.companies.attachContact({ contact_id, id: company_id })
  const members = await client.companies.listAttachedContacts({ company_id })
  expect(ids(plain(members), 'data')).toEqual([contact_id])
  await client.companies.detachContact({ contact_id, company_id })
  expect(ids(plain(await client.companies.listAttachedContacts({ company_id })), 'data')).toEqual([])
})

it('searches conversations by what was updated since, page by page', async () => {
  const query = { field: 'updated_at', operator: '>', value: noonSeconds - 20 * 86_400 } as const
  const found = await gather(await client.conversations.search({ query, pagination: { per_page: 7 } }))
  expect(found.length).toBeGreaterThan(7)
  expect(new Set(found).size).toBe(found.length)
  expect((await idsBehind('conversations')).filter((id) => found.includes(id))).toHaveLength(found.length)
})

it('opens, answers, moves and finds a ticket', async () => {
  const { data } = await client.ticketTypes.list()
  const ticket_type_id = data?.find((type) => type?.category === 'Customer')?.id ?? ''
  const contact = { id: await someone('ticket@example.com') }
  const made = await client.tickets.create({ ticket_type_id, contacts: [contact] })
  const ticket_id = made?.id ?? ''
  const from = { type: 'admin', admin_id: adminId, message_type: 'comment' } as const
  await client.tickets.reply({ ticket_id, body: { ...from, body: 'We look into it' } })
  const states = await client.ticketStates.listTicketStates()
  const resolved = states.data?.find((state) => state?.category === 'resolved')?.id ?? ''
  const moved = await client.tickets.update({ ticket_id, ticket_state_id: resolved })
  expect(at(plain(moved), 'ticket_state', 'category')).toBe('resolved')
  expect((await client.tickets.get({ ticket_id }))?.id).toBe(ticket_id)
  const query = { field: 'created_at', operator: '>', value: 1 } as const
  expect((await gather(await client.tickets.search({ query }))).length).toBeGreaterThan(10)
})

it('makes a ticket of a conversation', async () => {
  const { data } = await client.ticketTypes.list()
  const ticket_type_id = data?.find((type) => type?.category === 'Customer')?.id ?? ''
  const conversation_id = Number(await open('Please repair it', 'repair@example.com'))
  const made = await client.conversations.convertToTicket({ conversation_id, ticket_type_id })
  expect(made?.ticket_type?.id).toBe(ticket_type_id)
})

it('reads what a workspace is made of', async () => {
  const me = await client.admins.identify()
  expect(text(plain(me), 'app', 'id_code')).not.toBe('')
  expect((await client.teams.list()).teams?.length).toBeGreaterThan(0)
  expect((await client.tags.list()).data?.length).toBeGreaterThan(0)
  expect((await client.segments.list()).segments?.length).toBeGreaterThan(0)
})

it.skipIf(!hasContract)('asked and was answered as the contract says', () => {
  expect(twin.violations()).toEqual([])
})
