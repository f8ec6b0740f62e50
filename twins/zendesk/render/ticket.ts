import { commentsOf, isComment } from '../acts/audit.ts'
import type {
  Attachment,
  Audit,
  AuditEvent,
  CommentEvent,
  SatisfactionRating,
  SuspendedTicket,
  Ticket,
} from '../records.ts'
import type { World } from '../world.ts'

/** A ticket as the API shows it. */
export function renderTicket(world: World, ticket: Ticket, base: string) {
  const custom_fields = world.account.ticketFields.map(({ id, type }) => ({
    id,
    value: ticket.custom_fields[String(id)] ?? (type === 'checkbox' ? false : null),
  }))
  return {
    url: `${base}/api/v2/tickets/${ticket.id}.json`,
    id: ticket.id,
    external_id: ticket.external_id,
    via: ticket.via,
    created_at: ticket.created_at,
    updated_at: ticket.updated_at,
    generated_timestamp: ticket.generated,
    type: ticket.type,
    subject: ticket.subject,
    raw_subject: ticket.subject,
    description: ticket.description,
    priority: ticket.priority,
    status: ticket.deleted ? 'deleted' : ticket.status,
    recipient: ticket.recipient,
    requester_id: ticket.requester_id,
    submitter_id: ticket.submitter_id,
    assignee_id: ticket.assignee_id,
    organization_id: ticket.organization_id,
    group_id: ticket.group_id,
    collaborator_ids: ticket.collaborator_ids,
    follower_ids: ticket.follower_ids,
    email_cc_ids: ticket.email_cc_ids,
    forum_topic_id: null,
    problem_id: ticket.problem_id,
    has_incidents: ticket.type === 'problem' && incidentsOf(world, ticket).length > 0,
    is_public: commentsOf(ticket).some(({ comment }) => comment.public) || ticket.scrubbed,
    due_at: ticket.due_at,
    tags: ticket.tags,
    custom_fields,
    fields: custom_fields,
    satisfaction_rating: satisfactionOf(ticket),
    sharing_agreement_ids: [],
    custom_status_id: ticket.custom_status_id,
    ticket_form_id: ticket.ticket_form_id,
    brand_id: ticket.brand_id,
    followup_ids: ticket.followup_ids,
    allow_channelback: false,
    allow_attachments: true,
    from_messaging_channel: isMessaging(ticket),
  }
}

/** Tickets that hang on a problem. */
export function incidentsOf(world: World, problem: Ticket): Ticket[] {
  return [...world.tickets.values()].filter(({ problem_id, deleted }) => problem_id === problem.id && !deleted)
}

/** Whether a ticket came by a messaging channel. */
export function isMessaging(ticket: Ticket): boolean {
  return ['native_messaging', 'whatsapp', 'instagram_dm', 'facebook_messenger'].includes(ticket.via.channel)
}

function satisfactionOf({ satisfaction }: Ticket) {
  const { score, id, comment } = satisfaction
  return id === null ? { score } : { score, id, comment: comment ?? '' }
}

/** A comment as the API shows it. */
export function renderComment(said: { readonly audit: Audit; readonly comment: CommentEvent }, base: string) {
  const { audit, comment } = said
  return {
    ...renderCommentEvent(comment, audit, base),
    via: audit.via,
    created_at: audit.created_at,
    metadata: { system: {}, custom: {} },
  }
}

/** An audit as the API shows it. */
export function renderAudit(ticket: Ticket, audit: Audit, base: string) {
  return {
    id: audit.id,
    ticket_id: ticket.id,
    created_at: audit.created_at,
    author_id: audit.author_id,
    metadata: { system: {}, custom: audit.custom },
    events: audit.events.map((event) => renderEvent(event, audit, base)),
    via: audit.via,
  }
}

function renderEvent(event: AuditEvent, audit: Audit, base: string): object {
  return isComment(event) ? renderCommentEvent(event, audit, base) : event
}

function renderCommentEvent(comment: CommentEvent, audit: Audit, base: string) {
  return {
    id: comment.id,
    type: comment.type,
    author_id: comment.author_id,
    body: comment.plain_body,
    html_body: comment.html_body,
    plain_body: comment.plain_body,
    public: comment.public,
    attachments: comment.attachments.map((one) => renderAttachment(one, base)),
    audit_id: audit.id,
  }
}

/** A file as the API shows it; its content leads nowhere. */
export function renderAttachment(attachment: Attachment, base: string) {
  const { id, file_name } = attachment
  return {
    url: `${base}/api/v2/attachments/${id}.json`,
    ...attachment,
    content_url: `${base}/attachments/token/${id}/?name=${encodeURIComponent(file_name)}`,
    mapped_content_url: `${base}/attachments/token/${id}/?name=${encodeURIComponent(file_name)}`,
    inline: false,
    deleted: false,
    malware_access_override: false,
    malware_scan_result: 'malware_not_found',
    width: null,
    height: null,
    thumbnails: [],
  }
}

/** A mail that became no ticket, as the API shows it. */
export function renderSuspended({ account }: World, suspended: SuspendedTicket, base: string) {
  const { author, recipient } = suspended
  const from = { address: author.email, name: author.name }
  return {
    url: `${base}/api/v2/suspended_tickets/${suspended.id}.json`,
    ...suspended,
    attachments: [],
    error_messages: null,
    brand_id: account.firstId + 1,
    ticket_id: null,
    updated_at: suspended.created_at,
    via: { channel: 'email', source: { from, to: { address: recipient, name: account.name }, rel: null } },
  }
}

/** A rating as the API shows it; one with a comment says so in its score. */
export function renderRating(rating: SatisfactionRating, base: string) {
  return {
    url: `${base}/api/v2/satisfaction_ratings/${rating.id}.json`,
    ...rating,
    // Source: the reference's "Satisfaction Ratings": the score of one with a comment stays plain in the record.
    comment: rating.comment ?? '',
    reason: rating.score === 'bad' ? 'No reason provided' : null,
    reason_id: rating.score === 'bad' ? 0 : null,
    reason_code: rating.score === 'bad' ? 0 : null,
  }
}
