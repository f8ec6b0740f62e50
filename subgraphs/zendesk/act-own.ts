import type { Acting, Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { gone } from '../../kit/gone.ts'
import { readBack } from '../../kit/read-back.ts'
import { merge } from './act-endings.ts'
import { makeTicket } from './act-tickets.ts'
import { numberOf, toComment, told } from './acting.ts'
import { recordIn } from './pages.ts'
import { ticketPath } from './read-ticket.ts'
import { readUser } from './read-users.ts'
import { receive } from './wire.ts'
import { wireTicket } from './wire-tickets.ts'

/** Tickets to merge, and what is to be said on them; Zendesk has words of its own. */
export interface Merging {
  readonly intoRemoteId: string
  readonly remoteIds: readonly string[]
  readonly words: {
    readonly comment: string | null | undefined
    readonly sourceComment: string | null | undefined
    readonly isPublic: boolean
  }
}

/** Merges tickets with words of one's own. */
export const mergeWith = (client: AccountClient, { words, ...merging }: Merging): Promise<Outcome> =>
  merge(client, merging, {
    ...told({ target_comment: words.comment ?? undefined, source_comment: words.sourceComment ?? undefined }),
    target_comment_is_public: words.isPublic,
    source_comment_is_public: words.isPublic,
  })

/** Deletes a ticket as spam, and suspends who asked. */
export async function markAsSpam(client: AccountClient, ticketRemoteId: string): Promise<Outcome> {
  const path = ticketPath(ticketRemoteId)
  const { wire } = receive(wireTicket, await recordIn(client, { path, name: 'ticket' }), 'tickets')
  await client.request({ method: 'PUT', path: `${path}/mark_as_spam`, safe: false })
  const subject = { kind: 'ticket', remoteId: ticketRemoteId } as const
  const { requester_id } = wire
  const done: Outcome = { changes: [gone('ticket', ticketRemoteId)], subject }
  return requester_id === null ? done : readBack(done, () => readUser(client, requester_id))
}

/** Makes a ticket that goes on with a closed one, for who asked then. */
export async function followUp(
  client: AccountClient,
  input: Acting & { readonly ticketRemoteId: string; readonly text: string },
): Promise<Outcome> {
  const { ticketRemoteId, text, agentRemoteId } = input
  const record = await recordIn(client, { path: ticketPath(ticketRemoteId), name: 'ticket' })
  const { wire } = receive(wireTicket, record, 'tickets')
  const requester_id = wire.requester_id === null ? undefined : numberOf(wire.requester_id, 'contactId')
  const ticket = {
    ...told({ requester_id, subject: wire.subject ?? undefined }),
    via_followup_source_id: numberOf(ticketRemoteId, 'ticketId'),
    comment: toComment({ text, attachmentUrls: [] }, { isPublic: true, agentRemoteId }),
  }
  return makeTicket(client, ticket, input)
}
