import { slotsFor, storyFor } from '../corpus/scenes.ts'
import { carriers, remarks } from '../corpus/shop.ts'
import { fill } from '../corpus/story.ts'
import type { Slots, Turn } from '../corpus/story.ts'
import { createRandom } from '../random.ts'
import type { Random } from '../random.ts'
import { deleteTicket, rateTicket, scrubTicket } from './acts/endings.ts'
import { createTicket, updateTicket } from './acts/tickets.ts'
import { updateUser } from './acts/users.ts'
import type { Ticket, User } from './records.ts'
import { speak } from './seed/tickets.ts'
import { isStaff, via } from './world.ts'
import type { World } from './world.ts'

/** Tickets that are under way at the same time, at most. */
const maxLive = 40

/** What the traffic began and ended goes to the trash when there is more of it than this, the oldest first, and out of it when that is long. */
const keptEnded = 1_500
const keptTrashed = 100
/** Scrubbed tickets are told of by exports so long, then forgotten. */
const keptScrubbed = 100

interface Live {
  readonly ticketId: number
  readonly agentId: number
  readonly channel: string
  readonly slots: Slots
  readonly turns: Turn[]
}

/** Where an account's traffic stands, as JSON. */
export interface SavedTraffic {
  readonly random: number
  readonly steps: number
  readonly live: readonly Live[]
  readonly ended: readonly number[]
  readonly trashed: readonly number[]
  readonly scrubbed: readonly number[]
}

/** A desk at work: customers write, agents answer, note and solve, customers rate. */
export class Traffic {
  readonly #world: World
  readonly #random: Random
  #live: Live[] = []
  #steps = 0
  #ended: number[] = []
  #trashed: number[] = []
  #scrubbed: number[] = []

  constructor(world: World, seed: number) {
    this.#world = world
    this.#random = createRandom(seed, `traffic of ${world.account.subdomain}`)
  }

  /** Where it stands. */
  save(): SavedTraffic {
    const random = this.#random.position()
    const [live, ended, trashed, scrubbed] = [this.#live, this.#ended, this.#trashed, this.#scrubbed]
    return { random, steps: this.#steps, live, ended, trashed, scrubbed }
  }

  /** Goes on from where it stood. */
  restore(saved: SavedTraffic): void {
    this.#random.moveTo(saved.random)
    this.#steps = saved.steps
    this.#live = [...saved.live]
    this.#ended = [...saved.ended]
    this.#trashed = [...saved.trashed]
    this.#scrubbed = [...saved.scrubbed]
  }

  /** How many things have happened. */
  get steps(): number {
    return this.#steps
  }

  /** Lets one thing happen. Answers what, for logs. */
  step(): string {
    this.#steps += 1
    const roll = this.#random.next()
    if (this.#live.length === 0 || roll < 0.22) return this.#begin()
    return roll < 0.3 ? this.#edit() : this.#advance()
  }

  #begin(): string {
    if (this.#live.length >= maxLive) return this.#advance()
    const people = [...this.#world.users.values()].filter(
      (user) => user.role === 'end-user' && user.active && !user.suspended,
    )
    if (people.length === 0) return 'nobody is there'
    const requester = this.#random.pick(people)
    const story = storyFor(this.#random, requester.locale)
    const agent = this.#agent()
    const slots = slotsFor(this.#random, requester, agent)
    const [opening, ...turns] = story.turns
    if (!opening) return 'a story without words'
    const channel = this.#random.pick(['email', 'email', 'web', 'native_messaging'])
    const { ticket } = createTicket(
      this.#world,
      { id: requester.id, via: via(channel) },
      {
        subject: story.title,
        comment: { body: fill(this.#random.pick(opening.wordings), slots) },
        priority: this.#random.pick(['low', 'normal', 'normal', 'high', 'urgent']),
        tags: [story.topic],
      },
    )
    this.#live.push({ ticketId: ticket.id, agentId: agent.id, channel, slots, turns: [...turns] })
    return `ticket ${ticket.id} opened`
  }

  /** An agent looks something up: a priority, a tag or a person changes. */
  #edit(): string {
    const ticket = this.#world.tickets.get(this.#random.pick(this.#live).ticketId)
    if (!ticket || ticket.deleted || ticket.status === 'closed') return this.#advance()
    const by = { id: this.#agent().id, via: via('web') }
    const requester = this.#world.users.get(ticket.requester_id)
    if (this.#random.chance(0.3) && requester?.active === true) {
      updateUser(this.#world, requester, by, { notes: `Likes ${this.#random.pick(carriers)}` })
      return `user ${requester.id} edited`
    }
    const additional_tags = [this.#random.pick(carriers)]
    updateTicket(this.#world, ticket, by, {
      priority: this.#random.pick(['normal', 'high', 'urgent']),
      additional_tags,
    })
    return `ticket ${ticket.id} edited`
  }

  #advance(): string {
    const live = this.#random.pick(this.#live)
    const ticket = this.#world.tickets.get(live.ticketId)
    const requester = ticket && this.#world.users.get(ticket.requester_id)
    if (!ticket || !requester || ticket.deleted || ticket.status === 'closed') {
      this.#live = this.#live.filter((other) => other !== live)
      return `ticket ${live.ticketId} is gone`
    }
    const known = this.#world.users.get(live.agentId)
    const agent = known && isStaff(known) ? known : this.#agent()
    const turn = live.turns.shift()
    if (turn)
      speak(this.#world, this.#random, { ticket, requester, agent, turn, slots: live.slots, channel: live.channel })
    else this.#finish(live, { ticket, requester, agent })
    return `ticket ${ticket.id} ${turn ? 'went on' : 'ended'}`
  }

  #finish(live: Live, { ticket, requester, agent }: { ticket: Ticket; requester: User; agent: User }): void {
    const by = { id: agent.id, via: via('web') }
    updateTicket(this.#world, ticket, by, { status: 'solved', assignee_id: agent.id })
    if (this.#random.chance(0.4)) {
      const score = this.#random.chance(0.8) ? 'good' : 'bad'
      const comment = this.#random.pick(remarks[score === 'good' ? 5 : 1] ?? ['Fine.'])
      rateTicket(this.#world, ticket, { id: requester.id, via: via('web') }, { score, comment })
    }
    this.#live = this.#live.filter((other) => other !== live)
    this.#retire(ticket.id)
  }

  /** Counts one more as ended. Too many, and the oldest goes to the trash, and out of it in the end. */
  #retire(ticketId: number): void {
    const { tickets } = this.#world
    const by = { id: this.#agent().id, via: via('web') }
    this.#ended.push(ticketId)
    if (this.#ended.length <= keptEnded) return
    const oldest = tickets.get(this.#ended.shift() ?? 0)
    if (oldest && !oldest.deleted) deleteTicket(this.#world, oldest, by)
    if (oldest) this.#trashed.push(oldest.id)
    if (this.#trashed.length <= keptTrashed) return
    const trashed = tickets.get(this.#trashed.shift() ?? 0)
    if (!trashed?.deleted) return
    if (!trashed.scrubbed) scrubTicket(this.#world, trashed, by)
    this.#scrubbed.push(trashed.id)
    for (const rating of this.#world.ratings.values())
      if (rating.ticket_id === trashed.id) this.#world.ratings.delete(rating.id)
    if (this.#scrubbed.length > keptScrubbed) tickets.delete(this.#scrubbed.shift() ?? 0)
  }

  #agent(): User {
    return this.#random.pick(
      [...this.#world.users.values()].filter((user) => isStaff(user) && user.ticket_restriction === null),
    )
  }
}
