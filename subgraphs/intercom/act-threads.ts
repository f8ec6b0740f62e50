import type { Actions, Content, Outcome, Thread } from '../../kit/actions.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { RejectedError } from '../../kit/errors.ts'
import { toHtml } from '../../kit/html.ts'
import { toUnixSeconds } from '../../kit/time.ts'
import type { Looks } from '../../kit/looking.ts'
import type { Change } from '../../store/change.ts'
import type { Json } from '../../store/kinds.ts'
import { adminId } from './acting.ts'
import { toMessage } from './mapping-messages.ts'
import { beginning } from './read-begun.ts'
import { fromConversation, readThread, threadPath } from './read-threads.ts'
import { wireConversation, wirePart } from './wire-threads.ts'
import { PROVIDER, receive } from './wire.ts'

/** Source: Intercom REST 2.16, `admin_reply_conversation_request`. */
const MAX_ATTACHMENTS = 10

interface Said {
  readonly agentRemoteId: string | null
  readonly thread: Thread
  readonly content: Content
}

function toBody(client: AccountClient, said: Said, messageType: 'comment' | 'note'): Json {
  const { text, attachmentUrls } = said.content
  if (attachmentUrls.length > MAX_ATTACHMENTS) {
    const reason = `Intercom takes at most ${MAX_ATTACHMENTS} attachments in one message.`
    throw new RejectedError(PROVIDER, `${attachmentUrls.length} attachments`, 'attachmentUrls', reason)
  }
  return {
    message_type: messageType,
    type: 'admin',
    admin_id: adminId(client, said),
    body: toHtml(text),
    ...(attachmentUrls.length === 0 ? {} : { attachment_urls: attachmentUrls }),
  }
}

/** Our own part in the answer, which is the conversation with its newest parts: the newest message there. */
function saidIn(changes: readonly Change[]): Outcome['subject'] | null {
  const newest = changes
    .filter((change) => change.op === 'upsert' && change.kind === 'message' && change.fields.nativeType !== 'source')
    .at(-1)
  return newest === undefined ? null : { kind: 'message', remoteId: newest.remoteId }
}

async function say(client: AccountClient, said: Said, messageType: 'comment' | 'note'): Promise<Outcome> {
  const { thread } = said
  const body = toBody(client, said, messageType)
  const answer = await client.request({ method: 'POST', path: `${threadPath(thread)}/reply`, body })
  if (thread.kind === 'ticket') {
    const message = toMessage(receive(wirePart, answer.body, messageType), thread)
    return { changes: [message], subject: { kind: 'message', remoteId: message.remoteId } }
  }
  const changes = fromConversation(answer.body, 'partial', messageType)
  return { changes, subject: saidIn(changes) ?? thread }
}

type Managed = { readonly agentRemoteId: string | null; readonly conversationRemoteId: string }

async function manage(
  client: AccountClient,
  managed: Managed,
  change: Readonly<Record<string, Json>>,
): Promise<unknown> {
  const path = `${threadPath({ kind: 'conversation', remoteId: managed.conversationRemoteId })}/parts`
  const body = { admin_id: adminId(client, managed), type: 'admin', ...change }
  return (await client.request({ method: 'POST', path, body })).body
}

async function managed(client: AccountClient, what: Managed, change: Readonly<Record<string, Json>>): Promise<Outcome> {
  return {
    changes: fromConversation(await manage(client, what, change), 'partial', 'conversation parts'),
    subject: { kind: 'conversation', remoteId: what.conversationRemoteId },
  }
}

/** What "nobody" is called in an assignment. */
const NOBODY = '0'

/** The team first: it may choose an admin by itself, and the one that was asked for has the last word. */
async function assign(
  client: AccountClient,
  input: Managed & { readonly assigneeRemoteId: string | null; readonly teamRemoteId: string | null },
): Promise<Outcome> {
  const { assigneeRemoteId, teamRemoteId } = input
  const give = (type: 'admin' | 'team', to: string): Promise<Outcome> =>
    managed(client, input, { message_type: 'assignment', type, assignee_id: to })
  const team = teamRemoteId === null ? null : await give('team', teamRemoteId)
  const admin = assigneeRemoteId === null ? null : await give('admin', assigneeRemoteId)
  if (admin === null) return team ?? unassign(client, input)
  return { ...admin, changes: [...messagesOf(team), ...admin.changes] }
}

/** The reference says that 0 takes both away; the team is taken away by a call of its own when the answer still names one. */
async function unassign(client: AccountClient, input: Managed): Promise<Outcome> {
  const nobody = { message_type: 'assignment', assignee_id: NOBODY }
  const first = await manage(client, input, { ...nobody, type: 'admin' })
  const changes = fromConversation(first, 'partial', 'assignment')
  const subject = { kind: 'conversation', remoteId: input.conversationRemoteId } as const
  if (receive(wireConversation, first, 'assignment').wire.team_assignee_id === null) return { changes, subject }
  const second = await managed(client, input, { ...nobody, type: 'team' })
  return { ...second, changes: [...messagesOf({ changes, subject }), ...second.changes] }
}

const messagesOf = (outcome: Outcome | null): Change[] =>
  (outcome?.changes ?? []).filter((change) => change.kind === 'message')

/** What can be said and done in a thread. None of it is ever sent twice: Intercom has no idempotency key. */
export const threadActions: Required<Pick<Actions, 'reply' | 'note' | 'close' | 'reopen' | 'snooze' | 'assign'>> = {
  reply: (client, input) => say(client, input, 'comment'),
  note: (client, input) => say(client, input, 'note'),
  close: (client, input) => managed(client, input, { message_type: 'close' }),
  reopen: (client, input) => managed(client, input, { message_type: 'open' }),
  snooze: (client, input) =>
    managed(client, input, { message_type: 'snoozed', snoozed_until: toUnixSeconds(input.until) }),
  assign,
}

/**
 * How it is found out what arrived. Replies and notes: a single read shows the newest 500 parts. Intercom promises nothing of how soon it
 * shows what was written; it is given as long as a call may take there, twice over. Source: Intercom REST 2.16, "Retrieve a
 * conversation", read 2026-11-28, which states no lag.
 */
export const looks: Looks = { thread: { certainAfterMs: 60_000, read: readThread }, beginning }
