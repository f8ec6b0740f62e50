import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../../store/apply.ts'
import { MOST_SHARING } from '../../../store/identity/evidence.ts'
import type { Decision } from '../../../store/identity/partition.ts'
import { type IdentityRow, identityColumns, linkingKeys } from '../../../store/identity/rows.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { testServers } from '../../setup/servers.ts'
import { batch, makeIntegration, upsert } from '../records.ts'
import { modelOf } from './partition-model.ts'
import { makePeople, type People } from './people.ts'

const NAMES = 'abcABC'.split('')
const name = fc.constantFrom(...NAMES)
const pair = fc.tuple(name, name)
const said = fc.record({
  email: fc.constantFrom('1@x.example', '2@x.example', null),
  emailVerified: fc.constantFrom(true, true, null),
  externalId: fc.constantFrom('1', null),
})
const step = fc.oneof(
  fc.record({ do: fc.constant('say' as const), contacts: fc.dictionary(name, said, { minKeys: 1, maxKeys: 3 }) }),
  fc.record({ do: fc.constant('remove' as const), name }),
  fc.record({ do: fc.constant('merge' as const), pair }),
  fc.record({ do: fc.constant('link' as const), pair }),
  fc.record({ do: fc.constant('unlink' as const), pair }),
  fc.record({ do: fc.constant('take out' as const), name }),
)
type Step = typeof step extends fc.Arbitrary<infer Each> ? Each : never

async function take(people: People, each: Step): Promise<void> {
  if (each.do === 'say') await people.say(each.contacts)
  if (each.do === 'remove') await people.remove(each.name)
  if (each.do === 'merge' && people.accountOf(each.pair[0]) === people.accountOf(each.pair[1])) {
    await people.remove(each.pair[0], each.pair[1])
  }
  if (each.do === 'link') await people.link(...each.pair)
  if (each.do === 'unlink') await people.unlink(...each.pair)
  if (each.do === 'take out') await people.unlink(each.name)
}

const DECISIONS = `select id, place::float8 as place, verdict, contact_id as "contactId", other_id as "otherId",
  lifted_by as "liftedBy" from identity_decision`

describe.each(testServers)('links at random on $name', (server) => {
  // The rules are the same everywhere; that each server keeps them takes fewer tries.
  const runs = server === testServers[0] ? 10 : 4
  let db: TestDatabase
  beforeAll(async () => void (db = await openTestDatabase(server)))
  afterAll(() => db?.[Symbol.asyncDispose]())

  /** What is stored of who is one person, and what the rules make of the contacts and decisions that there are. */
  async function bothOf({ workspaceId }: People): Promise<{ readonly stored: unknown; readonly made: unknown }> {
    const own = db.database.workspace(workspaceId)
    const rows = await own.query<IdentityRow>(`select ${identityColumns('i')} from identity i`)
    const live = await own.query<{ id: string }>(`select id from contact where deleted_at is null order by id`)
    const contacts = rows.map((row) => ({ contactId: row.contactId, keys: linkingKeys(row) }))
    const customers = await own.query<{ id: string; n: number; emails: readonly string[] }>(
      `select id, contact_count::int as n, emails from customer order by id`,
    )
    const shown = await own.query<{ id: string; n: number; emails: readonly string[] }>(
      `select customer_id as id, count(*)::int as n, coalesce(array_agg(distinct i.email)
         filter (where i.email is not null), '{}') as emails
       from identity i group by 1 order by 1`,
    )
    const sorted = (list: typeof shown) => list.map((each) => ({ ...each, emails: each.emails.toSorted() }))
    return {
      stored: {
        contacts: rows.map(({ contactId }) => contactId).toSorted(),
        customers: sorted(customers),
        customerOf: Object.fromEntries(rows.map(({ contactId, customerId }) => [contactId, customerId])),
      },
      made: {
        contacts: live.map(({ id }) => id),
        customers: sorted(shown),
        customerOf: modelOf(contacts, await own.query<Decision>(DECISIONS), MOST_SHARING),
      },
    }
  }

  test('whatever is stored, linked and taken apart, customers are what the rules make of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
        const people = await makePeople(db)
        for (const each of steps) {
          await take(people, each)
          const { stored, made } = await bothOf(people)
          expect(stored).toEqual(made)
        }
      }),
      { numRuns: runs },
    )
  })

  const links = fc.array(fc.record({ pair, undo: fc.nat() }), { minLength: 2, maxLength: 8 })
  const begin = async (steps: readonly Step[]): Promise<People> => {
    const people = await makePeople(db)
    await people.say(Object.fromEntries(NAMES.map((each) => [each, {}])))
    for (const each of steps) await take(people, each)
    return people
  }

  test('links that are undone, the last one first, end byte-equal, whatever there was before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), links, async (before, wishes) => {
        const people = await begin(before)
        const states = [await people.kept()]
        const linked: (readonly [string, string])[] = []
        const undo = async (): Promise<void> => {
          const last = linked.pop()
          if (last === undefined) return
          expect(await people.unlink(...last)).toBe('done')
          expect(await people.kept()).toEqual(states.pop())
        }
        for (const { pair: wish, undo: chance } of wishes) {
          const state = await people.kept()
          if ((await people.link(...wish)) === 'done') {
            linked.push(wish)
            states.push(state)
          }
          if (chance % 3 === 0) await undo()
        }
        while (linked.length > 0) await undo()
        expect(await people.kept()).toEqual(states[0])
      }),
      { numRuns: runs },
    )
  })

  // Where contacts have something in common, it may hold two together whom only people had, once others are linked.
  test('links of contacts that have nothing in common, undone in any order, end byte-equal', async () => {
    const decided = fc.array(
      step.filter((each) => each.do === 'link' || each.do === 'unlink' || each.do === 'take out'),
      { maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(decided, links, async (before, wishes) => {
        const people = await begin(before)
        const kept = await people.kept()
        const linked: (readonly [string, string])[] = []
        const undoOne = async (n: number): Promise<void> => {
          const undone = linked.splice(n % Math.max(linked.length, 1), 1)
          for (const one of undone) expect(await people.unlink(...one)).toBe('done')
        }
        for (const { pair: wish, undo } of wishes) {
          if ((await people.link(...wish)) === 'done') linked.push(wish)
          if (undo % 3 === 0) await undoOne(undo)
        }
        while (linked.length > 0) await undoOne(linked.length * 7)
        expect(await people.kept()).toEqual(kept)
      }),
      { numRuns: runs },
    )
  })

  test('people who link and take apart the same contacts at once do so in one order', async () => {
    const people = await makePeople(db)
    await people.say(Object.fromEntries(NAMES.map((each) => [each, { email: 'a@x.example', emailVerified: true }])))
    const wishes = Array.from({ length: 24 }, (_, n) => {
      const [one = '', other = ''] = [NAMES[n % 6], NAMES[(n * 5 + 1) % 6]]
      return n % 3 === 0 ? people.unlink(one) : n % 3 === 1 ? people.unlink(one, other) : people.link(one, other)
    })
    const outcomes = await Promise.all(wishes)
    expect(outcomes).toContain('done')
    const { stored, made } = await bothOf(people)
    expect(stored).toEqual(made)
    await people.unlink('a')
    const kept = await people.kept()
    const wished = [people.link('a', 'B'), people.link('B', 'a'), people.link('a', 'B')]
    expect((await Promise.all(wished)).toSorted()).toEqual(['ALREADY_ONE', 'ALREADY_ONE', 'done'])
    const undone = await Promise.all([people.unlink('a', 'B'), people.unlink('B', 'a')])
    expect(undone.toSorted()).toEqual(['NOT_ONE', 'done'])
    expect(await people.kept()).toEqual(kept)
  })

  test('accounts that are read at once end with one customer for each person', async () => {
    const { workspaceId, integrationId } = await makeIntegration(db.database)
    const more = await Promise.all(
      Array.from({ length: 3 }, () => makeIntegration(db.database, { workspaceId, provider: 'zendesk' })),
    )
    const accounts = [integrationId, ...more.map((each) => each.integrationId)]
    const contacts = Array.from({ length: 60 }, (_, n) =>
      upsert('contact', String(n), { email: `${n}@x.example`, emailVerified: true }),
    )
    const parts = [contacts.slice(0, 25), contacts.slice(20, 45), contacts.slice(40)]
    await Promise.all(
      accounts.flatMap((account, n) =>
        parts.map((part, m) => apply(db.database, batch(account, m, (n + m) % 2 === 0 ? part : part.toReversed()))),
      ),
    )
    const own = db.database.workspace(workspaceId)
    expect(
      await own.query('select contact_count::int as n, count(*)::int as customers from customer group by 1'),
    ).toEqual([{ n: 4, customers: 60 }])
  })
})
