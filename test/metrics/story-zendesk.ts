import type { Desks } from './desks.ts'
import { opened, type Story, textIn, WORDS } from './story.ts'

const open = async ({ zendesk, now }: Desks): Promise<{ id: string; ticketId: number; began: Date }> => {
  const began = now()
  const id = textIn(await zendesk.act('/customers/open', WORDS), 'ticketId')
  return { id, ticketId: Number(id), began }
}

/** Noted and answered over the night in which Berlin's clock goes back, solved, and rated an hour after it was asked for. */
export async function overTheNight(desks: Desks): Promise<Story> {
  const { zendesk, pass, now, until } = desks
  await until('2026-10-24T22:30:00Z')
  const { id, ticketId, began } = await open(desks)
  await zendesk.act('/agents/update', { ticketId, ticket: { comment: { ...WORDS, public: false } } })
  await until('2026-10-25T03:00:00Z')
  const solved = now()
  await zendesk.act('/agents/update', { ticketId, ticket: { comment: WORDS, status: 'solved' } })
  await pass(60)
  await zendesk.act('/system/offer-rating', { ticketId })
  await pass(3600)
  const rated = now()
  await zendesk.act('/customers/rate', { ticketId, score: 'good' })
  return {
    provider: 'zendesk',
    gone: [],
    expected: [
      ...opened(id, began, solved),
      [id, 'FIRST_RESPONSE', began, solved],
      [id, 'RESOLVED', began, solved],
      [id, 'RATED', null, rated],
    ],
  }
}

/** A ticket is merged into another, and a third is solved and deleted. */
export async function mergedAndDeleted(desks: Desks): Promise<Story> {
  const { zendesk, pass, now } = desks
  const [into, merged] = [await open(desks), await open(desks)]
  await pass(900)
  await zendesk.call('POST', `/tickets/${into.id}/merge`, { ids: [merged.ticketId] })
  await pass(60)
  // It is done when somebody next looks.
  const end = now()
  const gone = await open(desks)
  await zendesk.act('/agents/update', { ticketId: gone.ticketId, ticket: { comment: WORDS, status: 'solved' } })
  await zendesk.act('/delete', { kind: 'ticket', id: gone.ticketId })
  return {
    provider: 'zendesk',
    gone: [gone.id],
    expected: [
      ...opened(into.id, into.began, null),
      ...opened(merged.id, merged.began, end),
      [merged.id, 'RESOLVED', merged.began, end],
    ],
  }
}

/** Solved twice, closed by itself after four days, which is no second end; another waits while New York's clock goes back. */
export async function closedByItself(desks: Desks): Promise<Story> {
  const { zendesk, pass, now, until } = desks
  const one = await open(desks)
  const solve = () => zendesk.act('/agents/update', { ticketId: one.ticketId, ticket: { status: 'solved' } })
  await pass(60)
  const solved = now()
  await solve()
  await pass(60)
  const back = now()
  await zendesk.act('/customers/reply', { ticketId: one.ticketId, ...WORDS })
  await pass(60)
  const end = now()
  await solve()
  await until('2026-11-01T04:30:00Z')
  const other = await open(desks)
  await until('2026-11-01T07:30:00Z')
  await zendesk.act('/agents/update', { ticketId: other.ticketId, ticket: { comment: WORDS, status: 'pending' } })
  return {
    provider: 'zendesk',
    gone: [],
    expected: [
      ...opened(one.id, one.began, solved),
      [one.id, 'REOPENED', null, back],
      [one.id, 'CLOSED', null, end],
      [one.id, 'OPEN_SPAN', back, end],
      [one.id, 'RESOLVED', one.began, end],
      ...opened(other.id, other.began, null),
      [other.id, 'FIRST_RESPONSE', other.began, now()],
    ],
  }
}
