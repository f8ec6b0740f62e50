import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import { userByEmail } from '../acts/identities.ts'
import { createUser, deleteUser, mergeUsers, scrubUser, updateUser } from '../acts/users.ts'
import { stepsOf } from '../acts/jobs.ts'
import { forbidden, notFound } from '../errors.ts'
import type { JobStep, Ticket, User } from '../records.ts'
import { renderAnonymous, renderOrganization, renderUser } from '../render/people.ts'
import { getUser } from '../world.ts'
import { actor, counted, idIn, wrapped, wrappedList } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { besideUsers, rowsOf } from './sideloads.ts'
import { jobReply, listedTickets, ticketPage } from './tickets.ts'

/** A page of people. */
export function userPage(call: ApiCall, rows: readonly User[]): TwinReply {
  return pageReply(call, {
    name: 'users',
    rows,
    render: (user) => renderUser(user, call.base),
    sorts: { name: (one) => one.name, created_at: (one) => one.created_at, updated_at: (one) => one.updated_at },
    beside: besideUsers(call),
  })
}

/** People, those who ask and those who answer. */
export const userRoutes: Routes = {
  'GET /users': { needs: 'staff', resource: 'users', answer: (call) => userPage(call, listed(call)) },
  'GET /users/count': { needs: 'staff', resource: 'users', answer: (call) => counted(call, listed(call).length) },
  'GET /users/me': {
    needs: 'anybody',
    resource: 'users',
    // Nobody at all is answered, too: with 200, and without an id.
    answer: ({ caller, base }) => json({ user: caller.id === 0 ? renderAnonymous() : renderUser(caller, base) }),
  },
  'GET /users/search': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const text = (call.query.get('query') ?? '')
        .toLowerCase()
        .replace(/^email:/, '')
        .replaceAll('"', '')
      const externalId = call.query.get('external_id')
      const fits = (user: User): boolean => (externalId === null ? has(user, text) : user.external_id === externalId)
      return userPage(call, active(call).filter(fits))
    },
  },
  'GET /users/autocomplete': {
    needs: 'staff',
    resource: 'users',
    answer: (call) =>
      userPage(
        call,
        active(call).filter(({ name }) => name.toLowerCase().startsWith((call.query.get('name') ?? '').toLowerCase())),
      ),
  },
  'GET /users/show_many': { needs: 'staff', resource: 'users', answer: (call) => userPage(call, named(call)) },
  'POST /users': { needs: 'staff', resource: 'users', answer: (call) => creating(call, wrapped(call, 'user')) },
  'POST /users/create_or_update': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const fields = wrapped(call, 'user')
      const known = knownBy(call, fields)
      if (!known) return creating(call, fields)
      mayWrite(call, known, fields)
      updateUser(call.world, known, actor(call), fields)
      return json({ user: renderUser(known, call.base) })
    },
  },
  'POST /users/create_many': { needs: 'staff', resource: 'users', answer: (call) => manyOf(call, '/users') },
  'POST /users/create_or_update_many': {
    needs: 'staff',
    resource: 'users',
    answer: (call) => manyOf(call, '/users/create_or_update'),
  },
  'PUT /users/update_many': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const user = call.body['user']
      const steps =
        user !== undefined
          ? stepsOf(
              named(call).map(({ id }) => `/users/${id}`),
              { method: 'PUT', action: 'update', body: { user } },
            )
          : wrappedList(call, 'users').map(({ id, ...fields }): JobStep => ({
              method: 'PUT',
              path: `/users/${String(id)}`,
              body: { user: fields },
              action: 'update',
            }))
      return jobReply(call, 'Bulk Update User', steps)
    },
  },
  'DELETE /users/destroy_many': {
    needs: 'admin',
    resource: 'users',
    answer: (call) =>
      jobReply(
        call,
        'Bulk Delete User',
        stepsOf(
          named(call).map(({ id }) => `/users/${id}`),
          { method: 'DELETE', action: 'delete' },
        ),
      ),
  },
  'GET /users/{user_id}': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const user = userOf(call)
      return json({ user: renderUser(user, call.base), ...besideUsers(call)([user]) })
    },
  },
  'PUT /users/{user_id}': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const [user, fields] = [userOf(call), wrapped(call, 'user')]
      mayWrite(call, user, fields)
      updateUser(call.world, user, actor(call), fields)
      return json({ user: renderUser(user, call.base) })
    },
  },
  'DELETE /users/{user_id}': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const user = userOf(call)
      if (!user.active) throw notFound()
      deleteUser(call.world, user, actor(call))
      return json({ user: renderUser(user, call.base) })
    },
  },
  'DELETE /deleted_users/{user_id}': {
    needs: 'admin',
    resource: 'users',
    answer(call) {
      const user = userOf(call)
      if (user.active) throw notFound()
      scrubUser(call.world, user)
      return json({ deleted_user: renderUser(user, call.base) })
    },
  },
  'GET /deleted_users': {
    needs: 'admin',
    resource: 'users',
    answer: (call) =>
      pageReply(call, {
        name: 'deleted_users',
        rows: [...call.world.users.values()].filter(({ active, scrubbed }) => !active && !scrubbed),
        render: (user) => renderUser(user, call.base),
      }),
  },
  'PUT /users/{user_id}/merge': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const fields = wrapped(call, 'user')
      const email = fields['email']
      const winner =
        typeof fields['id'] === 'number'
          ? call.world.users.get(fields['id'])
          : typeof email === 'string'
            ? userByEmail(call.world, email)
            : undefined
      if (!winner?.active) throw notFound()
      mergeUsers(call.world, userOf(call), winner, actor(call))
      return json({ user: renderUser(winner, call.base) })
    },
  },
  'GET /users/{user_id}/organizations': {
    needs: 'staff',
    resource: 'users',
    answer(call) {
      const { id } = userOf(call)
      const ids = [...call.world.organizationMemberships.values()]
        .filter(({ user_id }) => user_id === id)
        .map(({ of }) => of)
      const rows = rowsOf(ids, call.world.organizations)
      return pageReply(call, { name: 'organizations', rows, render: (one) => renderOrganization(one, call.base) })
    },
  },
  'GET /users/{user_id}/tickets/requested': ticketsOf((ticket, id) => ticket.requester_id === id),
  'GET /users/{user_id}/tickets/assigned': ticketsOf((ticket, id) => ticket.assignee_id === id),
  'GET /users/{user_id}/tickets/ccd': ticketsOf(
    (ticket, id) => ticket.email_cc_ids.includes(id) || ticket.collaborator_ids.includes(id),
  ),
}

/** The person a path names. @throws 404 */
export function userOf(call: ApiCall): User {
  return getUser(call.world, idIn(call, 'user_id'))
}

function active(call: ApiCall): User[] {
  return [...call.world.users.values()].filter((user) => user.active)
}

function listed(call: ApiCall): User[] {
  const roles = [...call.query.getAll('role'), ...call.query.getAll('role[]')]
  const externalId = call.query.get('external_id')
  return active(call).filter(
    (user) =>
      (roles.length === 0 || roles.includes(user.role)) && (externalId === null || user.external_id === externalId),
  )
}

function named(call: ApiCall): User[] {
  const ids = new Set((call.query.get('ids') ?? '').split(',').map(Number))
  const external = new Set((call.query.get('external_ids') ?? '').split(','))
  return active(call).filter(
    (user) => ids.has(user.id) || (user.external_id !== null && external.has(user.external_id)),
  )
}

function has({ name, email, phone }: User, text: string): boolean {
  if (text === '' || text.includes('@')) return text === '' || email === text
  return [name, email, phone].some((value) => value?.toLowerCase().includes(text) === true)
}

/** Agents look after customers; who may be staff, admins decide. @throws 403 */
export function mayWrite({ caller }: ApiCall, user: User | null, fields: Readonly<Record<string, unknown>>): void {
  const role = fields['role']
  const touchesStaff =
    (user !== null && user.role !== 'end-user' && user.id !== caller.id) ||
    (role !== undefined && role !== 'end-user' && role !== user?.role)
  if (caller.role !== 'admin' && touchesStaff) throw forbidden()
}

function creating(call: ApiCall, fields: Readonly<Record<string, unknown>>): TwinReply {
  mayWrite(call, null, fields)
  const user = createUser(call.world, actor(call), fields)
  return {
    ...json({ user: renderUser(user, call.base) }, 201),
    headers: { Location: `${call.base}/api/v2/users/${user.id}.json` },
  }
}

function knownBy(call: ApiCall, fields: Readonly<Record<string, unknown>>): User | undefined {
  const { external_id: externalId, email } = fields
  const byExternal =
    typeof externalId === 'string' ? active(call).find((user) => user.external_id === externalId) : undefined
  return byExternal ?? (typeof email === 'string' ? userByEmail(call.world, email) : undefined)
}

function manyOf(call: ApiCall, path: string): TwinReply {
  const steps = wrappedList(call, 'users').map((user): JobStep => ({
    method: 'POST',
    path,
    body: { user },
    action: 'create',
  }))
  return jobReply(call, 'Bulk Create User', steps)
}

function ticketsOf(isTheirs: (ticket: Ticket, userId: number) => boolean): Routes[string] {
  return {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const { id } = userOf(call)
      return ticketPage(
        call,
        listedTickets(call).filter((ticket) => isTheirs(ticket, id)),
      )
    },
  }
}
