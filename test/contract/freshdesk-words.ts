import type { OddRecord, UnseenWord } from './oddities.ts'
import type { Takes } from './takes.ts'

/** What Freshdesk takes of the contract's words. */
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
    'description',
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
  company: ['name', 'website', 'customFields'],
  keeps: { ticket: ['dueAt'] },
  statuses: ['PENDING', 'ON_HOLD', 'SOLVED', 'OPEN', 'CLOSED'],
  priorities: ['LOW', 'MEDIUM', 'HIGH', 'URGENT'],
  once: [],
}

/** Freshdesk's own id of what is told by sort and id: `product/7` is 7. */
const ownId = (remoteId: string): string => remoteId.slice(remoteId.lastIndexOf('/') + 1)

/** The first fields of tickets; the twin counts their ids from here. */
const FIRST_FIELD = 43_009_000_000
const TICKET_FIELDS = ['requester', 'subject', 'ticket_type', 'source', 'status', 'priority']

/** Where Freshdesk's records stand, and what each is promised to have. */
export const odd: Readonly<Record<string, OddRecord | null>> = {
  fields: {
    path: /\/ticket_fields/,
    field: 'label',
    idOf: (remoteId) => String(FIRST_FIELD + TICKET_FIELDS.indexOf(ownId(remoteId))),
  },
  products: { path: /\/products/, field: 'name', idOf: ownId },
  slaPolicies: { path: /\/sla_policies/, field: 'name', idOf: ownId },
  businessHours: { path: /\/business_hours/, field: 'name', idOf: ownId },
  groups: { path: /\/groups/, field: 'name' },
  agents: { path: /\/agents/, field: 'available' },
  companies: { path: /\/companies/, field: 'name' },
  contacts: { path: /\/contacts/, field: 'updated_at' },
  tickets: { path: /\/tickets/, field: 'status' },
  ratings: { path: /\/satisfaction_ratings/, field: 'feedback' },
  timeEntries: { path: /\/time_entries/, field: 'time_spent' },
}

const ticket = { stream: 'tickets', path: /\/tickets/ } as const

/** Numbers of an account's own, and those that Freshdesk may come to use. */
export const unseen: readonly UnseenWord[] = [
  { ...ticket, field: ['status'], value: 99, reads: 'status', native: 'nativeStatus' },
  { ...ticket, field: ['priority'], value: 9, reads: 'priority', native: 'nativePriority' },
  { ...ticket, field: ['source'], value: 99, reads: 'channel', native: 'nativeChannel' },
]
