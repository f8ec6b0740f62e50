import { z } from 'zod'
import type { Remap } from '../../kit/contract.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import type { StoredRecord, Upsert } from '../../store/change.ts'
import { fromEvent, SAID, toSaid } from './mapping-messages.ts'
import { fromOrganization, fromUser, toAgent, toTeam } from './mapping-people.ts'
import { metricsIn, toRated, toRating, toTicket, versionOf } from './mapping-tickets.ts'
import { toDefinition } from './read-definitions.ts'
import { toComment } from './webhook.ts'
import { receive, wireGroup, wireMembership, wireOrganization, wireUser } from './wire.ts'
import {
  wireAround,
  wireAuditEvent,
  wireLogEvent,
  wireRated,
  wireRating,
  wireSatisfaction,
  wireTicket,
} from './wire-tickets.ts'
import { readEvent } from './wire-webhook.ts'

const wireTag = z.looseObject({ name: z.string() })

const membershipsOf = ({ beside }: StoredRecord) => receive(z.array(wireMembership), beside, 'group memberships').wire

/** A message came by an audit, by the log of a conversation, or by a delivery, which has nothing around it. */
function toMessage({ remoteId, native, beside }: StoredRecord): Upsert<'message'> | null {
  if (beside === null) return toComment(readEvent(native), native)
  const around = receive(wireAround, beside, 'audits')
  if (remoteId.startsWith(SAID)) return toSaid(receive(wireLogEvent, native, 'conversation log'), around)
  return fromEvent(receive(wireAuditEvent, native, 'audits'), around)
}

/** A rating came by the list, or with its ticket. */
function fromRating({ native, beside }: StoredRecord): Upsert<'rating'> | null {
  return beside === null
    ? toRating(receive(wireRating, native, 'satisfaction ratings'))
    : toRated(receive(wireSatisfaction, native, 'tickets'), receive(wireRated, beside, 'tickets'))
}

const listOf = <One>(one: One | null): One[] => (one === null ? [] : [one])

/** How what is stored of Zendesk is mapped again. */
export const remap: Required<Omit<Remap, 'conversation' | 'timeEntry'>> = {
  agent: (stored) => [toAgent(receive(wireUser, stored.native, 'agents'), membershipsOf(stored))],
  team: (stored) => [toTeam(receive(wireGroup, stored.native, 'groups'), membershipsOf(stored))],
  tag: ({ native }) => tagsNamed([receive(wireTag, native, 'tags').wire.name]),
  company: ({ native }) => fromOrganization(receive(wireOrganization, native, 'organizations')),
  contact: ({ native }) => fromUser(receive(wireUser, native, 'users')),
  ticket: ({ native, version }) => {
    const ticket = receive(wireTicket, native, 'tickets')
    // Without a version it came without all that belongs to it.
    const known = version === null ? null : versionOf(ticket.wire)
    return [...tagsNamed(ticket.wire.tags ?? []), toTicket(ticket, metricsIn(native), known)]
  },
  message: (stored) => listOf(toMessage(stored)),
  rating: (stored) => listOf(fromRating(stored)),
  definition: ({ remoteId, native }) => [toDefinition(remoteId, native)],
}
