import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEY_TYPES, type Key, keyName, MOST_SHARING } from '../../../store/identity/evidence.ts'
import { type Component, type Decision, type Keyed, partition } from '../../../store/identity/partition.ts'
import { modelOf } from './partition-model.ts'

const email = (value: string): Key => ({ type: 'VERIFIED_EMAIL', value })
const phone = (value: string): Key => ({ type: 'PHONE', value })
const contact = (contactId: string, ...keys: Key[]): Keyed => ({ contactId, keys })
const decision = (place: number, verdict: Decision['verdict'], contactId: string, otherId: string): Decision => ({
  id: `d${place}`,
  place,
  verdict,
  contactId,
  otherId,
  liftedBy: [],
})
const groups = (components: readonly Component[]): readonly string[] =>
  components.map(({ contactIds }) => contactIds.join('')).toSorted()

test('what contacts share links them, over others too', () => {
  const contacts = [
    contact('c', phone('1')),
    contact('a', email('x')),
    contact('b', email('x'), phone('1')),
    contact('d'),
  ]
  const found = partition(contacts, [], new Set())
  expect(groups(found)).toEqual(['abc', 'd'])
  expect(found.find(({ customerId }) => customerId === 'a')?.links).toEqual([
    { contactId: 'a', otherId: 'b', evidence: 'VERIFIED_EMAIL', value: 'x', decisionId: null },
    { contactId: 'b', otherId: 'c', evidence: 'PHONE', value: '1', decisionId: null },
  ])
})

test('a key that too many share links nobody', () => {
  const contacts = [contact('a', email('x')), contact('b', email('x'))]
  expect(groups(partition(contacts, [], new Set([keyName(email('x'))])))).toEqual(['a', 'b'])
})

test('who was taken out stays out, also when somebody comes who is of both', () => {
  const x = email('x')
  const apart = [decision(1, 'APART', 'a', 'b')]
  expect(groups(partition([contact('a', x), contact('b', x)], apart, new Set()))).toEqual(['a', 'b'])
  expect(groups(partition([contact('a', x), contact('b', x), contact('c', x)], apart, new Set()))).toEqual(['a', 'bc'])
})

test('what people say together comes before what contacts share', () => {
  const contacts = [contact('a', email('x')), contact('b', email('x')), contact('c')]
  const decisions = [decision(2, 'TOGETHER', 'a', 'c'), decision(1, 'APART', 'b', 'c')]
  expect(groups(partition(contacts, decisions, new Set()))).toEqual(['ac', 'b'])
})

test('decisions over contacts that are not there count for nothing', () => {
  const contacts = [contact('a', email('x')), contact('b', email('x'))]
  const decisions = [decision(1, 'TOGETHER', 'a', 'gone'), decision(2, 'APART', 'gone', 'b')]
  expect(groups(partition(contacts, decisions, new Set()))).toEqual(['ab'])
})

const ids = 'abcdefgh'.split('')
const key = fc.record({ type: fc.constantFrom(...KEY_TYPES), value: fc.constantFrom('1', '2', '3') })
const some = fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1 }).chain((chosen) =>
  fc.tuple(
    ...chosen.map((contactId) =>
      fc.record({
        contactId: fc.constant(contactId),
        keys: fc.uniqueArray(key, { maxLength: 3, selector: ({ type }) => type }),
      }),
    ),
  ),
)
const decided = fc
  .array(
    fc.record({
      verdict: fc.constantFrom('TOGETHER' as const, 'APART' as const),
      pair: fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)).filter(([one, other]) => one !== other),
      liftedBy: fc.constantFrom([], [], ['x']),
    }),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map(({ verdict, pair: [one, other], liftedBy }, n): Decision => ({
      ...decision(n, verdict, one, other),
      liftedBy,
    })),
  )

test('is what the rules say in words, whatever order it comes in', () => {
  fc.assert(
    fc.property(some, decided, fc.integer({ min: 1, max: 3 }), (contacts, decisions, most) => {
      const holders = Map.groupBy(contacts.flatMap(({ keys }) => keys).map(keyName), (name) => name)
      const crowded = new Set([...holders].filter(([, all]) => all.length > most).map(([name]) => name))
      const found = partition(contacts, decisions, crowded)
      const customers = Object.fromEntries(
        found.flatMap(({ customerId, contactIds }) => contactIds.map((id) => [id, customerId])),
      )
      expect(customers).toEqual(modelOf(contacts, decisions, most))
      const again = partition(contacts.toReversed(), decisions.toReversed(), crowded)
      const byId = (all: readonly Component[]) => all.toSorted((a, b) => (a.customerId < b.customerId ? -1 : 1))
      expect(byId(again)).toEqual(byId(found))
      for (const { contactIds, links } of found) expect(links).toHaveLength(contactIds.length - 1)
    }),
    { numRuns: 2_000 },
  )
})

test('the rules count ten as not too many', () => expect(MOST_SHARING).toBe(10))
