import { json } from '../../exchange.ts'
import { reasonsOf } from '../render/account.ts'
import { metricsOf } from '../render/metrics.ts'
import { renderAudit, renderRating } from '../render/ticket.ts'
import { found } from '../world.ts'
import { counted, idIn } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { pageReply } from './paging.ts'
import { listedTickets } from './tickets.ts'

/** What is told of all tickets together: audits, metrics, ratings. */
export const statisticsRoutes: Routes = {
  'GET /ticket_audits': {
    needs: 'admin',
    resource: 'tickets',
    answer(call) {
      const rows = listedTickets(call).flatMap((ticket) =>
        ticket.audits.map((audit) => ({ id: audit.id, ticket, audit })),
      )
      const query = new URLSearchParams({ 'page[size]': '100', ...Object.fromEntries(call.query) })
      return pageReply(
        { ...call, query },
        { name: 'audits', rows, render: ({ ticket, audit }) => renderAudit(ticket, audit, call.base) },
      )
    },
  },
  'GET /ticket_metrics': {
    needs: 'staff',
    resource: 'tickets',
    answer: (call) =>
      pageReply(call, {
        name: 'ticket_metrics',
        rows: listedTickets(call),
        render: (one) => metricsOf(call.world, one, call.base),
      }),
  },
  'GET /ticket_metrics/{ticket_metric_id}': {
    needs: 'staff',
    resource: 'tickets',
    answer(call) {
      const id = idIn(call, 'ticket_metric_id') - call.world.account.firstId - 5_000_000
      return json({
        ticket_metric: metricsOf(call.world, found(listedTickets(call).find((one) => one.id === id)), call.base),
      })
    },
  },
  'GET /satisfaction_ratings': {
    needs: 'staff',
    resource: 'satisfaction_ratings',
    answer: (call) =>
      pageReply(call, {
        name: 'satisfaction_ratings',
        rows: ratingsOf(call),
        render: (rating) => renderRating(rating, call.base),
        sorts: { created_at: (one) => one.created_at },
      }),
  },
  'GET /satisfaction_ratings/count': {
    needs: 'staff',
    resource: 'satisfaction_ratings',
    answer: (call) => counted(call, ratingsOf(call).length),
  },
  'GET /satisfaction_ratings/{satisfaction_rating_id}': {
    needs: 'staff',
    resource: 'satisfaction_ratings',
    answer(call) {
      const rating = found(call.world.ratings.get(idIn(call, 'satisfaction_rating_id')))
      return json({ satisfaction_rating: renderRating(rating, call.base) })
    },
  },
  'GET /satisfaction_reasons': {
    needs: 'staff',
    resource: 'satisfaction_ratings',
    answer: ({ world, base }) => json({ reasons: reasonsOf(world, base) }),
  },
  // A list of one, as the description has it.
  'GET /satisfaction_reasons/{satisfaction_reason_id}': {
    needs: 'staff',
    resource: 'satisfaction_ratings',
    answer(call) {
      const id = idIn(call, 'satisfaction_reason_id')
      return json({ reason: [found(reasonsOf(call.world, call.base).find((one) => one.id === id))] })
    },
  },
}

/** Ratings by score and by when they last changed. `good_with_comment` and the like look at the comment, too. */
function ratingsOf({ world, query }: ApiCall) {
  const score = query.get('score')
  const [start, end] = [Number(query.get('start_time') ?? 0), Number(query.get('end_time') ?? Number.MAX_SAFE_INTEGER)]
  return [...world.ratings.values()].filter((rating) => {
    const at = Date.parse(rating.updated_at) / 1_000
    if (at < start || at > end) return false
    if (score === null) return true
    if (score === 'received') return rating.score !== 'offered'
    const [plain = '', ending] = score.split('_with')
    if (plain !== rating.score) return false
    return ending === undefined || (ending === '_comment') === (rating.comment !== null)
  })
}
