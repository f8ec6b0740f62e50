import { remarks } from '../../corpus/shop.ts'
import type { Story } from '../../corpus/story.ts'
import type { Random } from '../../random.ts'
import type { Conversation } from '../records.ts'
import type { World } from '../world.ts'

/** Tags a conversation with its subject, and a few with more. */
export function tagFrom(world: World, random: Random, conversation: Conversation, story: Story): void {
  const names = [
    ...(random.chance(0.75) ? [story.topic] : []),
    ...(story.topic === 'Complaint' || random.chance(0.03) ? ['Urgent'] : []),
    ...(random.chance(0.03) ? ['Feedback'] : []),
  ]
  const appliedBy = { type: 'admin', id: conversation.adminId ?? world.bot.id }
  for (const name of names) {
    const tag = [...world.tags.values()].find((candidate) => candidate.name === name)
    if (tag) conversation.tags.push({ id: tag.id, appliedAt: conversation.updatedAt, appliedBy })
  }
}

/** A third of those who are asked say how it was; most of them were happy. */
export function rateFrom(random: Random, conversation: Conversation, by: { contactId: string; now: number }): void {
  if (!random.chance(0.35)) return
  const rating = random.pick([1, 2, 3, 4, 4, 5, 5, 5, 5, 5])
  const createdAt = conversation.updatedAt
  const updatedAt = Math.min(by.now, createdAt + random.int(30, 7_200))
  conversation.rating = {
    rating,
    remark: random.chance(0.4) ? random.pick(remarks[rating] ?? []) : null,
    createdAt,
    updatedAt,
    contactId: by.contactId,
    adminId: conversation.adminId,
  }
  conversation.updatedAt = updatedAt
}
