import type { Group, Identity, Membership, Organization, User } from '../records.ts'
import type { World } from '../world.ts'

/** A person as staff see them. */
export function renderUser(user: User, base: string) {
  return {
    url: `${base}/api/v2/users/${user.id}.json`,
    id: user.id,
    name: user.name,
    email: user.email,
    created_at: user.created_at,
    updated_at: user.updated_at,
    time_zone: 'London',
    iana_time_zone: 'Europe/London',
    phone: user.phone,
    shared_phone_number: user.phone === null ? null : false,
    photo: null,
    locale_id: 1,
    locale: user.locale,
    organization_id: user.organization_id,
    role: user.role,
    verified: user.verified,
    external_id: user.external_id,
    tags: user.tags,
    alias: user.alias,
    active: user.active,
    shared: false,
    shared_agent: false,
    last_login_at: user.last_login_at,
    two_factor_auth_enabled: null,
    signature: null,
    details: user.details,
    notes: user.notes,
    role_type: user.role === 'admin' ? 4 : user.role === 'agent' ? 0 : null,
    custom_role_id: null,
    moderator: user.role === 'admin',
    ticket_restriction: user.ticket_restriction,
    only_private_comments: false,
    restricted_agent: user.ticket_restriction !== null,
    suspended: user.suspended,
    default_group_id: user.default_group_id,
    report_csv: user.role === 'admin',
    user_fields: user.user_fields,
  }
}

/** Somebody who is not logged in: an answer with 200, as the provider gives it. Its name and address are recalled, not confirmed by a source. */
export function renderAnonymous() {
  return {
    id: null,
    name: 'Anonymous user',
    email: 'invalid@example.com',
    role: 'end-user',
    active: false,
    verified: false,
  }
}

/** A way to reach somebody as the API shows it. */
export function renderIdentity({ verified_at, ...identity }: Identity, base: string) {
  const { id, user_id, type } = identity
  return {
    url: `${base}/api/v2/users/${user_id}/identities/${id}.json`,
    ...identity,
    verified: verified_at !== null,
    verified_at,
    verification_method: verified_at === null ? 'none' : 'low',
    ...(type === 'email' ? { undeliverable_count: 0, deliverable_state: 'deliverable' } : {}),
  }
}

/** An organization as the API shows it. */
export function renderOrganization(organization: Organization, base: string) {
  const { generated: _generated, deleted_at, ...shown } = organization
  return {
    url: `${base}/api/v2/organizations/${organization.id}.json`,
    ...shown,
    // Only exports tell of deleted ones.
    ...(deleted_at === null ? {} : { deleted_at }),
  }
}

/** A group as the API shows it. */
export function renderGroup(group: Group, base: string) {
  return { url: `${base}/api/v2/groups/${group.id}.json`, ...group }
}

/** A place in a group as the API shows it. */
export function renderGroupMembership({ of, ...membership }: Membership, base: string) {
  const url = `${base}/api/v2/group_memberships/${membership.id}.json`
  return { url, ...membership, group_id: of, updated_at: membership.created_at }
}

/** A place in an organization as the API shows it. */
export function renderOrganizationMembership(world: World, { of, ...membership }: Membership, base: string) {
  const url = `${base}/api/v2/organization_memberships/${membership.id}.json`
  const organization_name = world.organizations.get(of)?.name ?? ''
  return {
    url,
    ...membership,
    organization_id: of,
    organization_name,
    view_tickets: true,
    updated_at: membership.created_at,
  }
}
