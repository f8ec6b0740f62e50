import { isRecord, json } from '../../exchange.ts'
import { beginConversation } from '../acts/conversations.ts'
import { announceConversation } from '../announce.ts'
import { apiError, missing } from '../errors.ts'
import { toHtml } from '../../plaintext.ts'
import { adminAuthor, nextId } from '../world.ts'
import type { Admin } from '../records.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { namedContact, optionalObject, optionalText } from './call.ts'

/** Messages that admins begin. */
export const messageRoutes: Readonly<Record<string, ApiHandler>> = {
  'POST /messages'(call) {
    const kind = optionalText(call.body, 'message_type')
    if (kind !== 'in_app' && kind !== 'email' && kind !== 'whatsapp') throw missing('message_type')
    const body = optionalText(call.body, kind === 'whatsapp' ? 'template' : 'body')
    if (body === undefined || body === '') throw apiError(400, 'parameter_invalid', 'Body is required')
    const subject = optionalText(call.body, 'subject')
    if (kind === 'email' && subject === undefined) {
      throw apiError(422, 'parameter_not_found', 'No subject supplied for email message')
    }
    return send(call, { kind, body, subject: subject ?? '' })
  },
}

function send(call: ApiCall, message: { kind: 'in_app' | 'email' | 'whatsapp'; body: string; subject: string }) {
  const { world } = call
  const admin = senderOf(call)
  const contactIds = recipientsOf(call)
  const answer = {
    type: 'admin_message',
    created_at: world.clock.seconds(),
    subject: message.subject,
    body: toHtml(message.body),
    // The description's answers know no WhatsApp; it goes out as an in-app message there too.
    message_type: message.kind === 'email' ? 'email' : 'inapp',
  }
  // Without an answer from the contact there is no conversation, unless one is asked for.
  if (call.body['create_conversation_without_contact_reply'] !== true) {
    return json({ ...answer, id: nextId(world, 'message') })
  }
  const conversation = beginConversation(world, {
    author: adminAuthor(admin),
    contactIds,
    type: message.kind === 'in_app' ? 'conversation' : message.kind,
    deliveredAs: 'admin_initiated',
    subject: message.subject,
    body: message.body,
  })
  conversation.adminId = admin.id
  announceConversation(world, 'conversation.admin.single.created', conversation)
  return json({ ...answer, id: conversation.source.id, conversation_id: conversation.id })
}

function senderOf(call: ApiCall): Admin {
  const from = optionalObject(call.body, 'from')
  const id = from ? optionalText(from, 'id') : undefined
  if (id === undefined) return call.caller
  const admin = call.world.admins.find((candidate) => candidate.id === id)
  if (!admin) throw apiError(404, 'admin_not_found', 'Admin not found')
  return admin
}

function recipientsOf(call: ApiCall): string[] {
  const to = call.body['to']
  const named: unknown[] = Array.isArray(to) ? to : [to]
  const ids = named.map((recipient) => {
    if (!isRecord(recipient)) throw missing('to')
    const contact = namedContact(call.world, recipient, { id: 'id', externalId: 'user_id' })
    if (!contact) throw apiError(404, 'not_found', 'User Not Found')
    return contact.id
  })
  return [...new Set(ids)]
}
