import {
  CompaniesDocument,
  ContactsDocument,
  ConversationDocument,
  ConversationsDocument,
  TicketsDocument,
} from '../../schema/operations.ts'
import type { Queryable } from '../../store/database.ts'
import type { Client } from './client.ts'
import type { Desk } from './desk.ts'

/** The remote ids of everything that somebody holds, sorted; one that is held twice is in it twice. */
export interface Holdings {
  readonly contacts: readonly string[]
  readonly companies: readonly string[]
  readonly conversations: readonly string[]
  readonly tickets: readonly string[]
  readonly messages: readonly string[]
}

/** What Intercom hands out: companies with people, and of a long conversation the 500 newest parts. */
export async function handedOut(desk: Desk): Promise<Holdings> {
  const [conversations, tickets] = [await desk.ids('conversations'), await desk.ids('tickets')]
  const messages: string[] = []
  for (const id of conversations) {
    const parts = (await desk.rest.get(`/conversations/${id}`)).piece('conversation_parts').list('conversation_parts')
    messages.push(`source:${id}`, ...parts.map((part) => part.text('id')))
  }
  for (const id of tickets) {
    const parts = (await desk.rest.get(`/tickets/${id}`)).piece('ticket_parts').list('ticket_parts')
    messages.push(...parts.map((part) => `ticket_part:${part.text('id')}`))
  }
  const companies = await listedCompanies(desk)
  return sorted({
    contacts: await desk.ids('contacts'),
    companies,
    conversations,
    tickets,
    messages,
  })
}

async function listedCompanies(desk: Desk): Promise<string[]> {
  const companies: string[] = []
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const listed = await desk.rest.post(`/companies/list?page=${page}&per_page=50`, {})
    companies.push(...listed.list('data').map((company) => company.text('id')))
    pages = listed.piece('pages').number('total_pages') ?? 1
  }
  return companies
}

/** What is in the tables. */
export async function stored(database: Queryable): Promise<Holdings> {
  const ids = async (table: string): Promise<string[]> => {
    const sql = `select remote_id from ${table} where deleted_at is null`
    return (await database.query<{ remote_id: string }>(sql)).map((row) => row.remote_id)
  }
  return sorted({
    contacts: await ids('contact'),
    companies: await ids('company'),
    conversations: await ids('conversation'),
    tickets: await ids('ticket'),
    messages: await ids('message'),
  })
}

/** What the graph shows to whoever pages through all of it. */
export async function shown(client: Client): Promise<Holdings> {
  const contacts = await allOf((after) =>
    client.ask(ContactsDocument, { first: 100, after }).then((data) => data.contacts),
  )
  const companies = await allOf((after) =>
    client.ask(CompaniesDocument, { first: 100, after }).then((data) => data.companies),
  )
  const conversations = await allOf((after) =>
    client.ask(ConversationsDocument, { first: 50, after }).then((data) => data.conversations),
  )
  const tickets = await allOf((after) => client.ask(TicketsDocument, { first: 50, after }).then((data) => data.tickets))
  const messages: string[] = []
  for (const thread of [...conversations, ...tickets]) messages.push(...thread.messages.nodes.map(remoteIdOf))
  for (const { id, messages: first } of conversations) {
    if (first.pageInfo.hasNextPage) messages.push(...(await restOf(client, id, first.pageInfo.endCursor)))
  }
  return sorted({
    contacts: contacts.map(remoteIdOf),
    companies: companies.map(remoteIdOf),
    conversations: conversations.map(remoteIdOf),
    tickets: tickets.map(remoteIdOf),
    messages,
  })
}

interface Page<Node> {
  readonly nodes: readonly (Node | null)[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null }
}

async function allOf<Node>(
  read: (after: string | null) => Promise<Page<Node>>,
  from: string | null = null,
): Promise<Node[]> {
  const all: Node[] = []
  for (let after = from; ;) {
    const { nodes, pageInfo } = await read(after)
    all.push(...nodes.filter((node) => node !== null))
    if (!pageInfo.hasNextPage) return all
    after = pageInfo.endCursor ?? null
  }
}

async function restOf(client: Client, id: string, from: string | null | undefined): Promise<string[]> {
  const messages = await allOf(async (after) => {
    const { node } = await client.ask(ConversationDocument, { id, after })
    if (!node || !('messages' in node)) throw new Error(`${id} is no conversation`)
    return node.messages
  }, from ?? null)
  return messages.map(remoteIdOf)
}

const remoteIdOf = (record: { readonly remoteId: string } | null): string => record?.remoteId ?? ''

const sorted = (holdings: Holdings): Holdings => ({
  contacts: holdings.contacts.toSorted(),
  companies: holdings.companies.toSorted(),
  conversations: holdings.conversations.toSorted(),
  tickets: holdings.tickets.toSorted(),
  messages: holdings.messages.toSorted(),
})
