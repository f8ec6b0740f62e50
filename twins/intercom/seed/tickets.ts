import { slotsFor } from '../../corpus/scenes.ts'
import { fill } from '../../corpus/story.ts'
import type { Slots } from '../../corpus/story.ts'
import type { Random } from '../../random.ts'
import { addPart } from '../acts/parts.ts'
import { addTicket } from '../acts/tickets.ts'
import { toHtml } from '../../plaintext.ts'
import type { Author, Conversation, Ticket, TicketType } from '../records.ts'
import { adminAuthor, contactAuthor, stateOf } from '../world.ts'
import type { World } from '../world.ts'
import { seededDays } from './conversations.ts'

const daySeconds = 86_400

interface Script {
  readonly title: string
  readonly description: string
  readonly customer: string
  readonly agent: string
  readonly note: string
}

const scripts: Readonly<Record<string, Script>> = {
  'Refund request': {
    title: 'Refund for order {order}',
    description: 'The {product} of order {order} went back. {amount} to be refunded.',
    customer: 'Any news about my {amount}?',
    agent: 'Hi {name}, the refund of {amount} is approved and on its way.',
    note: 'Return scanned in {city}, amount checked.',
  },
  'Damaged item': {
    title: '{product} arrived damaged',
    description: 'Order {order}: the {product} was broken in transit with {carrier}.',
    customer: 'I added another photo. Do you need anything else?',
    agent: 'Thank you {name}, that is all we need. The replacement has number {tracking}.',
    note: 'Claim sent to {carrier}.',
  },
  'Warehouse check': {
    title: 'Count {product} in {city}',
    description: 'Shop says there are {days} left, shelf says none. Please count.',
    customer: '',
    agent: 'Counted twice: {days} pieces, two of them without a box.',
    note: 'Stock corrected.',
  },
  'Carrier incident': {
    title: '{carrier}: parcels stuck in {city}',
    description: 'Since {days} days nothing leaves the sorting centre in {city}.',
    customer: '',
    agent: '{carrier} confirms and expects normal service in {days} days.',
    note: 'Linked three more conversations.',
  },
}

/** Adds tickets, the oldest first; some grew out of a conversation. */
export function seedTickets(world: World, random: Random, count: number): void {
  const now = world.clock.seconds()
  const conversations = [...world.conversations.values()]
  const contacts = [...world.contacts.values()]
  for (let index = 0; index < count; index += 1) {
    const at = now - Math.floor((seededDays * daySeconds * (count - index - random.next())) / count)
    const type = world.ticketTypes[random.skewed(world.ticketTypes.length)] ?? random.pick(world.ticketTypes)
    const conversation = conversations.length > 0 && random.chance(0.4) ? random.pick(conversations) : null
    const linked = conversation && conversation.ticketId === null && conversation.createdAt < at ? conversation : null
    const contactId = linked?.contactIds[0] ?? random.pick(contacts).id
    seedTicket(world, random, { type, linked, contactId, at, now })
  }
}

interface Seeding {
  readonly type: TicketType
  readonly linked: Conversation | null
  readonly contactId: string
  readonly at: number
  readonly now: number
}

function seedTicket(world: World, random: Random, seeding: Seeding): void {
  const { type, linked, at, now } = seeding
  const contact = world.contacts.get(seeding.contactId)
  const script = scripts[type.name]
  if (!contact || !script) throw new Error(`no script for a ticket of the type ${type.name}`)
  const admin = random.pick(world.admins)
  const slots = slotsFor(random, contact, admin)
  const converts = linked !== null && type.category === 'Customer' && random.chance(0.5)
  const ticket = addTicket(world, {
    type,
    contactIds: [contact.id],
    attributes: attributesOf(type, script, slots),
    author: converts ? world.bot : adminAuthor(admin),
    conversationId: linked?.id ?? null,
    ...(converts ? { id: linked.id } : {}),
    companyId: contact.companyIds[0] ?? null,
    at,
  })
  if (linked) linked.ticketId = ticket.id
  if (random.chance(0.8)) {
    ticket.adminId = admin.id
    ticket.teamId = admin.teamIds[0] ?? null
    const assignedTo = { type: 'admin', id: admin.id }
    addPart(world, ticket, { type: 'assignment', author: world.bot, assignedTo, at: Math.min(now, at + 300) })
  }
  converse(world, random, { ticket, script, slots, admin: adminAuthor(admin), contact: contactAuthor(contact), now })
  progress(world, random, ticket, { by: adminAuthor(admin), now })
}

function attributesOf(type: TicketType, script: Script, slots: Slots): Record<string, unknown> {
  const extra = type.attributes[2]?.name ?? ''
  const value = extra === 'Carrier' ? slots['carrier'] : extra === 'Shelf' ? `R${slots['days']}` : slots['order']
  return {
    _default_title_: fill(script.title, slots),
    _default_description_: fill(script.description, slots),
    [extra]: value,
  }
}

interface Talk {
  readonly ticket: Ticket
  readonly script: Script
  readonly slots: Slots
  readonly admin: Author
  readonly contact: Author
  readonly now: number
}

function converse(world: World, random: Random, talk: Talk): void {
  const { ticket, script, slots, now } = talk
  let at = ticket.updatedAt
  const say = (type: string, author: Author, text: string): void => {
    at += random.int(600, 40_000)
    if (text !== '' && at <= now) addPart(world, ticket, { type, author, body: toHtml(fill(text, slots)), at })
  }
  if (random.chance(0.5)) say('note', talk.admin, script.note)
  if (random.chance(0.6)) say('comment', talk.contact, script.customer)
  if (random.chance(0.8)) say('comment', talk.admin, script.agent)
}

/** The older a ticket, the further it has come. */
function progress(world: World, random: Random, ticket: Ticket, end: { by: Author; now: number }): void {
  const states = world.ticketTypes.find((type) => type.id === ticket.typeId)?.stateIds ?? []
  const ageDays = (end.now - ticket.createdAt) / daySeconds
  const resolved = random.chance(Math.min(0.95, ageDays / 20))
  const target = resolved
    ? states.find((id) => stateOf(world, id).category === 'resolved')
    : random.chance(0.7)
      ? random.pick(states.filter((id) => stateOf(world, id).category !== 'resolved'))
      : undefined
  const at = ticket.updatedAt + random.int(600, 90_000)
  if (target === undefined || target === ticket.stateId || at > end.now) return
  const before = stateOf(world, ticket.stateId).category
  const after = stateOf(world, target).category
  ticket.previousStateId = ticket.stateId
  ticket.stateId = target
  ticket.open = !resolved
  addPart(world, ticket, { type: 'ticket_state_updated_by_admin', author: end.by, ticketState: { before, after }, at })
}
