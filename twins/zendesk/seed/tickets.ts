import { slotsFor, storyFor } from '../../corpus/scenes.ts'
import { remarks } from '../../corpus/shop.ts'
import { fill } from '../../corpus/story.ts'
import type { Slots, Story, Turn } from '../../corpus/story.ts'
import type { Random } from '../../random.ts'
import { changeTicket } from '../acts/change.ts'
import { deleteTicket, offerRating, rateTicket } from '../acts/endings.ts'
import { createTicket, updateTicket } from '../acts/tickets.ts'
import type { Ticket, User } from '../records.ts'
import { isStaff, system, via } from '../world.ts'
import type { Actor, World } from '../world.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000

/** Tickets go back this many days: far past the archive. */
const seededDays = 300
const archivedDays = 120

/** Adds tickets, the oldest first, each a story told as far as time allows. */
export function seedTickets(world: World, random: Random, count: number): void {
  const now = world.clock.now().getTime()
  const people = [...world.users.values()].filter((user) => user.role === 'end-user' && user.active && !user.suspended)
  for (let index = 0; index < count; index += 1) {
    const requester = people[random.skewed(people.length)]
    if (!requester) throw new RangeError('tickets need at least one person who asks')
    const share = (index + random.next()) / count
    const atMs = now - 120_000 - Math.floor(seededDays * dayMs * (1 - share))
    tell(world, random, { requester, atMs, now })
  }
}

/** Where tickets come from; the last ones are messaging. */
const channels = ['email', 'email', 'email', 'web', 'web', 'api', 'native_messaging', 'whatsapp'] as const

interface Scene {
  readonly requester: User
  readonly atMs: number
  readonly now: number
}

function tell(world: World, random: Random, scene: Scene): void {
  const { requester, now } = scene
  const agent = random.pick([...world.users.values()].filter((user) => isStaff(user)))
  const story = storyFor(random, requester.locale)
  const slots = slotsFor(random, requester, agent)
  const [opening, ...turns] = story.turns
  if (!opening) return
  const channel = random.pick(channels)
  const at = (ms: number, act: () => void): void => world.clock.during(new Date(ms), act)
  let ticket: Ticket | null = null
  at(scene.atMs, () => {
    ticket = open(world, random, { requester, channel, story, text: fill(random.pick(opening.wordings), slots) })
  })
  const made: Ticket | null = ticket
  if (made === null) return
  let atMs = scene.atMs
  for (const turn of turns) {
    const nextMs = atMs + pause(random, turn)
    // What would be said in the future has not been said: the ticket is still under way.
    if (nextMs > now - 60_000) break
    atMs = nextMs
    at(atMs, () => speak(world, random, { ticket: made, requester, agent, turn, slots, channel }))
  }
  end(world, random, { ticket: made, requester, agent, atMs, now })
}

function open(
  world: World,
  random: Random,
  begin: { readonly requester: User; readonly channel: string; readonly story: Story; readonly text: string },
): Ticket {
  const { requester, channel, story, text } = begin
  const [order, cents, fragile, carrier] = world.account.ticketFields.map(({ id }) => id)
  const custom_fields = [
    ...(random.chance(0.5) ? [{ id: order, value: `#${random.int(10_000, 99_999)}` }] : []),
    ...(random.chance(0.2) ? [{ id: cents, value: random.int(100, 9_000) }] : []),
    ...(random.chance(0.1) ? [{ id: fragile, value: true }] : []),
    ...(random.chance(0.3) ? [{ id: carrier, value: random.pick(['northpost', 'parcelrun', 'bluevan']) }] : []),
  ]
  const by: Actor = { id: requester.id, via: via(channel) }
  const { ticket } = createTicket(world, by, {
    subject: story.title,
    comment: { body: text },
    priority: random.pick([null, 'low', 'normal', 'normal', 'normal', 'high', 'urgent']),
    type: random.pick([null, 'question', 'question', 'incident', 'problem', 'task']),
    tags: random.chance(0.7) ? [story.topic] : [],
    custom_fields,
    brand_id: world.account.firstId + (random.chance(0.9) ? 1 : 2),
    ...(random.chance(0.2) ? { external_id: `order-${random.int(10_000, 99_999)}` } : {}),
  })
  return ticket
}

/** How long until somebody speaks: robots seconds, people minutes to hours. */
function pause(random: Random, turn: Turn): number {
  if (turn.by === 'bot') return random.int(4_000, 40_000)
  if (turn.by === 'note') return random.int(120_000, 1_800_000)
  return random.chance(0.5) ? random.int(180_000, 2_400_000) : random.int(hourMs, 30 * hourMs)
}

/** Somebody's turn on a ticket. */
export interface Speech {
  readonly ticket: Ticket
  readonly requester: User
  readonly agent: User
  readonly turn: Turn
  readonly slots: Slots
  readonly channel: string
}

/** Says a turn: customers answer, agents take the ticket and wait, notes stay inside. */
export function speak(world: World, random: Random, { ticket, requester, agent, turn, slots, channel }: Speech): void {
  const body = fill(random.pick(turn.wordings), slots)
  if (turn.by === 'customer') {
    updateTicket(world, ticket, { id: requester.id, via: via(channel) }, { comment: { body } })
    return
  }
  const isPublic = turn.by !== 'note'
  const take = ticket.assignee_id === null && turn.by === 'agent' ? { assignee_id: agent.id } : {}
  const status = turn.by === 'agent' ? { status: random.pick(['open', 'pending', 'pending', 'hold']) } : {}
  updateTicket(
    world,
    ticket,
    { id: agent.id, via: via('web') },
    { ...take, ...status, comment: { body, public: isPublic } },
  )
}

interface End {
  readonly ticket: Ticket
  readonly requester: User
  readonly agent: User
  readonly atMs: number
  readonly now: number
}

/** Ends a ticket, or leaves it where it stands: the older it is, the likelier it is over. */
function end(world: World, random: Random, { ticket, requester, agent, atMs, now }: End): void {
  const endMs = atMs + random.int(60_000, 20 * hourMs)
  const at = (ms: number, act: () => void): void => world.clock.during(new Date(Math.min(ms, now - 60_000)), act)
  const ageDays = (now - atMs) / dayMs
  const isOver = endMs < now - 60_000 && random.chance(Math.min(0.99, 0.3 + ageDays / 10))
  const by: Actor = { id: agent.id, via: via('web') }
  if (isOver) {
    at(endMs, () => void updateTicket(world, ticket, by, { status: 'solved', assignee_id: agent.id }))
    const isAsked = random.chance(0.7)
    if (isAsked) at(endMs + hourMs, () => offerRating(world, ticket))
    if (isAsked && random.chance(0.4)) {
      const score = random.chance(0.8) ? 'good' : 'bad'
      const comment = random.chance(0.4) ? random.pick(remarks[score === 'good' ? 5 : 1] ?? ['Fine.']) : null
      at(
        endMs + 5 * hourMs,
        () => void rateTicket(world, ticket, { id: requester.id, via: via('web') }, { score, comment }),
      )
    }
    const closeMs = Date.parse(ticket.updated_at) + 4 * dayMs
    if (closeMs < now)
      at(closeMs, () => void changeTicket(world, ticket, system, { change: () => (ticket.status = 'closed') }))
    const archiveMs = closeMs + archivedDays * dayMs
    if (ticket.status === 'closed' && archiveMs < now) {
      ticket.archived = true
      ticket.generated = Math.floor(archiveMs / 1_000)
    }
  }
  if (random.chance(0.02) && !ticket.archived)
    at(now - random.int(60_000, dayMs), () => deleteTicket(world, ticket, by))
}
