import { lagBehind } from '../../index-lag.ts'
import { plainText } from '../../plain-value.ts'
import { invalidField } from '../errors.ts'
import type { Identity, User } from '../records.ts'
import { userRow } from '../search/rows.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, World } from '../world.ts'
import type { Fields } from './sent.ts'

/** Kinds that a caller may add. Source: the reference's "User Identities", "Create Identity". */
const addable = ['email', 'twitter', 'facebook', 'google', 'agent_forwarding', 'phone_number'] as const

/** All that somebody can be reached by, in the order it was added. */
export function identitiesOf(world: World, user: User): Identity[] {
  return [...world.identities.values()].filter(({ user_id }) => user_id === user.id)
}

/** Somebody by any of their addresses, as long as they are not deleted. */
export function userByEmail(world: World, email: string): User | undefined {
  const wanted = email.trim().toLowerCase()
  for (const { type, value, user_id } of world.identities.values()) {
    const user = type === 'email' && value === wanted ? world.users.get(user_id) : undefined
    if (user?.active) return user
  }
  return undefined
}

/** What is wrong with an address for somebody; null when nothing is. */
export function wrongEmail(world: World, user: User, email: string) {
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim()))
    return { description: `Email:  ${email} is not properly formatted`, error: 'InvalidFormat' }
  const taken = userByEmail(world, email)
  if (!taken || taken.id === user.id) return null
  return { description: `Email: ${email} is already being used by another user`, error: 'DuplicateValue' }
}

/** The address and the number somebody begins with: for people who have no identities yet. */
export function beginIdentities(world: World, user: User): void {
  const { email, phone, verified } = user
  if (email !== null) add(world, user, { type: 'email', value: email, verified, isFirst: true })
  if (phone !== null) add(world, user, { type: 'phone_number', value: phone, verified, isFirst: true })
}

/** Brings identities to what the person says of themselves: the first address and number, and whether they are verified. */
export function keepIdentities(world: World, user: User): void {
  const { email, phone, verified } = user
  const own = identitiesOf(world, user)
  const has = (kind: Identity['type'], text: string) => own.some(({ type, value }) => type === kind && value === text)
  if (email !== null && !has('email', email)) add(world, user, { type: 'email', value: email, verified, isFirst: true })
  for (const one of own)
    if (one.type === 'phone_number' && one.primary && one.value !== phone) world.identities.delete(one.id)
  if (phone !== null && !has('phone_number', phone))
    add(world, user, { type: 'phone_number', value: phone, verified, isFirst: true })
  const isAny = own.some(({ verified_at }) => verified_at !== null)
  if (isAny === verified) return
  for (const one of own) one.verified_at = verified && one.primary ? nowIn(world) : null
}

/** Adds a way to reach somebody. @throws 422 */
export function addIdentity(world: World, user: User, by: Actor, fields: Fields): Identity {
  const { type: sent, primary, verified } = fields
  const type = addable.find((one) => one === sent)
  if (!type) throw invalidField('type', 'Type: is invalid')
  const value = valueIn(world, user, type, fields)
  const isFirst = !identitiesOf(world, user).some((one) => one.type === type && one.primary)
  const identity = add(world, user, { type, value, verified: verified === true, isFirst })
  if (primary === true) makePrimary(world, user, identity)
  follow(world, user)
  tell(world, user, by, { type: 'user.identity_created', identity })
  return identity
}

/** Changes the value of one, or whether it is verified; `primary` has a call of its own. @throws 422 */
export function changeIdentity(world: World, user: User, identity: Identity, by: Actor, fields: Fields): void {
  const value = fields['value'] === undefined ? identity.value : valueIn(world, user, identity.type, fields)
  const { verified, verification_method: method } = fields
  if (verified === true || method === 'low') verify(world, identity)
  if (verified === false || method === 'none') identity.verified_at = null
  identity.value = value
  identity.updated_at = nowIn(world)
  follow(world, user)
  tell(world, user, by, { type: 'user.identity_changed', identity })
}

/** Says that somebody proved that it is theirs. */
export function verifyIdentity(world: World, user: User, identity: Identity): void {
  verify(world, identity)
  follow(world, user)
}

/** Makes one the first of its kind. */
export function putFirst(world: World, user: User, identity: Identity, by: Actor): void {
  makePrimary(world, user, identity)
  follow(world, user)
  tell(world, user, by, { type: 'user.identity_changed', identity })
}

/** Removes one; another of its kind is the first then. */
export function removeIdentity(world: World, user: User, identity: Identity, by: Actor): void {
  world.identities.delete(identity.id)
  const next = identitiesOf(world, user).find(({ type }) => type === identity.type)
  if (identity.primary && next) makePrimary(world, user, next)
  follow(world, user)
  tell(world, user, by, { type: 'user.identity_deleted', identity })
}

/** Gives what one had to another, who has firsts of their own. */
export function moveIdentities(world: World, loser: User, winner: User): void {
  for (const identity of identitiesOf(world, loser)) {
    const isLater = identitiesOf(world, winner).some(({ type, primary }) => type === identity.type && primary)
    identity.user_id = winner.id
    identity.primary &&= !isLater
  }
}

/** Forgets how somebody can be reached. */
export function forgetIdentities(world: World, user: User): void {
  for (const { id } of identitiesOf(world, user)) world.identities.delete(id)
}

interface NewIdentity extends Pick<Identity, 'type' | 'value'> {
  readonly verified: boolean
  readonly isFirst: boolean
}

function add(world: World, user: User, { type, value, verified, isFirst }: NewIdentity): Identity {
  const at = nowIn(world)
  const identity: Identity = {
    id: nextId(world, 'identity'),
    user_id: user.id,
    type,
    value,
    primary: isFirst && hasFirst(type),
    verified_at: verified ? at : null,
    created_at: at,
    updated_at: at,
  }
  world.identities.set(identity.id, identity)
  return identity
}

/** Whether one of a kind is the first. */
export function hasFirst(type: Identity['type']): boolean {
  return type === 'email' || type === 'phone_number'
}

function makePrimary(world: World, user: User, identity: Identity): void {
  for (const other of identitiesOf(world, user)) if (other.type === identity.type) other.primary = false
  identity.primary = true
  identity.updated_at = nowIn(world)
}

function verify(world: World, identity: Identity): void {
  identity.verified_at ??= nowIn(world)
}

/** The person shows the first of their addresses and numbers, and is verified when any of them is. */
function follow(world: World, user: User): void {
  lagBehind(world, `user ${user.id}`, userRow(world, user))
  const own = identitiesOf(world, user)
  const first = (type: Identity['type']) => own.find((one) => one.type === type && one.primary)?.value ?? null
  user.email = first('email')
  user.phone = first('phone_number')
  user.verified = own.some(({ verified_at }) => verified_at !== null)
  user.updated_at = nowIn(world)
  user.generated = world.clock.seconds()
}

function valueIn(world: World, user: User, type: Identity['type'], fields: Fields): string {
  const value = fields['value'] === undefined || fields['value'] === null ? '' : plainText(fields['value']).trim()
  if (value === '') throw invalidField('value', 'Value: cannot be blank', 'BlankValue')
  if (type !== 'email') return value
  const wrong = wrongEmail(world, user, value)
  if (wrong) throw invalidField('value', wrong.description, wrong.error)
  return value.toLowerCase()
}

/** That the event is called so and holds this is not confirmed by a source. */
function tell(
  world: World,
  user: User,
  by: Actor,
  { type, identity }: { readonly type: string; readonly identity: Identity },
): void {
  const { id, primary, type: kind, value } = identity
  const event = { identity: { id: String(id), primary, type: kind, value } }
  world.announce({ about: { user }, by, happenings: [{ type, event }], update: null })
}
