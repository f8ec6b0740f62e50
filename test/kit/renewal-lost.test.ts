import { Agent } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Integration } from '../../store/integrations.ts'
import { openStore, type Store } from '../../store/store.ts'
import { makeGate } from '../ingest/gate.ts'
import { openProxy, type Proxy } from '../ingest/proxy.ts'
import { SOON } from '../setup/soon.ts'
import { makeKey, openTestStore, type TestStore } from '../setup/store.ts'
import { createSkippingClock } from './clocks.ts'
import { askOf, connectTo, LIFE_MS, openProcessOf } from './renewing.ts'
import { type RotatingProvider, startRotatingProvider } from './rotating-provider.ts'

describe('new tokens of a process that lost the database while it was given them', () => {
  const keys = [makeKey()]
  const dispatcher = new Agent()
  const clock = createSkippingClock()
  let own: TestStore
  let proxy: Proxy
  /** The store of the process that loses its sessions. */
  let losing: Store
  let provider: RotatingProvider
  let integration: Integration

  beforeAll(async () => {
    own = await openTestStore({ keys })
    proxy = await openProxy(own.url)
    losing = await openStore({ databaseUrl: proxy.url, home: '/nonexistent', keys, log: () => undefined })
  })
  afterAll(async () => {
    await dispatcher.close()
    await losing[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await own[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    provider = await startRotatingProvider(clock, LIFE_MS)
    integration = await connectTo(provider, own, clock)
    return () => {
      proxy.mend()
      return provider[Symbol.asyncDispose]()
    }
  })

  const open = (store: Store) => {
    const accounts = openProcessOf(store, { clock, dispatcher })
    return () => askOf(accounts, integration.id)
  }
  const standing = () => own.store.integrations.get(integration.id)

  /** Has the losing process ask, and ends when the provider has changed the tokens. The answer waits for the gate. */
  const askAndLose = async (ask: () => Promise<unknown>) => {
    const answer = makeGate()
    provider.holdAnswers = answer.opened
    await clock.wait(LIFE_MS)
    const asked = ask()
    await vi.waitFor(() => expect(provider.pair.refreshToken).toBe('refresh-1'), SOON)
    provider.holdAnswers = Promise.resolve()
    proxy.cut()
    return { answer, asked }
  }

  it('are stored when the database is there again', async () => {
    const { answer, asked } = await askAndLose(open(losing))
    const refused = proxy.refused
    answer.open()
    await vi.waitFor(() => expect(proxy.refused).toBeGreaterThan(refused + 1), SOON)
    proxy.mend()
    expect(await asked).toBe('ok')
    expect(await own.store.credentials.open(integration.id)).toMatchObject(provider.pair)
    expect(provider.refreshes).toBe(1)
    expect(await standing()).toMatchObject({ status: 'ACTIVE' })
  })

  it('bring the account back when another process was refused with the old ones meanwhile', async () => {
    const ask = open(losing)
    const askOther = open(own.store)
    const { answer, asked } = await askAndLose(ask)
    expect(await askOther()).toBe('CREDENTIAL_REFUSED')
    expect(await standing()).toMatchObject({ status: 'NEEDS_RECONNECT' })
    proxy.mend()
    answer.open()
    expect(await asked).toBe('ok')
    expect(await standing()).toMatchObject({ status: 'ACTIVE', statusReason: null })
    expect([await ask(), await askOther()]).toEqual(['ok', 'ok'])
    expect(provider.refreshes).toBe(2)
  })

  it('are what another process goes on with that lost it as well, and hears only then that the old ones are refused', async () => {
    const askOther = open(own.store)
    const { answer, asked } = await askAndLose(open(losing))
    const refusal = makeGate()
    provider.holdAnswers = refusal.opened
    const other = askOther()
    await vi.waitFor(() => expect(provider.refreshes).toBe(2), SOON)
    await own.store.database.system.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
    )
    proxy.mend()
    answer.open()
    expect(await asked).toBe('ok')
    refusal.open()
    expect(await other).toBe('ok')
    expect(await standing()).toMatchObject({ status: 'ACTIVE' })
  })
})
