import { carriers } from '../corpus/shop.ts'
import { slotsFor, storyFor } from '../corpus/scenes.ts'
import { fill } from '../corpus/story.ts'
import type { Slots, Turn } from '../corpus/story.ts'
import { createRandom } from '../random.ts'
import type { Random } from '../random.ts'
import { updateAgent } from './acts/agents.ts'
import { changeTicket } from './acts/change.ts'
import { hardDelete, requesterFor, updateContact } from './acts/contacts.ts'
import { note, reply, writeAsRequester } from './acts/conversations.ts'
import { createTicket } from './acts/tickets.ts'
import type { Agent } from './desk-records.ts'
import type { Contact, Ticket } from './records.ts'
import { rate } from './routes/surveys.ts'
import { asAgent, asRequester } from './world.ts'
import type { World } from './world.ts'

/** Tickets that are under way at the same time, at most. */
const maxLive = 40

/** What the traffic began and ended goes to the trash when there is more of it than this, the oldest first. */
const keptEnded = 1_500

/** The trash is emptied of what the traffic put there when there is more of it than this. */
const keptTrashed = 100

interface Live {
  readonly ticketId: number
  readonly agentId: number
  readonly slots: Slots
  readonly turns: Turn[]
  /** How often it had changed when the traffic left it: what others touched is not the traffic's to remove. */
  revision: number
  own: boolean
}

/** Where an account's traffic stands, as JSON. */
export interface SavedTraffic {
  readonly random: number
  readonly steps: number
  readonly live: readonly Live[]
  readonly ended: readonly (readonly [ticketId: number, revision: number])[]
  readonly trashed: readonly number[]
}

/** A desk at work: customers write by mail, on the portal and by phone, agents answer and resolve, customers rate. */
export class Traffic {
  readonly #world: World
  readonly #random: Random
  #live: Live[] = []
  #steps = 0
  #ended = new Map<number, number>()
  #trashed: number[] = []

  constructor(world: World, seed: number) {
    this.#world = world
    this.#random = createRandom(seed, `traffic of ${world.account.domain}`)
  }

  /** Where it stands. */
  save(): SavedTraffic {
    const random = this.#random.position()
    return { random, steps: this.#steps, live: this.#live, ended: [...this.#ended], trashed: this.#trashed }
  }

  /** Goes on from where it stood. */
  restore(saved: SavedTraffic): void {
    this.#random.moveTo(saved.random)
    this.#steps = saved.steps
    this.#live = [...saved.live]
    this.#ended = new Map(saved.ended)
    this.#trashed = [...saved.trashed]
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
    if (roll < 0.27) return this.#edit()
    if (roll < 0.3) return this.#shift()
    return this.#advance()
  }

  #begin(): string {
    if (this.#live.length >= maxLive) return this.#advance()
    const contact = this.#someone()
    if (!contact) return 'nobody is there'
    const story = storyFor(this.#random, contact.language)
    const agent = this.#random.pick(this.#answering())
    const slots = slotsFor(this.#random, contact, agent)
    const [opening, ...turns] = story.turns
    if (!opening) return 'a story without words'
    const source = this.#random.pick([1, 1, 1, 2, 2, 3, 9, 15])
    const by = source === 3 ? asAgent(agent, 'desk') : asRequester(contact)
    const fields = {
      subject: story.title,
      description: fill(this.#random.pick(opening.wordings), slots),
      priority: this.#random.pick([1, 1, 1, 2, 2, 3, 4]),
      tags: [story.topic.toLowerCase()],
      type: this.#random.pick(this.#world.account.types),
    }
    const ticket = createTicket(this.#world, by, { requester: contact, source, fields })
    const { id: ticketId, revision } = ticket
    this.#live.push({ ticketId, agentId: agent.id, slots, turns: [...turns], revision, own: true })
    return `ticket ${ticketId} opened`
  }

  /** An agent looks something up: a priority, a tag or a contact changes. */
  #edit(): string {
    const ticket = this.#world.tickets.get(this.#random.pick(this.#live).ticketId)
    if (!ticket || ticket.deleted || ticket.spam) return this.#advance()
    if (this.#random.chance(0.3)) {
      const contact = this.#world.contacts.get(ticket.requester_id)
      if (contact && !contact.deleted) updateContact(this.#world, contact, { job_title: this.#random.pick(jobs) })
      return `contact ${ticket.requester_id} edited`
    }
    const by = asAgent(this.#random.pick(this.#answering()), 'desk')
    changeTicket(this.#world, ticket, by, {
      change: () => {
        ticket.priority = Math.min(4, ticket.priority + 1)
        ticket.tags = [...new Set([...ticket.tags, this.#random.pick(carriers).toLowerCase()])]
      },
    })
    this.#note(ticket)
    return `ticket ${ticket.id} edited`
  }

  /** Somebody comes to work or goes. */
  #shift(): string {
    const agent = this.#random.pick([...this.#world.agents.values()])
    updateAgent(this.#world, agent, { available: !agent.available })
    return `agent ${agent.id} is ${agent.available ? 'there' : 'away'}`
  }

  #advance(): string {
    const live = this.#random.pick(this.#live)
    const ticket = this.#world.tickets.get(live.ticketId)
    const agent = this.#world.agents.get(live.agentId) ?? this.#random.pick(this.#answering())
    if (!ticket || ticket.deleted || ticket.spam || ticket.archived) {
      this.#forget(live)
      return `ticket ${live.ticketId} is gone`
    }
    if (ticket.revision !== live.revision) live.own = false
    const turn = live.turns.shift()
    if (turn) this.#speak({ ticket, agent, slots: live.slots }, turn)
    else this.#finish(live, ticket, agent)
    live.revision = ticket.revision
    return `ticket ${ticket.id} ${turn ? 'went on' : 'ended'}`
  }

  #finish(live: Live, ticket: Ticket, agent: Agent): void {
    const by = asAgent(agent, 'desk')
    const { ticketFields } = this.#world.account
    const needed = ticketFields.filter(({ requiredForClosure }) => requiredForClosure === true)
    changeTicket(this.#world, ticket, by, {
      change: () => {
        for (const { name, choices } of needed) ticket.custom_fields[name] ??= choices?.[0] ?? 'solved'
        ticket.status = this.#random.pick([4, 4, 5])
      },
    })
    const requester = this.#world.contacts.get(ticket.requester_id)
    if (requester && this.#random.chance(0.4)) {
      const ratings = { default_question: this.#random.pick(this.#grades()) }
      rate(this.#world, ticket, asRequester(requester), { ratings, feedback: null })
    }
    this.#forget(live)
    if (live.own) this.#retire(ticket)
  }

  #speak(scene: { ticket: Ticket; agent: Agent; slots: Slots }, turn: Turn): void {
    const { ticket, agent } = scene
    const world = this.#world
    const by = asAgent(agent, 'desk')
    const body = fill(this.#random.pick(turn.wordings), scene.slots)
    const structured = { body_contents: [{ type: 'text', data: { content: body } }] }
    const said = ticket.structured_description ? { structured } : { body }
    const requester = world.contacts.get(ticket.requester_id)
    switch (turn.by) {
      case 'customer':
        if (requester) writeAsRequester(world, ticket, requester, said, asRequester(requester))
        return
      case 'note':
        note(world, ticket, by, { ...said, userId: agent.id, private: true, incoming: false, notify: [] })
        return
      case 'bot':
      case 'agent':
        if (ticket.responder_id === null && turn.by === 'agent') {
          const group_id = agent.group_ids[0] ?? null
          changeTicket(world, ticket, by, { change: () => Object.assign(ticket, { responder_id: agent.id, group_id }) })
        }
        reply(world, ticket, by, { ...said, userId: agent.id })
    }
  }

  /** Counts one more as ended. Too many, and the oldest goes to the trash, and out of it in the end, unless somebody touched it since. */
  #retire(ticket: Ticket): void {
    this.#ended.set(ticket.id, ticket.revision)
    if (this.#ended.size <= keptEnded) return
    const [[oldestId, revision] = [0, 0]] = this.#ended
    this.#ended.delete(oldestId)
    const oldest = this.#world.tickets.get(oldestId)
    if (oldest?.revision !== revision) return
    const by = asAgent(this.#random.pick(this.#answering()), 'desk')
    changeTicket(this.#world, oldest, by, { change: () => (oldest.deleted = true) })
    this.#trashed.push(oldestId)
    if (this.#trashed.length > keptTrashed) this.#purge(this.#trashed.shift() ?? 0)
  }

  #purge(id: number): void {
    const ticket = this.#world.tickets.get(id)
    if (!ticket?.deleted) return
    this.#world.tickets.delete(id)
    for (const rating of this.#world.ratings.values())
      if (rating.ticket_id === id) this.#world.ratings.delete(rating.id)
    const person = this.#world.contacts.get(ticket.requester_id)
    const isNeeded = [...this.#world.tickets.values()].some((other) => other.requester_id === ticket.requester_id)
    if (person?.tags.includes(newcomer) === true && !isNeeded) hardDelete(this.#world, person)
  }

  #forget(live: Live): void {
    this.#live = this.#live.filter((other) => other !== live)
  }

  /** What the traffic does to a ticket is its own. */
  #note(ticket: Ticket): void {
    const live = this.#live.find(({ ticketId }) => ticketId === ticket.id)
    if (live) live.revision = ticket.revision
  }

  #someone(): Contact | null {
    const world = this.#world
    if (this.#random.chance(0.05)) {
      const email = `${this.#random.hex(8)}@newcomer.example`
      const contact = requesterFor(world, { email, name: this.#random.pick(['Sam Rivers', 'Kim Okoro', 'Ana Prado']) })
      contact.tags = [newcomer]
      return contact
    }
    const contacts = [...world.contacts.values()].filter(({ deleted, blocked }) => !deleted && !blocked)
    return contacts.length === 0 ? null : this.#random.pick(contacts)
  }

  #answering(): Agent[] {
    return [...this.#world.agents.values()].filter(({ ticket_scope }) => ticket_scope === 1)
  }

  #grades(): readonly number[] {
    return this.#world.account.survey === 'classic' ? [1, 1, 2, 3] : [103, 103, 102, 100, -101]
  }
}

/** Marks those whom the traffic brought, so that it may take them away again. */
const newcomer = 'newcomer'

const jobs = ['Buyer', 'Office manager', 'Owner', 'Chef', 'Teacher', 'Facility manager']
