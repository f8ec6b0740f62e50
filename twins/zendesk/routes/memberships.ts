import { json } from '../../exchange.ts'
import { joinGroup, joinOrganization, leaveOrganization, makeDefault } from '../acts/memberships.ts'
import { stepsOf } from '../acts/jobs.ts'
import type { JobStep, Membership, User } from '../records.ts'
import { renderGroupMembership, renderOrganizationMembership } from '../render/people.ts'
import { found, getOrganization, getUser, isStaff } from '../world.ts'
import { idIn, idsOf, noContent, wrapped, wrappedList } from './call.ts'
import type { ApiCall, Route, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { jobReply } from './tickets.ts'

const inGroups: Pick<Route, 'needs' | 'resource'> = { needs: 'staff', resource: 'users' }
const inOrganizations: Pick<Route, 'needs' | 'resource'> = { needs: 'staff', resource: 'organizations' }

/** Who belongs to which group and which organization. */
export const membershipRoutes: Routes = {
  'GET /group_memberships': { ...inGroups, answer: (call) => groupMemberships(call, () => true) },
  'POST /group_memberships': {
    ...inGroups,
    needs: 'admin',
    answer(call) {
      const { group_id } = wrapped(call, 'group_membership')
      const membership = joinGroup(call.world, memberOf(call, 'group_membership'), Number(group_id))
      return json({ group_membership: renderGroupMembership(membership, call.base) }, 201)
    },
  },
  'GET /group_memberships/{group_membership_id}': {
    ...inGroups,
    answer(call) {
      const membership = found(call.world.groupMemberships.get(idIn(call, 'group_membership_id')))
      return json({ group_membership: renderGroupMembership(membership, call.base) })
    },
  },
  'DELETE /group_memberships/{group_membership_id}': {
    ...inGroups,
    needs: 'admin',
    answer(call) {
      const { id } = found(call.world.groupMemberships.get(idIn(call, 'group_membership_id')))
      call.world.groupMemberships.delete(id)
      return noContent
    },
  },
  'GET /organization_memberships': {
    ...inOrganizations,
    answer: (call) => organizationMemberships(call, [...call.world.organizationMemberships.values()]),
  },
  'POST /organization_memberships': {
    ...inOrganizations,
    needs: 'admin',
    answer(call) {
      const { organization_id } = wrapped(call, 'organization_membership')
      const organization = getOrganization(call.world, Number(organization_id))
      const membership = joinOrganization(call.world, memberOf(call, 'organization_membership'), organization.id)
      return json({ organization_membership: renderOrganizationMembership(call.world, membership, call.base) }, 201)
    },
  },
  'GET /organization_memberships/{organization_membership_id}': {
    ...inOrganizations,
    answer(call) {
      const membership = found(call.world.organizationMemberships.get(idIn(call, 'organization_membership_id')))
      return json({ organization_membership: renderOrganizationMembership(call.world, membership, call.base) })
    },
  },
  'DELETE /organization_memberships/{organization_membership_id}': {
    ...inOrganizations,
    needs: 'admin',
    answer(call) {
      const membership = found(call.world.organizationMemberships.get(idIn(call, 'organization_membership_id')))
      leaveOrganization(call.world, getUser(call.world, membership.user_id), membership.of)
      return noContent
    },
  },
  'GET /group_memberships/assignable': {
    ...inGroups,
    answer: (call) =>
      groupMemberships(
        call,
        ({ of, user_id }) => call.world.groups.get(of)?.deleted === false && isStaff(call.world.users.get(user_id)),
      ),
  },
  'POST /group_memberships/create_many': { ...inGroups, needs: 'admin', answer: (call) => createMany(call, 'group') },
  'DELETE /group_memberships/destroy_many': {
    ...inGroups,
    needs: 'admin',
    answer: (call) => destroyMany(call, 'group'),
  },
  'PUT /users/{user_id}/group_memberships/{group_membership_id}/make_default': {
    ...inGroups,
    answer(call) {
      const { id } = getUser(call.world, idIn(call, 'user_id'))
      const membership = call.world.groupMemberships.get(idIn(call, 'group_membership_id'))
      makeDefault(call.world, 'group', found(membership?.user_id === id ? membership : undefined))
      return groupMemberships(call, ({ user_id }) => user_id === id)
    },
  },
  'GET /users/{user_id}/group_memberships': {
    ...inGroups,
    answer(call) {
      const { id } = getUser(call.world, idIn(call, 'user_id'))
      return groupMemberships(call, ({ user_id }) => user_id === id)
    },
  },
  'POST /organization_memberships/create_many': {
    ...inOrganizations,
    needs: 'admin',
    answer: (call) => createMany(call, 'organization'),
  },
  'DELETE /organization_memberships/destroy_many': {
    ...inOrganizations,
    needs: 'admin',
    answer: (call) => destroyMany(call, 'organization'),
  },
  'PUT /users/{user_id}/organization_memberships/{organization_membership_id}/make_default': {
    ...inOrganizations,
    answer(call) {
      const { id } = getUser(call.world, idIn(call, 'user_id'))
      const membership = call.world.organizationMemberships.get(idIn(call, 'organization_membership_id'))
      makeDefault(call.world, 'organization', found(membership?.user_id === id ? membership : undefined))
      return organizationMemberships(call, placesOf(call, id))
    },
  },
  'PUT /users/{user_id}/organizations/{organization_id}/make_default': {
    ...inOrganizations,
    answer(call) {
      const membership = placeIn(call)
      makeDefault(call.world, 'organization', membership)
      return json({ organization_membership: renderOrganizationMembership(call.world, membership, call.base) })
    },
  },
  'DELETE /users/{user_id}/organizations/{organization_id}': {
    ...inOrganizations,
    needs: 'admin',
    answer(call) {
      const { user_id, of } = placeIn(call)
      leaveOrganization(call.world, getUser(call.world, user_id), of)
      return noContent
    },
  },
}

/** A page of places in groups. */
export function groupMemberships(call: ApiCall, isIn: (membership: Membership) => boolean) {
  const rows = [...call.world.groupMemberships.values()].filter(isIn)
  return pageReply(call, { name: 'group_memberships', rows, render: (one) => renderGroupMembership(one, call.base) })
}

function organizationMemberships(call: ApiCall, rows: readonly Membership[]) {
  return pageReply(call, {
    name: 'organization_memberships',
    rows,
    render: (one) => renderOrganizationMembership(call.world, one, call.base),
  })
}

function placesOf({ world }: ApiCall, userId: number): Membership[] {
  return [...world.organizationMemberships.values()].filter(({ user_id }) => user_id === userId)
}

/** The place of the person in the organization that a path names. @throws 404 */
function placeIn(call: ApiCall): Membership {
  const organizationId = idIn(call, 'organization_id')
  return found(placesOf(call, getUser(call.world, idIn(call, 'user_id')).id).find(({ of }) => of === organizationId))
}

function createMany(call: ApiCall, kind: 'group' | 'organization') {
  const steps = wrappedList(call, `${kind}_memberships`).map((membership): JobStep => ({
    method: 'POST',
    path: `/${kind}_memberships`,
    body: { [`${kind}_membership`]: membership },
    action: 'create',
  }))
  return jobReply(call, 'Bulk Create Membership', steps)
}

function destroyMany(call: ApiCall, kind: 'group' | 'organization') {
  const paths = idsOf(call).map((id) => `/${kind}_memberships/${id}`)
  return jobReply(call, 'Bulk Delete Membership', stepsOf(paths, { method: 'DELETE', action: 'delete' }))
}

function memberOf(call: ApiCall, name: string): User {
  return getUser(call.world, Number(wrapped(call, name)['user_id']))
}
