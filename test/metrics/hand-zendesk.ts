import type { Json } from '../../store/kinds.ts'
import { type HandAccount, moment } from './hand-world.ts'

/** What is to come of `fillZendesk`. */
export const OF_ZENDESK = [
  '301 OPENED 10:00',
  '301 CLOSED 10:50',
  '301 RESOLVED 10:00 10:50',
  '301 OPEN_SPAN 10:00 10:50',
  '301 FIRST_RESPONSE 10:00 10:45',
  '302 OPENED 10:00',
  '302 CLOSED 11:00',
  '302 CLOSED 11:20',
  '302 CLOSED 11:30',
  '302 REOPENED 11:10',
  '302 REOPENED 11:30',
  '302 RESOLVED 10:00 11:30',
  '302 OPEN_SPAN 10:00 11:00',
  '302 OPEN_SPAN 11:10 11:20',
  '302 OPEN_SPAN 11:30 11:30',
  '302 RATED 12:05',
  '303 OPENED 10:00',
  '303 CLOSED 10:00:30',
  '303 RESOLVED 10:00 10:00:30',
  '303 OPEN_SPAN 10:00 10:00:30',
  '304 OPENED 10:00',
  '304 CLOSED 10:30',
  '304 CLOSED 11:30',
  '304 REOPENED 11:00',
  '304 RESOLVED 10:00 11:30',
  '304 OPEN_SPAN 10:00 10:30',
  '304 OPEN_SPAN 11:00 11:30',
  '305 OPENED 10:00',
  '305 CLOSED 10:30',
  '305 CLOSED 11:00',
  '305 REOPENED 11:00',
  '305 RESOLVED 10:00 11:00',
  '305 OPEN_SPAN 10:00 10:30',
  '305 OPEN_SPAN 11:00 11:00',
]

/** Tickets whose history is told: by a rule, by notes, of one second, and not to its end. */
export async function fillZendesk({ put }: HandAccount): Promise<void> {
  await put('agent', '81', { id: 81, role: 'agent' })
  const ticket = (id: string, status: string, solved: string | null, more: Record<string, Json> = {}) =>
    put('ticket', id, {
      id: Number(id),
      status,
      created_at: moment('10:00'),
      updated_at: moment('23:00'),
      requester_id: 71,
      assignee_id: 81,
      group_id: 91,
      tags: [],
      via: { channel: 'web' },
      ...more,
      metric_set: { solved_at: solved === null ? null : moment(solved) },
    })
  let place = 4000
  const tell = async (id: string, clock: string, native: Record<string, Json>, authorType?: 'BOT') => {
    place += 1
    const beside = { ticket: id, createdAt: clock, ...(authorType === undefined ? {} : { authorType }) }
    await put('message', String(place), { id: place, ...native }, beside)
  }
  const say = (id: string, clock: string, author_id: number, isPublic = true, authorType?: 'BOT') =>
    tell(id, clock, { type: 'Comment', author_id, public: isPublic }, authorType)
  const turn = (id: string, clock: string, value: string) =>
    tell(id, clock, { type: 'Change', field_name: 'status', value })

  await ticket('301', 'closed', '10:50')
  await say('301', '10:00', 71)
  await say('301', '10:01', 81, true, 'BOT')
  await say('301', '10:02', -1)
  await say('301', '10:03', 81, false)
  await say('301', '10:45', 81)
  await turn('301', '10:45', 'pending')
  await turn('301', '10:50', 'solved')
  await turn('301', '22:00', 'closed')

  await ticket('302', 'solved', '11:30')
  await turn('302', '11:00', 'solved')
  await turn('302', '11:10', 'open')
  await turn('302', '11:20', 'solved')
  await turn('302', '11:30', 'open')
  await turn('302', '11:30', 'solved')
  const rating = { score: 'good', created_at: moment('11:05'), updated_at: moment('12:05'), assignee_id: 82 }
  await put('rating', '5001', rating, { ticket: '302' })

  await ticket('303', 'solved', '10:00:30')

  await ticket('304', 'closed', '11:30')
  await turn('304', '10:30', 'solved')
  await turn('304', '11:00', 'open')

  // Closed, and that is told to have been before it was last opened.
  await ticket('305', 'closed', '10:30')
  await turn('305', '10:30', 'solved')
  await turn('305', '11:00', 'open')
}
