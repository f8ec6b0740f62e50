import { announceConversation } from '../announce.ts'
import { apiError } from '../errors.ts'
import { renderAppliedTag } from '../render/applied-tag.ts'
import { renderConversation } from '../render/conversation.ts'
import type { AppliedTag, Author, Contact, Conversation, Tag } from '../records.ts'
import type { World } from '../world.ts'
import { addPart } from './parts.ts'

/** What a redacted message says instead. */
const redactedBody = '<p><i>This message was deleted</i></p>'

/** The part that says a conversation went on elsewhere. */
const mergedAway = 'merged_secondary_conversation'

/** Puts a tag on a conversation, on its newest part if there is one. */
export function tagConversation(world: World, conversation: Conversation, tag: Tag, author: Author): AppliedTag {
  const now = world.clock.seconds()
  const present = conversation.tags.find((applied) => applied.id === tag.id)
  if (present) return present
  const applied = { id: tag.id, appliedAt: now, appliedBy: { type: author.type, id: author.id } }
  conversation.tags.push(applied)
  const part = conversation.parts.at(-1)
  if (part) {
    part.tags.push(applied)
    part.updatedAt = now
  }
  conversation.updatedAt = now
  world.announce('conversation_part.tag.created', {
    ...renderConversation(world, { ...conversation, parts: part ? [part] : [] }),
    tags_added: { type: 'tag.list', tags: [renderAppliedTag(world, applied)] },
  })
  return applied
}

/** Takes a tag off. */
export function untagConversation(world: World, conversation: Conversation, tag: Tag): AppliedTag {
  const applied = conversation.tags.find((candidate) => candidate.id === tag.id)
  if (!applied) throw apiError(404, 'tag_not_found', 'Tag not found')
  conversation.tags = conversation.tags.filter((candidate) => candidate !== applied)
  for (const part of conversation.parts) part.tags = part.tags.filter((candidate) => candidate.id !== tag.id)
  conversation.updatedAt = world.clock.seconds()
  return applied
}

/** Brings one more person into a conversation. */
export function attachContact(world: World, conversation: Conversation, contact: Contact, author: Author): void {
  if (conversation.contactIds.includes(contact.id)) return
  conversation.contactIds.push(contact.id)
  const part = addPart(world, conversation, { type: 'participant_added', author })
  announceConversation(world, 'conversation.contact.attached', conversation, part)
}

/** Takes a person out of a conversation; the last one must stay. */
export function detachContact(world: World, conversation: Conversation, contact: Contact, author: Author): void {
  if (!conversation.contactIds.includes(contact.id)) throw apiError(404, 'not_found', 'User Not Found')
  if (conversation.contactIds.length === 1) {
    throw apiError(422, 'parameter_invalid', 'Removing the last customer is not allowed')
  }
  conversation.contactIds = conversation.contactIds.filter((id) => id !== contact.id)
  const part = addPart(world, conversation, { type: 'participant_removed', author })
  announceConversation(world, 'conversation.contact.detached', conversation, part)
}

/** Blanks one part. */
export function redactPart(world: World, conversation: Conversation, partId: string): void {
  const part = conversation.parts.find((candidate) => candidate.id === partId)
  if (!part) throw notFound()
  if (part.body === null) throw notRedactable()
  part.body = redactedBody
  part.attachments = []
  part.redacted = true
  part.updatedAt = world.clock.seconds()
  conversation.updatedAt = part.updatedAt
  announceConversation(world, 'conversation_part.redacted', conversation, part)
}

/** Blanks the opening message, if a customer wrote it. */
export function redactSource(world: World, conversation: Conversation, sourceId: string): void {
  const { source } = conversation
  if (source.id !== sourceId) throw notFound()
  if (source.author.type !== 'user' && source.author.type !== 'lead') throw notRedactable()
  source.body = redactedBody
  source.attachments = []
  source.redacted = true
  conversation.updatedAt = world.clock.seconds()
  announceConversation(world, 'conversation_part.redacted', conversation)
}

/** Puts one conversation into another: the first is closed and names the second, which lives on. */
export function mergeConversations(world: World, secondary: Conversation, primary: Conversation): void {
  if (secondary === primary) throw mergeFailed('Cannot merge a conversation into itself')
  if (secondary.parts.some((part) => part.type === mergedAway)) {
    throw mergeFailed('Secondary conversation has already been merged')
  }
  secondary.state = 'closed'
  secondary.snoozedUntil = null
  secondary.waitingSince = null
  const away = addPart(world, secondary, { type: mergedAway, author: world.bot })
  primary.contactIds = [...new Set([...primary.contactIds, ...secondary.contactIds])]
  addPart(world, primary, { type: 'merged_primary_conversation', author: world.bot })
  announceConversation(world, 'conversation.admin.closed', secondary, away)
}

/** How many deletions a workspace can list, the latest ones. */
const keptDeletions = 10_000

/** Removes a conversation for good. `silently` leaves out the webhook, as when one is lost. */
export function deleteConversation(
  world: World,
  conversation: Conversation,
  options: { readonly retainMetrics: boolean; readonly silently: boolean },
): void {
  world.conversations.delete(conversation.id)
  const at = world.clock.seconds()
  world.deletedConversations.push({ id: conversation.id, metricsRetained: options.retainMetrics, at })
  if (world.deletedConversations.length > keptDeletions) world.deletedConversations.shift()
  if (!options.silently) world.announce('conversation.deleted', { type: 'conversation', id: conversation.id })
}

function notFound(): Error {
  return apiError(404, 'conversation_part_or_message_not_found', 'Conversation part or message not found')
}

function notRedactable(): Error {
  return apiError(400, 'conversation_part_not_redactable', 'Conversation part is not redactable')
}

/** What the merge answers when it cannot be done. */
export function mergeFailed(message: string): Error {
  return apiError(422, 'merge_failed', message)
}
