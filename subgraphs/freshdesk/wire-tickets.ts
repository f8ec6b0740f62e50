import { z } from 'zod'
import { wireId, wireReference, wireText, wireTime } from '../../kit/wire.ts'
import { wireCustom, wireMoment, wireTags } from './wire.ts'

/** A file. Source: Freshdesk API v2, "Conversations". */
const wireAttachment = z.looseObject({
  name: wireText,
  content_type: wireText,
  size: z.number().nullish(),
  attachment_url: wireText,
})
export type AttachmentWire = z.output<typeof wireAttachment>

const wireAttachments = z
  .array(wireAttachment)
  .nullish()
  .transform((files) => files ?? [])

/** The person behind `requester_id`, when embedded; left out for one who is gone for good. */
export const wireRequester = z.looseObject({
  id: wireId,
  name: wireText,
  email: wireText,
  phone: wireText,
  mobile: wireText,
})
export type RequesterWire = z.output<typeof wireRequester>

/** One reply, note or forward. Source: "Conversations". */
export const wireConversation = z.looseObject({
  id: wireId,
  body: wireText,
  body_text: wireText,
  incoming: z.boolean().nullish(),
  private: z.boolean().nullish(),
  user_id: wireReference,
  source: z.number().nullish(),
  attachments: wireAttachments,
  created_at: wireTime,
  updated_at: wireMoment,
})
export type ConversationWire = z.output<typeof wireConversation>

/** What lists of tickets are read for: which moved, and when; what they embed on the way. */
export const wireListedTicket = z.looseObject({
  id: wireId,
  updated_at: wireMoment,
  stats: z.unknown().optional(),
  requester: z.unknown().optional(),
})
export type ListedTicketWire = z.output<typeof wireListedTicket>

/** A ticket by itself. Statuses and sources are numbers of the account's own above the stock ones. Source: "Tickets". */
export const wireTicket = z.looseObject({
  id: wireId,
  subject: wireText,
  description: wireText,
  description_text: wireText,
  type: wireText,
  status: z.number(),
  priority: z.number(),
  source: z.number(),
  requester_id: wireReference,
  responder_id: wireReference,
  group_id: wireReference,
  company_id: wireReference,
  tags: wireTags,
  custom_fields: wireCustom,
  spam: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
  is_escalated: z.boolean().nullish(),
  due_by: wireTime,
  fr_due_by: wireTime,
  created_at: wireTime,
  updated_at: wireMoment,
  attachments: wireAttachments,
  requester: wireRequester.nullish(),
  stats: z.looseObject({ resolved_at: wireTime, closed_at: wireTime, reopened_at: wireTime }).nullish(),
  conversations: z.array(z.unknown()).nullish(),
})
export type TicketWire = z.output<typeof wireTicket>

/** As much of a ticket as decides who said something in it, as we keep it beside what was said. */
export const wireInTicket = wireTicket.pick({ id: true, requester_id: true }).extend({
  requester: z.looseObject({ id: wireId, name: wireText }).nullish(),
})
export type InTicket = z.output<typeof wireInTicket>

/** A ticket's first message, and as much of the ticket as it takes. */
export const wireDescribed = wireInTicket.extend(
  wireTicket.pick({
    source: true,
    description: true,
    description_text: true,
    attachments: true,
    created_at: true,
    updated_at: true,
  }).shape,
)
export type DescribedWire = z.output<typeof wireDescribed>

/** What a customer thought of a ticket: an answer to each question. Source: "Satisfaction Ratings". */
export const wireRating = z.looseObject({
  id: wireId,
  user_id: wireReference,
  agent_id: wireReference,
  ticket_id: wireId,
  feedback: wireText,
  ratings: z.looseObject({ default_question: z.number() }),
  created_at: wireTime,
  updated_at: wireMoment,
})
export type RatingWire = z.output<typeof wireRating>

/** Time spent on a ticket, as `hh:mm`. Source: "Time Entries". */
export const wireTimeEntry = z.looseObject({
  id: wireId,
  agent_id: wireReference,
  ticket_id: wireId,
  billable: z.boolean().nullish(),
  note: wireText,
  time_spent: z.string().regex(/^\d+:\d{2}$/),
  executed_at: wireTime,
  created_at: wireTime,
  updated_at: wireMoment,
})
export type TimeEntryWire = z.output<typeof wireTimeEntry>
