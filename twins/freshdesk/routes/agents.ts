import { json } from '../../exchange.ts'
import { createAgent, retireAgent, updateAgent } from '../acts/agents.ts'
import type { AgentFields } from '../acts/agents.ts'
import { numberIn, numbersIn, textIn } from '../check.ts'
import type { Body, FieldRules } from '../check.ts'
import type { Agent } from '../desk-records.ts'
import { invalidValue, missingField, taken } from '../errors.ts'
import { renderAgent, renderListedAgent } from '../render/people.ts'
import { getAgent } from '../world.ts'
import type { World } from '../world.ts'
import { bodyOf, created, idIn, noContent, pageReply, wordOf } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { begins } from './contacts.ts'

/** What writing an agent takes; creating one takes an `email` too. `available` is not confirmed by any source. */
export const agentRules: FieldRules = {
  occasional: { kind: 'boolean' },
  signature: { kind: 'string', nullable: true },
  ticket_scope: { kind: 'integer', oneOf: [1, 2, 3] },
  skill_ids: { kind: 'integers' },
  group_ids: { kind: 'integers' },
  role_ids: { kind: 'integers' },
  type: { kind: 'string', oneOf: ['support_agent', 'field_agent', 'collaborator'] },
  focus_mode: { kind: 'boolean' },
  language: { kind: 'string' },
  time_zone: { kind: 'string' },
  available: { kind: 'boolean' },
}

/** Agents. */
export const agentRoutes: Routes = {
  'GET /agents': {
    needs: 'administer',
    paged: true,
    query: ['email', 'mobile', 'phone', 'state'],
    answer: (call) => pageReply(call, listed(call), (agent) => renderListedAgent(call.world, agent)),
  },
  'POST /agents': {
    needs: 'administer',
    answer(call) {
      const { world } = call
      const body = bodyOf(call, { ...agentRules, email: { kind: 'string', required: true }, name: { kind: 'string' } })
      const email = (textIn(body, 'email') ?? '').toLowerCase()
      const clash = [...world.agents.values(), ...world.contacts.values()].find((one) => one.email === email)
      if (clash) throw taken('email', clash.id)
      if (numberIn(body, 'ticket_scope') === undefined) throw missingField('ticket_scope')
      const name = textIn(body, 'name')
      const fields = { ...agentFieldsIn(world, body), ...(name === undefined ? {} : { name }) }
      const agent = createAgent(world, { email, fields })
      return created(call, `/agents/${agent.id}`, renderAgent(world, agent))
    },
  },
  'GET /agents/me': {
    needs: 'any',
    answer: (call) => json(renderAgent(call.world, call.caller)),
  },
  'GET /agents/autocomplete': {
    needs: 'any',
    query: ['term'],
    answer(call) {
      const term = call.query.get('term')
      if (term === null || term === '') throw missingField('term')
      const found = [...call.world.agents.values()].filter(
        ({ name, email }) => begins(name, term) || begins(email, term),
      )
      return json(found.map(({ id, name, email }) => ({ id, name, email, avatar: null })))
    },
  },
  'GET /agents/{agent_id}': {
    needs: 'administer',
    answer: (call) => json(renderAgent(call.world, getAgent(call.world, idIn(call, 'agent_id')))),
  },
  'PUT /agents/{agent_id}': {
    needs: 'administer',
    answer(call) {
      const agent = getAgent(call.world, idIn(call, 'agent_id'))
      const body = bodyOf(call, agentRules)
      if (agent === call.caller && numberIn(body, 'ticket_scope') !== undefined) {
        throw invalidValue('ticket_scope', 'You cannot change your own ticket_scope.')
      }
      updateAgent(call.world, agent, agentFieldsIn(call.world, body))
      return json(renderAgent(call.world, agent))
    },
  },
  'DELETE /agents/{agent_id}': {
    needs: 'administer',
    answer(call) {
      const agent = getAgent(call.world, idIn(call, 'agent_id'))
      if (agent === call.caller) throw invalidValue('id', 'You cannot delete yourself.')
      retireAgent(call.world, agent)
      return noContent
    },
  },
}

/** What a checked body says of an agent. @throws 400 a group or role that is not there */
export function agentFieldsIn(world: World, body: Body): AgentFields {
  const known = (field: string, exists: (id: number) => boolean): void => {
    if (numbersIn(body, field)?.some((id) => !exists(id))) {
      throw invalidValue(field, `There are no records matching the ids of ${field}`)
    }
  }
  known('group_ids', (id) => world.groups.has(id))
  known('role_ids', (id) => world.roles.some((role) => role.id === id))
  return Object.fromEntries(Object.keys(agentRules).flatMap((name) => (name in body ? [[name, body[name]]] : [])))
}

function listed(call: ApiCall): Agent[] {
  const { query } = call
  const state = wordOf(call, 'state', ['fulltime', 'occasional'])
  const equal = (name: 'email' | 'mobile' | 'phone', agent: Agent): boolean =>
    query.get(name) === null || agent[name] === query.get(name)
  return [...call.world.agents.values()].filter(
    (agent) =>
      (state === null || agent.occasional === (state === 'occasional')) &&
      equal('email', agent) &&
      equal('mobile', agent) &&
      equal('phone', agent),
  )
}
