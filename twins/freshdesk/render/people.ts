import type { Agent, Group, Role } from '../desk-records.ts'
import type { Company, Contact } from '../records.ts'
import { withOffset } from '../times.ts'
import type { World } from '../world.ts'

/** A contact by itself. */
export function renderContact(contact: Contact) {
  const { deleted, blocked: _blocked, other_companies, ...rest } = contact
  return {
    ...rest,
    other_companies,
    avatar: null,
    social_handler: [],
    ...(deleted ? { deleted: true } : {}),
  }
}

/** A contact as lists show it: without what only the single one has. */
export function renderListedContact(contact: Contact) {
  const {
    avatar: _avatar,
    tags: _tags,
    other_companies: _companies,
    view_all_tickets: _all,
    ...rest
  } = renderContact(contact)
  return rest
}

/** A company; its dates carry the account's offset. */
export function renderCompany(world: World, company: Company) {
  const { offsetMinutes } = world.account
  const { created_at, updated_at } = company
  return {
    ...company,
    created_at: withOffset(created_at, offsetMinutes),
    updated_at: withOffset(updated_at, offsetMinutes),
  }
}

/** An agent with the person behind it. */
export function renderAgent(world: World, agent: Agent) {
  const { id, available, available_since, occasional, signature, ticket_scope, type, skill_ids, group_ids } = agent
  const { role_ids, focus_mode, name, email, job_title, language, last_login_at, mobile, phone, time_zone } = agent
  const { created_at, updated_at } = agent
  return {
    id,
    available,
    available_since,
    occasional,
    signature,
    ticket_scope,
    type,
    skill_ids,
    group_ids,
    role_ids,
    focus_mode,
    contact: {
      active: true,
      email,
      job_title,
      language,
      last_login_at: last_login_at === null ? null : withOffset(last_login_at, world.account.offsetMinutes),
      mobile,
      name,
      phone,
      time_zone,
      created_at,
      updated_at,
    },
    created_at,
    updated_at,
  }
}

/** An agent as lists show them: without groups and roles. Source: the contract, at `GET /agents`. */
export function renderListedAgent(world: World, agent: Agent) {
  const { group_ids: _groups, role_ids: _roles, ...rest } = renderAgent(world, agent)
  return rest
}

/** A group as lists show it; its dates carry the account's offset. */
export function renderListedGroup(world: World, group: Group) {
  const { offsetMinutes } = world.account
  const { created_at, updated_at } = group
  return {
    ...group,
    created_at: withOffset(created_at, offsetMinutes),
    updated_at: withOffset(updated_at, offsetMinutes),
  }
}

/** A group by itself, with its agents. */
export function renderGroup(world: World, group: Group) {
  const members = [...world.agents.values()].filter((agent) => agent.group_ids.includes(group.id))
  return { ...renderListedGroup(world, group), agent_ids: members.map(({ id }) => id) }
}

/** A role, without what it allows: the API does not say. */
export function renderRole(role: Role) {
  const { privileges: _privileges, ...rest } = role
  return rest
}
