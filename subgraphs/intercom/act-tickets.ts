import { z } from 'zod'
import type { Actions, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { RejectedError } from '../../kit/errors.ts'
import { gone, readOrGone } from '../../kit/gone.ts'
import { readWire } from '../../kit/read-wire.ts'
import { refuseOthers, type Refusing } from '../../kit/refuse-others.ts'
import type { Json, TicketStatus } from '../../store/kinds.ts'
import { withCustomFields } from './acting.ts'
import { DESCRIPTION, TITLE } from './mapping-threads.ts'
import { fromTicket, threadPath } from './read-threads.ts'
import { wireTicket, wireTicketState, wireTicketType, type TicketTypeWire, type TicketWire } from './wire-threads.ts'
import { wireId } from '../../kit/wire.ts'
import { PROVIDER, receive } from './wire.ts'
import { TICKET_STATUS } from './words.ts'

const wireData = z.looseObject({ data: z.array(z.unknown()).nullish() })

async function list<Wire>(client: AccountClient, path: string, schema: z.ZodType<Wire>): Promise<Wire[]> {
  const origin = { provider: PROVIDER, stream: path }
  const answer = await client.request({ method: 'GET', path })
  return (readWire(wireData, answer.body, origin).data ?? []).map((record) => readWire(schema, record, origin))
}

/** The type of that name; without a name, the first that customers' requests have. */
async function findType(client: AccountClient, name: string | null): Promise<TicketTypeWire> {
  const types = (await list(client, '/ticket_types', wireTicketType)).filter((type) => type.archived !== true)
  const wanted = name?.toLowerCase()
  const found = types.find((type) =>
    wanted === undefined ? type.category === 'Customer' : type.name?.toLowerCase() === wanted,
  )
  if (found) return found
  const names = types.flatMap((type) => type.name ?? []).join(', ')
  const reason = `The account has no such ticket type; it has: ${names === '' ? 'none' : names}.`
  throw new RejectedError(PROVIDER, 'no such ticket type', 'type', reason)
}

const attributes = (subject?: string, description?: string | null): { readonly [key: string]: Json } => ({
  ...(subject === undefined ? {} : { [TITLE]: subject }),
  ...(description === undefined || description === null ? {} : { [DESCRIPTION]: description }),
})

/** To whom a new ticket goes. */
function assignment({ assigneeRemoteId, teamRemoteId }: TicketDraft): { readonly [key: string]: Json } {
  const to = {
    ...(assigneeRemoteId === undefined ? {} : { admin_assignee_id: assigneeRemoteId }),
    ...(teamRemoteId === undefined ? {} : { team_assignee_id: teamRemoteId }),
  }
  return Object.keys(to).length === 0 ? {} : { assignment: to }
}

const TICKETS: Refusing = { provider: PROVIDER, what: 'tickets of Intercom' }

const DRAFT = [
  'contactRemoteId',
  'type',
  'subject',
  'description',
  'assigneeRemoteId',
  'teamRemoteId',
  'customFields',
] as const satisfies readonly (keyof TicketDraft)[]

const PATCH = [
  'subject',
  'description',
  'status',
  'assigneeRemoteId',
  'teamRemoteId',
  'customFields',
] as const satisfies readonly (keyof TicketPatch)[]

/** Source: Intercom REST 2.16, `create_ticket_request`: there is a company, too, which no answer tells of. */
const createTicket: Actions['createTicket'] = async (client, { draft }) => {
  refuseOthers(TICKETS, draft, DRAFT)
  const type = await findType(client, draft.type)
  const body = {
    ticket_type_id: type.id,
    contacts: [{ id: draft.contactRemoteId }],
    ticket_attributes: { ...attributes(draft.subject, draft.description), ...draft.customFields },
    ...assignment(draft),
  }
  const answer = await withCustomFields(draft.customFields, () =>
    client.request({ method: 'POST', path: '/tickets', body }),
  )
  const { wire } = receive(z.looseObject({ id: wireId }), answer.body, 'tickets')
  return { changes: fromTicket(answer.body, 'partial', 'tickets'), subject: { kind: 'ticket', remoteId: wire.id } }
}

/** The account's state of that category which the ticket's type may be in. */
async function findState(client: AccountClient, ticket: TicketWire, status: TicketStatus): Promise<string> {
  const category = Object.keys(TICKET_STATUS).find((word) => TICKET_STATUS[word] === status)
  if (category === undefined) {
    const known = Object.values(TICKET_STATUS).join(', ')
    throw new RejectedError(PROVIDER, 'no such status', 'status', `A ticket cannot be ${status}; it can be ${known}.`)
  }
  const current = ticket.ticket_state
  if (current?.category === category) return current.id
  const type = ticket.ticket_type?.id
  const state = (await list(client, '/ticket_states', wireTicketState)).find(
    (each) =>
      each.category === category &&
      each.archived !== true &&
      each.ticket_types?.data?.some((allowed) => allowed.id === type),
  )
  if (state) return state.id
  const reason = `Tickets of this type have no state in the category "${category}".`
  throw new RejectedError(PROVIDER, 'no such ticket state', 'status', reason)
}

/** Intercom has one field for both, and tells them apart by id; null takes the ticket from whoever has it. */
function assignees({ teamRemoteId, assigneeRemoteId }: TicketPatch): string[] {
  const given = [teamRemoteId, assigneeRemoteId].filter((id) => id !== undefined)
  const named = given.filter((id) => id !== null)
  return named.length === 0 && given.length > 0 ? ['0'] : named
}

type Body = { readonly [key: string]: Json }

/** What to send, a call each: the first holds all but a second assignee. */
async function toBodies(client: AccountClient, ticket: TicketWire, patch: TicketPatch): Promise<Body[]> {
  const changed = { ...attributes(patch.subject, patch.description), ...patch.customFields }
  const fields: Body = {
    ...(Object.keys(changed).length === 0 ? {} : { ticket_attributes: changed }),
    ...(patch.status === undefined ? {} : { ticket_state_id: await findState(client, ticket, patch.status) }),
  }
  // The team first, since it may choose an admin by itself.
  const [first, ...others] = assignees(patch)
  const bodies: Body[] = [first === undefined ? fields : { ...fields, assignee_id: first }]
  for (const assignee of others) bodies.push({ assignee_id: assignee })
  return bodies.filter((body) => Object.keys(body).length > 0)
}

const updateTicket: Actions['updateTicket'] = async (client, { agentRemoteId, ticketRemoteId, patch }) => {
  refuseOthers(TICKETS, patch, PATCH)
  const path = threadPath({ kind: 'ticket', remoteId: ticketRemoteId })
  const ticket = await client.request({ method: 'GET', path })
  const bodies = await toBodies(client, receive(wireTicket, ticket.body, 'tickets').wire, patch)
  const actor = agentRemoteId ?? client.settings.actorRemoteId
  const signed: Body = actor === null ? {} : { admin_id: Number(actor) }
  let record = ticket.body
  for (const body of bodies) {
    const change = { method: 'PUT', path, body: { ...signed, ...body } } as const
    record = (await withCustomFields(patch.customFields, () => client.request(change))).body
  }
  return { changes: fromTicket(record, 'partial', 'tickets'), subject: { kind: 'ticket', remoteId: ticketRemoteId } }
}

/** For good: Intercom has nothing to take it back with. What is not there is deleted as well as can be. */
const deleteTicket: Actions['deleteTicket'] = async (client, { ticketRemoteId }) => {
  const path = threadPath({ kind: 'ticket', remoteId: ticketRemoteId })
  const changes = await readOrGone('ticket', ticketRemoteId, async () => {
    await client.request({ method: 'DELETE', path })
    return [gone('ticket', ticketRemoteId)]
  })
  return { changes, subject: { kind: 'ticket', remoteId: ticketRemoteId } }
}

/** Making, changing and deleting tickets. */
export const ticketActions: Required<Pick<Actions, 'createTicket' | 'updateTicket' | 'deleteTicket'>> = {
  createTicket,
  updateTicket,
  deleteTicket,
}
