import { Agent } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Accounts } from '../../kit/accounts.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Integration } from '../../store/integrations.ts'
import { openStore, type Store } from '../../store/store.ts'
import { makeKey, openTestStore, type TestStore } from '../setup/store.ts'
import { createSkippingClock } from './clocks.ts'
import { askOf, connectTo, LIFE_MS, openProcessOf } from './renewing.ts'
import { type RotatingProvider, startRotatingProvider } from './rotating-provider.ts'

const SKEW_MS = 360_000
/** No whole number of these makes a life without its last minute: milliseconds decide nothing. */
const STEP_MS = 25_000

/** More than a token lives, either way. */
describe('processes whose clocks are six minutes wrong', () => {
  const keys = [makeKey()]
  const dispatcher = new Agent()
  const clock = createSkippingClock()
  const skewed = (skewMs: number): Clock => ({
    now: () => new Date(clock.now().getTime() + skewMs),
    wait: (milliseconds, signal) => clock.wait(milliseconds, signal),
  })
  const stores = new Map<number, Store>()
  let own: TestStore
  let provider: RotatingProvider
  let integration: Integration

  beforeAll(async () => {
    own = await openTestStore({ keys })
    for (const skewMs of [-SKEW_MS, 0, SKEW_MS]) {
      // The database has the machine's time, which the skew is to.
      const now = (): Date => new Date(Date.now() + skewMs)
      const options = { databaseUrl: own.url, home: '/nonexistent', keys, log: () => undefined, now }
      stores.set(skewMs, await openStore(options))
    }
  })
  afterAll(async () => {
    await dispatcher.close()
    for (const store of stores.values()) await store[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    provider = await startRotatingProvider(clock, LIFE_MS)
    integration = await connectTo(provider, own, clock)
    return () => provider[Symbol.asyncDispose]()
  })

  const openProcess = (skewMs: number): Accounts =>
    openProcessOf(stores.get(skewMs) ?? own.store, { clock: skewed(skewMs), dispatcher })

  /** All of them call again and again, for four lives of a token. */
  const callOften = async (processes: () => readonly Accounts[]): Promise<Set<unknown>> => {
    const answers = new Set<unknown>()
    for (let passedMs = 0; passedMs < 1_000_000; passedMs += STEP_MS) {
      await clock.wait(STEP_MS)
      for (const accounts of processes()) answers.add(await askOf(accounts, integration.id))
    }
    return answers
  }

  it.each([
    ['behind', [-SKEW_MS]],
    ['ahead', [SKEW_MS]],
    ['behind, beside one that is right', [0, -SKEW_MS]],
    ['ahead, beside one that is right', [0, SKEW_MS]],
    ['behind and ahead', [-SKEW_MS, SKEW_MS]],
  ])('renew a token once in its life, and are never refused with it: %s', async (_, skews) => {
    const processes = skews.map(openProcess)
    expect(await callOften(() => processes)).toEqual(new Set(['ok']))
    expect(provider.refreshes).toBe(4)
    expect(new Set(provider.served)).toEqual(new Set([200]))
  })

  it('renew it no more often when every call is made by a process that has just started', async () => {
    expect(await callOften(() => [openProcess(-SKEW_MS), openProcess(SKEW_MS)])).toEqual(new Set(['ok']))
    expect(provider.refreshes).toBe(4)
    expect(new Set(provider.served)).toEqual(new Set([200]))
  })

  it('are refused, and go on with one refresh, when the provider ends a token before its time', async () => {
    const processes = [-SKEW_MS, 0, SKEW_MS].map(openProcess)
    provider.endAccess()
    const answers = await Promise.all(processes.flatMap((each) => [1, 2, 3].map(() => askOf(each, integration.id))))
    expect(new Set(answers)).toEqual(new Set(['ok']))
    expect(provider.refreshes).toBe(1)
  })
})
