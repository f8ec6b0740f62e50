import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  AddNoteDocument,
  AssignConversationDocument,
  CloseConversationDocument,
  CompaniesDocument,
  ContactsDocument,
  CreateTicketDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  StaffDocument,
  StartConversationDocument,
  TagDocument,
  TicketsDocument,
  UntagDocument,
  UpdateTicketDocument,
} from '../../schema/operations.ts'
import { type ListedConversation, readConversation, someConversation } from './journey.ts'
import { openSite, type Site } from './site.ts'

let site: Site
let conversation: ListedConversation
let conversationId: string

beforeAll(async () => {
  site = await openSite()
  await site.synced()
  conversation = await someConversation(site.client)
  conversationId = conversation.id
})

afterAll(() => site?.[Symbol.asyncDispose]())

const there = () => site.desk.conversation(conversation.remoteId)
const here = () => readConversation(site.client, conversationId)
const lastWords = async (): Promise<(string | null | undefined)[]> =>
  (await here()).messages.nodes.map((message) => message?.text)

const staff = async () => {
  const { agents, teams } = await site.client.ask(StaffDocument, {})
  const [agent, other] = agents.nodes
  const [team] = teams.nodes
  if (!agent || !other || !team) throw new Error('the desk has no staff')
  return { agent, other, team }
}

/** What a mutation answered, which must have been done. */
function done<Payload extends { readonly userErrors: readonly unknown[] }>(payload: Payload): Payload {
  expect(payload.userErrors).toEqual([])
  return payload
}

test('sendMessage writes to the customer, in the name of the agent who is named', async () => {
  const { other } = await staff()
  const input = { conversationId, body: 'First line\nsecond & <last>', agentId: other.id }
  const { message } = done((await site.client.ask(SendMessageDocument, { input })).sendMessage)
  expect(message).toMatchObject({ type: 'REPLY', authorType: 'AGENT', text: 'First line\nsecond & <last>' })
  expect((await there()).messages.at(-1)).toMatchObject({
    text: input.body,
    type: 'REPLY',
    authorRemoteId: other.remoteId,
  })
  expect(await lastWords()).toContain(input.body)
})

test('addNote writes what only the team sees', async () => {
  const input = { conversationId, body: 'Between us.' }
  const { message } = done((await site.client.ask(AddNoteDocument, { input })).addNote)
  expect(message).toMatchObject({ type: 'NOTE', authorType: 'AGENT', text: 'Between us.' })
  expect((await there()).messages.at(-1)).toMatchObject({ text: 'Between us.', type: 'NOTE' })
  expect(await lastWords()).toContain('Between us.')
})

test('closeConversation, reopenConversation and snoozeConversation move it along', async () => {
  const input = { conversationId }
  const closed = done((await site.client.ask(CloseConversationDocument, { input })).closeConversation)
  expect(closed.conversation).toMatchObject({ id: conversationId, status: 'CLOSED' })
  expect([(await there()).status, (await here()).status]).toEqual(['CLOSED', 'CLOSED'])

  const opened = done((await site.client.ask(ReopenConversationDocument, { input })).reopenConversation)
  expect(opened.conversation).toMatchObject({ status: 'OPEN' })
  expect([(await there()).status, (await here()).status]).toEqual(['OPEN', 'OPEN'])

  const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000)
  const later = { conversationId, until: until.toISOString() }
  const snoozed = done((await site.client.ask(SnoozeConversationDocument, { input: later })).snoozeConversation)
  expect(snoozed.conversation).toMatchObject({ status: 'SNOOZED', snoozedUntil: until.toISOString() })
  expect(await there()).toMatchObject({ status: 'SNOOZED', snoozedUntil: until })
  expect(await here()).toMatchObject({ status: 'SNOOZED', snoozedUntil: until.toISOString() })
})

test('assignConversation gives it to an agent, to a team, and to nobody', async () => {
  const { agent, team } = await staff()
  const assign = async (to: { assigneeId?: string; teamId?: string }) =>
    done((await site.client.ask(AssignConversationDocument, { input: { conversationId, ...to } })).assignConversation)
  expect((await assign({ assigneeId: agent.id })).conversation).toMatchObject({ assignee: { id: agent.id } })
  expect(await there()).toMatchObject({ assigneeRemoteId: agent.remoteId })
  expect((await here()).assignee).toMatchObject({ id: agent.id })

  expect((await assign({ teamId: team.id })).conversation).toMatchObject({ team: { id: team.id } })
  expect(await there()).toMatchObject({ teamRemoteId: team.remoteId })
  expect((await here()).team).toMatchObject({ id: team.id })

  expect((await assign({})).conversation).toMatchObject({ assignee: null, team: null })
  expect(await there()).toMatchObject({ assigneeRemoteId: null, teamRemoteId: null })
  expect(await here()).toMatchObject({ assignee: null, team: null })
})

test('tag and untag mark a conversation, a contact and a company, with a new tag too', async () => {
  const { companies } = await site.client.ask(CompaniesDocument, { first: 1 })
  const [company] = companies.nodes
  const targets = [
    { kind: 'conversation', id: conversationId, remoteId: conversation.remoteId },
    { kind: 'contact', id: conversation.contact?.id ?? '', remoteId: conversation.contact?.remoteId ?? '' },
    { kind: 'company', id: company?.id ?? '', remoteId: company?.remoteId ?? '' },
  ] as const
  for (const { kind, id, remoteId } of targets) {
    const name = `made for a ${kind}`
    const { node } = done((await site.client.ask(TagDocument, { input: { id, name } })).tag)
    const made = node && 'tags' in node ? node.tags.find((tag) => tag.name === name) : undefined
    expect(made).toBeDefined()
    expect(await site.desk.tagNames({ kind, remoteId })).toContain(name)

    const untagged = done((await site.client.ask(UntagDocument, { input: { id, tagId: made?.id ?? '' } })).untag)
    const left = untagged.node && 'tags' in untagged.node ? untagged.node.tags.map((tag) => tag.name) : null
    expect(left).not.toContain(name)
    expect(await site.desk.tagNames({ kind, remoteId })).not.toContain(name)
  }
})

test('startConversation writes to a contact first', async () => {
  const { contacts } = await site.client.ask(ContactsDocument, { first: 5, filter: { role: ['USER'] } })
  const [contact] = contacts.nodes
  const input = { contactId: contact?.id ?? '', body: 'May we ask how it went?' }
  const started = done((await site.client.ask(StartConversationDocument, { input })).startConversation)
  expect(await site.desk.wordsTo(contact?.remoteId ?? '')).toContain(input.body)
  const { messages } = await readConversation(site.client, started.conversation?.id ?? '')
  expect(messages.nodes.map((message) => message?.text)).toEqual([input.body])
})

test('createTicket and updateTicket, with a reply and a note in it', async () => {
  const contactId = conversation.contact?.id ?? ''
  const input = {
    contactId,
    subject: 'A broken lamp',
    description: 'It came in two pieces.',
    idempotencyKey: 'ticket-1',
  }
  const { ticket } = done((await site.client.ask(CreateTicketDocument, { input })).createTicket)
  expect(ticket).toMatchObject({ subject: input.subject, description: input.description, contact: { id: contactId } })
  const [ticketId, remoteId] = [ticket?.id ?? '', ticket?.remoteId ?? '']
  expect(await site.desk.ticket(remoteId)).toMatchObject({
    subject: input.subject,
    description: input.description,
    contactRemoteIds: [conversation.contact?.remoteId],
  })

  const { agent } = await staff()
  const change = { ticketId, subject: 'Two broken lamps', status: 'PENDING', assigneeId: agent.id } as const
  const updated = done((await site.client.ask(UpdateTicketDocument, { input: change })).updateTicket)
  expect(updated.ticket).toMatchObject({ subject: change.subject, status: 'PENDING', assignee: { id: agent.id } })
  done(
    (await site.client.ask(SendMessageDocument, { input: { ticketId, body: 'A new one is on its way.' } })).sendMessage,
  )
  done((await site.client.ask(AddNoteDocument, { input: { ticketId, body: 'Check the packaging.' } })).addNote)
  expect(await site.desk.ticket(remoteId)).toMatchObject({
    subject: change.subject,
    description: input.description,
    status: 'PENDING',
    assigneeRemoteId: agent.remoteId,
    messages: expect.arrayContaining([
      expect.objectContaining({ type: 'REPLY', text: 'A new one is on its way.' }),
      expect.objectContaining({ type: 'NOTE', text: 'Check the packaging.' }),
    ]),
  })
  const { tickets } = await site.client.ask(TicketsDocument, { first: 1 })
  expect(tickets.nodes[0]).toMatchObject({ id: ticketId, subject: change.subject, status: 'PENDING' })
  const said = tickets.nodes[0]?.messages.nodes.map((message) => message?.text)
  expect(said).toEqual(expect.arrayContaining(['A new one is on its way.', 'Check the packaging.']))
})

test('an analyst may do none of it, and nothing is done', async () => {
  const analyst = await site.clientAs('ANALYST')
  const before = await there()
  const until = '2099-01-01T00:00:00Z'
  const contactId = conversation.contact?.id ?? ''
  const answers = [
    await analyst.send(SendMessageDocument, { input: { conversationId, body: 'No.' } }),
    await analyst.send(AddNoteDocument, { input: { conversationId, body: 'No.' } }),
    await analyst.send(CloseConversationDocument, { input: { conversationId } }),
    await analyst.send(ReopenConversationDocument, { input: { conversationId } }),
    await analyst.send(SnoozeConversationDocument, { input: { conversationId, until } }),
    await analyst.send(AssignConversationDocument, { input: { conversationId } }),
    await analyst.send(TagDocument, { input: { id: conversationId, name: 'No' } }),
    await analyst.send(UntagDocument, { input: { id: conversationId, tagId: `tag_${'A'.repeat(22)}` } }),
    await analyst.send(StartConversationDocument, { input: { contactId, body: 'No.' } }),
    await analyst.send(CreateTicketDocument, { input: { contactId, subject: 'No' } }),
    await analyst.send(UpdateTicketDocument, { input: { ticketId: `ticket_${'A'.repeat(22)}`, subject: 'No' } }),
  ]
  expect(new Set(answers.map(({ errors }) => errors[0]?.extensions?.code))).toEqual(new Set(['FORBIDDEN']))
  expect(await there()).toEqual(before)
  expect(await here()).toMatchObject({ id: conversationId })
})
