import { announceConversation } from '../announce.ts'
import { toHtml } from '../../plaintext.ts'
import type { Author, Conversation, Part } from '../records.ts'
import type { World } from '../world.ts'
import { addPart } from './parts.ts'

/** Who does it, and what they say with it. */
export interface StateChange {
  readonly author: Author
  readonly body?: string
}

/** Closes; closing twice leaves a second part, as the real one does. */
export function close(world: World, conversation: Conversation, change: StateChange): Part {
  conversation.state = 'closed'
  conversation.snoozedUntil = null
  conversation.waitingSince = null
  const part = addPart(world, conversation, { type: 'close', ...said(change) })
  announceConversation(world, 'conversation.admin.closed', conversation, part)
  return part
}

/** Opens what is closed or asleep. */
export function open(world: World, conversation: Conversation, change: StateChange): Part {
  conversation.state = 'open'
  conversation.snoozedUntil = null
  const part = addPart(world, conversation, { type: 'open', ...said(change) })
  announceConversation(world, 'conversation.admin.opened', conversation, part)
  return part
}

/** Sends to sleep until a Unix second. */
export function snooze(world: World, conversation: Conversation, change: StateChange & { until: number }): Part {
  conversation.state = 'snoozed'
  conversation.snoozedUntil = change.until
  const part = addPart(world, conversation, { type: 'snoozed', ...said(change) })
  announceConversation(world, 'conversation.admin.snoozed', conversation, part)
  return part
}

/** Hands it to an admin, a team or, with null, to nobody. */
export function assign(
  world: World,
  conversation: Conversation,
  change: StateChange & { to: { readonly type: 'admin' | 'team'; readonly id: string } | null },
): Part {
  if (change.to === null) {
    conversation.adminId = null
    conversation.teamId = null
  } else if (change.to.type === 'admin') conversation.adminId = change.to.id
  else conversation.teamId = change.to.id
  const reopens = conversation.state === 'closed' && change.body !== undefined
  if (reopens) conversation.state = 'open'
  const part = addPart(world, conversation, { type: 'assignment', assignedTo: change.to, ...said(change) })
  announceConversation(
    world,
    reopens ? 'conversation.admin.open.assigned' : 'conversation.admin.assigned',
    conversation,
    part,
  )
  return part
}

/** Whether anything has slept long enough. */
export function isAnyDue(world: World): boolean {
  const now = world.clock.seconds()
  const isDue = (sleeper: { readonly snoozedUntil: number | null }): boolean =>
    sleeper.snoozedUntil !== null && sleeper.snoozedUntil <= now
  return [...world.conversations.values()].some(isDue) || [...world.tickets.values()].some(isDue)
}

/** Wakes what has slept long enough. */
export function wakeSnoozed(world: World): void {
  const now = world.clock.seconds()
  for (const conversation of world.conversations.values()) {
    if (conversation.snoozedUntil === null || conversation.snoozedUntil > now) continue
    conversation.state = 'open'
    conversation.snoozedUntil = null
    const part = addPart(world, conversation, { type: 'unsnoozed', author: world.bot })
    announceConversation(world, 'conversation.admin.unsnoozed', conversation, part)
  }
  for (const ticket of world.tickets.values()) {
    if (ticket.snoozedUntil !== null && ticket.snoozedUntil <= now) {
      ticket.snoozedUntil = null
      ticket.updatedAt = now
    }
  }
}

function said(change: StateChange): { author: Author; body?: string } {
  return { author: change.author, ...(change.body === undefined ? {} : { body: toHtml(change.body) }) }
}
