import { z } from 'zod'
import type { Acting, Actions, Content, Outcome, Thread } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { UnsupportedError } from '../../kit/errors.ts'
import type { Looks } from '../../kit/looking.ts'
import { readBack } from '../../kit/read-back.ts'
import { numberOf, toComment } from './acting.ts'
import { makeTicket } from './act-tickets.ts'
import { toMessages } from './mapping-messages.ts'
import { readPages, unwrap } from './pages.ts'
import { readTicket, ticketPath, toReadAudit } from './read-ticket.ts'
import { PROVIDER, receive } from './wire.ts'
import { wireTicket } from './wire-tickets.ts'

type Said = Acting & { readonly thread: Thread; readonly content: Content }

/** Under this name the audit of what is said keeps the act that it was said by. Source: schema `TicketUpdateInput`, `metadata`. */
const ACT = 'switchboard_act'

const wireAct = z.looseObject({ metadata: z.looseObject({ custom: z.looseObject({ [ACT]: z.string() }) }) })

/** Which of a ticket's comments were said by acts of ours, and by which. */
async function readActs(client: AccountClient, { remoteId }: Thread): Promise<ReadonlyMap<string, string>> {
  const { records } = await readPages(client, { path: `${ticketPath(remoteId)}/audits`, name: 'audits' }, undefined)
  const acts = new Map<string, string>()
  for (const record of records) {
    const act = wireAct.safeParse(record).data?.metadata.custom[ACT]
    if (act === undefined) continue
    for (const { wire } of toReadAudit(record).events) if (wire.type === 'Comment') acts.set(wire.id, act)
  }
  return acts
}

/** A comment is an update of its ticket. It is never sent twice: there is no key for it, and the same words would stand there twice. */
async function say(client: AccountClient, said: Said, isPublic: boolean): Promise<Outcome> {
  const { thread, content, agentRemoteId } = said
  if (thread.kind !== 'ticket') throw new UnsupportedError(PROVIDER, 'has tickets only, no conversations')
  const answer = await client.request({
    method: 'PUT',
    path: ticketPath(thread.remoteId),
    body: { ticket: { comment: toComment(content, { isPublic, agentRemoteId }), metadata: { [ACT]: said.actId } } },
    safe: false,
  })
  const ticket = receive(wireTicket, unwrap(answer.body, 'ticket'), 'tickets')
  const audit = toReadAudit(unwrap(answer.body, 'audit'))
  const messages = toMessages(ticket.wire, [audit], { people: new Map(), log: null })
  const own = messages.find(({ fields }) => fields.type !== 'ACTIVITY')
  const subject = own ? ({ kind: 'message', remoteId: own.remoteId } as const) : thread
  const read = await readBack({ changes: [], subject }, () => readTicket(client, thread.remoteId))
  return read.changes.length > 0 ? read : { changes: messages, subject }
}

/** Without a subject, a ticket is called by how its first words begin. */
const LONGEST_SUBJECT = 80

const messageContact: Actions['messageContact'] = async (client, input) => {
  const { contactRemoteId, content, subject, agentRemoteId } = input
  const ticket = {
    requester_id: numberOf(contactRemoteId, 'contactId'),
    subject: subject ?? content.text.trim().split('\n', 1).join('').slice(0, LONGEST_SUBJECT),
    comment: toComment(content, { isPublic: true, agentRemoteId }),
  }
  return makeTicket(client, ticket, input)
}

/** What can be said: to a customer, among agents, and first. */
export const threadActions: Required<Pick<Actions, 'reply' | 'note' | 'messageContact'>> = {
  reply: (client, input) => say(client, input, true),
  note: (client, input) => say(client, input, false),
  messageContact,
}

/**
 * How it is found out what arrived. Comments are looked for among a ticket's audits, which keep by which act they were said,
 * and are read from where they are written; Zendesk states no lag of them, and they are given as long as a call may take there, twice over. A ticket is made
 * once for one idempotency key, which lives for about two hours. Source: Zendesk Ticketing API, "Ticket Audits" and
 * "Idempotency", read 2026-11-28.
 */
export const looks: Looks = {
  thread: { certainAfterMs: 60_000, read: (client, { remoteId }) => readTicket(client, remoteId), acts: readActs },
  repeats: { actions: ['createTicket', 'messageContact'], withinMs: 3_600_000 },
}
