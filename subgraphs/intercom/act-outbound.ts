import { z } from 'zod'
import type { Actions } from '../../kit/actions.ts'
import { RejectedError } from '../../kit/errors.ts'
import { toHtml } from '../../kit/html.ts'
import { readBack } from '../../kit/read-back.ts'
import { adminId } from './acting.ts'
import { readThread } from './read-threads.ts'
import { wireReference } from '../../kit/wire.ts'
import { PROVIDER, receive, wireContact } from './wire.ts'

/** Source: Intercom REST 2.16, schema `message`. */
const wireMessage = z.looseObject({ conversation_id: wireReference })

/**
 * Writes to a contact first: in the messenger, or by mail when there is a subject.
 *
 * Asked to, Intercom makes the conversation at once instead of when the contact answers. When it names none all the
 * same, the contact is all that is known, and the conversation comes by a delivery or a sync.
 */
const messageContact: Actions['messageContact'] = async (client, input) => {
  const { contactRemoteId, content, subject } = input
  if (content.attachmentUrls.length > 0) {
    const reason = 'A first message takes no attachments at Intercom.'
    throw new RejectedError(PROVIDER, 'attachments of a first message', 'attachmentUrls', reason)
  }
  const path = `/contacts/${encodeURIComponent(contactRemoteId)}`
  const { wire } = receive(wireContact, (await client.request({ method: 'GET', path })).body, 'contacts')
  const answer = await client.request({
    method: 'POST',
    path: '/messages',
    body: {
      ...(subject === null ? { message_type: 'in_app' } : { message_type: 'email', subject, template: 'plain' }),
      body: toHtml(content.text),
      from: { type: 'admin', id: Number(adminId(client, input)) },
      to: { type: wire.role === 'user' ? 'user' : 'lead', id: contactRemoteId },
      create_conversation_without_contact_reply: true,
    },
  })
  const id = receive(wireMessage, answer.body, 'messages').wire.conversation_id
  if (id === null) return { changes: [], subject: { kind: 'contact', remoteId: contactRemoteId } }
  const thread = { kind: 'conversation', remoteId: id } as const
  return readBack({ changes: [], subject: thread }, () => readThread(client, thread))
}

/** Reaching out. */
export const outboundActions: Required<Pick<Actions, 'messageContact'>> = { messageContact }
