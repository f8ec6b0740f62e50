import type { Json } from '../../store/kinds.ts'
import { type HandAccount, unix } from './hand-world.ts'

const ANA = { type: 'user', id: 'ana' }
const AMY = { type: 'admin', id: '11' }
const BOB = { type: 'admin', id: '12' }
const BOT = { type: 'bot', id: '1' }

/** What is to come of `fillIntercom`: fact, its thread, and from when to when. */
export const OF_INTERCOM = [
  '101 OPENED 10:00',
  '101 CLOSED 10:20',
  '101 CLOSED 11:40',
  '101 CLOSED 12:30',
  '101 REOPENED 11:00',
  '101 REOPENED 12:00',
  '101 RESOLVED 10:00 12:30',
  '101 OPEN_SPAN 10:00 10:20',
  '101 OPEN_SPAN 11:00 11:40',
  '101 OPEN_SPAN 12:00 12:30',
  '101 FIRST_RESPONSE 10:00 10:03',
  '101 NEXT_RESPONSE 10:10 10:10',
  '101 NEXT_RESPONSE 11:00 11:30',
  '101 RATED 12:31',
  '102 OPENED 10:00',
  '102 OPEN_SPAN 10:00 -',
  '103 OPENED 10:30',
  '103 CLOSED 11:00',
  '103 RESOLVED 10:30 11:00',
  '103 OPEN_SPAN 10:30 11:00',
]

/** Conversations that a bot and an agent begin, that are reopened, made a ticket, or deleted. */
export async function fillIntercom({ put }: HandAccount): Promise<void> {
  const conversation = (id: string, clock: string, more: Record<string, Json>) =>
    put('conversation', id, { id, created_at: unix(clock), updated_at: unix('23:00'), state: 'open', ...more })
  let part = 1000
  const say = async (conversation: string, clock: string, part_type: string, author: Json, body: string | null) => {
    part += 1
    const native = { id: String(part), part_type, author, body, created_at: unix(clock) }
    await put('message', String(part), native, { conversation })
  }
  const source = (id: string, author: Json, delivered_as: string) =>
    put('message', `source:${id}`, { type: 'email', author, delivered_as, body: 'Hello' }, { conversation: id })

  await conversation('101', '10:00', {
    state: 'closed',
    admin_assignee_id: 11,
    team_assignee_id: 21,
    source: { type: 'email' },
    tags: { tags: [{ id: '31' }, { id: '32' }] },
  })
  await source('101', ANA, 'customer_initiated')
  await say('101', '10:00:05', 'comment', BOT, 'We are looking for somebody.')
  await say('101', '10:01', 'comment', ANA, 'Hello?')
  await say('101', '10:02', 'note', AMY, 'Mine.')
  await say('101', '10:03', 'comment', AMY, 'Hello Ana.')
  await say('101', '10:03:30', 'comment', AMY, 'What is it?')
  // Of one instant, the customer's comes first.
  await say('101', '10:10', 'comment', AMY, 'Still there?')
  await say('101', '10:10', 'comment', ANA, 'My parcel.')
  await say('101', '10:20', 'close', AMY, null)
  await say('101', '11:00', 'open', ANA, 'It is not there.')
  await say('101', '11:30', 'comment', BOB, 'It is now.')
  await say('101', '11:40', 'close', BOB, null)
  await say('101', '12:00', 'open', BOB, null)
  await say('101', '12:30', 'close', BOB, null)
  const rating = { rating: 4, created_at: unix('12:00'), updated_at: unix('12:31'), teammate: BOB }
  await put('rating', '101', rating, { conversation: '101' })

  await conversation('102', '10:00', { state: 'snoozed', source: { type: 'conversation' }, admin_assignee_id: null })
  await source('102', AMY, 'admin_initiated')
  await say('102', '10:05', 'comment', ANA, 'Who are you?')
  await say('102', '10:06', 'snoozed', AMY, null)

  // A ticket that grew out of a conversation shows what was said there as its own.
  const state = (category: string): Json => ({ category })
  const linked = { data: [{ type: 'conversation', id: '101' }] }
  await put('ticket', '103', {
    id: '103',
    created_at: unix('10:30'),
    updated_at: unix('11:00'),
    ticket_state: state('resolved'),
    linked_objects: linked,
    admin_assignee_id: '12',
  })
  const tell = (id: string, clock: string, more: Record<string, Json>) =>
    put('message', `ticket_part:${id}`, { id, created_at: unix(clock), body: null, ...more }, { ticket: '103' })
  await tell('2001', '10:30', { part_type: 'ticket_state_updated_by_admin', author: AMY, ticket_state: 'submitted' })
  await tell('2002', '10:40', { part_type: 'comment', author: ANA, body: 'Well?' })
  await tell('2003', '10:50', { part_type: 'comment', author: AMY, body: 'Well.' })
  await tell('2004', '11:00', { part_type: 'ticket_state_updated_by_admin', author: AMY, ticket_state: 'resolved' })

  const gone = { conversation: '104', deleted: true }
  const native = { id: '104', created_at: unix('10:00'), updated_at: unix('10:00'), state: 'closed' }
  await put('conversation', '104', native)
  await put('conversation', '104', native, { deleted: true })
  await put('message', '2100', { id: '2100', part_type: 'comment', author: ANA, created_at: unix('10:00') }, gone)
  await put('rating', '104', { rating: 1, created_at: unix('10:00'), updated_at: unix('10:00') }, gone)
}
