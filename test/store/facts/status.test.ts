import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ConversationFields, MessageFields, TicketFields } from '../../../store/kinds.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { at, upsert } from '../records.ts'
import { gone, openDesk } from './desk.ts'

const conversation = (n: number, fields: Partial<ConversationFields> = {}) =>
  upsert('conversation', 'c', { createdAt: at(1), updatedAt: at(n), ...fields }, { version: at(n) })
const ticket = (n: number, status: TicketFields['status'], fields: Partial<TicketFields> = {}) =>
  upsert('ticket', 't', { createdAt: at(1), updatedAt: at(n), status, ...fields }, { version: at(n) })
const tells = (id: string, n: number, statusTo: MessageFields['statusTo'], fields: Partial<MessageFields> = {}) =>
  upsert('message', id, {
    type: 'ACTIVITY',
    authorType: 'SYSTEM',
    ticketRemoteId: 't',
    createdAt: at(n),
    statusTo,
    ...fields,
  })

describe.each(testServers)('facts of how threads stood on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())
  const desk = () => openDesk(db.database)

  test('a thread that is closed when it is first seen was closed when it was solved, or else last changed', async () => {
    const own = await desk()
    await own.say(9, ticket(9, 'SOLVED', { solvedAt: at(5) }), conversation(9, { status: 'CLOSED' }))
    const closed = (n: number) => ['OPENED 1', `CLOSED ${n}`, `RESOLVED 1 → ${n}`, `OPEN_SPAN 1 → ${n}`]
    expect(await own.facts('t', 'ticket')).toEqual(closed(5))
    expect(await own.facts('c')).toEqual(closed(9))
    expect(await own.seen('t', 'ticket')).toEqual(['5 ? → SOLVED'])
    // It is kept: that the thread changed later, without being opened, moves nothing.
    await own.say(10, ticket(10, 'CLOSED', { solvedAt: at(8) }), conversation(10, { status: 'CLOSED' }))
    expect(await own.facts('t', 'ticket')).toEqual(closed(5))
    expect(await own.facts('c')).toEqual(closed(9))
  })

  test('one that changed at no time that it tells, changed when it began', async () => {
    const own = await desk()
    await own.say(9, ticket(9, 'SOLVED', { updatedAt: null }))
    expect(await own.facts('t', 'ticket')).toEqual(['OPENED 1', 'CLOSED 1', 'RESOLVED 1 → 1', 'OPEN_SPAN 1 → 1'])
  })

  test('each change that is seen is kept: closed, opened, closed, and from solved to closed is none', async () => {
    const own = await desk()
    await own.say(2, ticket(2, 'NEW'))
    await own.say(3, ticket(3, 'PENDING'))
    await own.say(4, ticket(4, 'SOLVED'))
    await own.say(5, ticket(5, 'CLOSED'))
    await own.say(6, ticket(6, 'OPEN'))
    await own.say(8, ticket(8, 'SOLVED', { solvedAt: at(7) }))
    expect(await own.seen('t', 'ticket')).toEqual(['4 PENDING → SOLVED', '6 CLOSED → OPEN', '7 OPEN → SOLVED'])
    expect(await own.facts('t', 'ticket')).toEqual([
      'OPENED 1',
      'CLOSED 4',
      'CLOSED 7',
      'REOPENED 6',
      'RESOLVED 1 → 7',
      'OPEN_SPAN 1 → 4',
      'OPEN_SPAN 6 → 7',
    ])
    await own.say(9, ticket(9, 'ON_HOLD'))
    expect((await own.facts('t', 'ticket')).slice(1)).toEqual([
      'CLOSED 4',
      'CLOSED 7',
      'REOPENED 6',
      'REOPENED 9',
      'OPEN_SPAN 1 → 4',
      'OPEN_SPAN 6 → 7',
      'OPEN_SPAN 9 → …',
    ])
  })

  test('a snooze is no closing', async () => {
    const own = await desk()
    await own.say(2, conversation(2))
    await own.say(3, conversation(3, { status: 'SNOOZED' }))
    expect(await own.seen('c')).toEqual([])
    expect(await own.facts('c')).toEqual(['OPENED 1', 'OPEN_SPAN 1 → …'])
  })

  test('a ticket that says that it was opened again was, also when it was never seen open', async () => {
    const own = await desk()
    await own.say(3, ticket(3, 'SOLVED', { solvedAt: at(3) }))
    await own.say(9, ticket(9, 'SOLVED', { solvedAt: at(8), reopenedAt: at(5) }))
    const facts = [
      'OPENED 1',
      'CLOSED 3',
      'CLOSED 8',
      'REOPENED 5',
      'RESOLVED 1 → 8',
      'OPEN_SPAN 1 → 3',
      'OPEN_SPAN 5 → 8',
    ]
    expect(await own.seen('t', 'ticket')).toEqual(['3 ? → SOLVED', '5 CLOSED → OPEN', '8 OPEN → SOLVED'])
    expect(await own.facts('t', 'ticket')).toEqual(facts)
    // Where it does not say so for once, and then says the same again, it was not opened once more.
    await own.say(10, ticket(10, 'SOLVED', { solvedAt: at(8) }))
    await own.say(11, ticket(11, 'SOLVED', { solvedAt: at(8), reopenedAt: at(5) }))
    expect(await own.facts('t', 'ticket')).toEqual(facts)
    await own.say(13, ticket(13, 'PENDING', { reopenedAt: at(12) }))
    expect((await own.facts('t', 'ticket')).slice(-3)).toEqual([
      'OPEN_SPAN 1 → 3',
      'OPEN_SPAN 5 → 8',
      'OPEN_SPAN 12 → …',
    ])
  })

  test('one that is seen for the first time after it was opened again was closed at a time that nobody tells', async () => {
    const own = await desk()
    await own.say(9, ticket(9, 'OPEN', { reopenedAt: at(5) }))
    expect(await own.facts('t', 'ticket')).toEqual(['OPENED 1', 'REOPENED 5', 'OPEN_SPAN 1 → 5', 'OPEN_SPAN 5 → …'])
  })

  test('where messages tell, they alone are believed, and what they leave out is added', async () => {
    const own = await desk()
    await own.say(9, ticket(9, 'SOLVED'))
    await own.say(10, tells('1', 3, 'PENDING'), tells('2', 4, 'SOLVED'), tells('3', 5, 'CLOSED'), tells('4', 6, 'OPEN'))
    // The last message leaves it open: it was closed again, when it last changed.
    const both = [
      'OPENED 1',
      'CLOSED 4',
      'CLOSED 9',
      'REOPENED 6',
      'RESOLVED 1 → 9',
      'OPEN_SPAN 1 → 4',
      'OPEN_SPAN 6 → 9',
    ]
    expect(await own.facts('t', 'ticket')).toEqual(both)
    await own.say(11, tells('5', 8, 'SOLVED'))
    expect(await own.facts('t', 'ticket')).toEqual(both.map((fact) => fact.replace(/9$/, '8')))
    await own.say(12, gone('message', '4'), gone('message', '5'))
    expect(await own.facts('t', 'ticket')).toEqual(['OPENED 1', 'CLOSED 4', 'RESOLVED 1 → 4', 'OPEN_SPAN 1 → 4'])
    await own.say(13, ...['1', '2', '3'].map((id) => gone('message', id)))
    expect(await own.facts('t', 'ticket')).toEqual(['OPENED 1', 'CLOSED 9', 'RESOLVED 1 → 9', 'OPEN_SPAN 1 → 9'])
  })

  test('what is added is never before what it follows', async () => {
    const own = await desk()
    await own.say(9, ticket(9, 'SOLVED', { solvedAt: at(4) }), tells('1', 4, 'SOLVED'), tells('2', 6, 'OPEN'))
    expect((await own.facts('t', 'ticket')).slice(-2)).toEqual(['OPEN_SPAN 1 → 4', 'OPEN_SPAN 6 → 6'])
  })

  test('messages of one instant tell in the order of their numbers, and without a time nothing', async () => {
    const own = await desk()
    await own.say(
      9,
      ticket(9, 'OPEN'),
      tells('10', 4, 'OPEN'),
      tells('9', 4, 'SOLVED'),
      tells('11', 3, 'SOLVED', { createdAt: null }),
    )
    expect((await own.facts('t', 'ticket')).slice(1)).toEqual([
      'CLOSED 4',
      'REOPENED 4',
      'OPEN_SPAN 1 → 4',
      'OPEN_SPAN 4 → …',
    ])
  })

  test('changes of one instant that were seen stand in the order in which they were seen', async () => {
    const own = await desk()
    await own.say(2, ticket(2, 'OPEN'))
    await own.say(3, ticket(4, 'SOLVED'))
    await own.say(4, ticket(4, 'OPEN'))
    expect((await own.facts('t', 'ticket')).slice(1)).toEqual([
      'CLOSED 4',
      'REOPENED 4',
      'OPEN_SPAN 1 → 4',
      'OPEN_SPAN 4 → …',
    ])
  })

  test('a reply that closes both answers and tells', async () => {
    const own = await desk()
    const said = { conversationRemoteId: 'c', ticketRemoteId: null, type: 'REPLY' } as const
    await own.say(
      9,
      conversation(9, { status: 'CLOSED' }),
      tells('1', 2, null, { ...said, authorType: 'CONTACT' }),
      tells('2', 5, 'CLOSED', { ...said, authorType: 'AGENT', agentRemoteId: 'ann' }),
    )
    const facts = ['OPENED 1', 'FIRST_RESPONSE 2 → 5 ann', 'CLOSED 5', 'RESOLVED 1 → 5', 'OPEN_SPAN 1 → 5']
    expect(await own.facts('c')).toEqual(facts)
  })

  test('a deleted thread that comes back is compared with how it stood before', async () => {
    const own = await desk()
    await own.say(3, ticket(3, 'SOLVED'))
    await own.say(4, gone('ticket', 't'))
    expect(await own.facts('t', 'ticket')).toEqual([])
    expect(await own.seen('t', 'ticket')).toEqual(['3 ? → SOLVED'])
    await own.say(6, ticket(6, 'OPEN'))
    expect(await own.facts('t', 'ticket')).toEqual([
      'OPENED 1',
      'CLOSED 3',
      'REOPENED 6',
      'OPEN_SPAN 1 → 3',
      'OPEN_SPAN 6 → …',
    ])
  })

  test('one that was deleted before it was ever read is seen for the first time when it is', async () => {
    const own = await desk()
    await own.say(3, gone('ticket', 't'))
    expect(await own.seen('t', 'ticket')).toEqual([])
    await own.say(6, ticket(6, 'SOLVED'))
    expect(await own.seen('t', 'ticket')).toEqual(['6 ? → SOLVED'])
  })

  test('changes that were seen cannot be read or made by another workspace', async () => {
    const own = await desk()
    await own.say(3, ticket(3, 'SOLVED'))
    const other = await desk()
    const tables = ['status_change', 'fact', 'fact_due']
    for (const table of tables) {
      expect(await db.database.workspace(other.workspaceId).query(`select from ${table}`)).toEqual([])
    }
    const before = await own.rows()
    const touched = JSON.stringify([{ kind: 'ticket', id: before[0]?.['thread_id'], since: null, rated: true }])
    await db.database.transaction(other.workspaceId, (tx) =>
      tx.query('select derive_facts($1, $2)', [own.integrationId, touched]),
    )
    expect(await own.rows()).toEqual(before)
    const forged = db.database.transaction(other.workspaceId, (tx) =>
      tx.query(
        `insert into status_change (workspace_id, integration_id, thread_id, at, to_status)
         select workspace_id, $1, gen_random_uuid(), now(), 'CLOSED' from integration where id = $1
         union all select $2, $1, gen_random_uuid(), now(), 'CLOSED'`,
        [own.integrationId, own.workspaceId],
      ),
    )
    await expect(forged).rejects.toThrow('row-level security')
  })
})
