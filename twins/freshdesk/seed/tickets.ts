import { slotsFor, storyFor } from '../../corpus/scenes.ts'
import { phoneStories } from '../../corpus/stories-phone.ts'
import { fill } from '../../corpus/story.ts'
import type { Slots, Story, Turn } from '../../corpus/story.ts'
import { toHtml, toPlaintext } from '../../plaintext.ts'
import type { Random } from '../../random.ts'
import { webChat } from '../account.ts'
import { addConversation } from '../acts/conversations.ts'
import { dueTimes } from '../acts/due.ts'
import { archiveEdge } from '../acts/time.ts'
import { newTicket } from '../acts/tickets.ts'
import type { Agent } from '../desk-records.ts'
import type { Contact, Ticket } from '../records.ts'
import { iso } from '../../iso.ts'
import { nextId } from '../../world.ts'
import type { World } from '../world.ts'
import { finishTicket } from './outcomes.ts'
import { seededFields } from './people.ts'

const hourMs = 3_600_000
const dayMs = 86_400_000

/** Tickets go back this many days: far past the 30 that lists show of themselves, and past the archive. */
export const seededDays = 300

/** Adds tickets, the oldest first, each a story told as far as time allows. */
export function seedTickets(world: World, random: Random, count: number): void {
  const now = world.clock.now().getTime()
  const contacts = [...world.contacts.values()].filter(({ blocked }) => !blocked)
  for (let index = 0; index < count; index += 1) {
    const atMs = now - seededDays * dayMs + Math.floor((seededDays * dayMs * (index + random.next())) / count)
    const contact = contacts[random.skewed(contacts.length)]
    if (!contact) throw new RangeError('tickets need at least one contact')
    tell(world, random, { contact, atMs, now })
  }
}

interface Scene {
  readonly contact: Contact
  readonly atMs: number
  readonly now: number
}

const sources = [1, 1, 1, 1, 2, 2, 2, 3, 3, 7, 9, webChat]

function tell(world: World, random: Random, scene: Scene): void {
  const { contact, now } = scene
  const custom = world.account.sources.filter(({ value }) => value > 12 && value !== webChat)
  const source = random.chance(0.04) && custom.length > 0 ? random.pick(custom).value : random.pick(sources)
  const story = source === 3 ? random.pick(phoneStories) : storyFor(random, contact.language)
  const agent = random.pick([...world.agents.values()].filter(({ role_ids }) => role_ids[0] !== world.roles[4]?.id))
  const slots = slotsFor(random, contact, agent)
  const [opening, ...turns] = story.turns
  if (!opening) return
  const text = fill(random.pick(opening.wordings), slots)
  const ticket = open(world, random, { ...scene, source, story, text })
  let atMs = scene.atMs
  for (const turn of turns) {
    atMs += pause(random, turn)
    // What would be said in the future has not been said: the ticket is still under way.
    if (atMs > now) break
    speak(world, random, { ticket, contact, agent, turn, at: iso(new Date(atMs)), slots })
  }
  finishTicket(world, random, ticket, { endMs: atMs + random.int(60_000, 20 * hourMs), now })
  const edge = archiveEdge(new Date(now))
  ticket.archived = ticket.status === 5 && (ticket.stats.closed_at ?? edge) < edge
}

function open(
  world: World,
  random: Random,
  begin: Scene & { readonly source: number; readonly story: Story; readonly text: string },
): Ticket {
  const { contact, source, story, text } = begin
  const at = iso(new Date(begin.atMs))
  const ticket = newTicket(world, { id: nextId(world, 'ticket'), requester: contact, source, at })
  const html = toHtml(text)
  ticket.subject = story.title
  ticket.description = `<div>${html}</div>`
  ticket.description_text = toPlaintext(html)
  ticket.priority = random.pick([1, 1, 1, 1, 2, 2, 3, 4])
  ticket.type = random.chance(0.8) ? random.pick(world.account.types) : null
  ticket.tags = random.chance(0.7) ? [story.topic.toLowerCase()] : []
  ticket.custom_fields = seededFields(world.account.ticketFields, random)
  ticket.product_id = random.chance(0.3) ? random.pick(world.products).id : null
  if (source === 1) {
    ticket.email_config_id = world.emailConfigs[0]?.id ?? null
    ticket.to_emails = [world.emailConfigs[0]?.reply_email ?? '']
    ticket.cc_emails = random.chance(0.1) ? ['family@example.org'] : []
  }
  Object.assign(ticket, dueTimes(world, ticket, at))
  world.tickets.set(ticket.id, ticket)
  if (source === webChat) {
    const structured = { body_contents: [{ type: 'text', data: { content: text } }] }
    ticket.structured_description = structured
    addConversation(world, ticket, {
      kind: 'reply',
      structured,
      incoming: true,
      private: false,
      userId: contact.id,
      at,
    })
  }
  return ticket
}

/** How long until somebody speaks: robots seconds, people minutes to hours. */
function pause(random: Random, turn: Turn): number {
  if (turn.by === 'bot') return random.int(4_000, 40_000)
  if (turn.by === 'note') return random.int(120_000, 1_800_000)
  return random.chance(0.5) ? random.int(180_000, 2_400_000) : random.int(hourMs, 30 * hourMs)
}

interface Speech {
  readonly ticket: Ticket
  readonly contact: Contact
  readonly agent: Agent
  readonly turn: Turn
  readonly at: string
  readonly slots: Slots
}

function speak(world: World, random: Random, speech: Speech): void {
  const { ticket, contact, agent, turn, at } = speech
  const body = fill(random.pick(turn.wordings), speech.slots)
  const isChat = ticket.source === webChat
  const said = isChat ? { structured: { body_contents: [{ type: 'text', data: { content: body } }] } } : { body }
  const { stats } = ticket
  ticket.updated_at = at
  if (turn.by === 'customer') {
    const entry = { ...said, kind: 'reply', incoming: true, private: false, userId: contact.id, at } as const
    addConversation(world, ticket, { ...entry, from: contact.email })
    stats.requester_responded_at = at
    return
  }
  if (turn.by === 'agent' && ticket.responder_id === null) {
    ticket.responder_id = agent.id
    ticket.group_id = agent.group_ids[0] ?? null
  }
  const own = { ...said, incoming: false, userId: agent.id, at }
  if (turn.by === 'note') {
    addConversation(world, ticket, { ...own, kind: 'note', private: true })
    return
  }
  const to = contact.email === null ? [] : [contact.email]
  addConversation(world, ticket, { ...own, kind: 'reply', private: false, to, from: agent.email })
  stats.agent_responded_at = at
  if (stats.first_responded_at === null) {
    stats.first_responded_at = at
    ticket.fr_escalated = at > ticket.fr_due_by
  }
}
