import { toPlaintext } from '../../plaintext.ts'
import type { Author, Conversation, Part } from '../records.ts'
import { statisticsOf } from '../statistics.ts'
import { typeOf } from '../world.ts'
import type { World } from '../world.ts'
import { renderAppliedTags } from './applied-tag.ts'
import { renderCompany } from './company.ts'

/** The single GET answers with at most this many parts, the newest. Source: the published 2.16 description. */
export const maxParts = 500

/** How bodies are written. */
export type DisplayAs = 'html' | 'plaintext'

/** A conversation as lists and searches write it: everything but its parts. */
export function renderListed(world: World, conversation: Conversation): Record<string, unknown> {
  return {
    type: 'conversation',
    id: conversation.id,
    title: conversation.title,
    created_at: conversation.createdAt,
    updated_at: conversation.updatedAt,
    waiting_since: conversation.waitingSince,
    snoozed_until: conversation.snoozedUntil,
    open: conversation.state !== 'closed',
    state: conversation.state,
    read: conversation.read,
    priority: conversation.priority,
    admin_assignee_id: conversation.adminId === null ? null : Number(conversation.adminId),
    team_assignee_id: conversation.teamId === null ? null : Number(conversation.teamId),
    ...companyOf(world, conversation),
    source: renderSource(conversation, 'html'),
    contacts: renderContacts(world, conversation.contactIds),
    teammates: { type: 'admin.list', teammates: teammatesOf(conversation) },
    tags: { type: 'tag.list', tags: renderAppliedTags(world, conversation.tags) },
    first_contact_reply: firstContactReply(conversation),
    conversation_rating: renderRating(world, conversation),
    statistics: statisticsOf(conversation),
    sla_applied: null,
    custom_attributes: conversation.customAttributes,
    topics: {},
    ticket: ticketOf(world, conversation),
    linked_objects: linkedObjects(world, conversation),
    ai_agent: renderAiAgent(conversation),
    ai_agent_participated: conversation.aiAgent !== null,
    channel: { initial: channelOf(conversation), current: channelOf(conversation) },
    external_references: [],
  }
}

/** A conversation as the single GET and every action write it: with its newest parts. */
export function renderConversation(
  world: World,
  conversation: Conversation,
  displayAs: DisplayAs = 'html',
): Record<string, unknown> {
  const parts = conversation.parts.slice(-maxParts)
  return {
    ...renderListed(world, conversation),
    source: renderSource(conversation, displayAs),
    conversation_parts: {
      type: 'conversation_part.list',
      conversation_parts: parts.map((part) => renderPart(world, part, displayAs)),
      total_count: parts.length,
    },
  }
}

/** One part. */
export function renderPart(world: World, part: Part, displayAs: DisplayAs = 'html'): Record<string, unknown> {
  return {
    type: 'conversation_part',
    id: part.id,
    part_type: part.type,
    body: part.body === null || displayAs === 'html' ? part.body : toPlaintext(part.body),
    created_at: part.createdAt,
    updated_at: part.updatedAt,
    notified_at: part.createdAt,
    assigned_to: part.assignedTo,
    author: renderPartAuthor(part.author),
    attachments: part.attachments,
    external_id: null,
    redacted: part.redacted,
    metadata: {},
    email_message_metadata: null,
    state: part.state,
    tags: renderAppliedTags(world, part.tags).map(({ type, id, name }) => ({ type, id, name })),
    event_details: part.eventDetails,
    app_package_code: null,
  }
}

/** A person by type, id, name and address. */
export function renderAuthor(author: Author): Record<string, unknown> {
  return { type: author.type, id: author.id, name: author.name, email: author.email }
}

function renderPartAuthor(author: Author): Record<string, unknown> {
  const isBot = author.type === 'bot'
  return { ...renderAuthor(author), from_ai_agent: isBot, is_ai_answer: isBot }
}

function renderSource(conversation: Conversation, displayAs: DisplayAs): Record<string, unknown> {
  const { source } = conversation
  return {
    type: source.type,
    id: source.id,
    delivered_as: source.deliveredAs,
    subject: source.subject,
    body: displayAs === 'html' ? source.body : toPlaintext(source.body),
    author: renderAuthor(source.author),
    attachments: source.attachments,
    url: source.url,
    redacted: source.redacted,
  }
}

/** The people of a conversation or ticket by their ids; those deleted since keep their id. */
export function renderContacts(world: World, contactIds: readonly string[]): Record<string, unknown> {
  const contacts = contactIds.map((id) => ({
    type: 'contact',
    id,
    external_id: world.contacts.get(id)?.externalId ?? null,
  }))
  return { type: 'contact.list', contacts }
}

function teammatesOf(conversation: Conversation): { type: string; id: string }[] {
  const ids = conversation.parts.filter((part) => part.author.type === 'admin').map((part) => part.author.id)
  return [...new Set(ids)].map((id) => ({ type: 'admin', id }))
}

function firstContactReply(conversation: Conversation): Record<string, unknown> | null {
  const { author, type, url } = conversation.source
  if (author.type === 'user' || author.type === 'lead') return { created_at: conversation.createdAt, type, url }
  const reply = conversation.parts.find((part) => part.author.type === 'user' || part.author.type === 'lead')
  return reply ? { created_at: reply.createdAt, type: 'conversation', url: null } : null
}

function renderRating(world: World, conversation: Conversation): Record<string, unknown> | null {
  const { rating } = conversation
  if (!rating) return null
  return {
    rating: rating.rating,
    remark: rating.remark,
    created_at: rating.createdAt,
    updated_at: rating.updatedAt,
    contact: {
      type: 'contact',
      id: rating.contactId,
      external_id: world.contacts.get(rating.contactId)?.externalId ?? null,
    },
    teammate: rating.adminId === null ? null : { type: 'admin', id: rating.adminId },
  }
}

function companyOf(world: World, conversation: Conversation): Record<string, unknown> {
  const company = conversation.companyId === null ? undefined : world.companies.get(conversation.companyId)
  return company ? { company: renderCompany(world, company) } : {}
}

function ticketOf(world: World, conversation: Conversation): Record<string, unknown> | null {
  const ticket = conversation.ticketId === null ? undefined : world.tickets.get(conversation.ticketId)
  return ticket ? { type: 'ticket', id: ticket.id } : null
}

function linkedObjects(world: World, conversation: Conversation): Record<string, unknown> {
  const ticket = conversation.ticketId === null ? undefined : world.tickets.get(conversation.ticketId)
  const linked =
    ticket && ticket.id !== conversation.id
      ? [{ type: 'ticket', id: ticket.id, category: typeOf(world, ticket).category }]
      : []
  return { type: 'list', data: linked, total_count: linked.length, has_more: false }
}

function renderAiAgent(conversation: Conversation): Record<string, unknown> | null {
  const { aiAgent } = conversation
  if (!aiAgent) return null
  return {
    source_type: 'workflow',
    source_title: 'First answer',
    last_answer_type: 'ai_answer',
    resolution_state: aiAgent.resolution,
    rating: aiAgent.rating,
    rating_remark: null,
    created_at: aiAgent.createdAt,
    updated_at: aiAgent.createdAt,
    content_sources: { type: 'content_source.list', total_count: 0, content_sources: [] },
  }
}

/** Messages written in the messenger are `messenger` as a channel. */
function channelOf(conversation: Conversation): string {
  return conversation.source.type === 'conversation' ? 'messenger' : conversation.source.type
}
