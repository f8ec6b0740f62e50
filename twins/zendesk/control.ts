import { commonControls, numbersOf, recordedControls, textOf } from '../control.ts'
import type { ControlHandler } from '../control.ts'
import type { RouteTable } from '../router.ts'
import { createTicket, updateTicket } from './acts/tickets.ts'
import { deleteTicket, offerRating, rateTicket } from './acts/endings.ts'
import { suspendMail } from './acts/suspended.ts'
import { deleteUser } from './acts/users.ts'
import { deleteOrganization } from './acts/organizations.ts'
import { deskOf } from '../desks.ts'
import type { Desk, ZendeskControlled } from './controlled.ts'
import { countWorld } from './counts.ts'
import type { User } from './records.ts'
import { nowIn } from '../world.ts'
import { getOrganization, getTicket, getUser, via } from './world.ts'
import type { World } from './world.ts'

/** The control API: looking behind the scenes, acting as people, and breaking things. `account` names a subdomain; the first one unless told. */
export function zendeskControls(twin: ZendeskControlled): RouteTable<ControlHandler> {
  const { desks, recorder } = twin
  return {
    ...commonControls(twin),
    'GET /state': () => ({
      seed: twin.seed,
      now: twin.clock.now().toISOString(),
      trafficRunning: twin.pace.running,
      contract: twin.contractChecks(),
      accounts: desks.map(({ world }) => ({
        subdomain: world.account.subdomain,
        plan: world.account.plan,
        counts: countWorld(world),
      })),
    }),
    'GET /ids/{kind}': ({ params, query }) =>
      idsOf(deskOf(desks, query.get('account') ?? undefined), params['kind'] ?? ''),
    'GET /agents'({ query }) {
      const { world } = deskOf(desks, query.get('account') ?? undefined)
      const staff = [...world.users.values()].filter(({ role }) => role !== 'end-user')
      return staff.map(({ id, name, email, role, ticket_restriction }) => ({
        id,
        name,
        email,
        role,
        ticket_restriction,
      }))
    },
    ...recordedControls(deskControls(desks), (deed, act) => {
      twin.passTime()
      return recorder.record(deed, act)
    }),
  }
}

/** The part of the control API that changes accounts themselves. */
export function deskControls(desks: readonly Desk[]): RouteTable<ControlHandler> {
  const worldOf = (body: Readonly<Record<string, unknown>>): World => deskOf(desks, body['account']).world
  return {
    'POST /customers/open'({ body }) {
      const world = worldOf(body)
      const requester = personIn(world, body)
      const by = { id: requester.id, via: via(textOf(body, 'channel') ?? 'email') }
      const { ticket } = createTicket(world, by, {
        subject: textOf(body, 'subject') ?? '',
        comment: { body: saidIn(body) },
      })
      return { ticketId: ticket.id, requesterId: requester.id }
    },
    'POST /customers/suspend'({ body }) {
      const world = worldOf(body)
      const { id } = suspendMail(world, {
        email: textOf(body, 'email') ?? 'nobody@elsewhere.example',
        name: textOf(body, 'name') ?? 'Nobody',
        subject: textOf(body, 'subject') ?? '',
        body: saidIn(body),
        cause: textOf(body, 'cause') ?? 'Detected as spam',
      })
      return { suspendedTicketId: id }
    },
    'POST /customers/reply'({ body }) {
      const world = worldOf(body)
      const ticket = ticketIn(world, body)
      updateTicket(world, ticket, { id: ticket.requester_id, via: via('email') }, { comment: { body: saidIn(body) } })
      return { ticketId: ticket.id }
    },
    'POST /customers/rate'({ body }) {
      const world = worldOf(body)
      const ticket = ticketIn(world, body)
      const score = body['score'] === 'bad' ? 'bad' : 'good'
      const by = { id: ticket.requester_id, via: via('web') }
      return { ratingId: rateTicket(world, ticket, by, { score, comment: textOf(body, 'comment') ?? null }).id }
    },
    'POST /agents/update'({ body }) {
      const world = worldOf(body)
      const ticket = ticketIn(world, body)
      const by = { id: agentIn(world, body).id, via: via('web') }
      const fields = body['ticket']
      updateTicket(world, ticket, by, typeof fields === 'object' && fields !== null ? { ...fields } : {})
      return { ticketId: ticket.id }
    },
    'POST /system/offer-rating'({ body }) {
      const ticket = ticketIn(worldOf(body), body)
      offerRating(worldOf(body), ticket)
      return { ticketId: ticket.id }
    },
    'POST /delete'({ body }) {
      const world = worldOf(body)
      const by = { id: agentIn(world, body).id, via: via('web') }
      const { id = 0 } = numbersOf(body, ['id'])
      switch (body['kind']) {
        case 'ticket':
          deleteTicket(world, getTicket(world, id), by)
          return { id }
        case 'user':
          deleteUser(world, getUser(world, id), by)
          return { id }
        case 'organization':
          deleteOrganization(world, getOrganization(world, id), by)
          return { id }
        default:
          throw new TypeError('kind must be ticket, user or organization')
      }
    },
    'POST /agents/suspend'({ body }) {
      const world = worldOf(body)
      const agent = agentIn(world, body)
      agent.suspended = body['suspended'] !== false
      return { agentId: agent.id, suspended: agent.suspended }
    },
    'POST /tokens/revoke'({ body }) {
      const world = worldOf(body)
      if (body['apiToken'] === true) world.access.apiTokenActive = false
      else world.grants.clear()
      return { apiTokenActive: world.access.apiTokenActive, grants: world.grants.size }
    },
    'POST /tokens/expire'({ body }) {
      const world = worldOf(body)
      for (const [id, grant] of world.grants) world.grants.set(id, { ...grant, expiresAt: nowIn(world) })
      return { grants: world.grants.size }
    },
  }
}

function idsOf({ world }: Desk, kind: string): number[] {
  const tickets = [...world.tickets.values()]
  switch (kind) {
    case 'tickets':
      return tickets.filter((one) => !one.archived && !one.deleted).map(({ id }) => id)
    case 'all-tickets':
      return tickets.map(({ id }) => id)
    case 'deleted':
      return tickets.filter(({ deleted }) => deleted).map(({ id }) => id)
    case 'archived':
      return tickets.filter(({ archived }) => archived).map(({ id }) => id)
    case 'users':
      return [...world.users.values()].filter(({ active }) => active).map(({ id }) => id)
    case 'all-users':
      return [...world.users.keys()]
    case 'organizations':
      return [...world.organizations.values()].filter(({ deleted_at }) => deleted_at === null).map(({ id }) => id)
    default:
      throw new TypeError(
        `kind must be tickets, all-tickets, deleted, archived, users, all-users or organizations, but got "${kind}"`,
      )
  }
}

type Body = Readonly<Record<string, unknown>>

function ticketIn(world: World, body: Body) {
  return getTicket(world, numbersOf(body, ['ticketId']).ticketId ?? 0)
}

function personIn(world: World, body: Body): User {
  const { userId } = numbersOf(body, ['userId'])
  if (userId !== undefined) return getUser(world, userId)
  return world.random.pick(
    [...world.users.values()].filter((user) => user.role === 'end-user' && user.active && !user.suspended),
  )
}

function agentIn(world: World, body: Body): User {
  const { agentId } = numbersOf(body, ['agentId'])
  const [admin] = world.users.values()
  return agentId === undefined && admin ? admin : getUser(world, agentId ?? 0)
}

function saidIn(body: Body): string {
  const text = textOf(body, 'body')
  if (text === undefined) throw new TypeError('body must say something')
  return text
}
