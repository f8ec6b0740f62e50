import type { Agent } from '../desk-records.ts'
import { refusal } from '../errors.ts'
import type { Contact } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import type { World } from '../world.ts'
import { hardDelete, newContact, updateContact } from './contacts.ts'

/** What can be said of an agent. Fields left out stay as they are. */
export type AgentFields = Partial<
  Pick<
    Agent,
    | 'occasional'
    | 'signature'
    | 'ticket_scope'
    | 'skill_ids'
    | 'group_ids'
    | 'role_ids'
    | 'type'
    | 'focus_mode'
    | 'language'
    | 'time_zone'
    | 'name'
    | 'phone'
    | 'mobile'
    | 'job_title'
    | 'available'
  >
>

/** Adds somebody who answers. @throws 403 there is no seat left */
export function createAgent(world: World, who: { readonly email: string; readonly fields: AgentFields }): Agent {
  return addAgent(world, { ...who, id: nextId(world, 'user') })
}

/** Makes an agent of a contact, who keeps the id. @throws 409 there is no address to log in with, 403 no seat left */
export function makeAgent(world: World, contact: Contact, fields: AgentFields): Agent {
  if (contact.email === null) {
    const message = 'An email should be associated with the contact before converting the contact to an agent.'
    throw refusal(409, 'inconsistent_state', message)
  }
  const { id, email, name, phone, mobile, job_title, language, time_zone } = contact
  const own = { name, phone, mobile, job_title, language, time_zone }
  const agent = addAgent(world, { id, email, fields: { ...own, ...fields } })
  hardDelete(world, contact)
  return agent
}

/** Makes a contact of an agent, who keeps the id; tickets that were theirs are nobody's. */
export function retireAgent(world: World, agent: Agent): void {
  world.agents.delete(agent.id)
  const contact = newContact(world, agent.id, nowIn(world))
  world.contacts.set(agent.id, contact)
  updateContact(world, contact, { name: agent.name, email: agent.email, active: true })
  for (const ticket of world.tickets.values()) if (ticket.responder_id === agent.id) ticket.responder_id = null
}

/** Changes an agent. Being available is dated. */
export function updateAgent(world: World, agent: Agent, fields: AgentFields): void {
  const before = agent.available
  Object.assign(agent, fields)
  agent.updated_at = nowIn(world)
  if (agent.available !== before) agent.available_since = agent.available ? nowIn(world) : null
}

function addAgent(
  world: World,
  who: { readonly id: number; readonly email: string; readonly fields: AgentFields },
): Agent {
  const full = [...world.agents.values()].filter(({ occasional }) => !occasional).length
  if (who.fields.occasional !== true && full >= world.account.seats) {
    throw refusal(403, 'max_agents_reached', 'The account has reached the maximum number of agents.')
  }
  const at = nowIn(world)
  const usual = world.roles.find(({ name }) => name === 'Agent')
  const agent: Agent = {
    id: who.id,
    name: who.email.split('@')[0] ?? who.email,
    email: who.email,
    available: false,
    available_since: null,
    occasional: false,
    signature: null,
    ticket_scope: 1,
    type: 'support_agent',
    skill_ids: [],
    group_ids: [],
    role_ids: usual ? [usual.id] : [],
    focus_mode: true,
    job_title: null,
    language: 'en',
    time_zone: world.account.timeZone,
    mobile: null,
    phone: null,
    last_login_at: null,
    created_at: at,
    updated_at: at,
    apiKey: world.random.hex(20),
    failedLogins: 0,
    ...who.fields,
  }
  world.agents.set(agent.id, agent)
  return agent
}
