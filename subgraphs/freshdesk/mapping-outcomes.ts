import { MalformedError } from '../../kit/errors.ts'
import type { Received } from '../../kit/wire.ts'
import type { Upsert } from '../../store/change.ts'
import type { RatingWire, TimeEntryWire } from './wire-tickets.ts'
import { PROVIDER } from './wire.ts'
import { toScore } from './words.ts'

/** What a customer thought, by their answer to the question that every survey has. @throws MalformedError an answer of no known survey */
export function toRating({ wire, native }: Received<RatingWire>): Upsert<'rating'> {
  const answer = wire.ratings.default_question
  const score = toScore(answer)
  if (score === null) {
    throw new MalformedError(
      PROVIDER,
      `ratings: expected "default_question" to be of a known survey (record ${wire.id})`,
    )
  }
  return {
    op: 'upsert',
    kind: 'rating',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      conversationRemoteId: null,
      ticketRemoteId: wire.ticket_id,
      contactRemoteId: wire.user_id,
      agentRemoteId: wire.agent_id,
      score,
      nativeScore: String(answer),
      remark: wire.feedback,
    },
    native,
  }
}

/** `01:30` → 5400. */
function toSeconds(spent: string): number {
  const [hours = '0', minutes = '0'] = spent.split(':')
  return (Number(hours) * 60 + Number(minutes)) * 60
}

/** Time spent. While its timer runs, it grows without a change of `updated_at`, so that the later observation counts. */
export function toTimeEntry({ wire, native }: Received<TimeEntryWire>): Upsert<'timeEntry'> {
  return {
    op: 'upsert',
    kind: 'timeEntry',
    remoteId: wire.id,
    version: wire.updated_at,
    fields: {
      createdAt: wire.created_at,
      updatedAt: wire.updated_at,
      ticketRemoteId: wire.ticket_id,
      agentRemoteId: wire.agent_id,
      seconds: toSeconds(wire.time_spent),
      billable: wire.billable ?? null,
      note: wire.note,
      spentAt: wire.executed_at,
    },
    native,
  }
}
