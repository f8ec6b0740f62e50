import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConversationFields, TicketFields } from '../../../store/kinds.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { at, upsert } from '../records.ts'
import { answers, asks, gone, openDesk } from './desk.ts'

const conversation = (n: number, fields: Partial<ConversationFields> = {}, id = 'c') =>
  upsert('conversation', id, { createdAt: at(1), updatedAt: at(n), ...fields }, { version: at(n) })
const ticket = (n: number, fields: Partial<TicketFields> = {}) =>
  upsert('ticket', 't', { createdAt: at(1), updatedAt: at(n), ...fields }, { version: at(n) })
const OPEN = ['OPENED 1', 'OPEN_SPAN 1 → …']

describe.each(testServers)('facts of answers and ratings on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())
  const desk = () => openDesk(db.database)
  /** The facts of `c` without those that any open conversation has. */
  const answersIn = async (own: Awaited<ReturnType<typeof desk>>, id = 'c') =>
    (await own.facts(id)).filter((fact) => !OPEN.some((each) => fact.startsWith(each)))

  test('a wait begins with the first reply that nobody answered, and ends with a person’s next', async () => {
    const own = await desk()
    await own.say(
      20,
      conversation(20),
      asks('1', 2),
      asks('2', 3),
      answers('3', 5),
      answers('4', 6),
      asks('5', 8),
      answers('6', 9, { agentRemoteId: 'bob' }),
      asks('7', 10),
    )
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 5 ann', 'NEXT_RESPONSE 8 → 9 bob'])
  })

  test('of one instant the customer’s reply comes first, whatever their ids', async () => {
    const own = await desk()
    await own.say(9, conversation(9), answers('1', 4), asks('2', 4), answers('3', 5), asks('4', 4))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 4 → 4 ann'])
  })

  test('an agent who writes first answers nobody, nor does a note, a bot, the provider, or what has no time', async () => {
    const own = await desk()
    await own.say(
      9,
      conversation(9),
      answers('1', 2),
      asks('2', 3),
      answers('3', 4, { type: 'NOTE' }),
      answers('4', 4, { authorType: 'BOT' }),
      answers('5', 4, { authorType: 'SYSTEM', agentRemoteId: null }),
      answers('6', 4, { createdAt: null }),
      answers('7', 4, { type: 'ACTIVITY' }),
    )
    expect(await answersIn(own)).toEqual([])
    await own.say(10, answers('8', 8, { agentRemoteId: null }))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 3 → 8'])
  })

  test('what a bot says is answered by nobody', async () => {
    const own = await desk()
    await own.say(9, conversation(9), asks('1', 2, { authorType: 'BOT' }), answers('2', 3))
    expect(await answersIn(own)).toEqual([])
  })

  test('messages that come late, are deleted, become notes or others’, or come back, move the answers', async () => {
    const own = await desk()
    await own.say(9, conversation(9), asks('2', 3), answers('3', 5), asks('4', 6), answers('5', 7))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 3 → 5 ann', 'NEXT_RESPONSE 6 → 7 ann'])
    await own.say(10, asks('1', 2))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 5 ann', 'NEXT_RESPONSE 6 → 7 ann'])
    await own.say(11, gone('message', '3'))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 7 ann'])
    await own.say(12, answers('3', 5, { agentRemoteId: 'bob' }))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 5 bob', 'NEXT_RESPONSE 6 → 7 ann'])
    await own.say(13, answers('3', 5, { type: 'NOTE' }))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 7 ann'])
    await own.say(14, answers('3', 8))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 7 ann'])
    await own.say(15, answers('3', 4))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 4 ann', 'NEXT_RESPONSE 6 → 7 ann'])
  })

  test('a redacted message still counts, and its redaction writes no fact', async () => {
    const own = await desk()
    await own.say(9, conversation(9), asks('1', 2, { text: 'secret' }), answers('2', 3))
    const before = await own.rows()
    await own.say(10, asks('1', 2, { redacted: true }))
    expect(await own.rows()).toEqual(before)
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 3 ann'])
  })

  test('a message that turns out to stand in another thread counts there, and no longer here', async () => {
    const own = await desk()
    await own.say(
      9,
      conversation(9),
      conversation(9, {}, 'd'),
      asks('1', 2),
      answers('2', 3),
      asks('3', 2, { conversationRemoteId: 'd' }),
    )
    await own.say(10, answers('2', 3, { conversationRemoteId: 'd' }))
    expect(await answersIn(own)).toEqual([])
    expect(await answersIn(own, 'd')).toEqual(['FIRST_RESPONSE 2 → 3 ann'])
    await own.say(11, ticket(9), answers('2', 4, { conversationRemoteId: null, ticketRemoteId: 't' }))
    expect(await answersIn(own, 'd')).toEqual([])
    await own.say(12, asks('4', 3, { conversationRemoteId: null, ticketRemoteId: 't' }))
    expect(await own.facts('t', 'ticket')).toContain('FIRST_RESPONSE 3 → 4 ann')
  })

  test('messages that come before their thread count as soon as it is there', async () => {
    const own = await desk()
    await own.say(5, asks('1', 2), answers('2', 3))
    expect(await own.facts('c')).toEqual([])
    await own.say(6, conversation(6))
    expect(await own.facts('c')).toEqual(['OPENED 1', 'FIRST_RESPONSE 2 → 3 ann', 'OPEN_SPAN 1 → …'])
  })

  test('a thread that does not say when it began has answers and ratings, and nothing else', async () => {
    const own = await desk()
    const rating = upsert('rating', 'r', { conversationRemoteId: 'c', updatedAt: at(6), score: 2 })
    await own.say(9, conversation(9, { createdAt: null, status: 'CLOSED' }), asks('1', 2), answers('2', 3), rating)
    expect(await own.facts('c')).toEqual(['FIRST_RESPONSE 2 → 3 ann', 'RATED 6 2'])
    await own.say(10, answers('3', 4), asks('4', 5), answers('5', 7))
    expect(await own.facts('c')).toEqual(['FIRST_RESPONSE 2 → 3 ann', 'NEXT_RESPONSE 5 → 7 ann', 'RATED 6 2'])
    await own.say(11, conversation(11))
    expect(await own.facts('c')).toHaveLength(8)
    await own.say(12, conversation(12, { createdAt: null }))
    expect(await own.facts('c')).toHaveLength(3)
  })

  test('a ticket that grew out of a conversation has no answers of its own, from when that is known', async () => {
    const own = await desk()
    const inTicket = { conversationRemoteId: null, ticketRemoteId: 't' }
    await own.say(9, ticket(9), asks('1', 2, inTicket), answers('2', 3, inTicket))
    expect(await own.facts('t', 'ticket')).toEqual(['OPENED 1', 'FIRST_RESPONSE 2 → 3 ann', 'OPEN_SPAN 1 → …'])
    await own.say(10, ticket(10, { conversationRemoteId: 'c' }), asks('3', 4, inTicket), answers('4', 5, inTicket))
    expect(await own.facts('t', 'ticket')).toEqual(OPEN)
    await own.say(11, ticket(11))
    expect(await own.facts('t', 'ticket')).toContain('NEXT_RESPONSE 4 → 5 ann')
  })

  test('a rating counts from when it was given: changed, withdrawn, given again, moved', async () => {
    const own = await desk()
    // It was asked for before.
    const asked = { conversationRemoteId: 'c', createdAt: at(4), updatedAt: at(6) }
    const rating = (fields: object) => upsert('rating', 'r', { ...asked, ...fields })
    await own.say(
      9,
      conversation(9, { assigneeRemoteId: 'bob' }),
      conversation(9, {}, 'd'),
      rating({ score: 2, agentRemoteId: 'ann' }),
    )
    expect(await own.facts('c')).toContain('RATED 6 2 ann')
    // The same again, later.
    await own.say(9, rating({ score: 2, agentRemoteId: 'ann', updatedAt: at(7) }))
    expect(await own.facts('c')).toContain('RATED 7 2 ann')
    await own.say(
      10,
      rating({ score: 4 }),
      upsert('rating', 's', { conversationRemoteId: 'c', createdAt: at(5), updatedAt: null, score: 1 }),
    )
    expect((await own.facts('c')).slice(-2)).toEqual(['RATED 5 1 bob', 'RATED 6 4 bob'])
    await own.say(11, gone('rating', 's'), rating({ createdAt: null, updatedAt: null }))
    expect(await own.facts('c')).toEqual(['OPENED 1 bob', 'OPEN_SPAN 1 → … bob'])
    await own.say(12, rating({ conversationRemoteId: 'd', score: 3 }))
    expect(await own.facts('c')).toHaveLength(2)
    expect(await own.facts('d')).toContain('RATED 6 3')
  })

  test('what a thread is now is what all its facts are: team, channel, tags, customer, assignee', async () => {
    const own = await desk()
    const rating = upsert('rating', 'r', { conversationRemoteId: 'c', updatedAt: at(6) })
    await own.say(
      9,
      conversation(9, { tagRemoteIds: ['vip'], teamRemoteId: 'one' }),
      asks('1', 2),
      answers('2', 3),
      asks('3', 4),
      answers('4', 5),
      rating,
    )
    const now = {
      teamRemoteId: 'two',
      channel: 'EMAIL',
      tagRemoteIds: ['x', 'y'],
      contactRemoteId: 'p',
      assigneeRemoteId: 'bob',
    } as const
    await own.say(10, conversation(10, now))
    const [row] = await db.database.system.query<Record<string, unknown>>(
      `select team_id, channel, tag_ids, contact_id, created_at as opened_at from conversation where integration_id = $1`,
      [own.integrationId],
    )
    const rows = await own.rows()
    expect(rows).toHaveLength(5)
    for (const fact of rows) expect(fact).toMatchObject(row ?? {})
    const bobs = [
      'OPENED 1 bob',
      'FIRST_RESPONSE 2 → 3 ann',
      'NEXT_RESPONSE 4 → 5 ann',
      'OPEN_SPAN 1 → … bob',
      'RATED 6 5 bob',
    ]
    expect(await own.facts('c')).toEqual(bobs)
  })

  test('a thread that is deleted has no facts, and has them again when it comes back with its messages', async () => {
    const own = await desk()
    await own.say(9, conversation(9), asks('1', 2), answers('2', 3))
    await own.say(10, gone('conversation', 'c'))
    expect(await own.rows()).toEqual([])
    await own.say(11, asks('3', 4), answers('4', 5))
    expect(await own.rows()).toEqual([])
    await own.say(12, conversation(12))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 4 → 5 ann'])
    await own.say(13, asks('1', 2), answers('2', 3))
    expect(await answersIn(own)).toEqual(['FIRST_RESPONSE 2 → 3 ann', 'NEXT_RESPONSE 4 → 5 ann'])
  })

  test('the same again, or older, writes nothing', async () => {
    const own = await desk()
    const rating = upsert('rating', 'r', { conversationRemoteId: 'c', updatedAt: at(6) })
    const all = [
      conversation(9, { status: 'CLOSED' }),
      asks('1', 2),
      answers('2', 3),
      asks('3', 4),
      answers('4', 5),
      rating,
    ]
    await own.say(9, ...all)
    const before = await own.rows()
    expect(before).toHaveLength(7)
    await own.say(9, ...all)
    await own.say(10, ...all, conversation(10, { status: 'CLOSED', updatedAt: at(9), subject: 'a new word' }))
    await own.say(8, gone('message', '1'), conversation(8))
    expect(await own.rows()).toEqual(before)
  })
})
