import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../e2e/client.ts'
import { ACTS, attempt, type Pick } from './acts.ts'
import { type Checker, GROUPINGS, METRICS, openChecker } from './checker.ts'
import { type Desks, openDesks } from './desks.ts'
import { disagreements } from './disagreements.ts'
import { comparable, expectNumbers } from './expected-numbers.ts'
import { openServedStore, type ServedStore } from './served-graph.ts'
import { askNumbers } from './told-numbers.ts'

let site: ServedStore
let client: Client
let checker: Checker
let desks: Desks

beforeAll(async () => {
  site = await openServedStore()
  checker = await openChecker(site.store.database.system)
  // Before the clocks change at Lord Howe, in Berlin and in New York.
  desks = await openDesks(site.store, site.workspaceId, '2026-10-02T00:00:00Z')
  await desks.sync()
  client = await site.serve()
})
afterAll(async () => {
  await desks?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
})

const DESKS = ['intercom', 'freshdesk', 'zendesk'] as const
const HOUR = 3600

/** Somebody does something, and time passes or not. `choices` are what is picked by, in turn. */
const deed = fc.record({
  at: fc.constantFrom(...DESKS),
  what: fc.nat(),
  choices: fc.array(fc.nat(), { minLength: 4, maxLength: 4 }),
  wait: fc.constantFrom(0, 0, 1, 90, HOUR / 2, 3 * HOUR, 17 * HOUR),
})

/** What is asked of the numbers, of some days up to now. */
const asking = fc.record({
  days: fc.integer({ min: 1, max: 6 }),
  timeZone: fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'UTC'),
  groupBy: fc.constantFrom(...GROUPINGS),
  bucket: fc.constantFrom('DAY' as const, 'WEEK' as const),
})

test('whatever is done at the desks, facts and numbers are those that the checker reckons', async () => {
  let done = 0
  const batches = fc.array(deed, { minLength: 40, maxLength: 40 })
  const property = fc.asyncProperty(batches, asking, async (deeds, { days, ...asked }) => {
    for (const { at, what, choices, wait } of deeds) {
      let turn = 0
      const pick: Pick = (from) => {
        const chosen = from[(choices[turn++ % choices.length] ?? 0) % from.length]
        if (chosen === undefined) throw new Error('answered 404: there is nothing to choose from')
        return chosen
      }
      const acts = ACTS[at] ?? []
      const act = acts[what % acts.length]
      if (act !== undefined && (await attempt(act, desks[at], pick))) done += 1
      await desks.pass(wait)
    }
    await desks.sync()
    await checker.refresh(desks.now(), null)
    expect(await disagreements(site.store.database.system)).toEqual([])
    const to = desks.now()
    const from = new Date(to.getTime() - days * 24 * HOUR * 1000)
    const question = { metrics: METRICS, from, to, hours: 'CALENDAR' as const, ...asked }
    const told = comparable(await askNumbers(client, question))
    expect(told).toEqual(comparable(await expectNumbers(checker, question)))
  })
  // One world, to which more and more is done: what failed cannot be made smaller.
  await fc.assert(property, { numRuns: 4, endOnFailure: true })
  expect(done).toBeGreaterThan(80)
})
