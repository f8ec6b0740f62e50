import { convert } from 'html-to-text'
import type { Priority, TicketStatus } from '../../store/kinds.ts'
import type { World } from './driver.ts'
import type { Rest } from './freshdesk-rest.ts'
import { type Piece, pieceOf } from './intercom-rest.ts'
import type { MessageView } from './views.ts'

const STATUSES: Readonly<Record<string, TicketStatus>> = {
  2: 'OPEN',
  3: 'PENDING',
  4: 'SOLVED',
  5: 'CLOSED',
  6: 'PENDING',
  7: 'ON_HOLD',
}

const PRIORITIES: Readonly<Record<string, Priority>> = { 1: 'LOW', 2: 'MEDIUM', 3: 'HIGH', 4: 'URGENT' }

/** Where a ticket comes from that an agent began. */
const OUTBOUND = 10

const orNull = (text: string): string | null => (text === '' ? null : text)

const plain = (html: string): string => convert(html, { wordwrap: false }).trim()

const texts = (piece: Piece, name: string): string[] => {
  const value = piece.values()[name]
  return Array.isArray(value) ? value.map(String) : []
}

const toView = (said: Piece): MessageView => ({
  type: said.flag('private') ? 'NOTE' : 'REPLY',
  text: plain(said.text('body')),
  authorRemoteId: orNull(said.text('user_id')),
  attachmentUrls: said.list('attachments').map((file) => file.text('attachment_url')),
})

/** What people see in the account. */
export function openViews(
  rest: Rest,
): Pick<World, 'messages' | 'conversation' | 'ticket' | 'contact' | 'company' | 'available' | 'tagNames' | 'wordsTo'> {
  const get = (path: string): Promise<Piece> => rest.get(path)
  return {
    async messages({ remoteId }) {
      const ticket = await get(`/tickets/${remoteId}`)
      const first = { body: ticket.text('description'), user_id: ticket.text('requester_id') }
      return [toView(pieceOf(first)), ...(await rest.list(`/tickets/${remoteId}/conversations`)).map(toView)]
    },
    conversation: () => Promise.reject(new Error('there are tickets only')),
    async ticket(remoteId) {
      const seen = await get(`/tickets/${remoteId}`)
      const due = seen.text('due_by')
      return {
        subject: orNull(seen.text('subject')),
        description: plain(seen.text('description')),
        type: orNull(seen.text('type')),
        status: STATUSES[seen.text('status')] ?? 'OTHER',
        priority: PRIORITIES[seen.text('priority')] ?? 'OTHER',
        assigneeRemoteId: orNull(seen.text('responder_id')),
        teamRemoteId: orNull(seen.text('group_id')),
        companyRemoteId: orNull(seen.text('company_id')),
        contactRemoteIds: [seen.text('requester_id')],
        tags: texts(seen, 'tags'),
        customFields: seen.piece('custom_fields').values(),
        dueAt: due === '' ? null : new Date(due),
        copiedTo: texts(seen, 'cc_emails'),
      }
    },
    async contact(remoteId) {
      const seen = await get(`/contacts/${remoteId}`)
      const companies = [
        seen.text('company_id'),
        ...seen.list('other_companies').map((each) => each.text('company_id')),
      ]
      return {
        name: orNull(seen.text('name')),
        email: orNull(seen.text('email')),
        phone: orNull(seen.text('phone')),
        externalId: orNull(seen.text('unique_external_id')),
        companyRemoteIds: companies.filter((id) => id !== ''),
        tags: texts(seen, 'tags'),
        customFields: seen.piece('custom_fields').values(),
      }
    },
    async company(remoteId) {
      const seen = await get(`/companies/${remoteId}`)
      const [domain] = texts(seen, 'domains')
      return {
        name: orNull(seen.text('name')),
        externalId: null,
        // What is asked for as a website is kept as a domain.
        website: domain === undefined ? null : `https://${domain}`,
        tags: [],
        customFields: seen.piece('custom_fields').values(),
      }
    },
    available: async (remoteId) => (await get(`/agents/${remoteId}`)).flag('available'),
    tagNames: async ({ kind, remoteId }) => texts(await get(`/${kind}s/${remoteId}`), 'tags'),
    async wordsTo(contactRemoteId) {
      const query = `updated_since=2020-01-01T00:00:00Z&requester_id=${contactRemoteId}&include=description`
      const tickets = await rest.list(`/tickets?${query}`)
      return tickets
        .filter((ticket) => ticket.number('source') === OUTBOUND)
        .map((ticket) => plain(ticket.text('description')))
    },
  }
}
