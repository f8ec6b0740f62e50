import type { Desks } from './desks.ts'
import { type Expected, listIn, opened, type Story, textIn, WORDS } from './story.ts'

/** Closed three times, opened again by the customer and by an agent; noted, answered twice and at once, and rated. */
export async function reopenedTwice({ intercom, pass, now }: Desks): Promise<Story> {
  const began = now()
  const conversationId = textIn(await intercom.act('/customers/open', WORDS), 'id')
  const act = (path: string, more: object = {}) => intercom.act(path, { conversationId, ...more })
  await pass(61)
  await act('/admins/reply', { ...WORDS, note: true })
  await pass(61)
  const answered = now()
  await act('/admins/reply', WORDS)
  await act('/admins/reply', WORDS)
  await pass(600)
  const atOnce = now()
  await act('/admins/reply', WORDS)
  await act('/customers/reply', WORDS)
  await pass(7)
  const firstEnd = now()
  await act('/admins/close')
  await pass(3600)
  const back = now()
  await act('/customers/reply', WORDS)
  await pass(1800)
  const secondEnd = now()
  await act('/admins/reply', WORDS)
  await act('/admins/close')
  await pass(20)
  const backAgain = now()
  await act('/admins/open')
  await pass(20)
  const end = now()
  await act('/admins/close')
  await pass(3)
  const rated = now()
  await act('/customers/rate', { rating: 4 })
  const again = (since: Date, at: Date): Expected[] => [
    [conversationId, 'REOPENED', null, since],
    [conversationId, 'CLOSED', null, at],
    [conversationId, 'OPEN_SPAN', since, at],
  ]
  return {
    provider: 'intercom',
    gone: [],
    expected: [
      ...opened(conversationId, began, firstEnd),
      ...again(back, secondEnd),
      ...again(backAgain, end),
      [conversationId, 'RESOLVED', began, end],
      [conversationId, 'FIRST_RESPONSE', began, answered],
      [conversationId, 'NEXT_RESPONSE', atOnce, atOnce],
      [conversationId, 'NEXT_RESPONSE', back, secondEnd],
      [conversationId, 'RATED', null, rated],
    ],
  }
}

const anAdmin = async ({ intercom }: Desks): Promise<string> =>
  textIn(listIn(await intercom.call('GET', '/admins'), 'admins')[0], 'id')

/** An agent writes first: nobody waits until the customer answers. */
export async function writtenTo(desks: Desks): Promise<Story> {
  const { intercom, pass, now } = desks
  const [contact] = await intercom.ids('contacts')
  const began = now()
  const sent = await intercom.call('POST', '/messages', {
    ...WORDS,
    message_type: 'in_app',
    from: { type: 'admin', id: await anAdmin(desks) },
    to: { type: 'user', id: contact },
    create_conversation_without_contact_reply: true,
  })
  const conversationId = textIn(sent, 'conversation_id')
  await pass(120)
  const asked = now()
  await intercom.act('/customers/reply', { conversationId, ...WORDS })
  await pass(30)
  await intercom.act('/admins/reply', { conversationId, ...WORDS })
  const expected: Expected[] = [
    [conversationId, 'FIRST_RESPONSE', asked, now()],
    ...opened(conversationId, began, null),
  ]
  return { provider: 'intercom', gone: [], expected }
}

/** A conversation becomes a ticket, which has its number, and in which an agent then answers. */
export async function grownOut(desks: Desks): Promise<Story> {
  const { intercom, pass, now } = desks
  const types = listIn(await intercom.call('GET', '/ticket_types'), 'data')
  const type = types.find((each) => textIn(each, 'category') === 'Customer')
  const began = now()
  const id = textIn(await intercom.act('/customers/open', WORDS), 'id')
  await pass(30)
  const converted = now()
  await intercom.call('POST', `/conversations/${id}/convert`, { ticket_type_id: textIn(type, 'id') })
  await pass(30)
  const reply = { message_type: 'comment', type: 'admin', admin_id: await anAdmin(desks), ...WORDS }
  await intercom.call('POST', `/tickets/${id}/reply`, reply)
  return { provider: 'intercom', gone: [], expected: [...opened(id, began, null), ...opened(id, converted, null)] }
}

/** Answered, closed and rated, and then deleted. */
export async function deletedAfterwards({ intercom, pass }: Desks): Promise<Story> {
  const conversationId = textIn(await intercom.act('/customers/open', WORDS), 'id')
  await pass(30)
  await intercom.act('/admins/reply', { conversationId, ...WORDS })
  await intercom.act('/admins/close', { conversationId })
  await intercom.act('/customers/rate', { conversationId, rating: 1 })
  await intercom.act('/delete', { kind: 'conversation', id: conversationId })
  return { provider: 'intercom', gone: [conversationId], expected: [] }
}
