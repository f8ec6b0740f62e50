import { z } from 'zod'
import type { Actions, Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { OutcomeUnknownError, RejectedError, UnavailableError } from '../../kit/errors.ts'
import { gone } from '../../kit/gone.ts'
import { readBack } from '../../kit/read-back.ts'
import { readWire } from '../../kit/read-wire.ts'
import { wireId, wireText } from '../../kit/wire.ts'
import { type Body, numberOf } from './acting.ts'
import { readTicket, ticketPath } from './read-ticket.ts'
import { PROVIDER } from './wire.ts'

const wireJob = z.looseObject({ job_status: z.looseObject({ id: wireId }) })

const wireResult = z.looseObject({
  success: z.boolean().nullish(),
  errors: wireText,
  error: wireText,
  details: wireText,
})
const wireJobs = z.looseObject({
  job_statuses: z.array(
    z.looseObject({ status: z.string(), message: wireText, results: z.array(wireResult).nullish().catch(null) }),
  ),
})

const origin = { provider: PROVIDER, stream: 'job statuses' }

/**
 * Waits for work that was taken on: as long as the client has patience, since what is not done counts as not answered.
 *
 * @throws OutcomeUnknownError it was not done by then
 * @throws RejectedError it was tried and could not be done
 */
async function finish(client: AccountClient, accepted: unknown): Promise<void> {
  const { id } = readWire(wireJob, accepted, origin).job_status
  const answer = await client
    .request({ method: 'GET', path: '/api/v2/job_statuses/show_many', query: { ids: id } })
    .catch((error: unknown) => {
      if (!(error instanceof UnavailableError)) throw error
      throw new OutcomeUnknownError(PROVIDER, 'the work was taken on, and is not known to be done', { cause: error })
    })
  const [job] = readWire(wireJobs, answer.body, origin).job_statuses
  const bad = job?.results?.find(({ success, errors, error }) => success === false || errors !== null || error !== null)
  if (job?.status === 'completed' && bad === undefined) return
  const reason = bad?.details ?? bad?.errors ?? bad?.error ?? job?.message ?? 'Zendesk could not do it.'
  throw new RejectedError(PROVIDER, `the work ended as ${job?.status ?? 'nothing'}`, null, reason)
}

/** Merges tickets into one, with what is to be said on them. */
export async function merge(
  client: AccountClient,
  { intoRemoteId, remoteIds }: { readonly intoRemoteId: string; readonly remoteIds: readonly string[] },
  words: Body,
): Promise<Outcome> {
  const body = { ids: remoteIds.map((id) => numberOf(id, 'ticketIds')), ...words }
  const accepted = await client.request({ method: 'POST', path: `${ticketPath(intoRemoteId)}/merge`, body })
  await finish(client, accepted.body)
  const subject = { kind: 'ticket', remoteId: intoRemoteId } as const
  return readBack({ changes: [], subject }, async () => {
    const all = await Promise.all([intoRemoteId, ...remoteIds].map((id) => readTicket(client, id)))
    return all.flat()
  })
}

const PRIVATELY: Body = { target_comment_is_public: false, source_comment_is_public: false }

const deleteTicket: Actions['deleteTicket'] = async (client, { ticketRemoteId }) => {
  // Asked again, it would say that there is none, and not by whom.
  await client.request({ method: 'DELETE', path: ticketPath(ticketRemoteId), safe: false })
  return { changes: [gone('ticket', ticketRemoteId)], subject: { kind: 'ticket', remoteId: ticketRemoteId } }
}

const restoreTicket: Actions['restoreTicket'] = async (client, { ticketRemoteId }) => {
  const path = `/api/v2/deleted_tickets/${encodeURIComponent(ticketRemoteId)}/restore`
  await client.request({ method: 'PUT', path, safe: false })
  const done: Outcome = { changes: [], subject: { kind: 'ticket', remoteId: ticketRemoteId } }
  return readBack(done, () => readTicket(client, ticketRemoteId))
}

/** How tickets end and come back. */
export const endingActions: Required<Pick<Actions, 'deleteTicket' | 'restoreTicket' | 'mergeTickets'>> = {
  deleteTicket,
  restoreTicket,
  mergeTickets: (client, input) => merge(client, input, PRIVATELY),
}
