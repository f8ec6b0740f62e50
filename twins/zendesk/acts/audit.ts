import { toHtml, toPlaintext } from '../../plaintext.ts'
import type { Attachment, Audit, AuditEvent, CommentEvent, OtherEvent, Ticket } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, World } from '../world.ts'

/** What somebody says: text, or HTML. */
export interface Said {
  readonly body: string
  readonly public: boolean
  readonly authorId: number
  readonly attachments?: readonly Attachment[]
}

/** An event without its number, of those that are neither comments nor changes. */
export interface NewEvent {
  readonly type: OtherEvent['type']
  readonly [detail: string]: unknown
}

/** A comment as an event. */
export function commentEvent(world: World, said: Said): CommentEvent {
  const html = toHtml(said.body)
  return {
    id: nextId(world, 'event'),
    type: 'Comment',
    author_id: said.authorId,
    html_body: `<div class="zd-comment" dir="auto">${html}</div>`,
    plain_body: toPlaintext(html),
    public: said.public,
    attachments: said.attachments ?? [],
  }
}

/** Adds to a ticket what happened at this moment. */
export function addAudit(
  world: World,
  ticket: Ticket,
  by: Actor,
  { events, custom = {} }: { readonly events: AuditEvent[]; readonly custom?: Audit['custom'] | undefined },
): Audit {
  const audit: Audit = {
    id: nextId(world, 'audit'),
    created_at: nowIn(world),
    author_id: by.id,
    via: by.via,
    events,
    custom,
  }
  ticket.audits.push(audit)
  return audit
}

/** All that was said on a ticket, oldest first, with the audit it was said in. */
export function commentsOf(ticket: Ticket): { readonly audit: Audit; readonly comment: CommentEvent }[] {
  return ticket.audits.flatMap((audit) =>
    audit.events.flatMap((event) => (isComment(event) ? [{ audit, comment: event }] : [])),
  )
}

/** Whether something was said in an event. */
export function isComment(event: AuditEvent): event is CommentEvent {
  return event.type === 'Comment'
}
