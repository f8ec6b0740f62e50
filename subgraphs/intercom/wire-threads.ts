import { z } from 'zod'
import { wireId, wireJson, wireNamed, wireReference, wireText, wireUnixTime } from '../../kit/wire.ts'
import { wireAttributes, wireTagList } from './wire.ts'

/** Source: Intercom REST 2.16, schema `part_attachment`. */
export const wireAttachment = z.looseObject({
  name: wireText,
  url: wireText,
  content_type: wireText,
  filesize: z.number().nullish(),
})

/** Who wrote; blank for Twitter. Source: schemas `conversation_part_author`, `conversation_source_author`, `ticket_part_author`. */
export const wireAuthor = z
  .looseObject({ type: wireText, id: wireReference, name: wireText, from_ai_agent: z.boolean().nullish() })
  .nullish()
export type AuthorWire = z.output<typeof wireAuthor>

/** A message or happening inside a conversation or ticket; `part_type` is an open set. Source: schemas `conversation_part`, `ticket_part`, `ticket_reply`. */
export const wirePart = z.looseObject({
  id: wireId,
  part_type: z.string(),
  body: wireText,
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
  author: wireAuthor,
  attachments: z.array(wireAttachment).nullish(),
  redacted: z.boolean().nullish(),
  ticket_state: wireText,
})
export type PartWire = z.output<typeof wirePart>

/** A state that a ticket went through, and since when, as we keep it beside the ticket, whose parts are rows of their own. */
export const wireState = z.looseObject({ ticket_state: z.string(), created_at: wireUnixTime })
export type StateWire = Pick<z.output<typeof wireState>, 'ticket_state' | 'created_at'>

/** The thread of a part, as we keep it beside the part. */
export const wireThread = z.object({ kind: z.enum(['conversation', 'ticket']), remoteId: wireId })

/** The opening message of a conversation, which is none of its parts. Source: schema `conversation_source`. */
export const wireSource = z.looseObject({
  type: wireText,
  delivered_as: wireText,
  subject: wireText,
  body: wireText,
  author: wireAuthor,
  attachments: z.array(wireAttachment).nullish(),
  redacted: z.boolean().nullish(),
})
export type SourceWire = z.output<typeof wireSource>

/** There while a rating is only asked for too: then `rating` is null. Source: schema `conversation_rating`. */
export const wireRating = z.looseObject({
  rating: z.number().nullish(),
  remark: wireText,
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
  contact: z.looseObject({ id: wireReference }).nullish(),
  teammate: z.looseObject({ type: wireText, id: wireReference }).nullish(),
})
export type RatingWire = z.output<typeof wireRating>

const wireContacts = z.looseObject({ contacts: z.array(wireNamed).nullish() }).nullish()

/** Source: schemas `conversation`, `conversation_list_item`. Lists and searches hold no parts; a single read the 500 newest. */
export const wireConversation = z.looseObject({
  id: wireId,
  title: wireText,
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
  waiting_since: wireUnixTime,
  snoozed_until: wireUnixTime,
  open: z.boolean().nullish(),
  state: wireText,
  read: z.boolean().nullish(),
  priority: wireText,
  admin_assignee_id: wireReference,
  team_assignee_id: wireReference,
  company: z.looseObject({ id: wireReference }).nullish(),
  tags: wireTagList,
  conversation_rating: wireRating.nullish(),
  source: wireSource.nullish(),
  contacts: wireContacts,
  channel: z.looseObject({ initial: wireText, current: wireText }).nullish(),
  custom_attributes: wireAttributes,
  conversation_parts: z.looseObject({ conversation_parts: z.array(wireJson).nullish() }).nullish(),
})
export type ConversationWire = z.output<typeof wireConversation>

/** Source: schemas `ticket_state`, `ticket_state_detailed`. */
export const wireTicketState = z.looseObject({
  id: wireId,
  category: wireText,
  internal_label: wireText,
  archived: z.boolean().nullish(),
  ticket_types: z.looseObject({ data: z.array(wireNamed).nullish() }).nullish(),
})

/** Source: schema `ticket_type`. */
export const wireTicketType = z.looseObject({
  id: wireId,
  name: wireText,
  category: wireText,
  archived: z.boolean().nullish(),
  ticket_type_attributes: z
    .looseObject({ data: z.array(z.looseObject({ name: wireText, data_type: wireText })).nullish() })
    .nullish(),
})
export type TicketTypeWire = z.output<typeof wireTicketType>

/** Source: schema `ticket`. `id` is the API's, `ticket_id` what people see. */
export const wireTicket = z.looseObject({
  id: wireId,
  ticket_id: wireText,
  ticket_attributes: wireAttributes,
  ticket_state: wireTicketState.nullish(),
  ticket_type: wireTicketType.nullish(),
  contacts: wireContacts,
  admin_assignee_id: wireReference,
  team_assignee_id: wireReference,
  created_at: wireUnixTime,
  updated_at: wireUnixTime,
  open: z.boolean().nullish(),
  linked_objects: z.looseObject({ data: z.array(z.looseObject({ type: wireText, id: wireId })).nullish() }).nullish(),
  tags: wireTagList,
  ticket_parts: z.looseObject({ ticket_parts: z.array(wireJson).nullish() }).nullish(),
})
export type TicketWire = z.output<typeof wireTicket>
