import { json } from '../../exchange.ts'
import type { TwinReply } from '../../exchange.ts'
import {
  attachContact,
  detachContact,
  mergeConversations,
  mergeFailed,
  redactPart,
  redactSource,
  tagConversation,
  untagConversation,
} from '../acts/around.ts'
import { replyAsAdmin, replyAsContact } from '../acts/conversations.ts'
import { assign, close, open, snooze } from '../acts/states.ts'
import { convertToTicket } from '../acts/tickets.ts'
import { apiError, invalid, missing } from '../errors.ts'
import type { Conversation } from '../records.ts'
import { renderAppliedTag } from '../render/applied-tag.ts'
import { renderConversation } from '../render/conversation.ts'
import { renderTicket } from '../render/ticket.ts'
import { getContact, getConversation, getTag } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { actingAuthor, attachmentsOf, namedContact, nullableInteger, optionalObject, optionalText } from './call.ts'
import { param, requiredText } from './call.ts'
import { ticketTypeOf } from './tickets.ts'

const conversationOf = (call: ApiCall): Conversation => getConversation(call.world, param(call, 'id'))
const shown = (call: ApiCall, conversation: Conversation): TwinReply =>
  json(renderConversation(call.world, conversation))

/** What people do in conversations. */
export const conversationActionRoutes: Readonly<Record<string, ApiHandler>> = {
  'POST /conversations/{id}/reply'(call) {
    const conversation = conversationOf(call)
    if (call.body['type'] === 'admin') replyByAdmin(call, conversation)
    else if (call.body['type'] === 'user') replyByContact(call, conversation)
    else throw invalid('type must be admin or user')
    return shown(call, conversation)
  },
  'POST /conversations/{id}/parts'(call) {
    const conversation = conversationOf(call)
    manage(call, conversation)
    return shown(call, conversation)
  },
  'POST /conversations/{id}/tags'(call) {
    const conversation = conversationOf(call)
    const tag = getTag(call.world, requiredText(call.body, 'id'))
    return json(renderAppliedTag(call.world, tagConversation(call.world, conversation, tag, actingAuthor(call))))
  },
  'DELETE /conversations/{id}/tags/{tag_id}'(call) {
    const conversation = conversationOf(call)
    const tag = getTag(call.world, param(call, 'tag_id'))
    return json(renderAppliedTag(call.world, untagConversation(call.world, conversation, tag)))
  },
  'POST /conversations/{id}/customers'(call) {
    const conversation = conversationOf(call)
    const customer = optionalObject(call.body, 'customer')
    if (!customer) throw missing('customer')
    const contact = namedContact(call.world, customer, { id: 'intercom_user_id', externalId: 'user_id' })
    if (!contact) throw apiError(404, 'not_found', 'User Not Found')
    attachContact(call.world, conversation, contact, actingAuthor(call))
    return shown(call, conversation)
  },
  'DELETE /conversations/{id}/customers/{contact_id}'(call) {
    const conversation = conversationOf(call)
    const contact = getContact(call.world, param(call, 'contact_id'))
    detachContact(call.world, conversation, contact, actingAuthor(call))
    return shown(call, conversation)
  },
  'POST /conversations/redact'(call) {
    const conversation = getConversation(call.world, requiredText(call.body, 'conversation_id'))
    if (call.body['type'] === 'source') redactSource(call.world, conversation, requiredText(call.body, 'source_id'))
    else redactPart(call.world, conversation, requiredText(call.body, 'conversation_part_id'))
    return shown(call, conversation)
  },
  'POST /conversations/{id}/merge'(call) {
    const secondary = conversationOf(call)
    const into = call.world.conversations.get(requiredText(call.body, 'merge_into_conversation_id'))
    if (!into) throw mergeFailed('Primary conversation not found')
    mergeConversations(call.world, secondary, into)
    return shown(call, into)
  },
  'POST /conversations/{id}/convert'(call) {
    const conversation = conversationOf(call)
    const ticket = convertToTicket(call.world, conversation, {
      type: ticketTypeOf(call.world, requiredText(call.body, 'ticket_type_id')),
      attributes: optionalObject(call.body, 'attributes') ?? {},
      stateId: optionalText(call.body, 'ticket_state_id') ?? null,
    })
    return json(renderTicket(call.world, ticket))
  },
}

function replyByAdmin(call: ApiCall, conversation: Conversation): void {
  const kind = call.body['message_type']
  if (kind !== 'comment' && kind !== 'note' && kind !== 'quick_reply') {
    throw invalid('message_type must be comment, note or quick_reply')
  }
  const attachments = attachmentsOf(call)
  const body = optionalText(call.body, 'body') ?? ''
  if (body === '' && attachments.length === 0 && kind !== 'quick_reply') throw missing('body')
  const at = nullableInteger(call.body, 'created_at')
  requiredText(call.body, 'admin_id')
  replyAsAdmin(call.world, conversation, {
    author: actingAuthor(call),
    kind,
    body,
    attachments,
    ...(at == null ? {} : { at }),
  })
}

function replyByContact(call: ApiCall, conversation: Conversation): void {
  if (call.body['message_type'] !== 'comment') throw invalid('message_type must be comment')
  const contact = namedContact(call.world, call.body, { id: 'intercom_user_id', externalId: 'user_id' })
  if (!contact) throw apiError(404, 'not_found', 'User Not Found')
  const at = nullableInteger(call.body, 'created_at')
  replyAsContact(call.world, conversation, contact, {
    body: requiredText(call.body, 'body'),
    attachments: attachmentsOf(call),
    ...(at == null ? {} : { at }),
  })
}

function manage(call: ApiCall, conversation: Conversation): void {
  const { world, body } = call
  requiredText(body, 'admin_id')
  const said = optionalText(body, 'body')
  const change = { author: actingAuthor(call), ...(said === undefined ? {} : { body: said }) }
  switch (body['message_type']) {
    case 'close':
      close(world, conversation, change)
      return
    case 'open':
      open(world, conversation, change)
      return
    case 'snoozed': {
      const until = nullableInteger(body, 'snoozed_until')
      if (until == null) throw missing('snoozed_until')
      if (until <= world.clock.seconds()) throw invalid('snoozed_until must be in the future')
      snooze(world, conversation, { ...change, until })
      return
    }
    case 'assignment':
      assign(world, conversation, { ...change, to: assigneeOf(call) })
      return
    default:
      throw invalid('message_type must be close, open, snoozed or assignment')
  }
}

/** Admins and teams share one number space, so the id says which it is. */
function assigneeOf(call: ApiCall): { type: 'admin' | 'team'; id: string } | null {
  const id = requiredText(call.body, 'assignee_id')
  if (id === '0') return null
  if (call.world.admins.some((admin) => admin.id === id)) return { type: 'admin', id }
  if (call.world.teams.some((team) => team.id === id)) return { type: 'team', id }
  throw apiError(404, 'assignee_not_found', 'Assignee not found')
}
