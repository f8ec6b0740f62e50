import type { Agent, Privilege } from './desk-records.ts'
import { accessDenied, refusal } from './errors.ts'
import type { Ticket } from './records.ts'
import type { World } from './world.ts'

/** This many wrong passwords in a row lock an agent out. The number is ours; the reference has only the code. */
const mostFailedLogins = 5

/** What a try to log in came to. */
export type Login =
  | { readonly outcome: 'in'; readonly agent: Agent }
  /** A known address with a wrong password: it counts against the agent. */
  | { readonly outcome: 'wrong-password'; readonly agent: Agent }
  | { readonly outcome: 'locked' | 'unknown' }

/** Who a Basic header speaks for: an API key with any password, or an agent's address with theirs, which is their key here. */
export function login(world: World, authorization: string | undefined): Login {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return { outcome: 'unknown' }
  const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  const agents = [...world.agents.values()]
  const byKey = agents.find((agent) => agent.apiKey === user)
  if (byKey) return isLocked(byKey) ? { outcome: 'locked' } : { outcome: 'in', agent: byKey }
  const byAddress = agents.find((agent) => agent.email === user.toLowerCase())
  if (!byAddress) return { outcome: 'unknown' }
  if (isLocked(byAddress)) return { outcome: 'locked' }
  const isRight = rest.join(':') === byAddress.apiKey
  return { outcome: isRight ? 'in' : 'wrong-password', agent: byAddress }
}

const isLocked = (agent: Agent): boolean => agent.failedLogins >= mostFailedLogins

/** A 401. Its text is recalled, not confirmed by a source. */
export function notLoggedIn() {
  return refusal(401, 'invalid_credentials', 'You have to be logged in to perform this action.')
}

/** A 403 for somebody who guessed too often. */
export function lockedOut() {
  return refusal(403, 'password_lockout', 'You have reached the maximum number of failed login attempts.')
}

/** Whether an agent's roles allow something. */
export function may(world: World, agent: Agent, privilege: Privilege): boolean {
  if (privilege === 'any') return true
  return world.roles.some((role) => agent.role_ids.includes(role.id) && role.privileges.includes(privilege))
}

/** Whether a ticket is among those an agent sees. */
export function sees(agent: Agent, ticket: Ticket): boolean {
  if (agent.ticket_scope === 1) return true
  if (ticket.responder_id === agent.id) return true
  return agent.ticket_scope === 2 && ticket.group_id !== null && agent.group_ids.includes(ticket.group_id)
}

/** @throws 403 a ticket the agent does not see */
export function mustSee(agent: Agent, ticket: Ticket): void {
  if (!sees(agent, ticket)) throw accessDenied()
}
