import { invalidField, notFound } from '../errors.ts'
import type { SatisfactionRating, Ticket } from '../records.ts'
import { nextId, nowIn } from '../../world.ts'
import { system } from '../world.ts'
import type { Actor, World } from '../world.ts'
import { commentsOf } from './audit.ts'
import { changeTicket, touch } from './change.ts'

/** Puts a ticket into the trash. */
export function deleteTicket(world: World, ticket: Ticket, by: Actor): void {
  changeTicket(world, ticket, by, { happenings: [{ type: 'ticket.soft_deleted', event: {} }] })
  ticket.deleted = { at: nowIn(world), by: by.id, previousStatus: ticket.status }
}

/** Takes a ticket out of the trash. @throws 404 it is not in it, or scrubbed */
export function restoreTicket(world: World, ticket: Ticket, by: Actor): void {
  if (!ticket.deleted || ticket.scrubbed) throw notFound()
  ticket.deleted = null
  changeTicket(world, ticket, by, { happenings: [{ type: 'ticket.undeleted', event: {} }] })
}

/** Removes all that was said on a deleted ticket. Exports go on telling of it. @throws 404 it is not deleted */
export function scrubTicket(world: World, ticket: Ticket, by: Actor): void {
  if (!ticket.deleted || ticket.scrubbed) throw notFound()
  const words = { subject: 'SCRUBBED', description: 'SCRUBBED', external_id: null, recipient: null }
  Object.assign(ticket, words, { custom_fields: {}, tags: [], audits: [], scrubbed: true })
  touch(world, ticket)
  const happenings = [{ type: 'ticket.permanently_deleted', event: {} }]
  world.announce({ about: { ticket }, by, happenings, update: null })
}

/** Marks a ticket as spam: its requester is suspended, and it goes to the trash. */
export function markAsSpam(world: World, ticket: Ticket, by: Actor): void {
  const requester = world.users.get(ticket.requester_id)
  if (requester?.role !== 'end-user') throw invalidField('base', 'Requester: agents cannot be marked as spammers')
  requester.suspended = true
  changeTicket(world, ticket, by, { happenings: [{ type: 'ticket.marked_as_spam', event: {} }] })
  deleteTicket(world, ticket, by)
}

/** How tickets are merged: what is said on each, and to whom. */
export interface MergeWords {
  readonly source: string | null
  readonly sourceIsPublic: boolean
  readonly target: string | null
  readonly targetIsPublic: boolean
}

/** Closes tickets in favour of another. @throws 422 the other is closed or among them */
export function mergeTickets(
  world: World,
  into: Ticket,
  sources: readonly Ticket[],
  how: { readonly by: Actor; readonly words: MergeWords },
): void {
  const { by, words } = how
  if (into.status === 'closed' || sources.some((one) => one.id === into.id || one.status === 'closed')) {
    throw invalidField('base', 'Merge: closed tickets cannot be merged')
  }
  for (const source of sources) {
    const text = words.source ?? `This request was closed and merged into request #${into.id} "${into.subject}".`
    changeTicket(world, source, by, {
      change() {
        source.status = 'closed'
        source.tags = [...new Set([...source.tags, 'closed_by_merge'])]
      },
      said: { body: text, public: words.sourceIsPublic, authorId: by.id },
      happenings: [{ type: 'ticket.merged', event: { target_ticket_id: String(into.id) } }],
    })
    const last = commentsOf(source).at(0)?.comment.plain_body ?? ''
    const told =
      words.target ??
      `Request #${source.id} "${source.subject}" was closed and merged into this request. It said:\n\n${last}`
    changeTicket(world, into, by, {
      change: () =>
        (into.tags = [...new Set([...into.tags, ...source.tags.filter((tag) => tag !== 'closed_by_merge')])]),
      said: { body: told, public: words.targetIsPublic, authorId: by.id },
    })
  }
}

/** What a customer says of a solved ticket; the latest counts. @throws 422 the ticket is not solved */
export function rateTicket(
  world: World,
  ticket: Ticket,
  by: Actor,
  rating: { readonly score: 'good' | 'bad'; readonly comment: string | null },
): SatisfactionRating {
  if (!['solved', 'closed'].includes(ticket.status))
    throw invalidField('base', 'Satisfaction: the ticket is not solved')
  return addRating(world, ticket, by, rating)
}

/** Asks the customer of a solved ticket what they thought: a rating without an answer. The system does it, so `updated_at` stays. */
export function offerRating(world: World, ticket: Ticket): void {
  const updated = ticket.updated_at
  addRating(world, ticket, system, { score: 'offered', comment: null })
  ticket.updated_at = updated
}

function addRating(
  world: World,
  ticket: Ticket,
  by: Actor,
  { score, comment }: Pick<SatisfactionRating, 'score' | 'comment'>,
): SatisfactionRating {
  const { requester_id, assignee_id, group_id } = ticket
  const at = nowIn(world)
  const id = ticket.satisfaction.id ?? nextId(world, 'rating')
  const created_at = world.ratings.get(id)?.created_at ?? at
  const rating = {
    id,
    ticket_id: ticket.id,
    requester_id,
    assignee_id,
    group_id,
    score,
    comment,
    created_at,
    updated_at: at,
  }
  // One that changes moves to the end, so that lists by date need no sorting.
  world.ratings.delete(id)
  world.ratings.set(id, rating)
  changeTicket(world, ticket, by, {
    change: () => (ticket.satisfaction = { score, id, comment }),
    events: [{ type: 'SatisfactionRating', score, assignee_id, body: comment }],
  })
  return rating
}
