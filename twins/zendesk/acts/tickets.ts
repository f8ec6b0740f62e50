import { lagBehind } from '../../index-lag.ts'
import { isRecord } from '../../exchange.ts'
import { invalidField, refusal } from '../errors.ts'
import type { Audit, AuditEvent, Ticket } from '../records.ts'
import { happeningsOf } from '../webhooks/happenings.ts'
import { nextId, nowIn } from '../../world.ts'
import { isStaff } from '../world.ts'
import type { Actor, World } from '../world.ts'
import { addAudit, commentEvent } from './audit.ts'
import type { Said } from './audit.ts'
import { changesBetween, changeTicket, defaultStatusOf, fieldsOf, plainly } from './change.ts'
import type { Fields } from './sent.ts'
import { setTicketFields } from './ticket-fields.ts'
import { takeUploads } from './uploads.ts'
import { requesterOf } from './users.ts'

/** An empty ticket of somebody. It is not among the tickets yet. */
export function newTicket(
  world: World,
  made: { readonly requesterId: number; readonly by: Actor; readonly at: string },
): Ticket {
  const { requesterId, by, at } = made
  return {
    id: nextId(world, 'ticket'),
    external_id: null,
    via: by.via,
    created_at: at,
    updated_at: at,
    generated: Math.floor(Date.parse(at) / 1000),
    type: null,
    subject: '',
    description: '',
    priority: null,
    status: 'new',
    custom_status_id: defaultStatusOf(world, 'new') ?? 0,
    recipient: null,
    requester_id: requesterId,
    submitter_id: by.id,
    assignee_id: null,
    organization_id: world.users.get(requesterId)?.organization_id ?? null,
    group_id: null,
    collaborator_ids: [],
    follower_ids: [],
    email_cc_ids: [],
    problem_id: null,
    due_at: null,
    tags: [],
    custom_fields: {},
    satisfaction: { score: 'unoffered', id: null, comment: null },
    ticket_form_id: world.account.firstId + 47,
    brand_id: world.account.firstId + 1,
    followup_source_id: null,
    followup_ids: [],
    audits: [],
    closed_at: null,
    archived: false,
    deleted: null,
    scrubbed: false,
  }
}

/**
 * Makes a ticket of what was sent.
 *
 * @throws 422 what it cannot be made of; a requester that was named for the first time is there then, too
 */
export function createTicket(world: World, by: Actor, fields: Fields): { ticket: Ticket; audit: Audit } {
  const requester = requesterOf(world, fields) ?? by.id
  const said = saidIn(world, fields, by)
  if (!said) throw invalidField('base', 'Description: cannot be blank', 'BlankValue')
  const source = followed(world, fields)
  const draft = {
    ...newTicket(world, { requesterId: requester, by, at: nowIn(world) }),
    followup_source_id: source?.id ?? null,
  }
  const blank = fieldsOf(newBlank(draft))
  if (typeof fields['recipient'] === 'string') draft.recipient = fields['recipient']
  setTicketFields(world, draft, fields)
  draft.description = commentEvent(world, said).plain_body
  if (draft.subject === '') draft.subject = draft.description.slice(0, 80)
  settle(world, draft, by)
  source?.followup_ids.push(draft.id)
  const events: AuditEvent[] = [commentEvent(world, said)]
  for (const { field, to } of changesBetween(blank, fieldsOf(draft))) {
    events.push({ id: nextId(world, 'event'), type: 'Create', field_name: field, value: plainly(to) })
  }
  world.tickets.set(draft.id, draft)
  lagBehind(world, `ticket ${draft.id}`, null)
  const audit = addAudit(world, draft, by, { events, custom: metadataIn(fields) })
  const happenings = [{ type: 'ticket.created', event: {} }, ...happeningsOf(world, [], events)]
  world.announce({ about: { ticket: draft }, by, happenings, update: { type: 'Create', changed: [] } })
  return { ticket: draft, audit }
}

/** What a ticket is compared with to say what it was made with. */
function newBlank(ticket: Ticket): Ticket {
  return {
    ...ticket,
    status: 'new',
    custom_status_id: 0,
    requester_id: 0,
    organization_id: null,
    brand_id: 0,
    ticket_form_id: 0,
  }
}

/**
 * Changes a ticket as was asked. Null when that changed nothing.
 *
 * @throws 409 somebody changed it since the date that was sent along
 * @throws 422 it is closed, or cannot be what was asked
 */
export function updateTicket(world: World, ticket: Ticket, by: Actor, fields: Fields): Audit | null {
  refuseStale(ticket, fields)
  const isClosed = ticket.status === 'closed'
  const onlyTags = Object.keys(fields).every((name) => ['tags', 'additional_tags', 'remove_tags'].includes(name))
  if (isClosed && !onlyTags) throw invalidField('status', 'Status: closed prevents ticket update')
  const said = saidIn(world, fields, by)
  const draft: Ticket = { ...ticket, custom_fields: { ...ticket.custom_fields }, tags: [...ticket.tags] }
  const requester = requesterOf(world, fields)
  if (requester !== undefined) draft.requester_id = requester
  setTicketFields(world, draft, fields)
  const isFromRequester = by.id === ticket.requester_id && !isStaff(world.users.get(by.id))
  if (said && isFromRequester && ['pending', 'hold', 'solved'].includes(draft.status)) draft.status = 'open'
  settle(world, draft, by)
  const { audits: _audits, ...changed } = draft
  const change = (): unknown => Object.assign(ticket, changed)
  return changeTicket(world, ticket, by, { change, custom: metadataIn(fields), ...(said ? { said } : {}) })
}

/** What follows of itself: who takes it is in a group, what is taken is open, who solves it took it. */
function settle(world: World, ticket: Ticket, by: Actor): void {
  if (ticket.status === 'solved' && ticket.assignee_id === null && isStaff(world.users.get(by.id))) {
    ticket.assignee_id = by.id
  }
  if (ticket.assignee_id !== null && ticket.group_id === null) {
    ticket.group_id = world.users.get(ticket.assignee_id)?.default_group_id ?? null
  }
  if (ticket.assignee_id !== null && ticket.status === 'new') ticket.status = 'open'
  const category = world.account.customStatuses.find(({ id }) => id === ticket.custom_status_id)?.status_category
  if (category !== (ticket.status === 'closed' ? 'solved' : ticket.status)) {
    ticket.custom_status_id = defaultStatusOf(world, ticket.status) ?? ticket.custom_status_id
  }
}

/** The closed ticket that a new one goes on with. @throws 422 it is not closed, or not there */
function followed(world: World, fields: Fields): Ticket | null {
  const id = fields['via_followup_source_id']
  if (id === undefined || id === null) return null
  const source = typeof id === 'number' ? world.tickets.get(id) : undefined
  if (source?.status !== 'closed') throw invalidField('base', 'Followup source: is invalid')
  return source
}

/** @throws 409 somebody changed the ticket since the date that was sent along; 400 none was */
export function refuseStale(ticket: Ticket, fields: Fields): void {
  if (fields['safe_update'] !== true && fields['safe_update'] !== 'true') return
  const stamp = fields['updated_stamp']
  if (typeof stamp !== 'string') throw refusal(400, 'MissingUpdatedStamp', 'Safe Update requires an updated_stamp.')
  if (Date.parse(stamp) >= Date.parse(ticket.updated_at)) return
  const description =
    'Safe Update prevented the update due to outdated ticket data. Please fetch the latest ticket data and try again.'
  throw refusal(409, 'UpdateConflict', description)
}

/**
 * What is to stand in the audit: "Write only. Metadata for the audit. In the `audit` object, the data is specified in the
 * `custom` property of the `metadata` object." Source: schema `TicketUpdateInput`.
 */
const metadataIn = (fields: Fields): Audit['custom'] => {
  const metadata = fields['metadata']
  return isRecord(metadata) ? metadata : {}
}

/** What is said along with a change; null when nothing is. @throws 422 nobody the account knows says it */
export function saidIn(world: World, fields: Fields, by: Actor): Said | null {
  const raw = fields['comment'] ?? fields['description']
  const comment = typeof raw === 'string' ? { body: raw } : raw
  if (!isRecord(comment)) return null
  const body = comment['html_body'] ?? comment['body'] ?? comment['value']
  if (typeof body !== 'string' || body.trim() === '') return null
  const authorId = comment['author_id'] ?? by.id
  if (typeof authorId !== 'number' || !world.users.has(authorId)) throw invalidField('base', 'Author: is invalid')
  const attachments = takeUploads(world, comment['uploads'])
  return { body, public: comment['public'] !== false, authorId, attachments }
}
