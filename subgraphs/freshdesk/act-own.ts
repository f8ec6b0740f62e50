import type { Outcome } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { NotFoundError, RejectedError } from '../../kit/errors.ts'
import { gone } from '../../kit/gone.ts'
import { toHtml } from '../../kit/html.ts'
import { readBack } from '../../kit/read-back.ts'
import { wireNamed } from '../../kit/wire.ts'
import { standing } from './act-tickets.ts'
import { numberOf, refused, told } from './acting.ts'
import { readTicket, ticketPath } from './read-ticket.ts'
import { wireTicket } from './wire-tickets.ts'
import { receive } from './wire.ts'

/** A ticket to be sent on to third parties. */
export interface Forwarding {
  readonly ticketRemoteId: string
  readonly text: string
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
  /** Whether the files of the ticket go along. */
  readonly withAttachments: boolean
}

/** Sends a ticket on by mail; what was written stands in it as a note. */
export async function forwardTicket(client: AccountClient, forwarding: Forwarding): Promise<Outcome> {
  const { ticketRemoteId, text, to, cc, bcc, withAttachments } = forwarding
  const answer = await client.request({
    method: 'POST',
    path: `${ticketPath(ticketRemoteId)}/forward`,
    body: {
      body: toHtml(text),
      to_emails: to,
      ...(cc.length === 0 ? {} : { cc_emails: cc }),
      ...(bcc.length === 0 ? {} : { bcc_emails: bcc }),
      include_original_attachments: withAttachments,
    },
  })
  const subject = { kind: 'message', remoteId: receive(wireNamed, answer.body, 'forward').wire.id } as const
  return readBack({ changes: [], subject }, () => readTicket(client, ticketRemoteId))
}

async function isSpam(client: AccountClient, remoteId: string): Promise<boolean> {
  const answer = await client.request({ method: 'GET', path: ticketPath(remoteId) })
  return receive(wireTicket, answer.body, 'tickets').wire.spam === true
}

/** Marks a ticket as spam, which takes it from every list. A repeated call finds its own work done. */
export async function markAsSpam(client: AccountClient, ticketRemoteId: string): Promise<Outcome> {
  try {
    await client.request({ method: 'PUT', path: `${ticketPath(ticketRemoteId)}/spam` })
  } catch (error) {
    if (!(error instanceof RejectedError) || !(await isSpam(client, ticketRemoteId))) throw error
  }
  return { changes: [gone('ticket', ticketRemoteId)], subject: { kind: 'ticket', remoteId: ticketRemoteId } }
}

/** Brings a ticket back that was no spam; one that is not marked stands as it did. */
export async function unmarkAsSpam(client: AccountClient, ticketRemoteId: string): Promise<Outcome> {
  try {
    await client.request({ method: 'PUT', path: `${ticketPath(ticketRemoteId)}/unspam` })
  } catch (error) {
    if (!(error instanceof NotFoundError) || (await isSpam(client, ticketRemoteId))) throw error
  }
  return standing(client, ticketRemoteId)
}

/** What of a ticket only Freshdesk has. Undefined leaves it, null empties it. */
export interface OwnPatch {
  /** A status of the account's own, by its number. */
  readonly nativeStatus?: number
  /** Where it came from, by number. */
  readonly source?: number
  readonly productRemoteId?: string | null
  /** The two due times, which are moved together. */
  readonly due?: { readonly firstReplyAt: Date; readonly solvedAt: Date }
}

/** Sets what the unified ticket has no words for. */
export async function updateOwn(
  client: AccountClient,
  { ticketRemoteId, patch }: Pick<Forwarding, 'ticketRemoteId'> & { readonly patch: OwnPatch },
): Promise<Outcome> {
  const { nativeStatus, source, productRemoteId, due } = patch
  const body = told({
    status: nativeStatus,
    source,
    product_id: productRemoteId == null ? productRemoteId : numberOf(productRemoteId, 'productId'),
    due_by: due?.solvedAt.toISOString(),
    fr_due_by: due?.firstReplyAt.toISOString(),
  })
  if (Object.keys(body).length === 0) throw refused('ticketId', 'Nothing is to change.')
  await client.request({ method: 'PUT', path: ticketPath(ticketRemoteId), body })
  return standing(client, ticketRemoteId)
}
