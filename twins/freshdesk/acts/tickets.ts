import { toHtml, toPlaintext } from '../../plaintext.ts'
import { webChat } from '../account.ts'
import { numberIn, numbersIn, nullableNumberIn, objectIn, textIn, textsIn, timeIn } from '../check.ts'
import type { Body } from '../check.ts'
import { notAllowedNow } from '../errors.ts'
import { withAllFields } from '../fields.ts'
import type { SentFile } from '../form.ts'
import type { Contact, Structured, Ticket } from '../records.ts'
import { lagBehind } from '../../index-lag.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, World } from '../world.ts'
import { changeTicket } from './change.ts'
import { requesterFor } from './contacts.ts'
import { addConversation, attach } from './conversations.ts'
import { dueTimes } from './due.ts'
import { refuseUnfinished, refuseWrong } from './refusals.ts'

/** A ticket before anybody did anything to it. */
export interface NewTicket {
  readonly requester: Contact
  readonly fields: Body
  readonly source: number
  readonly files?: readonly SentFile[]
}

/** Makes a ticket of checked fields and tells the rules of it. @throws 400 */
export function createTicket(world: World, by: Actor, ticket: NewTicket): Ticket {
  const { fields, requester, source } = ticket
  refuseWrong(world, fields, requester)
  const at = nowIn(world)
  const added = newTicket(world, { requester, source, at, id: nextId(world, 'ticket') })
  assign(added, fields)
  added.cc_emails = textsIn(fields, 'cc_emails') ?? []
  added.custom_fields = withAllFields(world.account.ticketFields, objectIn(fields, 'custom_fields') ?? {})
  refuseUnfinished(world, added)
  Object.assign(added, dueTimes(world, added, at))
  setDue(added, fields)
  added.attachments = attach(world, null, ticket.files ?? [])
  added.structured_description = source === webChat ? chatOf(added.description_text) : null
  lagBehind(world, `tickets ${added.id}`, null)
  world.tickets.set(added.id, added)
  tie(world, added, fields)
  // A chat shows its first message in both places. Source: the provider's notes.
  if (source === webChat && added.structured_description) {
    const said = { kind: 'reply', structured: added.structured_description, incoming: true, private: false } as const
    addConversation(world, added, { ...said, userId: requester.id })
  }
  world.announce({ kind: 'created', ticket: added, by, changes: [] })
  return added
}

/** A ticket of which only the source and the requester are known. */
export function newTicket(
  world: World,
  begin: { readonly id: number; readonly requester: Contact; readonly source: number; readonly at: string },
): Ticket {
  const { id, requester, source, at } = begin
  const plain = { priority: 1, group_id: null, company_id: requester.company_id, source, type: null, product_id: null }
  return {
    ...plain,
    ...dueTimes(world, plain, at),
    id,
    subject: null,
    description: '<div></div>',
    description_text: '',
    structured_description: null,
    status: 2,
    requester_id: requester.id,
    responder_id: null,
    email_config_id: null,
    internal_agent_id: null,
    internal_group_id: null,
    cc_emails: [],
    fwd_emails: [],
    reply_cc_emails: [],
    to_emails: null,
    tags: [],
    custom_fields: withAllFields(world.account.ticketFields, {}),
    spam: false,
    deleted: false,
    fr_escalated: false,
    is_escalated: false,
    association_type: null,
    created_at: at,
    updated_at: at,
    attachments: [],
    stats: {
      agent_responded_at: null,
      requester_responded_at: null,
      first_responded_at: null,
      status_updated_at: at,
      reopened_at: null,
      resolved_at: null,
      closed_at: null,
      pending_since: null,
    },
    conversations: [],
    watcherIds: [],
    associatedIds: [],
    dueByHand: false,
    revision: 0,
    archived: false,
  }
}

/** Changes a ticket by checked fields; `tags` replaces all. @throws 400, 405 it is in the trash or spam */
export function updateTicket(
  world: World,
  ticket: Ticket,
  by: Actor,
  sent: { readonly fields: Body; readonly files?: readonly SentFile[] },
): void {
  mustBeAlive(ticket, 'PUT')
  const { fields } = sent
  refuseWrong(world, fields, world.contacts.get(ticket.requester_id))
  const custom = { ...ticket.custom_fields, ...objectIn(fields, 'custom_fields') }
  refuseUnfinished(world, { status: numberIn(fields, 'status') ?? ticket.status, custom_fields: custom })
  const edits = ['subject', 'description'].filter((name) => textIn(fields, name) !== undefined)
  changeTicket(world, ticket, by, {
    happened: edits.map((field) => ({ field: `${field}_edited`, from: undefined, to: 'true' })),
    change() {
      if (isRequesterNamed(fields)) ticket.requester_id = requesterFor(world, whoIn(fields)).id
      assign(ticket, fields)
      ticket.custom_fields = custom
      setDue(ticket, fields)
      ticket.attachments = [...ticket.attachments, ...attach(world, ticket, sent.files ?? [])]
      tie(world, ticket, fields)
    },
  })
}

/** @throws 405 a ticket in the trash or marked as spam. Source: the reference's changelog of April 2016. */
export function mustBeAlive(ticket: Ticket, method: string): void {
  if (ticket.deleted || ticket.spam) throw notAllowedNow(method, ['GET'])
}

/** Whom a ticket's fields name as its requester. */
export function whoIn(fields: Body): Parameters<typeof requesterFor>[1] {
  return {
    requesterId: numberIn(fields, 'requester_id'),
    name: textIn(fields, 'name'),
    email: textIn(fields, 'email'),
    phone: textIn(fields, 'phone'),
    twitterId: textIn(fields, 'twitter_id'),
    facebookId: textIn(fields, 'facebook_id'),
    externalId: textIn(fields, 'unique_external_id'),
  }
}

function isRequesterNamed(fields: Body): boolean {
  const { name: _name, ...who } = whoIn(fields)
  return Object.values(who).some((value) => value !== undefined)
}

function assign(ticket: Ticket, fields: Body): void {
  const description = textIn(fields, 'description')
  if (description !== undefined) {
    const html = toHtml(description)
    ticket.description = html.startsWith('<div') ? html : `<div>${html}</div>`
    ticket.description_text = toPlaintext(html)
  }
  ticket.subject = textIn(fields, 'subject') ?? ticket.subject
  ticket.status = numberIn(fields, 'status') ?? ticket.status
  ticket.priority = numberIn(fields, 'priority') ?? ticket.priority
  ticket.source = numberIn(fields, 'source') ?? ticket.source
  ticket.tags = textsIn(fields, 'tags') ?? ticket.tags
  if ('type' in fields) ticket.type = textIn(fields, 'type') ?? null
  for (const name of links) {
    const value = nullableNumberIn(fields, name)
    if (value !== undefined) ticket[name] = value
  }
}

const links = [
  'responder_id',
  'group_id',
  'product_id',
  'email_config_id',
  'company_id',
  'internal_agent_id',
  'internal_group_id',
] as const

function setDue(ticket: Ticket, fields: Body): void {
  ticket.due_by = timeIn(fields, 'due_by') ?? ticket.due_by
  ticket.fr_due_by = timeIn(fields, 'fr_due_by') ?? ticket.fr_due_by
  ticket.dueByHand ||= timeIn(fields, 'due_by') !== undefined
  // A time somebody moves into the future gives the ticket a new chance.
  if (timeIn(fields, 'due_by') !== undefined) ticket.is_escalated = false
}

/** Ties a ticket to a parent, or to those it tracks. */
function tie(world: World, ticket: Ticket, fields: Body): void {
  const bind = (other: Ticket, own: number, theirs: number): void => {
    ticket.association_type = own
    other.association_type = theirs
    ticket.associatedIds = [...new Set([...ticket.associatedIds, other.id])]
    other.associatedIds = [...new Set([...other.associatedIds, ticket.id])]
  }
  const parent = world.tickets.get(numberIn(fields, 'parent_id') ?? 0)
  if (parent) bind(parent, 2, 1)
  for (const id of numbersIn(fields, 'related_ticket_ids') ?? []) {
    const related = world.tickets.get(id)
    if (related) bind(related, 3, 4)
  }
}

function chatOf(text: string): Structured {
  return { body_contents: [{ type: 'text', data: { content: text } }] }
}
