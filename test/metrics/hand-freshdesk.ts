import type { Json } from '../../store/kinds.ts'
import { type HandAccount, moment } from './hand-world.ts'

/** What is to come of `fillFreshdesk`. */
export const OF_FRESHDESK = [
  '201 OPENED 10:00',
  '201 CLOSED 11:00',
  '201 CLOSED 13:00',
  '201 REOPENED 12:00',
  '201 RESOLVED 10:00 13:00',
  '201 OPEN_SPAN 10:00 11:00',
  '201 OPEN_SPAN 12:00 13:00',
  '201 FIRST_RESPONSE 10:00 10:30',
  '202 OPENED 10:00',
  '202 REOPENED 11:00',
  '202 CLOSED 12:00',
  '202 RESOLVED 10:00 12:00',
  // Nobody saw it closed before it was opened again, and it was one ticket all the while.
  '202 OPEN_SPAN 10:00 11:00',
  '202 OPEN_SPAN 11:00 12:00',
  '202 FIRST_RESPONSE 10:10 10:20',
  '203 OPENED 10:00',
  '203 CLOSED 11:00',
  '203 REOPENED 14:00',
  '203 OPEN_SPAN 10:00 11:00',
  '203 OPEN_SPAN 14:00 -',
  '204 OPENED 10:00',
  '204 OPEN_SPAN 10:00 -',
  '204 FIRST_RESPONSE 10:00 10:15',
  '204 RATED 10:40',
  '205 FIRST_RESPONSE 10:00 10:02',
  '206 OPENED 10:00',
  '206 CLOSED 11:00',
  '206 CLOSED 13:00',
  '206 REOPENED 12:00',
  '206 RESOLVED 10:00 13:00',
  '206 OPEN_SPAN 10:00 11:00',
  '206 OPEN_SPAN 12:00 13:00',
]

const OPEN = 2
const SOLVED = 4
const CLOSED = 5

/** Tickets of which only how they stand is told: each `ticket` is a time at which they were read. */
export async function fillFreshdesk({ put }: HandAccount): Promise<void> {
  const at = (clock: string | undefined): string | null => (clock === undefined ? null : moment(clock))
  const ticket = (
    id: string,
    status: number,
    updated: string,
    stats: { readonly resolved?: string; readonly closed?: string; readonly reopened?: string } = {},
    more: Record<string, Json> = {},
  ) =>
    put('ticket', id, {
      id: Number(id),
      status,
      source: 1,
      requester_id: 41,
      responder_id: 51,
      group_id: null,
      tags: ['late'],
      created_at: moment('10:00'),
      updated_at: moment(updated),
      ...more,
      stats: { resolved_at: at(stats.resolved), closed_at: at(stats.closed), reopened_at: at(stats.reopened) },
    })
  let place = 3000
  const say = async (id: string, clock: string, user_id: number, more: Record<string, Json> = {}, deleted = false) => {
    place += 1
    const said = { user_id, incoming: user_id === 41, private: false, source: 0, created_at: moment(clock), ...more }
    await put('message', String(place), { id: place, ...said }, { ticket: id, deleted })
  }
  const begin = (id: string) => put('message', `description:${id}`, { description: 'Hello' }, { ticket: id })

  await ticket('201', OPEN, '10:00')
  await begin('201')
  await say('201', '10:30', 52)
  await ticket('201', SOLVED, '11:05', { resolved: '11:00' })
  await ticket('201', OPEN, '12:05', { reopened: '12:00' })
  await ticket('201', SOLVED, '13:05', { resolved: '13:00', reopened: '12:00' })
  await ticket('201', CLOSED, '13:35', { resolved: '13:00', closed: '13:30', reopened: '12:00' })

  await ticket('202', SOLVED, '12:05', { resolved: '12:00', reopened: '11:00' }, { source: 10 })
  await begin('202')
  await say('202', '10:10', 41)
  await say('202', '10:20', 51)

  await ticket('203', OPEN, '10:00')
  await begin('203')
  await say('203', '10:01', 51, { private: true, source: 2 })
  await say('203', '10:02', 51, { source: 8 })
  await ticket('203', CLOSED, '11:05', { closed: '11:00' })
  await ticket('203', 3, '14:00')

  await ticket('204', OPEN, '10:00')
  await begin('204')
  await say('204', '10:05', 51, {}, true)
  await say('204', '10:15', 51)
  const rating = (id: string, clock: string, score: number, deleted: boolean) =>
    put(
      'rating',
      id,
      { id, agent_id: null, created_at: moment(clock), ratings: { default_question: score } },
      { ticket: '204', deleted },
    )
  await rating('61', '10:30', 103, true)
  await rating('62', '10:40', -103, false)

  await ticket('205', OPEN, '10:00', {}, { created_at: null })
  await say('205', '10:00', 41)
  await say('205', '10:02', 51)

  // Seen open before it says since when.
  await ticket('206', SOLVED, '11:05', { resolved: '11:00' })
  await ticket('206', OPEN, '12:00')
  await ticket('206', OPEN, '12:10', { reopened: '12:00' })
  await ticket('206', SOLVED, '13:05', { resolved: '13:00', reopened: '12:00' })
}
