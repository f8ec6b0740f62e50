import type { OddRecord, UnseenWord } from './oddities.ts'
import type { Takes } from './takes.ts'

/** What Intercom takes of the contract's words. */
export const takes: Takes = {
  files: 'attached',
  draft: ['type', 'description', 'assigneeRemoteId', 'teamRemoteId', 'customFields'],
  patch: ['subject', 'description', 'status', 'assigneeRemoteId', 'teamRemoteId', 'customFields'],
  contact: ['name', 'email', 'phone', 'externalId', 'customFields'],
  company: ['name', 'externalId', 'website', 'customFields'],
  fixed: { company: ['externalId'] },
  keeps: { contact: ['email', 'externalId'], company: ['website'] },
  statuses: ['SOLVED', 'PENDING', 'OPEN', 'NEW'],
  priorities: [],
  once: ['createCompany'],
}

/** The twin's own ids of the fields that its workspace defined. */
const FIELDS = [
  ['loyalty_tier', '31'],
  ['orders', '32'],
  ['credit_terms', '33'],
] as const

/** Where Intercom's records stand, and what each is promised to have. */
export const odd: Readonly<Record<string, OddRecord | null>> = {
  definitions: {
    path: /\/data_attributes/,
    field: 'label',
    idOf: (remoteId) => FIELDS.find(([name]) => remoteId.endsWith(`/${name}`))?.[1] ?? '',
  },
  admins: { path: /\/admins/, field: 'name' },
  teams: { path: /\/teams/, field: 'name' },
  tags: { path: /\/tags/, field: 'name' },
  companies: { path: /\/companies/, field: 'name' },
  contacts: { path: /\/contacts/, field: 'updated_at' },
  conversations: { path: /\/conversations/, field: 'created_at' },
  tickets: { path: /\/tickets/, field: 'created_at' },
}

/** Words that Intercom may come to use. */
export const unseen: readonly UnseenWord[] = [
  {
    stream: 'conversations',
    path: /\/conversations/,
    field: ['source', 'type'],
    value: 'pigeon',
    reads: 'channel',
    native: 'nativeChannel',
  },
  {
    stream: 'conversations',
    path: /\/conversations/,
    field: ['priority'],
    value: 'whenever',
    reads: 'priority',
    native: 'nativePriority',
  },
]
