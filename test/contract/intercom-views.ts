import { convert } from 'html-to-text'
import type { ConversationStatus, TicketStatus } from '../../store/kinds.ts'
import type { World } from './driver.ts'
import type { Piece, Rest } from './intercom-rest.ts'
import type { ConversationView, MessageView, TicketView } from './views.ts'

const STATES: Readonly<Record<string, ConversationStatus>> = { open: 'OPEN', closed: 'CLOSED', snoozed: 'SNOOZED' }

const CATEGORIES: Readonly<Record<string, TicketStatus>> = {
  submitted: 'NEW',
  in_progress: 'OPEN',
  waiting_on_customer: 'PENDING',
  resolved: 'SOLVED',
}

const idOrNull = (text: string): string | null => (text === '' || text === '0' ? null : text)

const wordsOrNull = (text: string): string | null => (text === '' ? null : text)

const toView = (part: Piece, type: MessageView['type']): MessageView => ({
  type,
  text: convert(part.text('body'), { wordwrap: false }).trim(),
  authorRemoteId: idOrNull(part.piece('author').text('id')),
  attachmentUrls: part.list('attachments').map((file) => file.text('url')),
})

const saidIn = (parts: readonly Piece[]): MessageView[] =>
  parts
    .filter((part) => part.text('body') !== '')
    .map((part) => toView(part, part.text('part_type') === 'note' ? 'NOTE' : 'REPLY'))

/** A thread with what was said in it. */
interface Said {
  readonly messages: readonly MessageView[]
}

/** What people see in the workspace. */
export interface Views extends Pick<World, 'messages' | 'tagNames' | 'wordsTo' | 'contact' | 'company' | 'available'> {
  conversation(remoteId: string): Promise<ConversationView & Said>
  ticket(remoteId: string): Promise<TicketView & Said>
}

/** Opens what people see. */
export function openViews(rest: Rest): Views {
  const tagsOf = async (tags: Piece): Promise<string[]> => {
    const listed = [...tags.list('tags'), ...tags.list('data')].map((tag) => tag.text('id'))
    const named = (await rest.get('/tags')).list('data')
    return named.filter((tag) => listed.includes(tag.text('id'))).map((tag) => tag.text('name'))
  }
  const views: Views = {
    async messages({ kind, remoteId }) {
      return (await (kind === 'ticket' ? views.ticket(remoteId) : views.conversation(remoteId))).messages
    },
    async conversation(remoteId) {
      const seen = await rest.get(`/conversations/${remoteId}`)
      const until = seen.number('snoozed_until')
      return {
        status: STATES[seen.text('state')] ?? 'OPEN',
        assigneeRemoteId: idOrNull(seen.text('admin_assignee_id')),
        teamRemoteId: idOrNull(seen.text('team_assignee_id')),
        snoozedUntil: until === null ? null : new Date(until * 1000),
        messages: [
          toView(seen.piece('source'), 'REPLY'),
          ...saidIn(seen.piece('conversation_parts').list('conversation_parts')),
        ],
      }
    },
    async ticket(remoteId) {
      const seen = await rest.get(`/tickets/${remoteId}`)
      const attributes = seen.piece('ticket_attributes')
      return {
        subject: attributes.text('_default_title_'),
        description: attributes.text('_default_description_'),
        type: seen.piece('ticket_type').text('name'),
        status: CATEGORIES[seen.piece('ticket_state').text('category')] ?? 'OTHER',
        priority: null,
        assigneeRemoteId: idOrNull(seen.text('admin_assignee_id')),
        teamRemoteId: idOrNull(seen.text('team_assignee_id')),
        companyRemoteId: idOrNull(seen.text('company_id')),
        tags: [],
        customFields: attributes.values(),
        dueAt: null,
        copiedTo: [],
        contactRemoteIds: seen
          .piece('contacts')
          .list('contacts')
          .map((contact) => contact.text('id')),
        messages: saidIn(seen.piece('ticket_parts').list('ticket_parts')),
      }
    },
    async tagNames({ kind, remoteId }) {
      const path = kind === 'company' ? 'companies' : `${kind}s`
      return await tagsOf((await rest.get(`/${path}/${remoteId}`)).piece('tags'))
    },
    async contact(remoteId) {
      const seen = await rest.get(`/contacts/${remoteId}`)
      return {
        name: wordsOrNull(seen.text('name')),
        email: wordsOrNull(seen.text('email')),
        phone: wordsOrNull(seen.text('phone')),
        externalId: wordsOrNull(seen.text('external_id')),
        companyRemoteIds: (await rest.get(`/contacts/${remoteId}/companies`))
          .list('data')
          .map((each) => each.text('id')),
        tags: await tagsOf(seen.piece('tags')),
        customFields: seen.piece('custom_attributes').values(),
      }
    },
    async company(remoteId) {
      const seen = await rest.get(`/companies/${remoteId}`)
      return {
        name: wordsOrNull(seen.text('name')),
        externalId: wordsOrNull(seen.text('company_id')),
        website: wordsOrNull(seen.text('website')),
        tags: await tagsOf(seen.piece('tags')),
        customFields: seen.piece('custom_attributes').values(),
      }
    },
    async available(agentRemoteId) {
      return !(await rest.get(`/admins/${agentRemoteId}`)).flag('away_mode_enabled')
    },
    async wordsTo(contactRemoteId) {
      const found = await rest.post('/conversations/search', {
        query: { field: 'contact_ids', operator: '=', value: contactRemoteId },
      })
      return found
        .list('conversations')
        .filter((conversation) => conversation.piece('source').piece('author').text('type') === 'admin')
        .map((conversation) => toView(conversation.piece('source'), 'REPLY').text)
    },
  }
  return views
}
