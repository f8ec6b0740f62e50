import { json } from '../../exchange.ts'
import { changeTicket } from '../acts/change.ts'
import { objectIn, textIn } from '../check.ts'
import { invalidValue, notAllowedNow } from '../errors.ts'
import type { SatisfactionRating, Ticket } from '../records.ts'
import { iso } from '../../iso.ts'
import { nextId, nowIn } from '../../world.ts'
import type { Actor, World } from '../world.ts'
import { actor, bodyOf, created, numberOf, pageReply, timeOf, wordOf } from './call.ts'
import type { Routes } from './call.ts'
import { ticketOf } from './tickets.ts'

/** Without `created_since` only ratings of so many days come back. The provider's notes have the number unconfirmed. */
const recentDays = 30

/** Questionnaires and what came back. */
export const surveyRoutes: Routes = {
  'GET /surveys': {
    needs: 'view_tickets',
    query: ['state'],
    answer(call) {
      // There is one questionnaire, and it is in use.
      wordOf(call, 'state', ['active', 'inactive'])
      return json(call.query.get('state') === 'inactive' ? [] : call.world.surveys)
    },
  },
  'GET /surveys/satisfaction_ratings': {
    needs: 'view_tickets',
    paged: true,
    query: ['created_since', 'user_id'],
    answer(call) {
      const { world } = call
      const since =
        timeOf(call, 'created_since') ?? iso(new Date(world.clock.now().getTime() - recentDays * 86_400_000))
      const userId = numberOf(call, 'user_id')
      const rows = [...world.ratings.values()].filter(
        (rating) => rating.created_at >= since && (userId === null || rating.user_id === userId),
      )
      return pageReply(call, rows.toSorted(newestFirst), (rating) => rating)
    },
  },
  'GET /tickets/{ticket_id}/satisfaction_ratings': {
    needs: 'view_tickets',
    paged: true,
    answer(call) {
      const ticket = ticketOf(call)
      const rows = [...call.world.ratings.values()].filter((rating) => rating.ticket_id === ticket.id)
      return pageReply(call, rows.toSorted(newestFirst), (rating) => rating)
    },
  },
  'POST /tickets/{ticket_id}/satisfaction_ratings': {
    needs: 'manage_tickets',
    answer(call) {
      const ticket = ticketOf(call)
      if (ticket.deleted || ticket.spam) throw notAllowedNow('POST', ['GET'])
      const fields = bodyOf(call, { feedback: { kind: 'string' }, ratings: { kind: 'object', required: true } })
      const ratings = objectIn(fields, 'ratings') ?? {}
      const rating = rate(call.world, ticket, actor(call), { ratings, feedback: textIn(fields, 'feedback') ?? null })
      return created(call, `/tickets/${ticket.id}/satisfaction_ratings`, rating)
    },
  },
}

/** Somebody says how it was. @throws 400 a question or an answer the questionnaire does not have */
export function rate(
  world: World,
  ticket: Ticket,
  by: Actor,
  said: { readonly ratings: Readonly<Record<string, unknown>>; readonly feedback: string | null },
): SatisfactionRating {
  const [survey] = world.surveys
  if (!survey) throw new Error('the account has no survey')
  if (said.ratings['default_question'] === undefined) throw invalidValue('ratings', 'default_question must be answered')
  const ratings = Object.entries(said.ratings).map(([id, value]): [string, number] => {
    const question = survey.questions.find((candidate) => candidate.id === id)
    if (!question) throw invalidValue('ratings', `There is no question ${id}`)
    const allowed = question.accepted_ratings.find((candidate) => candidate === value)
    if (allowed !== undefined) return [id, allowed]
    throw invalidValue(`ratings.${id}`, `It should be one of these values: '${question.accepted_ratings.join(',')}'`)
  })
  const at = nowIn(world)
  const rating: SatisfactionRating = {
    id: nextId(world, 'rating'),
    survey_id: survey.id,
    user_id: ticket.requester_id,
    agent_id: ticket.responder_id,
    group_id: ticket.group_id,
    ticket_id: ticket.id,
    feedback: said.feedback,
    ratings: Object.fromEntries(ratings),
    created_at: at,
    updated_at: at,
  }
  world.ratings.set(rating.id, rating)
  changeTicket(world, ticket, by, {
    happened: [{ field: 'customer_feedback', from: undefined, to: rating.ratings['default_question'] }],
    change: () => {},
  })
  return rating
}

function newestFirst(left: SatisfactionRating, right: SatisfactionRating): number {
  return left.created_at < right.created_at ? 1 : left.created_at > right.created_at ? -1 : right.id - left.id
}
