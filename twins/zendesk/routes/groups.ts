import { json } from '../../exchange.ts'
import { joinGroup, joinOrganization, leaveOrganization } from '../acts/memberships.ts'
import { invalidField } from '../errors.ts'
import type { Group, User } from '../records.ts'
import { renderGroup, renderGroupMembership, renderOrganizationMembership } from '../render/people.ts'
import { found, getGroup, getOrganization, getUser, nextId, nowIn } from '../world.ts'
import { counted, idIn, noContent, wrapped } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { rowsOf } from './sideloads.ts'
import { userPage } from './users.ts'

/** Groups, and who belongs to what. */
export const groupRoutes: Routes = {
  'GET /groups': { needs: 'staff', resource: 'users', answer: (call) => groupPage(call) },
  'GET /groups/assignable': { needs: 'staff', resource: 'users', answer: (call) => groupPage(call) },
  'GET /groups/count': { needs: 'staff', resource: 'users', answer: (call) => counted(call, alive(call).length) },
  'POST /groups': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const at = nowIn(call.world)
      const group: Group = {
        id: nextId(call.world, 'group'),
        name: '',
        description: '',
        default: false,
        is_public: true,
        deleted: false,
        created_at: at,
        updated_at: at,
      }
      write(call, group)
      call.world.groups.set(group.id, group)
      return json({ group: renderGroup(group, call.base) }, 201)
    },
  },
  'GET /groups/{group_id}': {
    needs: 'staff',
    resource: 'users',
    answer: (call) => json({ group: renderGroup(groupOf(call), call.base) }),
  },
  'PUT /groups/{group_id}': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const group = groupOf(call)
      write(call, group)
      return json({ group: renderGroup(group, call.base) })
    },
  },
  'DELETE /groups/{group_id}': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const group = groupOf(call)
      if (group.default) throw invalidField('base', 'Group: the default group cannot be deleted')
      group.deleted = true
      group.updated_at = nowIn(call.world)
      for (const membership of call.world.groupMemberships.values()) {
        if (membership.of === group.id) call.world.groupMemberships.delete(membership.id)
      }
      return noContent
    },
  },
  'GET /groups/{group_id}/users': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const { id } = groupOf(call)
      const ids = [...call.world.groupMemberships.values()].filter(({ of }) => of === id).map(({ user_id }) => user_id)
      return userPage(call, rowsOf(ids, call.world.users))
    },
  },
  'GET /groups/{group_id}/memberships': {
    needs: 'staff',
    resource: 'users',
    answer: (call) => groupMemberships(call, groupOf(call).id),
  },
  'GET /group_memberships': { needs: 'staff', resource: 'users', answer: (call) => groupMemberships(call, null) },
  'POST /group_memberships': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const { group_id } = wrapped(call, 'group_membership')
      const membership = joinGroup(call.world, memberOf(call, 'group_membership'), Number(group_id))
      return json({ group_membership: renderGroupMembership(membership, call.base) }, 201)
    },
  },
  'GET /group_memberships/{group_membership_id}': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const membership = found(call.world.groupMemberships.get(idIn(call, 'group_membership_id')))
      return json({ group_membership: renderGroupMembership(membership, call.base) })
    },
  },
  'DELETE /group_memberships/{group_membership_id}': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const { id } = found(call.world.groupMemberships.get(idIn(call, 'group_membership_id')))
      call.world.groupMemberships.delete(id)
      return noContent
    },
  },
  'GET /organization_memberships': {
    needs: 'staff',
    resource: 'organizations',
    answer: (call) =>
      pageReply(call, {
        name: 'organization_memberships',
        rows: [...call.world.organizationMemberships.values()],
        render: (one) => renderOrganizationMembership(call.world, one, call.base),
      }),
  },
  'POST /organization_memberships': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const { organization_id } = wrapped(call, 'organization_membership')
      const organization = getOrganization(call.world, Number(organization_id))
      const membership = joinOrganization(call.world, memberOf(call, 'organization_membership'), organization.id)
      return json({ organization_membership: renderOrganizationMembership(call.world, membership, call.base) }, 201)
    },
  },
  'GET /organization_memberships/{organization_membership_id}': {
    needs: 'staff',
    resource: 'organizations',
    answer(call) {
      const membership = found(call.world.organizationMemberships.get(idIn(call, 'organization_membership_id')))
      return json({ organization_membership: renderOrganizationMembership(call.world, membership, call.base) })
    },
  },
  'DELETE /organization_memberships/{organization_membership_id}': {
    needs: 'admin',
    resource: 'organizations',
    answer(call) {
      const membership = found(call.world.organizationMemberships.get(idIn(call, 'organization_membership_id')))
      leaveOrganization(call.world, getUser(call.world, membership.user_id), membership.of)
      return noContent
    },
  },
}

function groupOf(call: ApiCall): Group {
  const group = getGroup(call.world, idIn(call, 'group_id'))
  return found(group.deleted ? undefined : group)
}

function alive({ world }: ApiCall): Group[] {
  return [...world.groups.values()].filter(({ deleted }) => !deleted)
}

function groupPage(call: ApiCall) {
  return pageReply(call, {
    name: 'groups',
    rows: alive(call),
    render: (group) => renderGroup(group, call.base),
    sorts: { name: (one) => one.name },
  })
}

function groupMemberships(call: ApiCall, groupId: number | null) {
  const rows = [...call.world.groupMemberships.values()].filter(({ of }) => groupId === null || of === groupId)
  return pageReply(call, { name: 'group_memberships', rows, render: (one) => renderGroupMembership(one, call.base) })
}

function memberOf(call: ApiCall, name: string): User {
  return getUser(call.world, Number(wrapped(call, name)['user_id']))
}

function write(call: ApiCall, group: Group): void {
  const { name, description, is_public: isPublic } = wrapped(call, 'group')
  if (typeof name === 'string') group.name = name.trim()
  if (group.name === '') throw invalidField('name', 'Name: cannot be blank', 'BlankValue')
  if (typeof description === 'string') group.description = description
  if (typeof isPublic === 'boolean') group.is_public = isPublic
  group.updated_at = nowIn(call.world)
}
