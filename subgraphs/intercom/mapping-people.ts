import type { Deletion, Upsert } from '../../store/change.ts'
import { toCustomFields } from './custom-fields.ts'
import type { Received } from '../../kit/wire.ts'
import type { AdminWire, CompanyWire, ContactWire, TagWire, TeamWire } from './wire.ts'

const NEVER = { createdAt: null, updatedAt: null }

/** A teammate; available while they have an inbox seat and are not away. */
export function toAgent({ wire, native }: Received<AdminWire>): Upsert<'agent'> {
  const away = wire.away_mode_enabled ?? null
  return {
    op: 'upsert',
    kind: 'agent',
    remoteId: wire.id,
    version: null,
    fields: {
      ...NEVER,
      name: wire.name,
      email: wire.email,
      avatarUrl: wire.avatar,
      available: away === null ? null : !away && wire.has_inbox_seat !== false,
      bot: false,
      teamRemoteIds: wire.team_ids ?? [],
    },
    native,
  }
}

/** A team of teammates. */
export function toTeam({ wire, native }: Received<TeamWire>): Upsert<'team'> {
  return {
    op: 'upsert',
    kind: 'team',
    remoteId: wire.id,
    version: null,
    fields: { ...NEVER, name: wire.name, agentRemoteIds: wire.admin_ids ?? [] },
    native,
  }
}

/**
 * A tag. Its `native` is only what belongs to the tag itself: an answer to tagging also says when and by whom, which
 * is of the thing tagged, and would make the tag look changed each time.
 */
export function toTag({ wire }: Received<TagWire>): Upsert<'tag'> {
  return {
    op: 'upsert',
    kind: 'tag',
    remoteId: wire.id,
    version: null,
    fields: { ...NEVER, name: wire.name },
    native: { type: 'tag', id: wire.id, name: wire.name },
  }
}

/** A company. */
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
      externalId: wire.company_id,
      website: wire.website,
      industry: wire.industry,
      size: wire.size ?? null,
      plan: wire.plan?.name ?? null,
      tagRemoteIds: (wire.tags?.tags ?? []).map((tag) => tag.id),
      customFields: toCustomFields(wire.custom_attributes),
    },
    native,
  }
}

/** Ids of all that is attached to a contact, where the contact itself holds only the first ten. */
export interface Attached {
  readonly tagRemoteIds: readonly string[]
  readonly companyRemoteIds: readonly string[]
}

/** What a contact's own record says is attached to it; null when that is not all. */
export function toAttached(contact: ContactWire): Attached | null {
  const { tags, companies } = contact
  if (tags === undefined || companies === undefined || tags?.has_more || companies?.has_more) return null
  return {
    tagRemoteIds: (tags?.data ?? []).map((tag) => tag.id),
    companyRemoteIds: (companies?.data ?? []).map((company) => company.id),
  }
}

/** A person: a user is known to the customer's own system, a lead not yet. */
export function toContact({ wire, native }: Received<ContactWire>, attached: Attached): Upsert<'contact'> {
  const { tagRemoteIds, companyRemoteIds } = attached
  return {
    op: 'upsert',
    kind: 'contact',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      role: wire.role === 'user' ? 'USER' : 'LEAD',
      name: wire.name,
      email: wire.email,
      // A user's address comes from the customer's own system, a lead's from the lead.
      emailVerified: wire.role === 'user',
      phone: wire.phone,
      externalId: wire.external_id,
      avatarUrl: wire.avatar,
      lastSeenAt: wire.last_seen_at,
      // A blocked contact is archived, which is told as its deletion; one that can be read is not blocked.
      blocked: false,
      companyRemoteIds,
      tagRemoteIds,
      customFields: toCustomFields(wire.custom_attributes),
    },
    native,
    // What the record itself holds is not kept twice.
    ...(toAttached(wire) === null ? { beside: { tagRemoteIds, companyRemoteIds } } : {}),
  }
}

/** The contacts that went into this one: the only place where Intercom tells their ids (a `contact.merged` delivery does not). */
export function toMergedAway(contact: ContactWire): Deletion[] {
  return (contact.merge_history ?? []).map((merge) => ({
    op: 'delete',
    kind: 'contact',
    remoteId: merge.source_contact_id,
    mergedIntoRemoteId: contact.id,
  }))
}
