import { Agent } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Accounts } from '../../kit/accounts.ts'
import type { Integration } from '../../store/integrations.ts'
import { openStore, type Store } from '../../store/store.ts'
import { cursorNow } from '../setup/cursor.ts'
import { makeKey, openTestStore, type TestStore } from '../setup/store.ts'
import { createSkippingClock } from './clocks.ts'
import { askOf, connectTo, get, LIFE_MS, openProcessOf, post } from './renewing.ts'
import { type RotatingProvider, startRotatingProvider } from './rotating-provider.ts'

describe('the credential of an account whose tokens end', () => {
  const keys = [makeKey()]
  const dispatcher = new Agent()
  const clock = createSkippingClock()
  let own: TestStore
  let other: Store
  let provider: RotatingProvider
  let integration: Integration

  beforeAll(async () => {
    own = await openTestStore({ keys })
    other = await openStore({ databaseUrl: own.url, home: '/nonexistent', keys, log: () => undefined })
  })
  afterAll(async () => {
    await dispatcher.close()
    await other[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    provider = await startRotatingProvider(clock, LIFE_MS)
    integration = await connectTo(provider, own, clock)
    return () => provider[Symbol.asyncDispose]()
  })

  const openProcess = (store: Store): Accounts => openProcessOf(store, { clock, dispatcher })
  const ask = (accounts: Accounts, call = get): Promise<unknown> => askOf(accounts, integration.id, call)

  const stored = () => own.store.credentials.open(integration.id)

  it('is left alone while its end is far', async () => {
    expect(await ask(openProcess(own.store))).toBe('ok')
    expect(provider.refreshes).toBe(0)
  })

  // Two clocks are read to tell how long it lasts, so that the minute is one to a second.
  it('is renewed a minute before its end and no sooner, stored whole, and used at once', async () => {
    await clock.wait(LIFE_MS - 61_000)
    expect(await ask(openProcess(own.store))).toBe('ok')
    expect(provider.refreshes).toBe(0)
    await clock.wait(2_000)
    expect(await ask(openProcess(own.store))).toBe('ok')
    expect(provider.served).toEqual([200, 200])
    expect(await stored()).toEqual({
      accessToken: 'access-1',
      refreshToken: 'refresh-1',
      expiresAt: expect.any(Date),
      fields: { domain: 'acme' },
    })
  })

  it('is renewed once, however many callers of two processes want it at the same time', async () => {
    await clock.wait(LIFE_MS)
    const processes = [openProcess(own.store), openProcess(other)]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask(processes[index % 2] ?? openProcess(other))),
    )
    expect(answers).toEqual(Array.from({ length: 50 }, () => 'ok'))
    expect(provider.refreshes).toBe(1)
    expect(provider.served).toEqual(Array.from({ length: 50 }, () => 200))
  })

  it.each([get, post])(
    'is renewed once when a call is refused with it before its time, and $method is sent again',
    async (call) => {
      provider.endAccess()
      const processes = [openProcess(own.store), openProcess(other)]
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) => ask(processes[index % 2] ?? openProcess(other), call)),
      )
      expect(answers).toEqual(Array.from({ length: 50 }, () => 'ok'))
      expect(provider.refreshes).toBe(1)
      expect(provider.served.filter((status) => status === 200)).toHaveLength(50)
    },
  )

  it('is the other one when somebody else has renewed it since the call went out', async () => {
    const accounts = openProcess(own.store)
    await clock.wait(LIFE_MS - 59_000)
    let release = (): void => {}
    provider.hold = new Promise((resolve) => {
      release = resolve
    })
    const early = ask(accounts)
    const late = ask(openProcess(other))
    release()
    expect(await Promise.all([early, late])).toEqual(['ok', 'ok'])
    expect(provider.refreshes).toBe(1)
  })

  it('asks for a person when its refresh is refused: the integration says why, its followers hear, and nothing is tried again', async () => {
    provider.revoke()
    const after = await cursorNow(own.store, own.workspaceId)
    const accounts = openProcess(own.store)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(accounts)))
    expect(answers).toEqual(Array.from({ length: 20 }, () => 'CREDENTIAL_REFUSED'))
    expect(await ask(accounts, post)).toBe('CREDENTIAL_REFUSED')
    expect(provider.refreshes).toBe(1)
    expect(await own.store.integrations.get(integration.id)).toMatchObject({
      status: 'NEEDS_RECONNECT',
      statusReason: 'fake: the refresh token is refused: The refresh token is over.',
    })
    const ending = new AbortController()
    for await (const event of own.store.events.follow({ workspaceId: own.workspaceId, after, signal: ending.signal })) {
      expect(event).toMatchObject({ kind: 'integration', op: 'updated', rowId: integration.id })
      break
    }
    ending.abort()
  })

  it('is used to its end while the token endpoint does not answer, and kept for a later try', async () => {
    const accounts = openProcess(own.store)
    provider.tokens = 'not at all'
    await clock.wait(LIFE_MS - 30_000)
    expect([await ask(accounts), await ask(accounts)]).toEqual(['ok', 'ok'])
    expect(provider.refreshes).toBe(1)
    await clock.wait(30_000)
    expect(await ask(accounts)).toBe('PROVIDER_UNAVAILABLE')
    expect(await ask(accounts)).toBe('PROVIDER_UNAVAILABLE')
    expect(provider.refreshes).toBe(2)
    expect(await stored()).toMatchObject({ refreshToken: 'refresh-0' })
    expect(await own.store.integrations.get(integration.id)).toMatchObject({ status: 'ACTIVE' })
    provider.tokens = 'well'
    await clock.wait(10_000)
    expect(await ask(accounts)).toBe('ok')
  })
})
