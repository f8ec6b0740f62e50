import type { Json } from '../../../store/kinds.ts'

/** A JSON object whose fields a test replaces. */
export type Fields = { readonly [key: string]: Json }

/** The opening message of `CONVERSATION`. */
export const SOURCE: Fields = {
  type: 'conversation',
  id: '403918330',
  delivered_as: 'customer_initiated',
  subject: '',
  body: '<p>My order 8841 never came</p>',
  author: {
    type: 'user',
    id: '6762f0dd1bb69f9f2193bb83',
    name: 'Ana Ruiz',
    email: 'ana@example.com',
  },
  attachments: [],
  url: null,
  redacted: false,
}

/** Source: webhook sample `conversation.user.replied` of the shared contracts (hand-written), with the shapes of REST 2.16. */
export const CONVERSATION: Fields = {
  type: 'conversation',
  id: '215469',
  title: null,
  created_at: 1767225600,
  updated_at: 1767225660,
  waiting_since: 1767225660,
  snoozed_until: null,
  open: true,
  state: 'open',
  read: false,
  priority: 'none',
  admin_assignee_id: null,
  team_assignee_id: '5017691',
  source: SOURCE,
  contacts: {
    type: 'contact.list',
    contacts: [{ type: 'contact', id: '6762f0dd1bb69f9f2193bb83', external_id: 'u-70' }],
  },
  teammates: { type: 'admin.list', admins: [] },
  tags: { type: 'tag.list', tags: [] },
  conversation_rating: null,
  statistics: { type: 'conversation_statistics', count_conversation_parts: 2, count_reopens: 0, count_assignments: 0 },
}

/** Source: the same sample. */
export const PART: Fields = {
  type: 'conversation_part',
  id: '132',
  part_type: 'comment',
  body: '<p>Any news?</p>',
  created_at: 1767225660,
  updated_at: 1767225660,
  notified_at: 1767225660,
  assigned_to: null,
  author: { type: 'user', id: '6762f0dd1bb69f9f2193bb83', name: 'Ana Ruiz', email: 'ana@example.com' },
  attachments: [],
  external_id: null,
  redacted: false,
}

/** A conversation as a single read answers it. */
export const withParts = (conversation: Fields, parts: readonly Json[]): Fields => ({
  ...conversation,
  conversation_parts: { type: 'conversation_part.list', conversation_parts: parts, total_count: parts.length },
})

/** Source: webhook sample `ticket.state.updated` of the shared contracts (hand-written). */
export const TICKET: Fields = {
  type: 'ticket',
  id: '90211',
  ticket_id: '12',
  category: 'Customer',
  ticket_attributes: { _default_title_: 'Refund', _default_description_: 'Order 8841' },
  ticket_state: {
    type: 'ticket_state',
    id: '7493',
    category: 'in_progress',
    internal_label: 'In progress',
    external_label: 'In progress',
  },
  previous_ticket_state_id: '7491',
  ticket_type: { type: 'ticket_type', id: '1234', name: 'Bug' },
  contacts: {
    type: 'contact.list',
    contacts: [{ type: 'contact', id: '6762f0dd1bb69f9f2193bb83', external_id: 'u-70' }],
  },
  admin_assignee_id: '991',
  team_assignee_id: '0',
  created_at: 1767225600,
  updated_at: 1767225700,
  open: true,
  snoozed_until: null,
  is_shared: true,
}

/** A ticket as a single read answers it. */
export const withTicketParts = (ticket: Fields, parts: readonly Json[]): Fields => ({
  ...ticket,
  ticket_parts: { type: 'ticket_part.list', ticket_parts: parts, total_count: parts.length },
})

/** Source: Intercom REST 2.16, example of `GET /contacts/{id}`, shortened; tags and companies as its schema has them. */
export const CONTACT: Fields = {
  type: 'contact',
  id: '6762f0d01bb69f9f2193bb7d',
  workspace_id: 'ws_k81',
  external_id: '70',
  role: 'user',
  email: 'joe@bloggs.com',
  phone: null,
  name: 'Joe Bloggs',
  avatar: null,
  owner_id: null,
  created_at: 1734537424,
  updated_at: 1734537424,
  signed_up_at: 1734537424,
  last_seen_at: null,
  custom_attributes: {},
  tags: { type: 'list', data: [], url: '/contacts/6762f0d01bb69f9f2193bb7d/tags', total_count: 0, has_more: false },
  companies: {
    type: 'list',
    data: [],
    url: '/contacts/6762f0d01bb69f9f2193bb7d/companies',
    total_count: 0,
    has_more: false,
  },
}

/** Source: Intercom REST 2.16, example of `GET /companies/{id}`. */
export const COMPANY: Fields = {
  type: 'company',
  company_id: '1',
  id: '6762f07f1bb69f9f2193baf5',
  app_id: 'ws_k81',
  name: 'company1',
  remote_created_at: 1734537343,
  created_at: 1734537343,
  updated_at: 1734537343,
  monthly_spend: 0,
  session_count: 0,
  user_count: 1,
  tags: { type: 'tag.list', tags: [] },
  segments: { type: 'segment.list', segments: [] },
  plan: {},
  custom_attributes: {},
}

/** Source: Intercom REST 2.16, example of `GET /admins`. */
export const ADMIN: Fields = {
  type: 'admin',
  email: 'admin7@email.com',
  id: '991267466',
  name: 'Ciaran7 Lee',
  away_mode_enabled: false,
  away_mode_reassign: false,
  has_inbox_seat: true,
  team_ids: [],
}

/** Source: Intercom webhooks, notification object; envelope of the shared samples. */
export const notification = (topic: string, item: Json, more: Fields = {}): Fields => ({
  type: 'notification_event',
  app_id: 'ws_k81',
  data: { type: 'notification_event_data', item },
  links: {},
  id: 'notif_a1c2',
  topic,
  delivery_status: 'pending',
  delivery_attempts: 1,
  delivered_at: 0,
  first_sent_at: 1767225661,
  created_at: 1767225660,
  self: null,
  ...more,
})
