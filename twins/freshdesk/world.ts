import type { TwinClock } from '../clock.ts'
import type { Unindexed } from '../index-lag.ts'
import type { Random } from '../random.ts'
import type { Account } from './account.ts'
import type { Agent, BusinessHours, EmailConfig, Group, Job, Product, Role, Rule, SlaPolicy } from './desk-records.ts'
import type { Survey } from './desk-records.ts'
import { notFound } from './errors.ts'
import type { Company, Contact, Conversation, SatisfactionRating, Ticket, TimeEntry } from './records.ts'

/** Who did something to a ticket. */
export interface Actor {
  readonly type: 'agent' | 'requester' | 'system'
  readonly id: number | null
  /** By the API, or by mail and the desk's own pages. */
  readonly via: 'api' | 'desk'
}

/** One field of a ticket that changed. */
export interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

/** Something that happened to a ticket, for rules to act on. */
export interface TicketEvent {
  readonly kind: 'created' | 'updated'
  readonly ticket: Ticket
  readonly by: Actor
  readonly changes: readonly Change[]
}

/** The kinds of record that are searched. */
export type Searched = 'tickets' | 'contacts' | 'companies'

/** The next number of each kind. */
export type Numbers = Record<
  | 'ticket'
  | 'user'
  | 'company'
  | 'conversation'
  | 'attachment'
  | 'rating'
  | 'timeEntry'
  | 'group'
  | 'rule'
  | 'slaPolicy'
  | 'job',
  number
>

/** All of an account that can change, in maps by id. */
export type Tables = {
  readonly tickets: Map<number, Ticket>
  readonly contacts: Map<number, Contact>
  readonly companies: Map<number, Company>
  readonly agents: Map<number, Agent>
  readonly groups: Map<number, Group>
  readonly ratings: Map<number, SatisfactionRating>
  readonly timeEntries: Map<number, TimeEntry>
  readonly slaPolicies: Map<number, SlaPolicy>
  readonly rules: Map<number, Rule>
  readonly jobs: Map<string, Job>
  /** By kind and id: `tickets 20`. */
  readonly unindexed: Map<string, Unindexed>
}

/** Everything one account holds, and how it tells its rules of what happens. */
export interface World extends Tables {
  readonly account: Account
  readonly clock: TwinClock
  /** For what happens after the seed. */
  readonly random: Random
  readonly numbers: Numbers
  /** The same tables, together. */
  readonly tables: Tables
  readonly roles: readonly Role[]
  readonly products: readonly Product[]
  readonly emailConfigs: readonly EmailConfig[]
  readonly surveys: readonly Survey[]
  readonly businessHours: readonly BusinessHours[]
  /** The hour, counted from 1970, that hourly rules ran for last. */
  readonly hourly: { ranFor: number }
  /** How far the search is behind, in milliseconds. */
  readonly indexLagMs: number
  readonly announce: (event: TicketEvent) => void
}

/** @throws 404 */
export function getTicket(world: World, id: number): Ticket {
  const ticket = world.tickets.get(id)
  if (!ticket || ticket.archived) throw notFound()
  return ticket
}

/** @throws 404 */
export function getContact(world: World, id: number): Contact {
  return found(world.contacts.get(id))
}

/** @throws 404 */
export function getCompany(world: World, id: number): Company {
  return found(world.companies.get(id))
}

/** @throws 404 */
export function getAgent(world: World, id: number): Agent {
  return found(world.agents.get(id))
}

/** A conversation and its ticket. @throws 404 */
export function getConversation(world: World, id: number): { ticket: Ticket; conversation: Conversation } {
  for (const ticket of world.tickets.values()) {
    const conversation = ticket.conversations.find((candidate) => candidate.id === id)
    if (conversation && !ticket.archived) return { ticket, conversation }
  }
  throw notFound()
}

/** @throws 404 when there is none */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw notFound()
  return value
}

/** An agent as the one who acts. */
export function asAgent(agent: { readonly id: number }, via: Actor['via']): Actor {
  return { type: 'agent', id: agent.id, via }
}

/** A contact as the one who acts, by mail or on the portal. */
export function asRequester(contact: { readonly id: number }): Actor {
  return { type: 'requester', id: contact.id, via: 'desk' }
}

/** The account itself acting. */
export const system: Actor = { type: 'system', id: null, via: 'desk' }
