import { convert } from 'html-to-text'
import type { Json, Priority, TicketStatus } from '../../store/kinds.ts'
import type { World } from './driver.ts'
import type { Piece } from './intercom-rest.ts'
import type { MessageView } from './views.ts'
import type { Rest } from './zendesk-rest.ts'

const STATUSES: Readonly<Record<string, TicketStatus>> = {
  new: 'NEW',
  open: 'OPEN',
  pending: 'PENDING',
  hold: 'ON_HOLD',
  solved: 'SOLVED',
  closed: 'CLOSED',
}

const PRIORITIES: Readonly<Record<string, Priority>> = { low: 'LOW', normal: 'MEDIUM', high: 'HIGH', urgent: 'URGENT' }

const orNull = (text: string): string | null => (text === '' ? null : text)

const toView = (comment: Piece): MessageView => ({
  type: comment.flag('public') ? 'REPLY' : 'NOTE',
  text: convert(comment.text('html_body'), { wordwrap: false }).trim(),
  authorRemoteId: orNull(comment.text('author_id')),
  attachmentUrls: comment.list('attachments').map((file) => file.text('content_url')),
})

const texts = (record: Piece, name: string): string[] => {
  const found = record.values()[name]
  return Array.isArray(found) ? found.map(String) : []
}

const customFieldsOf = (record: Piece): Record<string, Json> =>
  Object.fromEntries(record.list('custom_fields').map((field) => [field.text('id'), field.values()['value'] ?? null]))

/** What people see in the account. */
export type Views = Pick<
  World,
  'messages' | 'conversation' | 'ticket' | 'contact' | 'company' | 'available' | 'tagNames' | 'wordsTo'
>

/** Opens what people see. */
export function openViews(rest: Rest): Views {
  const user = async (id: string): Promise<Piece> => (await rest.get(`/users/${id}`)).piece('user')
  const commentsOf = async (id: string): Promise<MessageView[]> =>
    (await rest.all(`/tickets/${id}/comments`, 'comments')).map(toView)
  return {
    messages: ({ remoteId }) => commentsOf(remoteId),
    conversation: () => Promise.reject(new Error('there are no conversations')),
    async ticket(remoteId) {
      const seen = (await rest.get(`/tickets/${remoteId}`)).piece('ticket')
      const copied = await Promise.all(texts(seen, 'email_cc_ids').map(user))
      const due = seen.text('due_at')
      const priority = seen.text('priority')
      return {
        subject: orNull(seen.text('subject')),
        description: orNull(seen.text('description')),
        type: orNull(seen.text('type')),
        status: STATUSES[seen.text('status')] ?? 'OTHER',
        priority: priority === '' ? 'NONE' : (PRIORITIES[priority] ?? 'OTHER'),
        assigneeRemoteId: orNull(seen.text('assignee_id')),
        teamRemoteId: orNull(seen.text('group_id')),
        companyRemoteId: orNull(seen.text('organization_id')),
        contactRemoteIds: [seen.text('requester_id')],
        tags: texts(seen, 'tags'),
        customFields: customFieldsOf(seen),
        dueAt: due === '' ? null : new Date(due),
        copiedTo: copied.map((person) => person.text('email')),
      }
    },
    async contact(remoteId) {
      const seen = await user(remoteId)
      const organization = seen.text('organization_id')
      return {
        name: orNull(seen.text('name')),
        email: orNull(seen.text('email')),
        phone: orNull(seen.text('phone')),
        externalId: orNull(seen.text('external_id')),
        companyRemoteIds: organization === '' ? [] : [organization],
        tags: texts(seen, 'tags'),
        customFields: seen.piece('user_fields').values(),
      }
    },
    async company(remoteId) {
      const seen = (await rest.get(`/organizations/${remoteId}`)).piece('organization')
      const [host] = texts(seen, 'domain_names')
      return {
        name: orNull(seen.text('name')),
        externalId: orNull(seen.text('external_id')),
        website: host === undefined ? null : `https://${host}`,
        tags: texts(seen, 'tags'),
        customFields: seen.piece('organization_fields').values(),
      }
    },
    available: () => Promise.reject(new Error('nothing tells who is available')),
    async tagNames({ kind, remoteId }) {
      if (kind === 'ticket') return texts((await rest.get(`/tickets/${remoteId}`)).piece('ticket'), 'tags')
      if (kind === 'contact') return texts(await user(remoteId), 'tags')
      return texts((await rest.get(`/organizations/${remoteId}`)).piece('organization'), 'tags')
    },
    async wordsTo(contactRemoteId) {
      const tickets = await rest.all(`/users/${contactRemoteId}/tickets/requested`, 'tickets')
      const said = await Promise.all(tickets.map((each) => commentsOf(each.text('id'))))
      return said.flatMap(([first]) =>
        first === undefined || first.authorRemoteId === contactRemoteId ? [] : [first.text],
      )
    },
  }
}
