import type { OddRecord, UnseenWord } from './oddities.ts'
import type { Takes } from './takes.ts'

/** What Zendesk takes of the contract's words. */
export const takes: Takes = {
  files: 'linked',
  draft: [
    'type',
    'description',
    'status',
    'priority',
    'assigneeRemoteId',
    'teamRemoteId',
    'companyRemoteId',
    'tags',
    'customFields',
    'dueAt',
    'copiedTo',
  ],
  patch: [
    'subject',
    'type',
    'status',
    'priority',
    'assigneeRemoteId',
    'teamRemoteId',
    'companyRemoteId',
    'tags',
    'customFields',
    'dueAt',
  ],
  contact: ['name', 'email', 'phone', 'externalId', 'companyRemoteId', 'tags', 'customFields'],
  company: ['name', 'externalId', 'website', 'tags', 'customFields'],
  // What was opened is never new again, and what is closed never anything else.
  statuses: ['PENDING', 'ON_HOLD', 'OPEN', 'SOLVED', 'CLOSED'],
  priorities: ['LOW', 'MEDIUM', 'HIGH', 'URGENT', 'NONE'],
  once: ['createTicket'],
}

const TICKETS = /\/(?:incremental\/tickets\/cursor|tickets\/\d+)(?:\?|$)/

/** Where Zendesk's records stand, and what each is promised to have. */
export const odd: Readonly<Record<string, OddRecord | null>> = {
  definitions: {
    path: /\/ticket_fields/,
    field: 'title',
    idOf: (remoteId) => remoteId.slice(remoteId.lastIndexOf('/') + 1),
  },
  groups: { path: /\/groups/, field: 'name' },
  agents: { path: /\/users/, field: 'name' },
  organizations: { path: /\/organizations/, field: 'name' },
  users: { path: /\/users/, field: 'name' },
  tickets: { path: TICKETS, field: 'status' },
  'satisfaction ratings': { path: /\/satisfaction_ratings/, field: 'score' },
}

/** Words that Zendesk may come to use. */
export const unseen: readonly UnseenWord[] = [
  {
    stream: 'tickets',
    path: TICKETS,
    field: ['via', 'channel'],
    value: 'pigeon',
    reads: 'channel',
    native: 'nativeChannel',
  },
  {
    stream: 'tickets',
    path: TICKETS,
    field: ['status'],
    value: 'parked',
    reads: 'status',
    native: 'nativeStatus',
  },
  {
    stream: 'tickets',
    path: TICKETS,
    field: ['priority'],
    value: 'whenever',
    reads: 'priority',
    native: 'nativePriority',
  },
]
