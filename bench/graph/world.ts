import type { Change, Upsert } from '../../store/change.ts'
import type { FieldsOf, Kind } from '../../store/kinds.ts'
import { below, type Chance, createChance, oneOf } from './chance.ts'
import { writeText } from './vocabulary.ts'

/** How much of everything there is, over all accounts. */
export interface Size {
  readonly contacts: number
  readonly tickets: number
  readonly messages: number
}

/** What each account has beside its customers, whatever the size. */
const TEAMS = 12
const AGENTS = 80
const TAGS = 40
const CONTACTS_OF_COMPANY = 20
/** Tickets began in the year before this. */
const NOW = Date.UTC(2026, 10, 1)
const YEAR_MS = 365 * 86_400_000
const HOUR_MS = 3_600_000

/** One account's records, made as they are asked for; the same in every run. */
export interface World {
  /** Agents, teams, tags and companies. */
  staff(): readonly Change[]
  contacts(from: number, to: number): readonly Change[]
  tickets(from: number, to: number): readonly Change[]
  /** What was said in some tickets, in the order of the tickets. */
  messages(fromTicket: number, toTicket: number): readonly Change[]
}

const NOTHING = { createdAt: null, updatedAt: null } as const

/** @param account its number, from 0: persons of several accounts who are one have one address, every third of them */
export function createWorld(account: number, size: Size, vocabulary: readonly string[]): World {
  const companies = Math.ceil(size.contacts / CONTACTS_OF_COMPANY)
  const messagesOfTicket = size.messages / size.tickets

  const contact = (n: number): Upsert<'contact'> => {
    const chance = createChance(account * 1e9 + n)
    // Every third person writes to all accounts from one address.
    const address = n % 3 === 0 ? `person${n}@example.com` : `person${n}.${account}@example.com`
    const name = `${writeText(chance, vocabulary, 1)} ${writeText(chance, vocabulary, 1)}`
    return record('contact', `${n}`, {
      createdAt: new Date(NOW - YEAR_MS + n),
      updatedAt: new Date(NOW - below(chance, YEAR_MS)),
      role: 'USER',
      name,
      email: address,
      emailVerified: true,
      phone: null,
      externalId: null,
      avatarUrl: null,
      lastSeenAt: null,
      blocked: false,
      companyRemoteIds: [`${n % companies}`],
      tagRemoteIds: [],
      customFields: [],
    })
  }

  const ticket = (n: number): Upsert<'ticket'> => {
    const { chance, contactId, agentId, teamId, createdAt, closedAt } = course(account, n, size)
    const text = writeText(chance, vocabulary, 25)
    return record('ticket', `${n}`, {
      createdAt,
      updatedAt: closedAt ?? new Date(createdAt.getTime() + HOUR_MS),
      number: `${n}`,
      subject: writeText(chance, vocabulary, 6),
      description: text,
      status: closedAt === null ? oneOf(chance, ['NEW', 'OPEN', 'PENDING'] as const) : 'SOLVED',
      nativeStatus: closedAt === null ? 'open' : 'solved',
      priority: oneOf(chance, ['LOW', 'MEDIUM', 'HIGH', 'URGENT'] as const),
      nativePriority: null,
      channel: oneOf(chance, ['EMAIL', 'WEB', 'CHAT', 'PHONE'] as const),
      nativeChannel: null,
      type: null,
      contactRemoteId: contactId,
      contactRemoteIds: [contactId],
      companyRemoteId: `${Number(contactId) % companies}`,
      assigneeRemoteId: agentId,
      teamRemoteId: teamId,
      conversationRemoteId: null,
      dueAt: null,
      firstReplyDueAt: null,
      escalated: false,
      solvedAt: closedAt,
      reopenedAt: null,
      tagRemoteIds: [`${below(chance, TAGS)}`, `${below(chance, TAGS)}`],
      customFields: [],
    })
  }

  const said = (n: number): readonly Upsert<'message'>[] => {
    const { contactId, agentId, createdAt, closedAt } = course(account, n, size)
    const chance = createChance(account * 1e9 + n + 0.5e9)
    const count = Math.floor((n + 1) * messagesOfTicket) - Math.floor(n * messagesOfTicket)
    return Array.from({ length: count }, (_, place) => {
      const closes = closedAt !== null && place === count - 1
      const byCustomer = place % 2 === 0
      const at = closes ? closedAt : new Date(createdAt.getTime() + place * (0.2 + chance()) * HOUR_MS)
      return record('message', `${n * 10 + place}`, {
        createdAt: at,
        updatedAt: at,
        conversationRemoteId: null,
        ticketRemoteId: `${n}`,
        type: closes ? 'ACTIVITY' : 'REPLY',
        nativeType: closes ? 'Change status' : 'Comment',
        authorType: byCustomer && !closes ? 'CONTACT' : 'AGENT',
        authorName: null,
        contactRemoteId: byCustomer && !closes ? contactId : null,
        agentRemoteId: byCustomer && !closes ? null : agentId,
        text: closes ? 'status: open → solved' : writeText(chance, vocabulary, 8 + below(chance, 40)),
        html: null,
        attachments: [],
        redacted: false,
        statusTo: closes ? 'SOLVED' : null,
      })
    })
  }

  return {
    staff: () => staff(companies, vocabulary),
    contacts: (from, to) => range(from, to, contact),
    tickets: (from, to) => range(from, to, ticket),
    messages: (from, to) => range(from, to, said).flat(),
  }
}

/** What happens to a ticket: the same for itself and for what is said in it. */
function course(account: number, n: number, size: Size) {
  const chance = createChance(account * 1e9 + n + 1e8)
  const createdAt = new Date(NOW - YEAR_MS + Math.floor((n / size.tickets) * YEAR_MS))
  const contactId = `${below(chance, size.contacts)}`
  const teamId = `${below(chance, TEAMS)}`
  const agentId = `${below(chance, AGENTS)}`
  const isOver = chance() < 0.85
  const closedAt = isOver ? new Date(createdAt.getTime() + (6 + chance() * 72) * HOUR_MS) : null
  return { chance, createdAt, contactId, teamId, agentId, closedAt }
}

function staff(companies: number, vocabulary: readonly string[]): readonly Change[] {
  const chance: Chance = createChance(3)
  return [
    ...range(0, TEAMS, (n) => record('team', `${n}`, { ...NOTHING, name: `Team ${n}`, agentRemoteIds: [] })),
    ...range(0, TAGS, (n) => record('tag', `${n}`, { ...NOTHING, name: vocabulary[n] ?? `${n}` })),
    ...range(0, AGENTS, (n) =>
      record('agent', `${n}`, {
        ...NOTHING,
        name: `Agent ${n}`,
        email: `agent${n}@example.com`,
        avatarUrl: null,
        available: true,
        bot: false,
        teamRemoteIds: [`${n % TEAMS}`],
      }),
    ),
    ...range(0, companies, (n) =>
      record('company', `${n}`, {
        ...NOTHING,
        name: writeText(chance, vocabulary, 2),
        externalId: null,
        website: null,
        industry: null,
        size: null,
        plan: null,
        tagRemoteIds: [],
        customFields: [],
      }),
    ),
  ]
}

const range = <T>(from: number, to: number, make: (n: number) => T): T[] =>
  Array.from({ length: Math.max(to - from, 0) }, (_, index) => make(from + index))

/** As it would come from a provider, native record and all. */
const record = <K extends Kind>(kind: K, remoteId: string, fields: FieldsOf[K]): Upsert<K> => ({
  op: 'upsert',
  kind,
  remoteId,
  version: fields.updatedAt,
  fields,
  native: JSON.parse(JSON.stringify({ id: remoteId, ...fields })),
})
