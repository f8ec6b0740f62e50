import { products } from '../../corpus/shop.ts'
import type { Random } from '../../random.ts'
import { beginConversation } from '../acts/conversations.ts'
import { addPart } from '../acts/parts.ts'
import { toHtml } from '../../plaintext.ts'
import type { Contact } from '../records.ts'
import { adminAuthor, contactAuthor } from '../world.ts'
import type { World } from '../world.ts'

/** More than the API ever shows of one conversation. */
const marathonParts = 620

const daySeconds = 86_400

/** Adds one conversation that went on for months, with more parts than the single GET answers. */
export function seedMarathon(world: World, random: Random, contact: Contact): void {
  const admin = world.admins.find((candidate) => candidate.jobTitle.startsWith('Trade')) ?? random.pick(world.admins)
  const now = world.clock.seconds()
  const start = now - 100 * daySeconds
  const conversation = beginConversation(world, {
    author: contactAuthor(contact),
    contactIds: [contact.id],
    type: 'email',
    deliveredAs: 'customer_initiated',
    subject: 'Standing order for our hotels',
    body: 'We would like one thread for all our weekly orders, so that everybody here can follow it. Is that possible?',
    at: start,
  })
  conversation.title = 'Standing order for our hotels'
  conversation.adminId = admin.id
  conversation.teamId = admin.teamIds[0] ?? null
  conversation.companyId = contact.companyIds[0] ?? null
  const step = Math.floor((98 * daySeconds) / marathonParts)
  for (let number = 1; number <= marathonParts; number += 1) {
    const byContact = number % 2 === 0
    const product = random.pick(products)
    const text = byContact
      ? `Order ${number / 2}: ${random.int(2, 40)} × ${product}, please.`
      : `Noted (${number}). ${random.pick(['It leaves today.', 'It leaves on Monday.', 'Half of it is in stock, the rest follows.'])}`
    const author = byContact ? contactAuthor(contact) : adminAuthor(admin)
    const at = start + number * step + random.int(0, step - 1)
    addPart(world, conversation, { type: 'comment', author, body: toHtml(text), at })
  }
  conversation.waitingSince = conversation.updatedAt
  contact.lastRepliedAt = Math.max(contact.lastRepliedAt ?? 0, conversation.updatedAt)
  contact.updatedAt = Math.max(contact.updatedAt, conversation.updatedAt)
}
