import type { Desk } from './desks.ts'

/** Chooses one of a list. */
export type Pick = <Item>(from: readonly Item[]) => Item

/** What somebody at a desk does, to a thread that is chosen. */
export type Act = (desk: Desk, pick: Pick) => Promise<unknown>

/** So few threads that each is acted on again and again. */
const RECENT = 6

const recent = async (desk: Desk, kind: string, pick: Pick): Promise<string> =>
  pick((await desk.ids(kind)).slice(-RECENT))

const objectsIn = (answer: unknown, list: string): Readonly<Record<string, unknown>>[] => {
  const found: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, list) : null
  return Array.isArray(found) ? found.filter((each) => typeof each === 'object' && each !== null) : []
}

const idsIn = async (desk: Desk, path: string, list: string): Promise<string[]> =>
  objectsIn(await desk.call('GET', path), list).map(({ id }) => String(id))

/** Acts on a conversation or a ticket of Intercom, by name of the control API's call and what it takes beside the id. */
const inConversation =
  (path: string, more: (pick: Pick) => Readonly<Record<string, unknown>> = () => ({})): Act =>
  async (desk, pick) =>
    desk.act(path, { conversationId: await recent(desk, 'conversations', pick), ...more(pick) })

const says = (): { readonly body: string } => ({ body: 'Where is it?' })

const INTERCOM: readonly Act[] = [
  (desk) => desk.act('/customers/open', says()),
  inConversation('/customers/reply', says),
  inConversation('/customers/reply', says),
  inConversation('/admins/reply', says),
  inConversation('/admins/reply', says),
  inConversation('/admins/reply', () => ({ ...says(), note: true })),
  inConversation('/admins/close'),
  inConversation('/admins/close'),
  inConversation('/admins/open'),
  inConversation('/admins/snooze'),
  inConversation('/customers/rate', (pick) => ({ rating: pick([1, 3, 5]) })),
  async (desk, pick) => {
    const assigneeId = pick(await idsIn(desk, '/admins', 'admins'))
    const conversationId = await recent(desk, 'conversations', pick)
    return desk.act('/admins/assign', { conversationId, assigneeId })
  },
  async (desk, pick) => {
    const id = pick(await idsIn(desk, '/tags', 'data'))
    const [admin_id] = await idsIn(desk, '/admins', 'admins')
    return desk.call('POST', `/conversations/${await recent(desk, 'conversations', pick)}/tags`, { id, admin_id })
  },
  async (desk, pick) => {
    const [type] = objectsIn(await desk.call('GET', '/ticket_types'), 'data').filter(
      (each) => each['category'] === 'Customer',
    )
    const conversation = await recent(desk, 'conversations', pick)
    return desk.call('POST', `/conversations/${conversation}/convert`, { ticket_type_id: type?.['id'] })
  },
  async (desk, pick) =>
    desk.act('/customers/reply-ticket', { ticketId: await recent(desk, 'tickets', pick), ...says() }),
  async (desk, pick) => {
    const [admin_id] = await idsIn(desk, '/admins', 'admins')
    const reply = { message_type: 'comment', type: 'admin', admin_id, ...says() }
    return desk.call('POST', `/tickets/${await recent(desk, 'tickets', pick)}/reply`, reply)
  },
  async (desk, pick) => {
    const stateId = pick(await idsIn(desk, '/ticket_states', 'data'))
    return desk.act('/admins/ticket-state', { ticketId: await recent(desk, 'tickets', pick), stateId })
  },
  async (desk, pick) => {
    const [admin] = await idsIn(desk, '/admins', 'admins')
    const contact = pick(await desk.ids('contacts'))
    return desk.call('POST', '/messages', {
      message_type: 'in_app',
      from: { type: 'admin', id: admin },
      to: { type: 'user', id: contact },
      ...says(),
      create_conversation_without_contact_reply: true,
    })
  },
  async (desk, pick) => desk.act('/delete', { kind: 'conversation', id: await recent(desk, 'conversations', pick) }),
  async (desk, pick) => desk.act('/delete', { kind: 'ticket', id: await recent(desk, 'tickets', pick) }),
]

const ofTicket =
  (path: string, more: (pick: Pick) => Readonly<Record<string, unknown>> = () => ({})): Act =>
  async (desk, pick) =>
    desk.act(path, { ticketId: Number(await recent(desk, 'tickets', pick)), ...more(pick) })

const ticketsOf = async (desk: Desk, query: string): Promise<Readonly<Record<string, unknown>>[]> =>
  objectsIn({ tickets: await desk.call('GET', `/tickets?${query}`) }, 'tickets')

const FRESHDESK: readonly Act[] = [
  (desk) => desk.act('/customers/open', says()),
  ofTicket('/customers/reply', says),
  ofTicket('/customers/reply', says),
  ofTicket('/agents/reply', says),
  ofTicket('/agents/reply', says),
  ofTicket('/agents/reply', () => ({ ...says(), note: true })),
  ofTicket('/agents/update', (pick) => ({ fields: { status: pick([2, 3, 4, 5, 6, 7]) } })),
  ofTicket('/agents/update', () => ({ fields: { status: 4 } })),
  ofTicket('/agents/update', () => ({ fields: { status: 5 } })),
  ofTicket('/agents/update', () => ({ fields: { status: 2 } })),
  ofTicket('/agents/update', (pick) => ({ fields: { tags: pick([[], ['late'], ['late', 'dear']]) } })),
  ofTicket('/customers/rate', (pick) => ({ rating: pick([103, 100, -102]) })),
  ofTicket('/agents/spam'),
  async (desk) => {
    const [mailed] = (await ticketsOf(desk, 'updated_since=2020-01-01T00:00:00Z')).filter(
      (each) => each['email_config_id'] !== null,
    )
    return desk.call('POST', '/tickets/outbound_email', {
      email: 'ana@example.com',
      subject: 'A parcel',
      description: 'Is it there?',
      email_config_id: mailed?.['email_config_id'],
    })
  },
  async (desk, pick) => {
    const { id } = pick(await ticketsOf(desk, 'filter=deleted'))
    return desk.call('PUT', `/tickets/${String(id)}/restore`)
  },
  async (desk, pick) => {
    const [one, other] = [await recent(desk, 'tickets', pick), await recent(desk, 'tickets', pick)]
    return desk.call('PUT', '/tickets/merge', { primary_id: Number(one), ticket_ids: [Number(other)] })
  },
  async (desk, pick) => {
    const said = await desk.call('GET', `/tickets/${await recent(desk, 'tickets', pick)}/conversations`)
    return desk.call('DELETE', `/conversations/${pick(objectsIn({ said }, 'said').map(({ id }) => String(id)))}`)
  },
  async (desk, pick) => desk.act('/delete', { kind: 'ticket', id: Number(await recent(desk, 'tickets', pick)) }),
]

const ticket = (fields: Readonly<Record<string, unknown>>) => () => ({ ticket: fields })
const answer = (isPublic: boolean, more: Readonly<Record<string, unknown>> = {}) =>
  ticket({ comment: { ...says(), public: isPublic }, ...more })

const ZENDESK: readonly Act[] = [
  (desk) => desk.act('/customers/open', says()),
  (desk) => desk.act('/customers/open', { ...says(), channel: 'web' }),
  ofTicket('/customers/reply', says),
  ofTicket('/customers/reply', says),
  ofTicket('/agents/update', answer(true)),
  ofTicket('/agents/update', answer(true, { status: 'pending' })),
  ofTicket('/agents/update', answer(true, { status: 'solved' })),
  ofTicket('/agents/update', answer(false)),
  ofTicket('/agents/update', ticket({ status: 'open' })),
  ofTicket('/agents/update', ticket({ status: 'solved' })),
  ofTicket('/agents/update', ticket({ status: 'closed' })),
  ofTicket('/agents/update', (pick) => ({ ticket: { tags: pick([[], ['late'], ['late', 'dear']]) } })),
  ofTicket('/customers/rate', (pick) => ({ score: pick(['good', 'bad']) })),
  ofTicket('/system/offer-rating'),
  async (desk, pick) => {
    const [one, other] = [await recent(desk, 'tickets', pick), await recent(desk, 'tickets', pick)]
    return desk.call('POST', `/tickets/${one}/merge`, { ids: [Number(other)] })
  },
  async (desk, pick) => {
    const [user] = objectsIn(await desk.call('GET', '/users?role=end-user'), 'users')
    const fields = { requester_id: user?.['id'], comment: says(), status: pick(['open', 'solved']) }
    return desk.call('POST', '/tickets', { ticket: { subject: 'A parcel', ...fields } })
  },
  async (desk, pick) => desk.act('/delete', { kind: 'ticket', id: Number(await recent(desk, 'tickets', pick)) }),
  async (desk, pick) => {
    const deleted = pick((await desk.ids('deleted')).slice(-RECENT))
    return desk.call('PUT', `/deleted_tickets/${deleted}/restore`)
  },
]

/** What is done at each desk. What is more often done stands there more often. */
export const ACTS: Readonly<Record<string, readonly Act[]>> = {
  intercom: INTERCOM,
  freshdesk: FRESHDESK,
  zendesk: ZENDESK,
}

/** Does something, and says whether the desk let it: much of what is chosen blindly cannot be done to what was chosen. */
export async function attempt(act: Act, desk: Desk, pick: Pick): Promise<boolean> {
  try {
    await act(desk, pick)
    return true
  } catch (error) {
    if (error instanceof Error && /answered 4\d\d/.test(error.message)) return false
    throw error
  }
}
