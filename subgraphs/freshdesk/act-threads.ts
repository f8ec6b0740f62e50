import type { Acting, Actions, Content, Outcome, Thread } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { UnsupportedError } from '../../kit/errors.ts'
import { toHtml } from '../../kit/html.ts'
import type { Looks } from '../../kit/looking.ts'
import { readBack } from '../../kit/read-back.ts'
import type { Json } from '../../store/kinds.ts'
import { type Body, refused, speaker } from './acting.ts'
import { wantsStructure } from './judge.ts'
import { toMessage } from './mapping-tickets.ts'
import { beginning } from './read-begun.ts'
import { readTicket, ticketPath } from './read-ticket.ts'
import { wireConversation } from './wire-tickets.ts'
import { PROVIDER, receive } from './wire.ts'

type Said = Acting & { readonly thread: Thread; readonly content: Content }

/** How something is said: where it is sent, and what Freshdesk leaves out of its answer. */
interface Way {
  readonly path: 'reply' | 'notes'
  readonly body: Body
  readonly answered: { readonly incoming: boolean; readonly private: boolean; readonly source: number }
}

const REPLY: Way = { path: 'reply', body: {}, answered: { incoming: false, private: false, source: 0 } }
const NOTE: Way = { path: 'notes', body: { private: true }, answered: { incoming: false, private: true, source: 2 } }

/**
 * Text as HTML. Freshdesk takes files only as uploads, in forms; addresses of files are put under the text as links, so
 * that whoever reads it has them.
 */
export function toBody({ text, attachmentUrls }: Content): string {
  return toHtml([text, ...attachmentUrls].join('\n\n'))
}

/** What is said on a web chat, in the parts that it consists of there. */
function structured({ text, attachmentUrls }: Content): Body {
  const parts: Json[] = [text, ...attachmentUrls].map((content) => ({ type: 'text', data: { content } }))
  return { structured_body: { body_contents: parts } }
}

/** Nothing but the answer says that a ticket is a web chat: asking first would cost a call for every word that is said. */
async function post(client: AccountClient, said: Said, way: Way): Promise<unknown> {
  const path = `${ticketPath(said.thread.remoteId)}/${way.path}`
  const own = { ...way.body, ...speaker(client, said) }
  try {
    return (await client.request({ method: 'POST', path, body: { ...own, body: toBody(said.content) } })).body
  } catch (error) {
    if (!wantsStructure(error)) throw error
    return (await client.request({ method: 'POST', path, body: { ...own, ...structured(said.content) } })).body
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Says something in a ticket. It is never sent twice: Freshdesk takes no idempotency key. */
async function say(client: AccountClient, said: Said, way: Way): Promise<Outcome> {
  const { thread, content } = said
  if (thread.kind !== 'ticket') throw new UnsupportedError(PROVIDER, 'there are no conversations, only tickets')
  if (content.text.trim() === '') throw refused('text', 'There is nothing to say.')
  const answer = await post(client, said, way)
  const record = isRecord(answer) ? { ...answer, ...way.answered } : answer
  const inTicket = { id: thread.remoteId, requester_id: null }
  const message = toMessage(receive(wireConversation, record, way.path), inTicket)
  const subject = { kind: 'message', remoteId: message.remoteId } as const
  const done: Outcome = { changes: [{ ...message, fidelity: 'partial' }], subject }
  return readBack(done, () => readTicket(client, thread.remoteId))
}

/** What can be said in a ticket. */
export const threadActions: Required<Pick<Actions, 'reply' | 'note'>> = {
  reply: (client, input) => say(client, input, REPLY),
  note: (client, input) => say(client, input, NOTE),
}

/**
 * How it is found out what arrived. Replies and notes: a ticket's conversations are read from where they are written, not from the index
 * that lags by minutes. Freshdesk states no lag of it; it is given as long as a call may take there, twice over. Source:
 * Freshdesk API v2, "List All Conversations of a Ticket", read 2026-11-28.
 */
export const looks: Looks = {
  thread: { certainAfterMs: 60_000, read: (client, { remoteId }) => readTicket(client, remoteId) },
  beginning,
}
