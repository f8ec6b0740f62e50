import { slotsFor, storyFor } from '../corpus/scenes.ts'
import { fill } from '../corpus/story.ts'
import type { Slots, Story, Turn } from '../corpus/story.ts'
import { createRandom } from '../random.ts'
import type { Random } from '../random.ts'
import { deleteConversation } from './acts/around.ts'
import { openAsContact, rate, replyAsAdmin, replyAsContact } from './acts/conversations.ts'
import { assign, close, wakeSnoozed } from './acts/states.ts'
import { setTicketState } from './acts/tickets.ts'
import type { Admin, Contact, Conversation } from './records.ts'
import { adminAuthor, getAdmin, typeOf } from './world.ts'
import type { World } from './world.ts'

/** Conversations that are under way at the same time, at most. */
const maxLive = 40

/** What the traffic began and ended is removed when there is more of it than this, the oldest first: about a day's at a step every four seconds. */
const keptEnded = 2_500

/** Nobody comes back to a conversation this long, or those that stay would grow without end. */
const longParts = 40

interface Live {
  readonly conversationId: string
  readonly contactId: string
  readonly adminId: string
  readonly slots: Slots
  readonly turns: Turn[]
  /** Whether the traffic began it and nobody else took part: only such a one may be removed. */
  own: boolean
  /** How many parts it had when the traffic left it. */
  parts: number
}

/** Where the traffic stands, as JSON. */
export interface SavedTraffic {
  readonly random: number
  readonly live: readonly Live[]
  readonly ended: readonly (readonly [conversationId: string, parts: number])[]
}

/** A desk at work: customers write, admins answer and close, customers rate. */
export class Traffic {
  readonly #world: World
  readonly #random: Random
  #live: Live[] = []
  /** What the traffic began and closed and nobody else took part in, the oldest first, and how many parts it had by then. */
  #ended = new Map<string, number>()

  constructor(world: World, seed: number) {
    this.#world = world
    this.#random = createRandom(seed, 'traffic')
  }

  /** Where it stands. */
  save(): SavedTraffic {
    return { random: this.#random.position(), live: this.#live, ended: [...this.#ended] }
  }

  /** Goes on from where it stood. */
  restore(saved: SavedTraffic): void {
    this.#random.moveTo(saved.random)
    this.#live = [...saved.live]
    this.#ended = new Map(saved.ended)
  }

  /** Lets one thing happen. Answers what, for logs. */
  step(): string {
    wakeSnoozed(this.#world)
    const roll = this.#random.next()
    if (this.#live.length === 0 || roll < 0.25) return this.#begin()
    if (roll < 0.32) return this.#comeBack()
    if (roll < 0.38) return this.#moveTicket()
    return this.#advance()
  }

  get #isBusy(): boolean {
    return this.#live.length >= maxLive
  }

  #begin(): string {
    if (this.#isBusy) return this.#advance()
    const contact = this.#someone()
    if (!contact) return 'nobody is there'
    const story = storyFor(this.#random, contact.language)
    const admin = this.#admin(story)
    const slots = slotsFor(this.#random, contact, admin)
    const [opening, ...turns] = story.turns
    if (!opening) return 'a story without words'
    const body = fill(this.#random.pick(opening.wordings), slots)
    const conversation = openAsContact(this.#world, contact, { body })
    this.#follow(conversation, { contact, admin, slots, turns, own: true })
    return `${conversation.id} opened`
  }

  /** Somebody from before has one more question. */
  #comeBack(): string {
    if (this.#isBusy) return this.#begin()
    const conversation = this.#random.pick([...this.#world.conversations.values()])
    const contact = this.#world.contacts.get(conversation.contactIds[0] ?? '')
    const isLive = this.#live.some((live) => live.conversationId === conversation.id)
    if (!contact || contact.archived || isLive || conversation.parts.length >= longParts) return this.#begin()
    const admin = this.#random.pick(this.#world.admins)
    const slots = slotsFor(this.#random, contact, admin)
    const own = this.#ended.get(conversation.id) === conversation.parts.length
    this.#ended.delete(conversation.id)
    replyAsContact(this.#world, conversation, contact, { body: this.#random.pick(comingBack) })
    const answer: Turn = { by: 'agent', wordings: answers }
    this.#follow(conversation, { contact, admin, slots, turns: [answer], own })
    return `${conversation.id} came back`
  }

  #follow(
    conversation: Conversation,
    { contact, admin, ...rest }: Pick<Live, 'slots' | 'turns' | 'own'> & { contact: Contact; admin: Admin },
  ): void {
    const ids = { conversationId: conversation.id, contactId: contact.id, adminId: admin.id }
    this.#live.push({ ...ids, ...rest, parts: conversation.parts.length })
  }

  #moveTicket(): string {
    const open = [...this.#world.tickets.values()].filter((ticket) => ticket.open)
    if (open.length === 0) return this.#begin()
    const ticket = this.#random.pick(open)
    const states = typeOf(this.#world, ticket).stateIds
    const next = states[states.indexOf(ticket.stateId) + 1]
    if (next === undefined) return this.#begin()
    setTicketState(this.#world, ticket, next, adminAuthor(this.#random.pick(this.#world.admins)))
    return `ticket ${ticket.id} moved`
  }

  #advance(): string {
    const live = this.#random.pick(this.#live)
    const conversation = this.#world.conversations.get(live.conversationId)
    const contact = this.#world.contacts.get(live.contactId)
    const turn = conversation && contact ? live.turns.shift() : undefined
    const admin = getAdmin(this.#world, live.adminId)
    if (conversation?.parts.length !== live.parts) live.own = false
    if (conversation && contact && turn) {
      this.#speak({ conversation, contact, admin, slots: live.slots }, turn)
      live.parts = conversation.parts.length
      return `${conversation.id} went on`
    }
    this.#live = this.#live.filter((other) => other !== live)
    if (!conversation || !contact) return `${live.conversationId} is gone`
    close(this.#world, conversation, { author: adminAuthor(admin) })
    if (this.#random.chance(0.5)) {
      const rating = this.#random.pick([2, 3, 4, 5, 5, 5])
      rate(this.#world, conversation, { rating, remark: null })
    }
    if (live.own) this.#retire(conversation)
    return `${conversation.id} closed`
  }

  /** Counts one more as ended. When they are too many, removes the one that ended first, unless somebody took part since. */
  #retire(conversation: Conversation): void {
    this.#ended.set(conversation.id, conversation.parts.length)
    if (this.#ended.size <= keptEnded) return
    const [[oldestId, parts] = ['', 0]] = this.#ended
    this.#ended.delete(oldestId)
    const oldest = this.#world.conversations.get(oldestId)
    if (oldest?.parts.length !== parts || oldest.ticketId !== null) return
    deleteConversation(this.#world, oldest, { retainMetrics: true, silently: false })
  }

  #speak(live: { conversation: Conversation; contact: Contact; admin: Admin; slots: Slots }, turn: Turn): void {
    const { conversation, contact, admin } = live
    const world = this.#world
    const body = fill(this.#random.pick(turn.wordings), live.slots)
    switch (turn.by) {
      case 'customer':
        replyAsContact(world, conversation, contact, { body })
        return
      case 'bot':
        replyAsAdmin(world, conversation, { author: world.bot, kind: 'comment', body })
        return
      case 'note':
        replyAsAdmin(world, conversation, { author: adminAuthor(admin), kind: 'note', body })
        return
      case 'agent':
        if (conversation.adminId === null) {
          assign(world, conversation, { author: world.bot, to: { type: 'admin', id: admin.id } })
        }
        replyAsAdmin(world, conversation, { author: adminAuthor(admin), kind: 'comment', body })
    }
  }

  #someone(): Contact | null {
    const contacts = [...this.#world.contacts.values()].filter((contact) => !contact.archived && !contact.blocked)
    return contacts.length === 0 ? null : this.#random.pick(contacts)
  }

  #admin(story: Story): Admin {
    const trade = this.#world.admins.filter((admin) => admin.jobTitle.startsWith('Trade'))
    return this.#random.pick(story.topic === 'Wholesale' && trade.length > 0 ? trade : this.#world.admins)
  }
}

const comingBack = [
  'Hi again, one more question about this: does the return label expire?',
  'Sorry to come back to this. Could you send me the confirmation once more?',
  'Any news on this one?',
]

const answers = [
  'Hello {name}, of course. I have just sent it to you by mail. Best, {agent}',
  'Hi {name}, good that you ask. It is all taken care of; order {order} shows it now.',
]
