import type { Conversation } from '../records.ts'
import { statisticsOf } from '../statistics.ts'
import type { Field, FieldKind, SearchRules } from './match.ts'
import type { Operator } from './query.ts'

const fields: Readonly<Record<string, Field<Conversation>>> = {
  id: { kind: 'string', read: (conversation) => conversation.id },
  created_at: { kind: 'date', read: (conversation) => conversation.createdAt },
  updated_at: { kind: 'date', read: (conversation) => conversation.updatedAt },
  'source.type': { kind: 'string', read: (conversation) => conversation.source.type },
  'source.id': { kind: 'string', read: (conversation) => conversation.source.id },
  'source.delivered_as': { kind: 'string', read: (conversation) => conversation.source.deliveredAs },
  'source.subject': { kind: 'string', read: (conversation) => conversation.source.subject },
  'source.body': { kind: 'words', read: (conversation) => conversation.source.body },
  'source.author.id': { kind: 'string', read: (conversation) => conversation.source.author.id },
  'source.author.type': { kind: 'string', read: (conversation) => conversation.source.author.type },
  'source.author.name': { kind: 'string', read: (conversation) => conversation.source.author.name },
  'source.author.email': { kind: 'string', read: (conversation) => conversation.source.author.email },
  'source.url': { kind: 'string', read: (conversation) => conversation.source.url },
  contact_ids: { kind: 'ids', read: (conversation) => conversation.contactIds },
  teammate_ids: {
    kind: 'ids',
    read: (conversation) =>
      conversation.parts.filter((part) => part.author.type === 'admin').map((part) => part.author.id),
  },
  admin_assignee_id: { kind: 'integer', read: (conversation) => numberOrNull(conversation.adminId) },
  team_assignee_id: { kind: 'integer', read: (conversation) => numberOrNull(conversation.teamId) },
  channel_initiated: { kind: 'string', read: (conversation) => conversation.source.type },
  open: { kind: 'boolean', read: (conversation) => conversation.state !== 'closed' },
  read: { kind: 'boolean', read: (conversation) => conversation.read },
  state: { kind: 'string', read: (conversation) => conversation.state },
  waiting_since: { kind: 'date', read: (conversation) => conversation.waitingSince },
  snoozed_until: { kind: 'date', read: (conversation) => conversation.snoozedUntil },
  tag_ids: { kind: 'ids', read: (conversation) => conversation.tags.map((tag) => tag.id) },
  priority: { kind: 'string', read: (conversation) => conversation.priority },
  'conversation_rating.requested_at': { kind: 'date', read: (conversation) => conversation.rating?.createdAt ?? null },
  'conversation_rating.replied_at': { kind: 'date', read: (conversation) => conversation.rating?.updatedAt ?? null },
  'conversation_rating.score': { kind: 'integer', read: (conversation) => conversation.rating?.rating ?? null },
  'conversation_rating.remark': { kind: 'string', read: (conversation) => conversation.rating?.remark ?? null },
  'conversation_rating.contact_id': { kind: 'string', read: (conversation) => conversation.rating?.contactId ?? null },
  'conversation_rating.admin_id': { kind: 'string', read: (conversation) => conversation.rating?.adminId ?? null },
  ai_agent_participated: { kind: 'boolean', read: (conversation) => conversation.aiAgent !== null },
  'ai_agent.resolution_state': { kind: 'string', read: (conversation) => conversation.aiAgent?.resolution ?? null },
  'ai_agent.rating': { kind: 'integer', read: (conversation) => conversation.aiAgent?.rating ?? null },
}

const statisticsPrefix = 'statistics.'
const statisticKinds: Readonly<Record<string, FieldKind>> = {
  time_to_assignment: 'integer',
  time_to_admin_reply: 'integer',
  time_to_first_close: 'integer',
  time_to_last_close: 'integer',
  median_time_to_reply: 'integer',
  first_contact_reply_at: 'date',
  first_assignment_at: 'date',
  first_admin_reply_at: 'date',
  first_close_at: 'date',
  last_assignment_at: 'date',
  last_assignment_admin_reply_at: 'date',
  last_contact_reply_at: 'date',
  last_admin_reply_at: 'date',
  last_close_at: 'date',
  last_closed_by_id: 'string',
  count_reopens: 'integer',
  count_assignments: 'integer',
  count_conversation_parts: 'integer',
}

/** Conversations are searched to the second, and `>` and `<` include their value. */
export const conversationSearch: SearchRules<Conversation> = {
  dayZone: null,
  field(name) {
    if (!name.startsWith(statisticsPrefix)) return fields[name] ?? null
    const statistic = name.slice(statisticsPrefix.length)
    const kind = statisticKinds[statistic]
    return kind ? { kind, read: (conversation) => statisticsOf(conversation)[statistic] ?? null } : null
  },
  allows: (operator, kind) => operator !== '>=' && operator !== '<=' && fits(operator, kind),
}

/** Which operators go with which kinds, for conversations and tickets. */
export function fits(operator: Operator, kind: FieldKind): boolean {
  switch (operator) {
    case '=':
    case '!=':
    case 'IN':
    case 'NIN':
      return true
    case '>':
    case '<':
    case '>=':
    case '<=':
      return kind === 'integer' || kind === 'date' || kind === 'any'
    case '~':
    case '!~':
    case '^':
    case '$':
      return kind === 'string' || kind === 'words' || kind === 'any'
  }
}

function numberOrNull(id: string | null): number | null {
  return id === null ? null : Number(id)
}
