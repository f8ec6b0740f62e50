import { invalidField } from '../errors.ts'
import type { Membership, User } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import type { World } from '../world.ts'

/** Puts somebody into a group; their first is their default. @throws 422 they are in it, or answer no tickets */
export function joinGroup(world: World, user: User, groupId: number): Membership {
  if (user.role === 'end-user') throw invalidField('base', 'User: must be an agent')
  if (world.groups.get(groupId)?.deleted !== false) throw invalidField('base', 'Group: is invalid')
  const own = [...world.groupMemberships.values()].filter(({ user_id }) => user_id === user.id)
  if (own.some(({ of }) => of === groupId))
    throw invalidField('user_id', 'User: has already been taken', 'DuplicateValue')
  const membership = newMembership(world, user, { of: groupId, isFirst: own.length === 0 })
  world.groupMemberships.set(membership.id, membership)
  if (membership.default) user.default_group_id = groupId
  return membership
}

/** Puts somebody into an organization, as its default; it is no mistake if they are in it. */
export function joinOrganization(world: World, user: User, organizationId: number): Membership {
  const own = [...world.organizationMemberships.values()].filter(({ user_id }) => user_id === user.id)
  const known = own.find(({ of }) => of === organizationId)
  const membership = known ?? newMembership(world, user, { of: organizationId, isFirst: true })
  for (const other of own) other.default = false
  membership.default = true
  world.organizationMemberships.set(membership.id, membership)
  user.organization_id = organizationId
  return membership
}

/** Takes somebody out of an organization; another of theirs is their default then. */
export function leaveOrganization(world: World, user: User, organizationId: number): void {
  const own = [...world.organizationMemberships.values()].filter(({ user_id }) => user_id === user.id)
  for (const membership of own)
    if (membership.of === organizationId) world.organizationMemberships.delete(membership.id)
  if (user.organization_id !== organizationId) return
  const next = own.find(({ of }) => of !== organizationId)
  if (next) next.default = true
  user.organization_id = next?.of ?? null
}

/** Makes one of somebody's places the usual one. */
export function makeDefault(world: World, kind: 'group' | 'organization', membership: Membership): void {
  const table = kind === 'group' ? world.groupMemberships : world.organizationMemberships
  for (const other of table.values()) if (other.user_id === membership.user_id) other.default = other === membership
  const user = world.users.get(membership.user_id)
  if (!user) return
  if (kind === 'group') user.default_group_id = membership.of
  else user.organization_id = membership.of
}

function newMembership(world: World, user: User, at: { readonly of: number; readonly isFirst: boolean }): Membership {
  return { id: nextId(world, 'membership'), user_id: user.id, of: at.of, default: at.isFirst, created_at: nowIn(world) }
}
