import type { Upsert } from '../../store/change.ts'
import type { Received } from '../../kit/wire.ts'
import { tagsNamed } from '../../kit/named-tags.ts'
import { toCustomFields } from './custom-fields.ts'
import type { RequesterWire } from './wire-tickets.ts'
import type { AgentWire, CompanyWire, ContactWire, GroupWire } from './wire.ts'

/** An agent. Being available moves no time of change, so that the later observation counts. */
export function toAgent({ wire, native }: Received<AgentWire>): Upsert<'agent'> {
  return {
    op: 'upsert',
    kind: 'agent',
    remoteId: wire.id,
    version: null,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      name: wire.contact.name,
      email: wire.contact.email,
      avatarUrl: null,
      available: wire.available ?? null,
      bot: false,
      teamRemoteIds: wire.group_ids ?? [],
    },
    native,
  }
}

/** A group. Who is in it moves no time of change either. */
export function toTeam({ wire, native }: Received<GroupWire>): Upsert<'team'> {
  return {
    op: 'upsert',
    kind: 'team',
    remoteId: wire.id,
    version: null,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      name: wire.name,
      agentRemoteIds: wire.agent_ids ?? [],
    },
    native,
  }
}

/** A company; its first domain is its website. Freshdesk's companies have no tags, no size and no key of the customer's. */
export function toCompany({ wire, native }: Received<CompanyWire>): Upsert<'company'> {
  return {
    op: 'upsert',
    kind: 'company',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      name: wire.name,
      externalId: null,
      website: wire.domains?.[0] ?? null,
      industry: wire.industry,
      size: null,
      plan: wire.account_tier,
      tagRemoteIds: [],
      customFields: toCustomFields(wire.custom_fields),
    },
    native,
  }
}

/** In which list a contact was found: its own record does not say that it is blocked. */
export type Standing = 'active' | 'blocked'

/** A person from their own record, with the tags that it names. A visitor of the chat is not known by name yet. */
export function toContact(
  { wire, native }: Received<ContactWire>,
  standing: Standing,
): [Upsert<'contact'>, ...Upsert<'tag'>[]] {
  const companies = [wire.company_id, ...(wire.other_companies ?? []).map((other) => other.company_id)]
  const contact: Upsert<'contact'> = {
    op: 'upsert',
    kind: 'contact',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      role: wire.contact_type === 'visitor' ? 'LEAD' : 'USER',
      name: wire.name,
      email: wire.email,
      emailVerified: wire.active ?? null,
      phone: wire.phone ?? wire.mobile,
      externalId: wire.unique_external_id,
      avatarUrl: wire.avatar?.avatar_url ?? null,
      lastSeenAt: null,
      blocked: standing === 'blocked',
      companyRemoteIds: [...new Set(companies.filter((id) => id !== null))],
      tagRemoteIds: [...new Set(wire.tags)],
      customFields: toCustomFields(wire.custom_fields),
    },
    native,
    beside: { standing },
  }
  return [contact, ...tagsNamed(wire.tags)]
}

/**
 * An agent who asked for something is nobody's contact at Freshdesk; as the requester of a ticket they are one here,
 * with as much as the ticket tells.
 */
export function toRequester({ wire, native }: Received<RequesterWire>): Upsert<'contact'> {
  return {
    op: 'upsert',
    kind: 'contact',
    remoteId: wire.id,
    version: null,
    fields: {
      createdAt: null,
      updatedAt: null,
      role: 'USER',
      name: wire.name,
      email: wire.email,
      emailVerified: null,
      phone: wire.phone ?? wire.mobile,
      externalId: null,
      avatarUrl: null,
      lastSeenAt: null,
      blocked: false,
      companyRemoteIds: [],
      tagRemoteIds: [],
      customFields: [],
    },
    native,
  }
}
