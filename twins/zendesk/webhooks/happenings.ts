import { isComment } from '../acts/audit.ts'
import type { AuditEvent, Change, CommentEvent } from '../records.ts'
import type { Happening, World } from '../world.ts'

/** Changes of a ticket by the events that tell of them. Source: the reference's "Ticket events", as the provider's notes list them. */
const types: Readonly<Record<string, string>> = {
  status: 'ticket.status_changed',
  custom_status_id: 'ticket.custom_status_changed',
  priority: 'ticket.priority_changed',
  type: 'ticket.type_changed',
  subject: 'ticket.subject_changed',
  assignee_id: 'ticket.agent_assignment_changed',
  group_id: 'ticket.group_assignment_changed',
  requester_id: 'ticket.requester_changed',
  organization_id: 'ticket.organization_changed',
  external_id: 'ticket.external_id_changed',
  problem_id: 'ticket.problem_link_changed',
  due_at: 'ticket.task_due_at_changed',
  brand_id: 'ticket.brand_changed',
  ticket_form_id: 'ticket.form_changed',
}

const shouted = new Set(['status', 'priority', 'type'])

/** What subscribers are told of changes of a ticket and of what was said on it, in the order it happened. */
export function happeningsOf(world: World, changes: readonly Change[], events: readonly AuditEvent[]): Happening[] {
  const said = events.flatMap((event) => (isComment(event) ? commentAdded(world, event) : []))
  return [...said, ...changes.map(changeTold)]
}

function commentAdded(world: World, comment: CommentEvent): Happening[] {
  const author = world.users.get(comment.author_id)
  const isStaff = author !== undefined && author.role !== 'end-user'
  const told = {
    author: { id: String(comment.author_id), is_staff: isStaff, name: author?.name ?? '' },
    body: comment.plain_body,
    id: String(comment.id),
    is_public: comment.public,
  }
  const linked = comment.attachments.map((): Happening => ({
    type: 'ticket.attachment_linked_to_comment',
    event: { comment: { id: String(comment.id) } },
  }))
  return [{ type: 'ticket.comment_added', event: { comment: told } }, ...linked]
}

function changeTold({ field, from, to }: Change): Happening {
  const [now, before] = [listOf(to), listOf(from)]
  const added = now.filter((one) => !before.includes(one))
  const removed = before.filter((one) => !now.includes(one))
  switch (field) {
    case 'tags':
      return { type: 'ticket.tags_changed', event: { tags_added: added, tags_removed: removed } }
    case 'email_cc_ids':
      return { type: 'ticket.ccs_changed', event: { ccs_added: added.map(String), ccs_removed: removed.map(String) } }
    case 'follower_ids':
    case 'collaborator_ids': {
      const event = { followers_added: added.map(String), followers_removed: removed.map(String) }
      return { type: 'ticket.followers_changed', event }
    }
  }
  const type = types[field]
  if (type === undefined) {
    return { type: 'ticket.custom_field_changed', event: { field: { id: field }, current: to, previous: from } }
  }
  return { type, event: { current: inEvent(field, to), previous: inEvent(field, from) } }
}

/** Ids are texts in events, and words of closed sets are in capitals. */
function inEvent(field: string, value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && shouted.has(field) ? value.toUpperCase() : value
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
