import type { AccountClient, Answer, Call } from '../../../kit/account-client.ts'
import type { Json } from '../../../store/kinds.ts'
import type { ReadContext } from '../../../kit/contract.ts'
import { judge } from '../../../subgraphs/zendesk/judge.ts'
import { toReadAudit } from '../../../subgraphs/zendesk/read-ticket.ts'
import { receive, type UserWire, wireUser } from '../../../subgraphs/zendesk/wire.ts'
import { type TicketWire, wireTicket } from '../../../subgraphs/zendesk/wire-tickets.ts'
import type { ReadAudit } from '../../../subgraphs/zendesk/mapping-messages.ts'
import type { Received } from '../../../kit/wire.ts'

export const NOW = new Date('2026-01-02T00:00:00Z')

export type Fields = { readonly [field: string]: Json }

/** A ticket. Source: the reference's "Tickets", JSON format; ids and words are made up. */
export const ticketRecord = (more: Fields = {}): Fields => ({
  id: 35436,
  url: 'https://acme.zendesk.com/api/v2/tickets/35436.json',
  external_id: null,
  via: { channel: 'web', source: { from: {}, to: {}, rel: null } },
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:01:00Z',
  generated_timestamp: 1767225665,
  type: 'question',
  subject: 'Order 8841',
  raw_subject: 'Order 8841',
  description: 'It never came',
  priority: 'normal',
  status: 'open',
  recipient: null,
  requester_id: 20978392,
  submitter_id: 20978392,
  assignee_id: 235323,
  organization_id: 509974,
  group_id: 98738,
  collaborator_ids: [],
  follower_ids: [],
  email_cc_ids: [20978393],
  has_incidents: false,
  is_public: true,
  due_at: null,
  tags: ['order'],
  custom_fields: [
    { id: 27642, value: '8841' },
    { id: 27648, value: true },
    { id: 27650, value: ['lid', 'strap'] },
    { id: 27651, value: null },
  ],
  satisfaction_rating: { score: 'unoffered' },
  custom_status_id: 1,
  ticket_form_id: 47,
  brand_id: 1,
  from_messaging_channel: false,
  ...more,
})

/** A person. Source: the reference's "Users", JSON format. */
export const userRecord = (more: Fields = {}): Fields => ({
  id: 20978392,
  name: 'Ana Ruiz',
  email: 'ana@example.com',
  phone: '+34600000000',
  role: 'end-user',
  external_id: 'crm-7',
  organization_id: 509974,
  photo: null,
  active: true,
  suspended: false,
  last_login_at: '2026-01-01T10:00:00Z',
  created_at: '2025-12-01T00:00:00Z',
  updated_at: '2026-01-01T09:00:00Z',
  tags: ['vip'],
  user_fields: { loyalty: 'gold', orders: 3 },
  ...more,
})

/** An audit. Source: the reference's "Ticket Audits" and "Ticket Audit events reference". */
export const auditRecord = (events: readonly Fields[], more: Fields = {}): Fields => ({
  id: 101,
  ticket_id: 35436,
  created_at: '2026-01-01T00:01:00Z',
  author_id: 235323,
  via: { channel: 'web' },
  events,
  ...more,
})

export const ticketOf = (more: Fields = {}): Received<TicketWire> => receive(wireTicket, ticketRecord(more), 'tickets')

export const auditOf = (events: readonly Fields[], more: Fields = {}): ReadAudit =>
  toReadAudit(auditRecord(events, more))

export const peopleOf = (...records: readonly Fields[]): ReadonlyMap<string, Received<UserWire>> =>
  new Map(records.map((record) => receive(wireUser, record, 'users')).map((person) => [person.wire.id, person]))

/** What a fake Zendesk answers to one call. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export const answerOf = ({ status = 200, headers = {}, body }: Reply): Answer => ({
  status,
  headers: new Headers(headers),
  body,
  receivedAt: NOW,
})

/** A client whose provider is a function, and what was asked of it; answers are judged as the real client has them judged. */
export function fakeClient(reply: (call: Call) => Reply): AccountClient & { readonly calls: Call[] } {
  const calls: Call[] = []
  return {
    provider: 'zendesk',
    accountId: 'acme',
    settings: { baseUrl: null, region: null, domain: 'acme', actorRemoteId: '1' },
    calls,
    request: async (call) => {
      calls.push(call)
      const answer = answerOf(structuredClone(reply(call)))
      const error = judge(answer)
      if (error !== null) throw error
      return answer
    },
  }
}

/** A context over nothing that is stored. */
export const contextOf = (versions: ReadonlyMap<string, Date | null> = new Map()): ReadContext => ({
  now: NOW,
  signal: new AbortController().signal,
  versions: async () => versions,
  stored: async () => [...versions.keys()],
  lastAsked: async () => new Map(),
})
