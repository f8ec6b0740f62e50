import { forbidden, invalidToken, notAuthenticated } from './errors.ts'
import type { Grant, Ticket, User } from './records.ts'
import type { Route } from './routes/call.ts'
import { nowIn } from '../world.ts'
import { isStaff } from './world.ts'
import type { World } from './world.ts'

/** Who calls, and by which grant; null for the account's token. */
export interface Login {
  readonly user: User
  readonly grant: Grant | null
}

/**
 * Who a header speaks for: the account's token as any agent (`{email}/token:{token}` by Basic), or a grant by Bearer.
 * Null when there is no header.
 *
 * @throws 401 it speaks for nobody
 */
export function login(world: World, authorization: string | undefined): Login | null {
  if (authorization === undefined || authorization === '') return null
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1]
  if (bearer !== undefined) return byGrant(world, bearer)
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const [, email, token] = /^(.+)\/token:(.*)$/.exec(text) ?? []
  const user = [...world.users.values()].find((one) => one.email === email?.toLowerCase())
  const isRight = world.access.apiTokenActive && token === world.access.apiToken
  if (!isRight || !user || !isStaff(user) || user.suspended) throw notAuthenticated()
  return { user, grant: null }
}

function byGrant(world: World, token: string): Login {
  const grant = [...world.grants.values()].find((one) => one.token === token)
  const isAlive = grant !== undefined && (grant.expiresAt === null || grant.expiresAt > nowIn(world))
  const user = grant && world.users.get(grant.userId)
  if (!isAlive || !user?.active || user.suspended) throw invalidToken()
  return { user, grant }
}

/** @throws 401 nobody; 403 somebody who may not */
export function mayCall(route: Route, method: string, who: Login | null): void {
  if (route.needs === 'anybody') return
  if (!who) throw notAuthenticated()
  if (route.needs === 'admin' && who.user.role !== 'admin') throw forbidden()
  if (who.grant && !hasScope(who.grant, route.resource, method))
    throw forbidden('Missing the following required scopes.')
}

/** Scopes are for everything or for one resource; what writes does not read. */
function hasScope({ scopes }: Grant, resource: string, method: string): boolean {
  const right = method === 'GET' ? 'read' : 'write'
  return scopes.includes(right) || scopes.includes(`${resource}:${right}`)
}

/** Whether a ticket is among those an agent sees. */
export function sees(world: World, user: User, ticket: Ticket): boolean {
  switch (user.ticket_restriction) {
    case null:
      return true
    case 'assigned':
      return ticket.assignee_id === user.id
    case 'organization':
      return ticket.organization_id !== null && ticket.organization_id === user.organization_id
    case 'requested':
      return ticket.requester_id === user.id
    case 'groups': {
      const own = [...world.groupMemberships.values()].filter(({ user_id }) => user_id === user.id)
      return own.some(({ of }) => of === ticket.group_id)
    }
  }
}

/** @throws 403 a ticket the agent does not see */
export function mustSee(world: World, user: User, ticket: Ticket): void {
  if (!sees(world, user, ticket)) throw forbidden()
}
