import { json } from '../../exchange.ts'
import { invalidField } from '../errors.ts'
import type { Group } from '../records.ts'
import { renderGroup } from '../render/people.ts'
import { nextId, nowIn } from '../../world.ts'
import { found, getGroup } from '../world.ts'
import { counted, idIn, noContent, wrapped } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { groupMemberships } from './memberships.ts'
import { pageReply } from './paging.ts'
import { rowsOf } from './sideloads.ts'
import { userPage } from './users.ts'

/** Groups. */
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
    answer(call) {
      const { id } = groupOf(call)
      return groupMemberships(call, ({ of }) => of === id)
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

function write(call: ApiCall, group: Group): void {
  const { name, description, is_public: isPublic } = wrapped(call, 'group')
  if (typeof name === 'string') group.name = name.trim()
  if (group.name === '') throw invalidField('name', 'Name: cannot be blank', 'BlankValue')
  if (typeof description === 'string') group.description = description
  if (typeof isPublic === 'boolean') group.is_public = isPublic
  group.updated_at = nowIn(call.world)
}
