import { json } from '../../exchange.ts'
import type { FieldRules } from '../check.ts'
import { numbersIn, textIn } from '../check.ts'
import type { Body } from '../check.ts'
import type { Group } from '../desk-records.ts'
import { invalidValue, missingField, taken } from '../errors.ts'
import { renderGroup, renderListedGroup, renderRole } from '../render/people.ts'
import { nextId, nowIn } from '../../world.ts'
import { found } from '../world.ts'
import type { World } from '../world.ts'
import { bodyOf, created, idIn, noContent, pageReply } from './call.ts'
import type { ApiCall, Routes } from './call.ts'

/** How long a ticket of a group may be nobody's before somebody hears of it. */
const unassignedFor = ['30m', '1h', '2h', '4h', '8h', '12h', '1d', '2d', '3d']

const groupRules: FieldRules = {
  name: { kind: 'string' },
  description: { kind: 'string', nullable: true },
  business_hour_id: { kind: 'integer', nullable: true },
  escalate_to: { kind: 'integer', nullable: true },
  unassigned_for: { kind: 'string', nullable: true, oneOf: unassignedFor },
  agent_ids: { kind: 'integers' },
  auto_ticket_assign: { kind: 'integer', oneOf: [0, 1, 2, 3, 12] },
}

/** Groups and roles. */
export const groupRoutes: Routes = {
  'GET /groups': {
    needs: 'administer',
    paged: true,
    answer: (call) => pageReply(call, [...call.world.groups.values()], (one) => renderListedGroup(call.world, one)),
  },
  'POST /groups': {
    needs: 'administer',
    answer(call) {
      const { world } = call
      const body = bodyOf(call, groupRules)
      const name = textIn(body, 'name')
      if (name === undefined || name === '') throw missingField('name')
      const at = nowIn(world)
      const group: Group = {
        id: nextId(world, 'group'),
        description: null,
        business_hour_id: null,
        escalate_to: null,
        unassigned_for: '30m',
        auto_ticket_assign: 0,
        ...groupFieldsIn(world, body, null),
        name,
        created_at: at,
        updated_at: at,
      }
      world.groups.set(group.id, group)
      setMembers(world, group, numbersIn(body, 'agent_ids') ?? [])
      return created(call, `/groups/${group.id}`, renderGroup(world, group))
    },
  },
  'GET /groups/{group_id}': {
    needs: 'administer',
    answer: (call) => json(renderGroup(call.world, groupOf(call))),
  },
  'PUT /groups/{group_id}': {
    needs: 'administer',
    answer(call) {
      const group = groupOf(call)
      const body = bodyOf(call, groupRules)
      Object.assign(group, groupFieldsIn(call.world, body, group), { updated_at: nowIn(call.world) })
      const members = numbersIn(body, 'agent_ids')
      if (members) setMembers(call.world, group, members)
      return json(renderGroup(call.world, group))
    },
  },
  'DELETE /groups/{group_id}': {
    needs: 'administer',
    answer(call) {
      const group = groupOf(call)
      call.world.groups.delete(group.id)
      setMembers(call.world, group, [])
      for (const ticket of call.world.tickets.values()) if (ticket.group_id === group.id) ticket.group_id = null
      return noContent
    },
  },
  'GET /roles': { needs: 'administer', answer: (call) => json(call.world.roles.map(renderRole)) },
}

function groupOf(call: ApiCall): Group {
  return found(call.world.groups.get(idIn(call, 'group_id')))
}

function groupFieldsIn(world: World, body: Body, before: Group | null): Partial<Group> {
  const name = textIn(body, 'name')
  if ([...world.groups.values()].some((other) => other !== before && other.name === name)) throw taken('name')
  if (numbersIn(body, 'agent_ids')?.some((id) => !world.agents.has(id))) {
    throw invalidValue('agent_ids', 'There are no agents matching the ids of agent_ids')
  }
  const { agent_ids: _members, ...rest } = body
  return rest
}

function setMembers(world: World, group: Group, ids: readonly number[]): void {
  for (const agent of world.agents.values()) {
    const others = agent.group_ids.filter((id) => id !== group.id)
    agent.group_ids = ids.includes(agent.id) ? [...others, group.id] : others
  }
}
