import type { Desks } from './desks.ts'
import { opened, type Story, textIn, WORDS } from './story.ts'

const open = async ({ freshdesk, now }: Desks): Promise<{ id: string; ticketId: number; began: Date }> => {
  const id = textIn(await freshdesk.act('/customers/open', WORDS), 'id')
  return { id, ticketId: Number(id), began: now() }
}

/** A ticket tells only how it stands: solved, opened and solved again between two looks, and then closed. */
export async function seenNowAndThen(desks: Desks): Promise<Story> {
  const { freshdesk, pass, now, sync } = desks
  const { id, ticketId, began } = await open(desks)
  const become = (status: number) => freshdesk.act('/agents/update', { ticketId, fields: { status } })
  await sync('freshdesk')
  const answered = now()
  await freshdesk.act('/agents/reply', { ticketId, ...WORDS })
  await pass(60)
  const solved = now()
  await become(4)
  await sync('freshdesk')
  const back = now()
  await freshdesk.act('/customers/reply', { ticketId, ...WORDS })
  await pass(60)
  const end = now()
  await become(4)
  await sync('freshdesk')
  await become(5)
  await sync('freshdesk')
  return {
    provider: 'freshdesk',
    gone: [],
    expected: [
      ...opened(id, began, solved),
      [id, 'REOPENED', null, back],
      [id, 'CLOSED', null, end],
      [id, 'OPEN_SPAN', back, end],
      [id, 'RESOLVED', began, end],
      [id, 'FIRST_RESPONSE', began, answered],
    ],
  }
}

/** A ticket is merged into another, which says so to its customer. */
export async function mergedInto(desks: Desks): Promise<Story> {
  const { freshdesk, pass, now, sync } = desks
  const into = await open(desks)
  const merged = await open(desks)
  await sync('freshdesk')
  await pass(600)
  const end = now()
  await freshdesk.call('PUT', '/tickets/merge', { primary_id: into.ticketId, ticket_ids: [merged.ticketId] })
  return {
    provider: 'freshdesk',
    gone: [],
    expected: [
      ...opened(into.id, into.began, null),
      ...opened(merged.id, merged.began, end),
      [merged.id, 'FIRST_RESPONSE', merged.began, end],
      [merged.id, 'RESOLVED', merged.began, end],
    ],
  }
}

/** Two tickets are deleted, and one is brought back. */
export async function deletedAndBack(desks: Desks): Promise<Story> {
  const { freshdesk, sync } = desks
  const [gone, back] = [await open(desks), await open(desks)]
  await sync('freshdesk')
  for (const { ticketId } of [gone, back]) await freshdesk.act('/delete', { kind: 'ticket', id: ticketId })
  await sync('freshdesk')
  await freshdesk.call('PUT', `/tickets/${back.id}/restore`)
  return { provider: 'freshdesk', gone: [gone.id], expected: opened(back.id, back.began, null) }
}
