import { entriesByName } from '../../kit/entries.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import { gone } from '../../kit/gone.ts'
import type { Received } from '../../kit/wire.ts'
import type { Change, Upsert } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { toCustomFields } from './custom-fields.ts'
import type { GroupWire, MembershipWire, OrganizationWire, UserWire } from './wire.ts'

/** Who is in which group: pairs of both lists are made from the same memberships. */
export type Memberships = readonly MembershipWire[]

const pairs = (memberships: Memberships): Json => memberships.map(({ user_id, group_id }) => ({ user_id, group_id }))

/** Somebody who answers. Zendesk says elsewhere who is available, where an account has that at all. */
export function toAgent({ wire, native }: Received<UserWire>, memberships: Memberships): Upsert<'agent'> {
  const own = memberships.filter(({ user_id }) => user_id === wire.id)
  return {
    op: 'upsert',
    kind: 'agent',
    remoteId: wire.id,
    // Groups are no part of the record and do not move its time, so the later observation counts.
    version: null,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      name: wire.name,
      email: wire.email,
      avatarUrl: wire.photo?.content_url ?? null,
      available: null,
      bot: false,
      teamRemoteIds: own.map(({ group_id }) => group_id),
    },
    native,
    beside: pairs(own),
  }
}

/** A group of agents. */
export function toTeam({ wire, native }: Received<GroupWire>, memberships: Memberships): Upsert<'team'> {
  const own = memberships.filter(({ group_id }) => group_id === wire.id)
  return {
    op: 'upsert',
    kind: 'team',
    remoteId: wire.id,
    version: null,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      name: wire.name,
      agentRemoteIds: own.map(({ user_id }) => user_id),
    },
    native,
    beside: pairs(own),
  }
}

/**
 * A person who asks; anybody may, an agent too.
 *
 * @param fidelity a record that stands beside another may hold less than a person's own
 */
export function toContact({ wire, native }: Received<UserWire>, fidelity: 'whole' | 'partial'): Upsert<'contact'> {
  return {
    op: 'upsert',
    kind: 'contact',
    remoteId: wire.id,
    version: wire.updated_at,
    fidelity,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      role: wire.external_id === null ? 'LEAD' : 'USER',
      name: wire.name,
      email: wire.email,
      emailVerified: wire.verified ?? null,
      phone: wire.phone,
      externalId: wire.external_id,
      avatarUrl: wire.photo?.content_url ?? null,
      lastSeenAt: wire.last_login_at,
      blocked: wire.suspended === true,
      companyRemoteIds: wire.organization_id === null ? [] : [wire.organization_id],
      tagRemoteIds: wire.tags ?? [],
      customFields: toCustomFields(entriesByName(wire.user_fields)),
    },
    native,
  }
}

/** A person with the tags that they have; a deletion when they were deleted, which their record says itself. */
export function fromUser(received: Received<UserWire>, fidelity: 'whole' | 'partial' = 'whole'): Change[] {
  const { wire } = received
  if (wire.active === false) return [gone('contact', wire.id)]
  return [...tagsNamed(wire.tags ?? []), toContact(received, fidelity)]
}

/** An organization with the tags that it has; a deletion when it was deleted. */
export function fromOrganization({ wire, native }: Received<OrganizationWire>): Change[] {
  if (wire.deleted_at !== null) return [gone('company', wire.id)]
  const company: Upsert<'company'> = {
    op: 'upsert',
    kind: 'company',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      name: wire.name,
      externalId: wire.external_id,
      website: wire.domain_names?.[0] ?? null,
      industry: null,
      size: null,
      plan: null,
      tagRemoteIds: wire.tags ?? [],
      customFields: toCustomFields(entriesByName(wire.organization_fields)),
    },
    native,
  }
  return [...tagsNamed(wire.tags ?? []), company]
}
