import { isRecord, json } from '../../exchange.ts'
import { toHtml, toPlaintext } from '../../plaintext.ts'
import { mustSee } from '../access.ts'
import { changeTicket } from '../acts/change.ts'
import { addConversation, attach, note, reply } from '../acts/conversations.ts'
import { mustBeAlive } from '../acts/tickets.ts'
import { booleanIn, numberIn, objectIn, textIn, textsIn } from '../check.ts'
import type { Body, FieldRules } from '../check.ts'
import { invalidValue, notAllowedNow } from '../errors.ts'
import type { Conversation, Structured, Ticket } from '../records.ts'
import { renderConversation, renderNote, renderReply } from '../render/ticket.ts'
import { nowIn } from '../../world.ts'
import { getConversation } from '../world.ts'
import { actor, bodyOf, created, idIn, noContent, pageReply } from './call.ts'
import type { ApiCall, Routes } from './call.ts'
import { ticketOf } from './tickets.ts'

const saidRules: FieldRules = {
  body: { kind: 'string' },
  structured_body: { kind: 'object' },
  user_id: { kind: 'integer' },
}
const replyRules: FieldRules = {
  ...saidRules,
  from_email: { kind: 'string' },
  cc_emails: { kind: 'strings' },
  bcc_emails: { kind: 'strings' },
}
const noteRules: FieldRules = {
  ...saidRules,
  incoming: { kind: 'boolean' },
  private: { kind: 'boolean' },
  notify_emails: { kind: 'strings' },
}
const forwardRules: FieldRules = {
  body: { kind: 'string', required: true },
  to_emails: { kind: 'strings', required: true },
  cc_emails: { kind: 'strings' },
  bcc_emails: { kind: 'strings' },
  include_quoted_text: { kind: 'boolean' },
  include_original_attachments: { kind: 'boolean' },
}
const noteKind = 2

/** What is said under tickets. */
export const conversationRoutes: Routes = {
  'GET /tickets/{ticket_id}/conversations': {
    needs: 'view_tickets',
    paged: true,
    answer: (call) => pageReply(call, ticketOf(call).conversations, (one) => renderConversation(call.world, one)),
  },
  'POST /tickets/{ticket_id}/reply': {
    needs: 'manage_tickets',
    answer(call) {
      const ticket = aliveTicket(call)
      const fields = bodyOf(call, replyRules)
      const added = reply(call.world, ticket, actor(call), {
        ...saidIn(call, fields),
        from: textIn(fields, 'from_email') ?? fromOf(call, ticket),
        cc: textsIn(fields, 'cc_emails'),
        bcc: textsIn(fields, 'bcc_emails'),
        userId: speakerOf(call, fields),
      })
      return created(call, `/tickets/${ticket.id}/conversations/${added.id}`, renderReply(call.world, added))
    },
  },
  'POST /tickets/{ticket_id}/notes': {
    needs: 'manage_tickets',
    answer(call) {
      const ticket = aliveTicket(call)
      const fields = bodyOf(call, noteRules)
      const added = note(call.world, ticket, actor(call), {
        ...saidIn(call, fields),
        userId: speakerOf(call, fields),
        private: booleanIn(fields, 'private') ?? true,
        incoming: booleanIn(fields, 'incoming') ?? false,
        notify: textsIn(fields, 'notify_emails') ?? [],
      })
      return created(call, `/tickets/${ticket.id}/conversations/${added.id}`, renderNote(call.world, added))
    },
  },
  'POST /tickets/{ticket_id}/forward': {
    needs: 'manage_tickets',
    answer(call) {
      const ticket = aliveTicket(call)
      const added = forward(call, ticket, bodyOf(call, forwardRules))
      return created(call, `/tickets/${ticket.id}/conversations/${added.id}`, renderReply(call.world, added))
    },
  },
  'PUT /conversations/{conversation_id}': {
    needs: 'manage_tickets',
    answer(call) {
      const { ticket, conversation } = noteOf(call, 'PUT')
      const fields = bodyOf(call, { body: { kind: 'string' } })
      changeTicket(call.world, ticket, actor(call), {
        change() {
          const html = toHtml(textIn(fields, 'body') ?? conversation.body)
          conversation.body = html.startsWith('<div') ? html : `<div>${html}</div>`
          conversation.body_text = toPlaintext(html)
          conversation.attachments = [...conversation.attachments, ...attach(call.world, ticket, call.files)]
          conversation.updated_at = nowIn(call.world)
          conversation.last_edited_at = conversation.updated_at
          conversation.last_edited_user_id = call.caller.id
        },
      })
      return json(renderNote(call.world, conversation))
    },
  },
  'DELETE /conversations/{conversation_id}': {
    needs: 'manage_tickets',
    answer(call) {
      const { ticket, conversation } = noteOf(call, 'DELETE')
      changeTicket(call.world, ticket, actor(call), {
        change: () => ticket.conversations.splice(ticket.conversations.indexOf(conversation), 1),
      })
      return noContent
    },
  },
}

function aliveTicket(call: ApiCall): Ticket {
  const ticket = ticketOf(call)
  mustBeAlive(ticket, 'POST')
  return ticket
}

function forward(call: ApiCall, ticket: Ticket, fields: Body): Conversation {
  const { world, caller } = call
  const to = textsIn(fields, 'to_emails') ?? []
  if (to.length === 0) throw invalidValue('to_emails', 'It should contain at least one address.')
  const cc = textsIn(fields, 'cc_emails') ?? []
  const quoted = booleanIn(fields, 'include_quoted_text') === false ? '' : `\n\n${ticket.description_text}`
  const takes = booleanIn(fields, 'include_original_attachments') === true
  const originals = takes ? ticket.attachments : []
  return changeTicket(world, ticket, actor(call), {
    happened: [{ field: 'note_type', from: undefined, to: 'forward' }],
    change() {
      const added = addConversation(world, ticket, {
        kind: 'forward',
        body: `${textIn(fields, 'body') ?? ''}${quoted}`,
        to,
        cc,
        bcc: textsIn(fields, 'bcc_emails'),
        from: fromOf(call, ticket),
        incoming: false,
        private: true,
        userId: caller.id,
        files: [
          ...call.files,
          ...originals.map(({ name, content_type, size }) => ({ name, contentType: content_type, size })),
        ],
      })
      ticket.fwd_emails = [...new Set([...ticket.fwd_emails, ...to, ...cc])]
      return added
    },
  })
}

/** Only notes can be changed. @throws 404, 403, 405 */
function noteOf(call: ApiCall, method: string): { ticket: Ticket; conversation: Conversation } {
  const { ticket, conversation } = getConversation(call.world, idIn(call, 'conversation_id'))
  mustSee(call.caller, ticket)
  mustBeAlive(ticket, method)
  if (conversation.source !== noteKind) throw notAllowedNow(method, ['GET'])
  return { ticket, conversation }
}

function saidIn(call: ApiCall, fields: Body) {
  return { body: textIn(fields, 'body'), structured: structuredIn(fields), files: call.files }
}

function structuredIn(fields: Body): Structured | undefined {
  const raw = objectIn(fields, 'structured_body')
  if (!raw) return undefined
  const contents: unknown[] = Array.isArray(raw['body_contents']) ? raw['body_contents'] : []
  const parts = contents.filter(isRecord).flatMap(({ type, data }) => {
    return typeof type === 'string' && isRecord(data) ? [{ type, data }] : []
  })
  if (parts.length === 0 || parts.length !== contents.length) {
    throw invalidValue('structured_body', 'It should hold body_contents, each with a type and data.')
  }
  return { body_contents: parts }
}

function speakerOf(call: ApiCall, fields: Body): number {
  const id = numberIn(fields, 'user_id') ?? call.caller.id
  if (!call.world.agents.has(id) && !call.world.contacts.has(id)) {
    throw invalidValue('user_id', 'There is no contact matching the given user_id')
  }
  return id
}

function fromOf(call: ApiCall, ticket: Ticket): string | null {
  const { emailConfigs } = call.world
  return (emailConfigs.find(({ id }) => id === ticket.email_config_id) ?? emailConfigs[0])?.reply_email ?? null
}
