import { lagBehind } from '../../index-lag.ts'
import { isRecord } from '../../exchange.ts'
import { plainText } from '../../plain-value.ts'
import { invalid, invalidField } from '../errors.ts'
import type { FieldError } from '../errors.ts'
import type { User } from '../records.ts'
import { userRow } from '../search/rows.ts'
import { nextId, nowIn } from '../../world.ts'
import { isStaff } from '../world.ts'
import type { Actor, Happening, World } from '../world.ts'
import { setCustomFields } from './custom-fields.ts'
import {
  addIdentity,
  beginIdentities,
  forgetIdentities,
  keepIdentities,
  moveIdentities,
  userByEmail,
  wrongEmail,
} from './identities.ts'
import { joinGroup, joinOrganization, leaveOrganization } from './memberships.ts'
import { changeTicket } from './change.ts'
import { organizationByName } from './organizations.ts'
import { tagsIn } from './sent.ts'
import type { Fields } from './sent.ts'

/** A person nobody knows anything of. They are not among the people yet. */
export function newUser(world: World, name: string, at: string): User {
  return {
    id: nextId(world, 'user'),
    name,
    email: null,
    created_at: at,
    updated_at: at,
    generated: Math.floor(Date.parse(at) / 1000),
    role: 'end-user',
    phone: null,
    external_id: null,
    organization_id: null,
    default_group_id: null,
    locale: 'en-US',
    details: '',
    notes: '',
    alias: '',
    tags: [],
    user_fields: Object.fromEntries(world.account.userFields.map(({ key }) => [key, null])),
    ticket_restriction: 'requested',
    suspended: false,
    verified: false,
    active: true,
    last_login_at: null,
    scrubbed: false,
  }
}

/** Makes a person. @throws 422 */
export function createUser(world: World, by: Actor, fields: Fields): User {
  const draft = newUser(world, '', nowIn(world))
  setUserFields(world, draft, fields)
  lagBehind(world, `user ${draft.id}`, null)
  world.users.set(draft.id, draft)
  beginIdentities(world, draft)
  belong(world, draft, fields)
  world.announce({ about: { user: draft }, by, happenings: [{ type: 'user.created', event: {} }], update: null })
  return draft
}

/** Changes a person. Another address is one more, not the first: the provider has a call for that. @throws 422 */
export function updateUser(world: World, user: User, by: Actor, fields: Fields): void {
  const draft = { ...user, tags: [...user.tags], user_fields: { ...user.user_fields } }
  setUserFields(world, draft, fields)
  lagBehind(world, `user ${user.id}`, userRow(world, user))
  const before = { ...user }
  const added = draft.email !== null && draft.email !== user.email && userByEmail(world, draft.email) === undefined
  const email = draft.email ?? ''
  draft.email = user.email
  Object.assign(user, draft)
  keepIdentities(world, user)
  if (added) addIdentity(world, user, by, { type: 'email', value: email })
  belong(world, user, fields)
  stamp(world, user)
  const happenings = changesOf(before, user)
  if (happenings.length > 0) world.announce({ about: { user }, by, happenings, update: null })
}

/** Both dates of a person are now. */
export function stamp(world: World, user: User): void {
  user.updated_at = nowIn(world)
  user.generated = world.clock.seconds()
}

const told = ['name', 'role', 'external_id', 'details', 'notes', 'suspended', 'tags'] as const

function changesOf(before: User, after: User): Happening[] {
  return told.flatMap((field) => {
    if (JSON.stringify(before[field]) === JSON.stringify(after[field])) return []
    return [{ type: `user.${field}_changed`, event: { current: after[field], previous: before[field] } }]
  })
}

function setUserFields(world: World, user: User, fields: Fields): void {
  const errors: Record<string, FieldError[]> = {}
  const complain = (field: string, description: string, error = 'InvalidValue'): void => {
    errors[field] = [...(errors[field] ?? []), { description, error }]
  }
  const name = fields['name']
  if (typeof name === 'string') user.name = name.trim()
  if (user.name === '') complain('name', 'Name: is too short (minimum one character)', 'ValueTooShort')
  const email = fields['email']
  if (email === null) user.email = null
  else if (typeof email === 'string') {
    const wrong = wrongEmail(world, user, email)
    if (wrong) complain('email', wrong.description, wrong.error)
    else user.email = email.trim().toLowerCase()
  }
  const role = fields['role']
  if (role === 'end-user' || role === 'agent' || role === 'admin') user.role = role
  else if (role !== undefined && role !== null) complain('role', 'Role: is invalid')
  for (const text of ['phone', 'external_id'] as const) {
    const value = fields[text]
    if (value !== undefined) user[text] = value === null || value === '' ? null : plainText(value)
  }
  for (const text of ['details', 'notes', 'alias', 'locale'] as const) {
    const value = fields[text]
    if (typeof value === 'string') user[text] = value
  }
  for (const flag of ['suspended', 'verified'] as const) {
    const value = fields[flag]
    if (typeof value === 'boolean') user[flag] = value
  }
  if (fields['tags'] !== undefined) user.tags = tagsIn(fields['tags'])
  const custom = fields['user_fields']
  if (isRecord(custom)) setCustomFields(world.account.userFields, user.user_fields, Object.entries(custom), complain)
  user.ticket_restriction =
    user.role === 'end-user' ? 'requested' : user.ticket_restriction === 'requested' ? null : user.ticket_restriction
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

/** Puts a person where they were asked to be. */
function belong(world: World, user: User, fields: Fields): void {
  const named = fields['organization']
  const name = isRecord(named) ? named['name'] : undefined
  const id = typeof name === 'string' ? organizationByName(world, name)?.id : fields['organization_id']
  if (id === null && user.organization_id !== null) leaveOrganization(world, user, user.organization_id)
  else if (id !== undefined && id !== null) {
    if (typeof id !== 'number' || world.organizations.get(id)?.deleted_at !== null)
      throw invalidField('organization', 'Organization: is invalid')
    joinOrganization(world, user, id)
  }
  if (user.role === 'end-user' || user.default_group_id !== null) return
  const [first] = world.groups.values()
  const groupId = fields['default_group_id']
  joinGroup(world, user, typeof groupId === 'number' && world.groups.has(groupId) ? groupId : (first?.id ?? 0))
}

/** Who a ticket is for: an id, an address, or a name and an address that make a person. Undefined when it does not say. */
export function requesterOf(world: World, fields: Fields): number | undefined {
  const id = fields['requester_id']
  if (typeof id === 'number') {
    const user = world.users.get(id)
    if (!user?.active) throw invalidField('requester', 'Requester: is invalid')
    return id
  }
  const sent = fields['requester']
  const who = typeof sent === 'string' ? { email: sent } : sent
  if (!isRecord(who)) return undefined
  const email = who['email']
  if (typeof email === 'string') {
    const known = userByEmail(world, email)
    if (known) return known.id
  }
  const { name } = who
  if (typeof name !== 'string')
    throw invalidField('requester', 'Requester: Name: is too short (minimum one character)', 'ValueTooShort')
  return createUser(
    world,
    { id: -1, via: { channel: 'api', source: { from: {}, to: {}, rel: null } } },
    { name, ...(typeof email === 'string' ? { email } : {}) },
  ).id
}

/** Deletes somebody: open tickets must not be theirs. @throws 422 they are */
export function deleteUser(world: World, user: User, by: Actor): void {
  const open = [...world.tickets.values()].some(
    (ticket) => !ticket.deleted && ticket.requester_id === user.id && !['solved', 'closed'].includes(ticket.status),
  )
  if (open) throw invalidField('base', 'User is requester on tickets that are not closed.')
  lagBehind(world, `user ${user.id}`, userRow(world, user))
  user.active = false
  stamp(world, user)
  for (const table of [world.groupMemberships, world.organizationMemberships]) {
    for (const membership of table.values()) if (membership.user_id === user.id) table.delete(membership.id)
  }
  for (const ticket of world.tickets.values()) {
    const isLive = !ticket.deleted && ticket.status !== 'closed'
    if (ticket.assignee_id === user.id && isLive)
      changeTicket(world, ticket, by, { change: () => (ticket.assignee_id = null) })
  }
  world.announce({ about: { user }, by, happenings: [{ type: 'user.deleted', event: {} }], update: null })
}

/** Removes all that names a deleted person. Exports go on telling of them, scrubbed. */
export function scrubUser(world: World, user: User): void {
  const name = 'Permanently Deleted User'
  Object.assign(user, {
    name,
    email: null,
    phone: null,
    external_id: null,
    details: '',
    notes: '',
    alias: '',
    tags: [],
    scrubbed: true,
  })
  forgetIdentities(world, user)
  stamp(world, user)
}

/** Makes one person of two: what the first had is the second's, and the first is deleted. @throws 422 staff cannot be merged */
export function mergeUsers(world: World, loser: User, winner: User, by: Actor): void {
  if (isStaff(loser) || isStaff(winner) || loser.id === winner.id)
    throw invalidField('base', 'Only end users can be merged')
  for (const ticket of world.tickets.values()) {
    if (ticket.requester_id === loser.id)
      changeTicket(world, ticket, by, { change: () => (ticket.requester_id = winner.id) })
  }
  lagBehind(world, `user ${winner.id}`, userRow(world, winner))
  moveIdentities(world, loser, winner)
  winner.email ??= loser.email
  winner.phone ??= loser.phone
  winner.tags = tagsIn([...winner.tags, ...loser.tags])
  stamp(world, winner)
  const { id } = loser
  deleteUser(world, loser, by)
  world.announce({
    about: { user: winner },
    by,
    happenings: [{ type: 'user.merged', event: { user: { id: String(id) } } }],
    update: null,
  })
}
