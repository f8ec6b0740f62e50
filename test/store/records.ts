import { randomUUID } from 'node:crypto'
import type { Batch, Upsert } from '../../store/change.ts'
import type { Database } from '../../store/database.ts'
import type { FieldsOf, Kind } from '../../store/kinds.ts'

const dated = { createdAt: new Date('2026-01-01T00:00:00Z'), updatedAt: new Date('2026-01-01T00:00:00Z') }

/** Fields of every kind with as little in them as the types allow. Invented. */
const PLAIN: FieldsOf = {
  agent: { ...dated, name: null, email: null, avatarUrl: null, available: null, bot: false, teamRemoteIds: [] },
  team: { ...dated, name: 'Team', agentRemoteIds: [] },
  tag: { ...dated, name: 'tag' },
  company: {
    ...dated,
    name: null,
    externalId: null,
    website: null,
    industry: null,
    size: null,
    plan: null,
    tagRemoteIds: [],
    customFields: [],
  },
  contact: {
    ...dated,
    role: 'USER',
    name: null,
    email: null,
    emailVerified: null,
    phone: null,
    externalId: null,
    avatarUrl: null,
    lastSeenAt: null,
    blocked: false,
    companyRemoteIds: [],
    tagRemoteIds: [],
    customFields: [],
  },
  conversation: {
    ...dated,
    subject: null,
    status: 'OPEN',
    nativeStatus: 'open',
    priority: 'NONE',
    nativePriority: null,
    channel: 'CHAT',
    nativeChannel: null,
    snoozedUntil: null,
    waitingSince: null,
    read: null,
    contactRemoteId: null,
    contactRemoteIds: [],
    assigneeRemoteId: null,
    teamRemoteId: null,
    companyRemoteId: null,
    tagRemoteIds: [],
    customFields: [],
  },
  ticket: {
    ...dated,
    number: null,
    subject: null,
    description: null,
    status: 'OPEN',
    nativeStatus: 'open',
    priority: 'NONE',
    nativePriority: null,
    channel: 'EMAIL',
    nativeChannel: null,
    type: null,
    contactRemoteId: null,
    contactRemoteIds: [],
    companyRemoteId: null,
    assigneeRemoteId: null,
    teamRemoteId: null,
    conversationRemoteId: null,
    dueAt: null,
    firstReplyDueAt: null,
    escalated: null,
    solvedAt: null,
    reopenedAt: null,
    tagRemoteIds: [],
    customFields: [],
  },
  message: {
    ...dated,
    conversationRemoteId: null,
    ticketRemoteId: null,
    type: 'REPLY',
    nativeType: 'comment',
    authorType: 'CONTACT',
    authorName: null,
    contactRemoteId: null,
    agentRemoteId: null,
    text: null,
    html: null,
    attachments: [],
    redacted: false,
    statusTo: null,
  },
  rating: {
    ...dated,
    conversationRemoteId: null,
    ticketRemoteId: null,
    contactRemoteId: null,
    agentRemoteId: null,
    score: 5,
    nativeScore: '5',
    remark: null,
  },
  definition: {
    ...dated,
    type: 'FIELD',
    name: 'Order',
    appliesTo: 'ticket',
    key: 'order',
    valueType: 'TEXT',
    options: [],
    position: null,
    active: true,
  },
  timeEntry: {
    ...dated,
    ticketRemoteId: 't',
    agentRemoteId: null,
    seconds: 60,
    billable: null,
    note: null,
    spentAt: null,
  },
}

/** A record of a kind: plain, but for what is said. */
export function upsert<K extends Kind>(
  kind: K,
  remoteId: string,
  fields: Partial<FieldsOf[K]> = {},
  rest: Partial<Pick<Upsert, 'version' | 'native'>> = {},
): Upsert<K> {
  return {
    op: 'upsert',
    kind,
    remoteId,
    version: null,
    native: { id: remoteId },
    ...rest,
    fields: { ...PLAIN[kind], ...fields },
  }
}

/** The second `n` of an invented day: tests say when things happened in small numbers. */
export const at = (n: number): Date => new Date(Date.UTC(2026, 2, 1, 0, 0, n))

/** A batch observed at second `n`. */
export const batch = (
  integrationId: string,
  n: number,
  changes: Batch['changes'],
  rest: Partial<Batch> = {},
): Batch => ({ integrationId, changes, observedAt: at(n), learnedBy: 'SYNC', origin: 'sync', ...rest })

/** A workspace of its own with one active integration. */
export async function makeIntegration(
  database: Database,
  options: { provider?: string; workspaceId?: string } = {},
): Promise<{ workspaceId: string; integrationId: string }> {
  const { provider = 'intercom', workspaceId = randomUUID() } = options
  await database.system.query(`insert into workspace (id, name) values ($1::uuid, $1::text) on conflict do nothing`, [
    workspaceId,
  ])
  const integrationId = randomUUID()
  await database.system.query(
    `insert into integration (id, workspace_id, provider, name, account_id, settings, status)
     values ($1::uuid, $2, $3, 'invented', $1::text, '{}', 'ACTIVE')`,
    [integrationId, workspaceId, provider],
  )
  return { workspaceId, integrationId }
}
