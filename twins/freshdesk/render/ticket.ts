import { withOffset } from '../times.ts'
import type { Attachment, Contact, Conversation, Ticket } from '../records.ts'
import type { World } from '../world.ts'

/** What can be embedded in a ticket. */
export type Embedded = 'description' | 'requester' | 'company' | 'stats' | 'conversations'

/** A ticket shows this many of its conversations when they are embedded. Source: the contract. */
const embeddedConversations = 10

/** A ticket as lists and searches show it: without its description, unless that is asked for. */
export function renderListed(world: World, ticket: Ticket, include: readonly Embedded[] = []) {
  const { id, subject, type, status, priority, source, requester_id, responder_id, group_id, company_id } = ticket
  const { product_id, email_config_id, internal_agent_id, internal_group_id, cc_emails, fwd_emails } = ticket
  const { reply_cc_emails, to_emails, tags, custom_fields, spam, fr_escalated, is_escalated, association_type } = ticket
  const { due_by, fr_due_by, created_at, updated_at } = ticket
  return {
    cc_emails,
    fwd_emails,
    reply_cc_emails,
    fr_escalated,
    spam,
    email_config_id,
    group_id,
    priority,
    requester_id,
    responder_id,
    source,
    company_id,
    status,
    subject,
    association_type,
    to_emails,
    product_id,
    internal_agent_id,
    internal_group_id,
    id,
    type,
    due_by,
    fr_due_by,
    is_escalated,
    custom_fields,
    created_at,
    updated_at,
    tags,
    ...(ticket.deleted ? { deleted: true } : {}),
    ...(include.includes('description') ? describe(ticket) : {}),
    ...(include.includes('requester') ? embedRequester(world, ticket) : {}),
    ...(include.includes('company') ? embedCompany(world, ticket) : {}),
    ...(include.includes('stats') ? { stats: { ...ticket.stats } } : {}),
  }
}

/** A ticket by itself. */
export function renderTicket(world: World, ticket: Ticket, include: readonly Embedded[] = []) {
  const { conversations } = ticket
  return {
    ...renderListed(world, ticket, [...include, 'description']),
    ...(ticket.structured_description ? { structured_description: ticket.structured_description } : {}),
    attachments: ticket.attachments.map((one) => renderAttachment(world, one)),
    ...(include.includes('conversations')
      ? { conversations: conversations.slice(0, embeddedConversations).map((one) => renderConversation(world, one)) }
      : {}),
  }
}

/** A conversation as lists show it. */
export function renderConversation(world: World, conversation: Conversation) {
  return {
    ...conversation,
    attachments: conversation.attachments.map((one) => renderAttachment(world, one)),
  }
}

/** A reply or a forward as it is answered when it is made. */
export function renderReply(world: World, conversation: Conversation) {
  const { id, body, body_text, user_id, from_email, cc_emails, bcc_emails, ticket_id, to_emails } = conversation
  const { created_at, updated_at, structured_body, support_email } = conversation
  return {
    id,
    body,
    body_text,
    structured_body,
    user_id,
    from_email: from_email ?? support_email ?? '',
    cc_emails,
    bcc_emails,
    ticket_id,
    replied_to: to_emails,
    attachments: conversation.attachments.map((one) => renderAttachment(world, one)),
    created_at,
    updated_at,
  }
}

/** A note as it is answered when it is made or changed. */
export function renderNote(world: World, conversation: Conversation) {
  const { id, body, body_text, incoming, user_id, support_email, ticket_id, to_emails } = conversation
  const { created_at, updated_at } = conversation
  return {
    id,
    body,
    body_text,
    incoming,
    private: conversation.private,
    user_id,
    support_email,
    ticket_id,
    notified_to: to_emails,
    attachments: conversation.attachments.map((one) => renderAttachment(world, one)),
    created_at,
    updated_at,
  }
}

/** A file; its dates carry the account's offset. */
export function renderAttachment(world: World, attachment: Attachment): Attachment {
  const { offsetMinutes } = world.account
  const { created_at, updated_at } = attachment
  return {
    ...attachment,
    created_at: withOffset(created_at, offsetMinutes),
    updated_at: withOffset(updated_at, offsetMinutes),
  }
}

function describe({ description, description_text }: Ticket) {
  return { description, description_text }
}

/** A requester who was deleted for good is left out. */
function embedRequester(world: World, ticket: Ticket) {
  const person: Contact | undefined = world.contacts.get(ticket.requester_id)
  if (person) {
    const { id, name, email, mobile, phone } = person
    return { requester: { id, name, email, mobile, phone } }
  }
  const agent = world.agents.get(ticket.requester_id)
  if (!agent) return {}
  const { id, name, email, mobile, phone } = agent
  return { requester: { id, name, email, mobile, phone } }
}

function embedCompany(world: World, ticket: Ticket) {
  const company = ticket.company_id === null ? undefined : world.companies.get(ticket.company_id)
  return company ? { company: { id: company.id, name: company.name } } : {}
}
