import { slotsFor, storyFor } from '../../corpus/scenes.ts'
import { fill } from '../../corpus/story.ts'
import type { Story, Turn } from '../../corpus/story.ts'
import type { Random } from '../../random.ts'
import { beginConversation } from '../acts/conversations.ts'
import { addPart } from '../acts/parts.ts'
import { toHtml } from '../../plaintext.ts'
import type { Admin, Contact, Conversation } from '../records.ts'
import { adminAuthor, contactAuthor } from '../world.ts'
import type { World } from '../world.ts'
import { photo } from './photo.ts'
import { rateFrom, tagFrom } from './outcomes.ts'

const hourSeconds = 3_600
const daySeconds = 86_400

/** Conversations go back this many days. */
export const seededDays = 120

/** Adds conversations, the oldest first, each a story played as far as time allows. */
export function seedConversations(world: World, random: Random, count: number): void {
  const now = world.clock.seconds()
  const contacts = [...world.contacts.values()]
  const span = seededDays * daySeconds
  for (let index = 0; index < count; index += 1) {
    const at = now - span + Math.floor((span * (index + random.next())) / count)
    play(world, random, { contact: contactAt(contacts, random, at), at, now })
  }
}

/** Somebody who was there by then; some write often and most seldom. */
function contactAt(contacts: readonly Contact[], random: Random, at: number): Contact {
  let low = 0
  let high = contacts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((contacts[middle]?.createdAt ?? at) < at) low = middle + 1
    else high = middle
  }
  const contact = contacts[random.skewed(Math.max(1, low))]
  if (!contact) throw new RangeError('conversations need at least one contact')
  return contact
}

interface Scene {
  readonly contact: Contact
  readonly at: number
  readonly now: number
}

function play(world: World, random: Random, scene: Scene): void {
  const { contact, now } = scene
  const story = storyFor(random, contact.language)
  const admin = adminFor(world, random, story)
  const slots = slotsFor(random, contact, admin)
  const [opening, ...rest] = story.turns
  if (!opening) return
  const conversation = open(world, random, { ...scene, story, text: fill(random.pick(opening.wordings), slots) })
  if (story.topic === 'Wholesale') conversation.companyId = contact.companyIds[0] ?? null
  let at = scene.at
  for (const turn of rest) {
    at += pause(random, turn)
    // What would be said in the future has not been said: the conversation is still under way.
    if (at > now) break
    speak(world, random, { conversation, contact, admin, turn, at, text: fill(random.pick(turn.wordings), slots) })
  }
  tagFrom(world, random, conversation, story)
  if (at <= now) finish(world, random, { conversation, admin, contact, at, now })
  contact.updatedAt = Math.max(contact.updatedAt, conversation.updatedAt)
  contact.lastSeenAt = Math.max(contact.lastSeenAt ?? 0, contact.lastRepliedAt ?? scene.at)
}

function adminFor(world: World, random: Random, story: Story): Admin {
  const team =
    story.topic === 'Wholesale' ? 2 : ['Refund', 'Exchange', 'Payment', 'Invoice'].includes(story.topic) ? 1 : 0
  const members = world.teams[team]?.adminIds ?? []
  return random.pick(world.admins.filter((admin) => members.includes(admin.id)))
}

function open(world: World, random: Random, scene: Scene & { story: Story; text: string }): Conversation {
  const { contact, story, at } = scene
  const roll = random.next()
  const type = roll < 0.7 ? 'conversation' : roll < 0.94 ? 'email' : roll < 0.97 ? 'whatsapp' : 'instagram'
  const conversation = beginConversation(world, {
    author: contactAuthor(contact),
    contactIds: [contact.id],
    type,
    deliveredAs: 'customer_initiated',
    subject: type === 'email' ? story.title : '',
    url: type === 'conversation' ? 'https://harbourandpine.example/account/orders' : null,
    body: scene.text,
    attachments: story.topic === 'Damaged item' ? [photo(world, random)] : [],
    at,
  })
  if (random.chance(0.3)) conversation.title = story.title
  if (random.chance(0.08)) conversation.priority = random.pick(['low', 'medium', 'high', 'urgent'])
  contact.lastRepliedAt = Math.max(contact.lastRepliedAt ?? 0, at)
  return conversation
}

/** How long until somebody speaks: robots seconds, people minutes to hours. */
function pause(random: Random, turn: Turn): number {
  switch (turn.by) {
    case 'bot':
      return random.int(4, 40)
    case 'note':
      return random.int(120, 1_800)
    case 'agent':
      return random.chance(0.6) ? random.int(180, 2_400) : random.int(hourSeconds, 14 * hourSeconds)
    case 'customer':
      return random.chance(0.5) ? random.int(90, 1_800) : random.int(hourSeconds, 20 * hourSeconds)
  }
}

interface Speech {
  readonly conversation: Conversation
  readonly contact: Contact
  readonly admin: Admin
  readonly turn: Turn
  readonly at: number
  readonly text: string
}

function speak(world: World, random: Random, speech: Speech): void {
  const { conversation, contact, admin, at } = speech
  const body = toHtml(speech.text)
  switch (speech.turn.by) {
    case 'customer':
      addPart(world, conversation, { type: 'comment', author: contactAuthor(contact), body, at })
      conversation.waitingSince ??= at
      conversation.read = false
      contact.lastRepliedAt = Math.max(contact.lastRepliedAt ?? 0, at)
      return
    case 'bot':
      addPart(world, conversation, { type: 'comment', author: world.bot, body, at })
      conversation.aiAgent ??= {
        resolution: random.pick(['escalated', 'assumed_resolution', 'confirmed_resolution']),
        rating: random.chance(0.2) ? random.int(1, 5) : null,
        createdAt: at,
      }
      return
    case 'note':
      addPart(world, conversation, { type: 'note', author: adminAuthor(admin), body, at })
      return
    case 'agent':
      if (conversation.adminId === null) handOver(world, conversation, admin, at)
      addPart(world, conversation, { type: 'comment', author: adminAuthor(admin), body, at })
      conversation.waitingSince = null
      conversation.read = true
      contact.lastContactedAt = Math.max(contact.lastContactedAt ?? 0, at)
  }
}

/** A rule gives it to a team, and an admin takes it. */
function handOver(world: World, conversation: Conversation, admin: Admin, at: number): void {
  const teamId = admin.teamIds[0] ?? null
  conversation.teamId = teamId
  conversation.adminId = admin.id
  const takenAt = Math.max(conversation.updatedAt, at - 60)
  const assignment = { type: 'assignment', at: takenAt }
  addPart(world, conversation, { ...assignment, author: world.bot, assignedTo: { type: 'team', id: teamId } })
  addPart(world, conversation, {
    ...assignment,
    author: adminAuthor(admin),
    assignedTo: { type: 'admin', id: admin.id },
  })
}

function finish(
  world: World,
  random: Random,
  end: { conversation: Conversation; admin: Admin; contact: Contact; at: number; now: number },
): void {
  const { conversation, admin, contact, now } = end
  const closedAt = end.at + random.int(60, 2 * hourSeconds)
  if (closedAt > now) return
  const isRecent = conversation.updatedAt > now - 10 * daySeconds
  if (random.chance(isRecent ? 0.12 : 0)) {
    conversation.state = 'snoozed'
    conversation.snoozedUntil = now + random.int(hourSeconds, 6 * daySeconds)
    addPart(world, conversation, { type: 'snoozed', author: adminAuthor(admin), at: closedAt })
    return
  }
  // Many of the latest wait to be closed, and every desk has old ones that nobody closed.
  if (random.chance(isRecent ? 0.3 : 0.01)) return
  closeAt(world, conversation, admin, closedAt)
  const thanksAt = closedAt + random.int(hourSeconds, 30 * hourSeconds)
  if (random.chance(0.12) && thanksAt + 900 < now) {
    conversation.state = 'open'
    const author = contactAuthor(contact)
    addPart(world, conversation, { type: 'open', author, body: toHtml('Thanks again, that was all.'), at: thanksAt })
    contact.lastRepliedAt = Math.max(contact.lastRepliedAt ?? 0, thanksAt)
    closeAt(world, conversation, admin, thanksAt + 600)
  }
  rateFrom(random, conversation, { contactId: contact.id, now })
}

function closeAt(world: World, conversation: Conversation, admin: Admin, at: number): void {
  conversation.state = 'closed'
  conversation.waitingSince = null
  conversation.read = true
  addPart(world, conversation, { type: 'close', author: adminAuthor(admin), at })
}
