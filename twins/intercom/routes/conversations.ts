import { json } from '../../exchange.ts'
import { deleteConversation } from '../acts/around.ts'
import { markRead, openAsContact } from '../acts/conversations.ts'
import { addPart } from '../acts/parts.ts'
import { apiError, invalid } from '../errors.ts'
import type { Conversation } from '../records.ts'
import { renderConversation, renderListed } from '../render/conversation.ts'
import type { DisplayAs } from '../render/conversation.ts'
import { conversationSearch } from '../search/conversations.ts'
import { adminAuthor, getConversation } from '../world.ts'
import type { ApiCall, ApiHandler } from './call.ts'
import { attachmentsOf, nullableInteger, optionalBoolean, optionalObject, optionalText } from './call.ts'
import { namedContact, param, requiredText } from './call.ts'
import { numberedPage } from './numbered.ts'
import { envelope, listPage, searchPage } from './searching.ts'

/** Source: the published 2.16 description. */
const limits = { usual: 20, max: 150 }

const listNames = { type: 'conversation.list', rows: 'conversations' }

const conversationOf = (call: ApiCall): Conversation => getConversation(call.world, param(call, 'id'))

/** Conversations themselves; what people do in them is apart. */
export const conversationRoutes: Readonly<Record<string, ApiHandler>> = {
  'GET /conversations': (call) =>
    envelope(listPage(call, [...call.world.conversations.values()], limits), listNames, (conversation) =>
      renderListed(call.world, conversation),
    ),
  'POST /conversations/search': (call) =>
    envelope(
      searchPage(call, call.world.conversations.values(), { rules: conversationSearch, limits }),
      listNames,
      (conversation) => renderListed(call.world, conversation),
    ),
  'GET /conversations/{id}': (call) => json(renderConversation(call.world, conversationOf(call), displayAs(call))),
  'POST /conversations'(call) {
    const from = optionalObject(call.body, 'from') ?? {}
    const body = requiredText(call.body, 'body')
    const contact = namedContact(call.world, from, { id: 'id', externalId: 'user_id' })
    if (!contact) throw apiError(404, 'not_found', 'User Not Found')
    const at = nullableInteger(call.body, 'created_at')
    const conversation = openAsContact(call.world, contact, {
      body,
      attachments: attachmentsOf(call),
      ...(at == null ? {} : { at }),
    })
    return json({
      type: 'user_message',
      id: conversation.source.id,
      created_at: conversation.createdAt,
      body: conversation.source.body,
      message_type: 'inapp',
      conversation_id: conversation.id,
    })
  },
  'PUT /conversations/{id}'(call) {
    const conversation = conversationOf(call)
    update(call, conversation)
    return json(renderConversation(call.world, conversation, displayAs(call)))
  },
  'DELETE /conversations/{id}'(call) {
    const conversation = conversationOf(call)
    const retainMetrics = call.request.query.get('retain_metrics') !== 'false'
    deleteConversation(call.world, conversation, { retainMetrics, silently: false })
    return json({ id: conversation.id, object: 'conversation', deleted: true })
  },
  'GET /conversations/deleted'(call) {
    const newestFirst = call.world.deletedConversations.toReversed()
    const rows = call.request.query.get('order') === 'asc' ? newestFirst.toReversed() : newestFirst
    const page = numberedPage(call, rows, { ...limits, next: 'url' })
    return json({
      type: 'conversations.list',
      conversations: page.items.map((deleted) => ({
        type: 'conversation',
        id: deleted.id,
        metrics_retained: deleted.metricsRetained,
        deleted_at: deleted.at,
      })),
      total_count: page.total,
      pages: page.pages,
    })
  },
}

function update(call: ApiCall, conversation: Conversation): void {
  const { body, world } = call
  const read = optionalBoolean(body, 'read')
  if (read !== undefined) markRead(world, conversation, read)
  const title = optionalText(body, 'title')
  if (title !== undefined) {
    conversation.title = title
    conversation.updatedAt = world.clock.seconds()
  }
  const companyId = optionalText(body, 'company_id')
  if (companyId !== undefined) {
    if (!world.companies.has(companyId)) throw apiError(404, 'company_not_found', 'Company Not Found')
    conversation.companyId = companyId
    conversation.updatedAt = world.clock.seconds()
  }
  for (const [name, value] of Object.entries(optionalObject(body, 'custom_attributes') ?? {})) {
    conversation.customAttributes = { ...conversation.customAttributes, [name]: value }
    addPart(world, conversation, {
      type: 'conversation_attribute_updated_by_admin',
      author: adminAuthor(call.caller),
      eventDetails: { attribute: { name }, value: { name: String(value) } },
    })
  }
}

/** @throws 400 unless `plaintext` or `html` or not given */
export function displayAs(call: ApiCall): DisplayAs {
  const asked = call.request.query.get('display_as')
  if (asked === null || asked === 'html') return 'html'
  if (asked === 'plaintext') return 'plaintext'
  throw invalid('display_as must be plaintext or html')
}
