import { json } from '../../exchange.ts'
import { commentsOf, isComment } from '../acts/audit.ts'
import { changeTicket } from '../acts/change.ts'
import { rateTicket } from '../acts/endings.ts'
import { tagsIn } from '../acts/sent.ts'
import { refuseStale } from '../acts/tickets.ts'
import { invalidField, notFound } from '../errors.ts'
import type { Audit, CommentEvent, Ticket } from '../records.ts'
import { renderConversationLog } from '../render/conversation-log.ts'
import { metricsOf } from '../render/metrics.ts'
import { renderUser } from '../render/people.ts'
import { incidentsOf, renderAudit, renderComment, renderRating } from '../render/ticket.ts'
import { actor, counted, idIn, includesOf, noContent, wrapped } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { rowsOf } from './sideloads.ts'
import { ticketOf, ticketPage } from './tickets.ts'

/** What hangs on one ticket: comments, audits, tags, metrics, people. */
export const ticketPartRoutes: Routes = {
  'GET /tickets/{ticket_id}/comments': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const rows = commentsOf(ticketOf(call)).map((said) => ({ id: said.comment.id, ...said }))
      return pageReply(call, {
        name: 'comments',
        rows,
        render: (said) => renderComment(said, call.base),
        sorts: { created_at: ({ audit }) => audit.created_at },
        beside: (shown) =>
          besideComments(
            call,
            shown.map(({ comment }) => comment),
          ),
      })
    },
  },
  'GET /tickets/{ticket_id}/comments/count': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => counted(call, commentsOf(ticketOf(call)).length),
  },
  'PUT /tickets/{ticket_id}/comments/{ticket_comment_id}/make_private': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      const comment = commentIn(call, ticket)
      changeTicket(call.world, ticket, actor(call), {
        change: () => (comment.public = false),
        events: [{ type: 'CommentPrivacyChange', comment_id: comment.id, public: false }],
        happenings: [{ type: 'ticket.comment_made_private', event: { comment: { id: String(comment.id) } } }],
      })
      return { status: 200 }
    },
  },
  'PUT /tickets/{ticket_id}/comments/{ticket_comment_id}/redact': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      const comment = commentIn(call, ticket)
      const { text } = call.body
      if (typeof text !== 'string' || !comment.plain_body.includes(text))
        throw invalidField('base', 'Text: was not found in the comment')
      const mark = '▇'.repeat(text.length)
      changeTicket(call.world, ticket, actor(call), {
        change() {
          comment.plain_body = comment.plain_body.replaceAll(text, mark)
          comment.html_body = comment.html_body.replaceAll(text, mark)
        },
        events: [{ type: 'CommentRedactionEvent', comment_id: comment.id }],
        happenings: [{ type: 'ticket.comment_redacted', event: { comment: { id: String(comment.id) } } }],
      })
      const said = commentsOf(ticket).find((one) => one.comment === comment)
      return json({ comment: said ? renderComment(said, call.base) : null })
    },
  },
  'GET /tickets/{ticket_id}/conversation_log': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const rows = renderConversationLog(call.world, ticketOf(call))
      const cursor = new URLSearchParams({ 'page[size]': '100', ...Object.fromEntries(call.query) })
      return pageReply({ ...call, query: cursor }, { name: 'events', rows, render: (row) => row })
    },
  },
  'GET /tickets/{ticket_id}/audits': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      return pageReply(call, {
        name: 'audits',
        rows: ticket.audits,
        render: (audit) => renderAudit(ticket, audit, call.base),
        beside: (shown) => besideAudits(call, shown),
      })
    },
  },
  'GET /tickets/{ticket_id}/audits/count': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => counted(call, ticketOf(call).audits.length),
  },
  'GET /tickets/{ticket_id}/audits/{ticket_audit_id}': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      const audit = ticket.audits.find(({ id }) => id === idIn(call, 'ticket_audit_id'))
      if (!audit) throw notFound()
      return json({ audit: renderAudit(ticket, audit, call.base) })
    },
  },
  'GET /tickets/{ticket_id}/metrics': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => json({ ticket_metric: metricsOf(call.world, ticketOf(call), call.base) }),
  },
  'GET /tickets/{ticket_id}/incidents': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => ticketPage(call, incidentsOf(call.world, ticketOf(call))),
  },
  'GET /tickets/{ticket_id}/collaborators': people((ticket) => ticket.collaborator_ids),
  'GET /tickets/{ticket_id}/followers': people((ticket) => ticket.follower_ids),
  'GET /tickets/{ticket_id}/email_ccs': people((ticket) => ticket.email_cc_ids),
  'GET /tickets/{ticket_id}/tags': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) => json({ tags: ticketOf(call).tags }),
  },
  'POST /tickets/{ticket_id}/tags': tagging(201, (_before, sent) => [...sent]),
  'PUT /tickets/{ticket_id}/tags': tagging(200, (before, sent) => tagsIn([...before, ...sent])),
  'DELETE /tickets/{ticket_id}/tags': tagging(204, (before, sent) => before.filter((tag) => !sent.includes(tag))),
  'POST /tickets/{ticket_id}/satisfaction_rating': {
    needs: 'staff',
    resource: 'satisfaction_ratings',
    answer(call) {
      const { score, comment } = wrapped(call, 'satisfaction_rating')
      if (score !== 'good' && score !== 'bad') throw invalidField('score', 'Score: is not included in the list')
      const words = typeof comment === 'string' ? comment : null
      const rating = rateTicket(call.world, ticketOf(call), actor(call), { score, comment: words })
      return json({ satisfaction_rating: renderRating(rating, call.base) })
    },
  },
}

/** Who did something, and who said something. Not in the description; Zendesk's own apps ask for it (its Time Tracking app, `audits.json?include=users`). */
function besideAudits(call: ApiCall, audits: readonly Audit[]): Record<string, unknown> {
  if (!includesOf(call).has('users')) return {}
  const authors = audits.flatMap(({ author_id, events }) => [
    author_id,
    ...events.filter(isComment).map((comment) => comment.author_id),
  ])
  return { users: rowsOf(authors, call.world.users).map((user) => renderUser(user, call.base)) }
}

function besideComments(call: ApiCall, comments: readonly CommentEvent[]): Record<string, unknown> {
  if (!includesOf(call).has('users')) return {}
  const ids = comments.map(({ author_id }) => author_id)
  return { users: rowsOf(ids, call.world.users).map((user) => renderUser(user, call.base)) }
}

function commentIn(call: ApiCall, ticket: Ticket): CommentEvent {
  const id = idIn(call, 'ticket_comment_id')
  const comment = ticket.audits
    .flatMap(({ events }) => events)
    .filter(isComment)
    .find((one) => one.id === id)
  if (!comment) throw notFound()
  return comment
}

function people(idsOf: (ticket: Ticket) => number[]): Routes[string] {
  return {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) =>
      pageReply(call, {
        name: 'users',
        rows: rowsOf(idsOf(ticketOf(call)), call.world.users),
        render: (user) => renderUser(user, call.base),
      }),
  }
}

/** Tags are the one thing a closed ticket still takes; safely if asked to. Source: the reference's "Tags", Safe Update. */
function tagging(
  status: number,
  next: (before: readonly string[], sent: readonly string[]) => string[],
): Routes[string] {
  return {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const ticket = ticketOf(call)
      refuseStale(ticket, call.body)
      const sent = tagsIn(call.body['tags'] ?? call.query.get('tags') ?? [])
      changeTicket(call.world, ticket, actor(call), { change: () => (ticket.tags = next(ticket.tags, sent)) })
      return status === 204 ? noContent : json({ tags: ticket.tags }, status)
    },
  }
}
