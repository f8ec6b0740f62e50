import type { TwinClock } from '../clock.ts'
import type { SearchedLate, Unindexed } from '../index-lag.ts'
import type { Random } from '../random.ts'
import type { Account } from './account.ts'
import { notFound } from './errors.ts'
import type { AuthorizationCode, Grant, Group, Identity, Job, Membership, Organization, Remembered } from './records.ts'
import type { SatisfactionRating, SuspendedTicket, Ticket, Trigger, Upload, User, Via, Webhook } from './records.ts'

/** Who does something, and how. */
export interface Actor {
  readonly id: number
  readonly via: Via
}

/** One thing to tell those who subscribed: `ticket.created`, and what `event` holds. */
export interface Happening {
  readonly type: string
  readonly event: Readonly<Record<string, unknown>>
}

/** Things that happened to one record in one go. */
export interface News {
  readonly about: { readonly ticket: Ticket } | { readonly user: User } | { readonly organization: Organization }
  readonly by: Actor
  readonly happenings: readonly Happening[]
  /** Names of ticket fields that changed, for triggers; null when it is no matter for triggers. */
  readonly update: { readonly type: 'Create' | 'Change'; readonly changed: readonly string[] } | null
}

/** The next number of each kind. */
export type Numbers = Record<
  | 'ticket'
  | 'user'
  | 'identity'
  | 'organization'
  | 'membership'
  | 'group'
  | 'audit'
  | 'event'
  | 'attachment'
  | 'rating'
  | 'suspended'
  | 'trigger'
  | 'grant',
  number
>

/** All of an account that can change, in maps by id. */
export type Tables = {
  readonly tickets: Map<number, Ticket>
  readonly users: Map<number, User>
  readonly identities: Map<number, Identity>
  readonly organizations: Map<number, Organization>
  readonly groups: Map<number, Group>
  readonly groupMemberships: Map<number, Membership>
  readonly organizationMemberships: Map<number, Membership>
  readonly ratings: Map<number, SatisfactionRating>
  readonly suspended: Map<number, SuspendedTicket>
  readonly triggers: Map<number, Trigger>
  readonly webhooks: Map<string, Webhook>
  readonly jobs: Map<string, Job>
  readonly uploads: Map<string, Upload>
  readonly grants: Map<number, Grant>
  readonly codes: Map<string, AuthorizationCode>
  readonly remembered: Map<string, Remembered>
  /** By kind and id: `tickets 20`. */
  readonly unindexed: Map<string, Unindexed>
}

/** Everything one account holds, and how it tells of what happens. */
export interface World extends Tables, SearchedLate {
  readonly account: Account
  readonly clock: TwinClock
  /** For what happens after the seed. */
  readonly random: Random
  readonly numbers: Numbers
  /** The same tables, together. */
  readonly tables: Tables
  /** Whether the first token still lets anybody in. */
  readonly access: { apiToken: string; apiTokenActive: boolean }
  /** Above so many, counts are of once a day: those that were made, by the list they are of. They do not outlive the process. */
  readonly countsExactlyTo: number
  readonly dailyCounts: Map<string, { readonly value: number; readonly at: Date }>
  readonly announce: (news: News) => void
}

/** A ticket that is not deleted. @throws 404 */
export function getTicket(world: World, id: number): Ticket {
  const ticket = found(world.tickets.get(id))
  if (ticket.deleted) throw notFound()
  return ticket
}

/** A person, also a deleted one, but none that was removed for good. @throws 404 */
export function getUser(world: World, id: number): User {
  const user = found(world.users.get(id))
  if (user.scrubbed) throw notFound()
  return user
}

/** @throws 404 */
export function getOrganization(world: World, id: number): Organization {
  const organization = found(world.organizations.get(id))
  if (organization.deleted_at !== null) throw notFound()
  return organization
}

/** @throws 404 */
export function getGroup(world: World, id: number): Group {
  return found(world.groups.get(id))
}

/** @throws 404 when there is none */
export function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw notFound()
  return value
}

/** Whether somebody answers tickets. */
export function isStaff(user: User | undefined): boolean {
  return user !== undefined && user.role !== 'end-user' && user.active
}

/** A way that tells nothing more than its name. */
export function via(channel: string): Via {
  return { channel, source: { from: {}, to: {}, rel: null } }
}

/** The account itself acting. */
export const system: Actor = { id: -1, via: { channel: 'rule', source: { from: {}, to: {}, rel: 'automation' } } }
