import { z } from 'zod'
import { wireId, wireJson, wireReference, wireText, wireTime, wireUnixTime } from '../../kit/wire.ts'
import { wireTags } from './wire.ts'

const wireIds = z.array(wireId).nullish()

/** How it came: `channel` is an open set. Source: schema `ViaObject`. */
const wireVia = z.looseObject({ channel: wireText }).nullish()

/** How a ticket was rated; `unoffered` before anybody was asked. Source: "Tickets", `satisfaction_rating`. */
export const wireSatisfaction = z.looseObject({ id: wireReference, score: wireText, comment: wireText })
export type SatisfactionWire = z.output<typeof wireSatisfaction>

/**
 * `generated_timestamp` moves with every change, `updated_at` only with those that people see. An export tells of deleted
 * ones, too: their status is `deleted`. Source: schema `TicketObject`; "Incremental Ticket Export".
 */
export const wireTicket = z.looseObject({
  id: wireId,
  subject: wireText,
  raw_subject: wireText,
  description: wireText,
  status: z.string(),
  priority: wireText,
  type: wireText,
  via: wireVia,
  requester_id: wireReference,
  assignee_id: wireReference,
  group_id: wireReference,
  organization_id: wireReference,
  email_cc_ids: wireIds,
  collaborator_ids: wireIds,
  due_at: wireTime,
  created_at: wireTime,
  updated_at: wireTime,
  generated_timestamp: wireUnixTime,
  tags: wireTags,
  custom_fields: z.array(z.looseObject({ id: wireId, value: wireJson.nullish() })).nullish(),
  satisfaction_rating: wireSatisfaction.nullish(),
  from_messaging_channel: z.boolean().nullish(),
})
export type TicketWire = z.output<typeof wireTicket>

/** What Zendesk counted of a ticket. Source: schema `TicketMetricObject`. */
export const wireMetrics = z.looseObject({ ticket_id: wireId, solved_at: wireTime })
export type MetricsWire = z.output<typeof wireMetrics>

/** Source: schema `AttachmentObject`. */
const wireAttachment = z.looseObject({
  file_name: wireText,
  content_url: wireText,
  content_type: wireText,
  size: z.number().nullish(),
})
export type AttachmentWire = z.output<typeof wireAttachment>

/** One thing of those that happened at once; the set of types is open. Source: "Ticket Audit events reference". */
export const wireAuditEvent = z.looseObject({
  id: wireId,
  type: z.string(),
  author_id: wireReference,
  body: wireText,
  html_body: wireText,
  plain_body: wireText,
  public: z.boolean().nullish(),
  attachments: z.array(wireAttachment).nullish(),
  /** Of a change. */
  field_name: wireText,
  /** Of what became of a comment later. */
  comment_id: wireReference,
  /** Of a rating. */
  score: wireText,
  assignee_id: wireReference,
})
export type AuditEventWire = z.output<typeof wireAuditEvent>

/** All that happened to a ticket at one moment by one hand. Source: schema `TicketAuditObject`. */
export const wireAudit = z.looseObject({
  id: wireId,
  created_at: wireTime,
  author_id: wireReference,
  via: wireVia,
  events: z.array(wireJson).nullish(),
})
export type AuditWire = z.output<typeof wireAudit>

/**
 * What a message on a ticket takes from around it, as we keep it beside the message: the audit that it stands in, and what
 * is known of whoever wrote it. A message of a conversation's log has no audit, since it says all that itself.
 */
export const wireAround = z.looseObject({
  ticket_id: wireId,
  audit: wireAudit.pick({ created_at: true, author_id: true, via: true }).nullish(),
  /** Null when nobody says who that is. */
  author: z.looseObject({ name: wireText, role: wireText }).nullish(),
  /** Whether the author asked, or was copied. */
  asked: z.boolean(),
  /** What became of a comment later. */
  redacted: z.boolean().nullish(),
  made_private: z.boolean().nullish(),
})
export type AroundWire = z.output<typeof wireAround>

/** What was said on a messaging ticket. `reference` of a comment is `zen:comment:{id}`. Source: schema `ConversationLogObject`. */
export const wireLogEvent = z.looseObject({
  id: wireId,
  type: z.string(),
  reference: wireText,
  created_at: wireTime,
  author: z.looseObject({ type: wireText, 'zen:support:user_id': wireReference, display_name: wireText }).nullish(),
  content: z.looseObject({ type: wireText, text: wireText }).nullish(),
  attachments: z.array(z.looseObject({ file_name: wireText, content_url: wireText, content_type: wireText })).nullish(),
  metadata: z.looseObject({ public: z.boolean().nullish() }).nullish(),
})
export type LogEventWire = z.output<typeof wireLogEvent>

/** What a rating that a ticket tells takes from around it, as we keep it beside: the ticket, and the audit event by which it was given. */
export const wireRated = z.looseObject({
  ticket: wireTicket.pick({ id: true, requester_id: true, assignee_id: true, updated_at: true }),
  given: z.looseObject({ created_at: wireTime, assignee_id: wireReference }).nullish(),
})
export type RatedWire = z.output<typeof wireRated>

/** Source: schema `SatisfactionRatingObject`. */
export const wireRating = z.looseObject({
  id: wireId,
  ticket_id: wireId,
  requester_id: wireReference,
  assignee_id: wireReference,
  score: z.string(),
  comment: wireText,
  created_at: wireTime,
  updated_at: wireTime,
})
export type RatingWire = z.output<typeof wireRating>
