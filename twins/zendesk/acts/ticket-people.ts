import { isRecord } from '../../exchange.ts'
import type { Ticket } from '../records.ts'
import type { World } from '../world.ts'
import type { Complain } from './sent.ts'
import type { Fields } from './sent.ts'
import { userByEmail } from './identities.ts'
import { requesterOf } from './users.ts'

/** Sets who else is told: lists of ids replace, lists of people with an action add and remove. */
export function setPeople(world: World, ticket: Ticket, fields: Fields, complain: Complain): void {
  ticket.email_cc_ids = idsFrom(world, fields['email_cc_ids'], ticket.email_cc_ids, complain)
  ticket.follower_ids = idsFrom(world, fields['follower_ids'], ticket.follower_ids, complain)
  ticket.collaborator_ids = idsFrom(world, fields['collaborator_ids'], ticket.collaborator_ids, complain)
  ticket.email_cc_ids = changed(world, withPeople(world, fields['email_ccs']), ticket.email_cc_ids, complain)
  ticket.follower_ids = changed(world, fields['followers'], ticket.follower_ids, complain)
  ticket.collaborator_ids = added(
    world,
    fields['additional_collaborators'] ?? fields['collaborators'],
    ticket.collaborator_ids,
  )
  const told = new Set([...ticket.collaborator_ids, ...ticket.email_cc_ids, ...ticket.follower_ids])
  if (told.size !== ticket.collaborator_ids.length) ticket.collaborator_ids = [...told]
}

function idsFrom(world: World, sent: unknown, before: number[], complain: Complain): number[] {
  if (!Array.isArray(sent)) return before
  const list: unknown[] = sent
  return list.flatMap((id) => {
    if (typeof id === 'number' && world.users.has(id)) return [id]
    complain('base', `Collaborator ${String(id)}: is invalid`)
    return []
  })
}

/** Whoever is copied for the first time becomes a person. Source: the reference's "Setting email CCs", which names somebody new by `user_name`. */
function withPeople(world: World, sent: unknown): unknown {
  const list: unknown[] = Array.isArray(sent) ? sent : []
  for (const one of list) {
    if (!isRecord(one) || one['action'] === 'delete') continue
    const { user_email: email, user_name: name } = one
    if (typeof email !== 'string' || userByEmail(world, email)) continue
    const [local = email] = email.split('@')
    requesterOf(world, { requester: { email, name: typeof name === 'string' ? name : local } })
  }
  return sent
}

function changed(world: World, sent: unknown, before: number[], complain: Complain): number[] {
  const list: unknown[] = Array.isArray(sent) ? sent : []
  let ids = [...before]
  for (const one of list) {
    if (!isRecord(one)) continue
    const email = one['user_email']
    const id = typeof email === 'string' ? userByEmail(world, email)?.id : Number(one['user_id'])
    if (id === undefined || !world.users.has(id))
      complain('base', `Collaborator ${String(email ?? one['user_id'])}: is invalid`)
    else if (one['action'] === 'delete') ids = ids.filter((other) => other !== id)
    else if (!ids.includes(id)) ids.push(id)
  }
  return ids
}

function added(world: World, sent: unknown, before: number[]): number[] {
  const list: unknown[] = Array.isArray(sent) ? sent : []
  const found = list.flatMap((one) => {
    const email = isRecord(one) ? one['email'] : one
    const id = typeof email === 'string' ? userByEmail(world, email)?.id : Number(one)
    return id !== undefined && world.users.has(id) ? [id] : []
  })
  return found.length === 0 ? before : [...new Set([...before, ...found])]
}
