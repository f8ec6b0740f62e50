import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Change } from '../../../store/change.ts'
import { rederiveFacts } from '../../../store/facts/rederive.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { at, upsert } from '../records.ts'
import { type Desk, gone, openDesk } from './desk.ts'

const second = fc.integer({ min: 0, max: 12 })
const time = fc.option(second.map(at), { freq: 8 })
const dates = { createdAt: time, updatedAt: time }
const agent = fc.constantFrom(null, 'ann', 'bob')
const inThread = fc.constantFrom(
  { conversationRemoteId: 'c0', ticketRemoteId: null },
  { conversationRemoteId: 'c1', ticketRemoteId: null },
  { conversationRemoteId: null, ticketRemoteId: 't0' },
)
const shared = { assigneeRemoteId: agent, teamRemoteId: agent, tagRemoteIds: fc.subarray(['x', 'y']) }

const conversation = fc
  .record({
    id: fc.constantFrom('c0', 'c1'),
    fields: fc.record({
      ...dates,
      ...shared,
      status: fc.constantFrom('OPEN' as const, 'SNOOZED' as const, 'CLOSED' as const),
    }),
  })
  .map(({ id, fields }): Change => upsert('conversation', id, fields))
const ticket = fc
  .record({
    ...dates,
    ...shared,
    status: fc.constantFrom('OPEN' as const, 'SOLVED' as const, 'CLOSED' as const),
    solvedAt: time,
    reopenedAt: fc.option(second.map(at)),
    conversationRemoteId: fc.option(fc.constant('c0'), { freq: 2 }),
  })
  .map((fields): Change => upsert('ticket', 't0', fields))
const message = fc
  .record({
    id: fc.integer({ min: 0, max: 11 }).map((n) => `m${n}`),
    thread: inThread,
    fields: fc.record({
      createdAt: time,
      type: fc.constantFrom('REPLY' as const, 'REPLY' as const, 'REPLY' as const, 'NOTE' as const, 'ACTIVITY' as const),
      authorType: fc.constantFrom(
        'CONTACT' as const,
        'CONTACT' as const,
        'AGENT' as const,
        'AGENT' as const,
        'BOT' as const,
      ),
      agentRemoteId: agent,
      statusTo: fc.option(fc.constantFrom('OPEN' as const, 'SOLVED' as const, 'CLOSED' as const), { freq: 1 }),
    }),
  })
  .map(({ id, thread, fields }): Change => upsert('message', id, { ...thread, ...fields }))
const rating = fc
  .record({
    id: fc.constantFrom('r0', 'r1'),
    thread: inThread,
    createdAt: time,
    updatedAt: time,
    score: fc.integer({ min: 1, max: 5 }),
    agentRemoteId: agent,
  })
  .map(({ id, thread, ...fields }): Change => upsert('rating', id, { ...thread, ...fields }))
const deletion = fc.oneof(
  fc.constantFrom('m0', 'm1', 'm2', 'm3').map((id) => gone('message', id)),
  fc.constantFrom('c0', 'c1').map((id) => gone('conversation', id)),
  fc.constant(gone('ticket', 't0')),
  fc.constantFrom('r0', 'r1').map((id) => gone('rating', id)),
)
const change = fc.oneof(
  { weight: 8, arbitrary: message },
  { weight: 2, arbitrary: conversation },
  { weight: 2, arbitrary: ticket },
  { weight: 1, arbitrary: rating },
  { weight: 1, arbitrary: deletion },
)
/** What is said at a time. The threads are told of at first, or there would seldom be any. */
const said = (changes: { minLength: number; maxLength: number }) =>
  fc.record({ observed: second, changes: fc.array(change, changes) })

describe.each(testServers)('facts, whatever comes in whatever order, on $name', (server) => {
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  const withoutWriter = async (desk: Desk) => (await desk.rows()).map(({ xmin: _xmin, ...fact }) => fact)
  /** The facts as they are when there were none before. */
  const fromNothing = async (desk: Desk) => {
    await db.database.system.query('delete from fact where integration_id = $1', [desk.integrationId])
    await rederiveFacts(db.database, { integrationId: desk.integrationId })
    return withoutWriter(desk)
  }
  const begin = async (desk: Desk) =>
    desk.say(0, upsert('conversation', 'c0'), upsert('conversation', 'c1'), upsert('ticket', 't0'))

  test('are what a single derivation makes of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(said({ minLength: 1, maxLength: 6 }), { maxLength: 10 }), async (batches) => {
        const desk = await openDesk(db.database)
        await begin(desk)
        for (const { observed, changes } of batches) await desk.say(observed, ...changes)
        const facts = await withoutWriter(desk)
        expect(facts).toEqual(await fromNothing(desk))
        // And deriving again writes nothing.
        const rows = await desk.rows()
        await rederiveFacts(db.database, { integrationId: desk.integrationId })
        expect(await desk.rows()).toEqual(rows)
      }),
      { numRuns: 10 },
    )
  })

  test('also when many apply at once, and somebody derives all anew', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(said({ minLength: 2, maxLength: 12 }), { minLength: 4, maxLength: 8 }),
        async (batches) => {
          const desk = await openDesk(db.database)
          await Promise.all([
            ...batches.map(({ observed, changes }) => desk.say(observed, ...changes)),
            begin(desk),
            rederiveFacts(db.database, { integrationId: desk.integrationId }),
            ...batches.map(({ observed, changes }) => desk.say(observed + 1, ...changes)),
          ])
          expect(await withoutWriter(desk)).toEqual(await fromNothing(desk))
        },
      ),
      { numRuns: 10 },
    )
  })

  test('of a thread and its messages, told at once by two, are the facts of both', async () => {
    const desk = await openDesk(db.database)
    const ids = Array.from({ length: 60 }, (_, n) => `c${n}`)
    const asked = (n: number) =>
      ids.map((id) =>
        upsert('message', `${id}-${n}`, {
          conversationRemoteId: id,
          createdAt: at(n),
          authorType: n % 2 ? 'CONTACT' : 'AGENT',
        }),
      )
    await Promise.all([
      desk.say(9, ...asked(1)),
      desk.say(9, ...ids.map((id) => upsert('conversation', id))),
      desk.say(9, ...asked(2).toReversed()),
      desk.say(9, ...asked(3)),
      desk.say(9, ...asked(4).toReversed()),
    ])
    for (const id of ids) {
      const facts = await desk.facts(id)
      expect(facts.filter((fact) => fact.includes('RESPONSE'))).toEqual(['FIRST_RESPONSE 1 → 2', 'NEXT_RESPONSE 3 → 4'])
    }
  })
})
