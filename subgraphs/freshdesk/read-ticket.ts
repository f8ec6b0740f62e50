import type { AccountClient } from '../../kit/account-client.ts'
import type { ReadContext } from '../../kit/contract.ts'
import { NotFoundError } from '../../kit/errors.ts'
import { gone, readOrGone } from '../../kit/gone.ts'
import { readWire } from '../../kit/read-wire.ts'
import type { Change, Upsert } from '../../store/change.ts'
import { MAX_ROWS, readAllRows } from './lists.ts'
import { toRequester } from './mapping-people.ts'
import { repeatsDescription, toDescription, toMessage, toTicket } from './mapping-tickets.ts'
import { type ListedTicketWire, wireConversation, wireListedTicket, wireRequester, wireTicket } from './wire-tickets.ts'
import { PROVIDER, receive } from './wire.ts'

const NAME = 'tickets'

/** A single ticket embeds so many of its conversations, the first ones; when there are as many, there may be others. */
const EMBEDDED = 10

/** All that a ticket can embed and that is stored. Each costs a credit of a single read. */
const WHOLE = 'conversations,requester,stats'

/** The path of a ticket. */
export const ticketPath = (remoteId: string): string => `/tickets/${encodeURIComponent(remoteId)}`

/** A ticket as Freshdesk holds it, with all that was said. */
interface Whole {
  readonly record: unknown
  readonly conversations: readonly unknown[]
}

/** A ticket, its messages and its requester as far as the ticket tells of them. */
export interface TicketRead {
  readonly changes: readonly Change[]
  /** Null where nobody is embedded, or the ticket is away. */
  readonly requester: Upsert<'contact'> | null
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a whole ticket means; what is spam or in the trash is told as deleted. */
function fromTicket({ record, conversations }: Whole): TicketRead {
  const received = receive(wireTicket, record, NAME)
  const { wire } = received
  if (wire.deleted === true || wire.spam === true) return { changes: [gone('ticket', wire.id)], requester: null }
  const said = conversations.map((each) => receive(wireConversation, each, 'conversations'))
  const [first] = said
  const own = first !== undefined && repeatsDescription(wire, first.wire) ? said.slice(1) : said
  const messages = own.map((each) => toMessage(each, wire))
  const requester = isRecord(record) && wire.requester ? receive(wireRequester, record['requester'], NAME) : null
  return {
    changes: [...toTicket(received), toDescription(received), ...messages],
    requester: requester && toRequester(requester),
  }
}

/** What a list embedded, in a record that was read without it: the same as if it had been read with it. */
function joined(record: unknown, { stats, requester }: ListedTicketWire): unknown {
  if (!isRecord(record)) return record
  return { ...record, ...(stats === undefined ? {} : { stats }), ...(requester === undefined ? {} : { requester }) }
}

/** @throws NotFoundError */
async function readRecord(
  client: AccountClient,
  path: string,
  { include, signal }: { readonly include: string; readonly signal: AbortSignal | undefined },
): Promise<unknown> {
  return (await client.request({ method: 'GET', path, query: { include }, signal })).body
}

/** What a list that embeds statistics and requesters told of a ticket saves two credits, unless the ticket has moved on. */
async function readCheaply(client: AccountClient, listed: ListedTicketWire, signal?: AbortSignal): Promise<unknown> {
  const path = ticketPath(listed.id)
  if (listed.stats === undefined) return readRecord(client, path, { include: WHOLE, signal })
  const record = await readRecord(client, path, { include: 'conversations', signal })
  const { updated_at: updatedAt } = readWire(wireListedTicket, record, { provider: PROVIDER, stream: NAME })
  if (updatedAt.getTime() === listed.updated_at.getTime()) return joined(record, listed)
  return readRecord(client, path, { include: WHOLE, signal })
}

/** All conversations; embedded are only the first. */
async function withConversations(
  client: AccountClient,
  path: string,
  { record, signal }: { readonly record: unknown; readonly signal: AbortSignal | undefined },
): Promise<Whole> {
  const { conversations } = receive(wireTicket, record, NAME).wire
  const embedded = conversations ?? []
  if (embedded.length < EMBEDDED) return { record, conversations: embedded }
  const list = { path: `${path}/conversations`, query: { per_page: MAX_ROWS }, stream: 'conversations' }
  return { record, conversations: await readAllRows(client, list, signal ?? new AbortController().signal) }
}

/** @throws NotFoundError it is neither among the living nor in the archive */
async function readPresent(client: AccountClient, remoteId: string, signal?: AbortSignal): Promise<TicketRead> {
  const path = ticketPath(remoteId)
  try {
    const record = await readRecord(client, path, { include: WHOLE, signal })
    return fromTicket(await withConversations(client, path, { record, signal }))
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
  }
  // Closed for long, it is in no list any more, and stays.
  const archived = `/tickets/archived/${encodeURIComponent(remoteId)}`
  const record = await readRecord(client, archived, { include: WHOLE, signal })
  return fromTicket(await withConversations(client, archived, { record, signal }))
}

/** A ticket with all that was said in it; a deletion when it is spam, in the trash or away. */
export function readTicket(client: AccountClient, remoteId: string): Promise<readonly Change[]> {
  return readOrGone('ticket', remoteId, async () => (await readPresent(client, remoteId)).changes)
}

/** Adds the requester where it is an agent of ours: nothing else tells of them as a contact. */
const withAgent = ({ changes, requester }: TicketRead, agents: ReadonlySet<string>): readonly Change[] =>
  requester !== null && agents.has(requester.remoteId) ? [...changes, requester] : changes

/** The agents that are stored, to be known again among requesters. */
export const agentsIn = async (context: Pick<ReadContext, 'stored'>): Promise<ReadonlySet<string>> =>
  new Set(await context.stored('agent'))

/** One ticket, for the engine. */
export async function readOneTicket(
  client: AccountClient,
  remoteId: string,
  context: ReadContext,
): Promise<readonly Change[]> {
  const agents = await agentsIn(context)
  return readOrGone('ticket', remoteId, async () =>
    withAgent(await readPresent(client, remoteId, context.signal), agents),
  )
}

/** A ticket that a list showed. */
export async function readListedTicket(
  client: AccountClient,
  listed: ListedTicketWire,
  { agents, signal }: { readonly agents: ReadonlySet<string>; readonly signal: AbortSignal },
): Promise<readonly Change[]> {
  return readOrGone('ticket', listed.id, async () => {
    const record = await readCheaply(client, listed, signal)
    const whole = await withConversations(client, ticketPath(listed.id), { record, signal })
    return withAgent(fromTicket(whole), agents)
  })
}
