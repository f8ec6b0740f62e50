import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Integration } from '../../store/integrations.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, startIngest } from './bench.ts'
import type { Ground, RunningIngest } from './bench.ts'
import { openTestStore } from './fake-accounts.ts'
import { ownConnector, proveWith, pushTo, SHOWN, SIGNED } from './fake-own.ts'
import { label } from './fake-provider.ts'
import { openProxy } from './proxy.ts'

const UNKNOWN_TOKEN = 'A'.repeat(43)

/** An integration with an address of its own, and what proves deliveries to it. */
interface Connected {
  readonly integration: Integration
  readonly token: string
  readonly url: string
  readonly secret: string
}

let ground: Ground

const connect = async (ingest: RunningIngest, workspaceId?: string): Promise<Connected> => {
  const integration = await ground.connect('token-1', workspaceId)
  await ground.store.webhooks.ensure(integration.id, 'BY_HAND')
  const { token = '' } = (await ground.store.webhooks.find(integration.id)) ?? {}
  const secret = (await ground.store.webhooks.byToken(token))?.secrets[0] ?? ''
  return { integration, token, url: `${ingest.url}/webhooks/fakedesk/${token}`, secret }
}

interface Kept {
  readonly id: string
  readonly status: string
  readonly integrationId: string
  readonly headers: object
}
const kept = (): Promise<Kept[]> =>
  ground.store.database.system.query<Kept>(
    `select delivery_id as id, status, integration_id as "integrationId", headers from delivery order by received_at`,
  )
const worked = (count: number): Promise<Kept[]> =>
  vi.waitFor(async () => {
    const all = await kept()
    expect(all).toHaveLength(count)
    expect(all.filter(({ status }) => status === 'PENDING')).toEqual([])
    return all
  }, SOON)

const answerOf = async (url: string, init: RequestInit = { method: 'POST', body: '{}' }): Promise<unknown> => {
  const response = await fetch(url, init)
  return { status: response.status, text: await response.text() }
}

beforeEach(async () => {
  await ground.store.database.system.query('delete from delivery')
})

describe('an address of its own, where deliveries are signed', () => {
  let ingest: RunningIngest
  let own: Connected
  beforeAll(async () => {
    ground = await openGround()
    ingest = await startIngest(ground.store, {}, ownConnector(SIGNED))
    own = await connect(ingest)
  })
  afterAll(async () => {
    await ingest?.[Symbol.asyncDispose]()
    await ground?.[Symbol.asyncDispose]()
  })

  const delivery = { id: null, account: 'whatever it says', topic: 'label.changed' }

  test('takes what its own secret signed, for that integration', async () => {
    const labels = [label('own', 'Own', 1)]
    expect(await pushTo(own.url, { ...delivery, labels }, { proof: SIGNED, secret: own.secret })).toBe(200)
    expect(await worked(1)).toMatchObject([{ integrationId: own.integration.id, status: 'DONE' }])
    expect((await ground.stored()).get('own')).toBe('Own')
    expect(await ground.store.deliveries.latest(own.integration.id)).toBeInstanceOf(Date)
  })

  test('answers alike whatever is unknown, and keeps nothing', async () => {
    const unknown = [
      `/webhooks/fakedesk/${UNKNOWN_TOKEN}`,
      '/webhooks/fakedesk/short',
      '/webhooks/fakedesk/',
      '/webhooks/fakedesk',
      `/webhooks/fakedesk/${own.token}/more`,
      `/webhooks/nobody/${own.token}`,
      '/webhooks/nobody',
      '/webhooks/',
    ]
    for (const path of unknown) {
      for (const method of ['GET', 'POST', 'PUT']) {
        const body = method === 'GET' ? null : '{}'
        expect(await answerOf(ingest.url + path, { method, body })).toEqual({
          status: 404,
          text: 'nothing is taken in at this address\n',
        })
      }
    }
    expect(await kept()).toEqual([])
  })

  test('answers when the provider only tries it', async () => {
    expect((await fetch(own.url)).status).toBe(200)
    expect((await fetch(own.url, { method: 'HEAD' })).status).toBe(200)
    expect((await fetch(own.url, { method: 'PUT', body: '{}' })).status).toBe(405)
    expect(await pushTo(own.url, { ...delivery, topic: 'ping' }, { proof: SIGNED, secret: own.secret })).toBe(200)
    expect(await kept()).toEqual([])
  })

  test('refuses what another secret signed, was signed too long ago, or is not signed, and keeps nothing', async () => {
    const other = await connect(ingest, (await ground.store.workspaces.ensure('other')).id)
    expect(await pushTo(own.url, delivery, { proof: SIGNED, secret: other.secret })).toBe(401)
    // Nor does the app's secret open it, which the receiver of this test has as well.
    expect(await pushTo(own.url, delivery, { proof: SIGNED, secret: 'whsec-of-the-fake' })).toBe(401)
    const body = JSON.stringify(delivery)
    const late = proveWith(SIGNED, own.secret, body, new Date(Date.now() - 301_000))
    expect((await fetch(own.url, { method: 'POST', body, headers: late })).status).toBe(401)
    expect((await fetch(own.url, { method: 'POST', body })).status).toBe(401)
    expect(await kept()).toEqual([])
  })

  test('knows one that comes again by its invocation, and takes the same invocation at another address', async () => {
    const other = await connect(ingest, (await ground.store.workspaces.ensure('other')).id)
    const labels = [label('both', 'Both', 1)]
    const push = ({ url, secret }: Connected): Promise<number> =>
      pushTo(url, { ...delivery, labels }, { proof: SIGNED, secret, invocation: 'invocation-1' })
    expect(await Promise.all([push(own), push(own), push(other), push(own)])).toEqual([200, 200, 200, 200])
    const all = await worked(2)
    expect(new Set(all.map(({ integrationId }) => integrationId))).toEqual(
      new Set([own.integration.id, other.integration.id]),
    )
    expect(all.map(({ id, status }) => `${id} ${status}`)).toEqual(['invocation-1 DONE', 'invocation-1 DONE'])
    // Both have the account, and each got its own: none got the other's as well.
    const stored = await ground.store.database.system.query<{ count: number }>(
      `select count(*)::int as count from event where kind = 'tag' and integration_id = any ($1)`,
      [[own.integration.id, other.integration.id]],
    )
    await push(other)
    expect(await ground.store.database.system.query(`select 1 from tag where remote_id = 'both'`)).toHaveLength(2)
    expect(stored).toEqual([{ count: 3 }])
  })

  test('reaches its own integration alone, though others have the account', async () => {
    const other = await connect(ingest, (await ground.store.workspaces.ensure('other')).id)
    const labels = [label('alone', 'Alone', 1)]
    expect(await pushTo(other.url, { ...delivery, labels }, { proof: SIGNED, secret: other.secret })).toBe(200)
    await worked(1)
    const rows = await ground.store.database.system.query<{ id: string }>(
      `select integration_id as id from tag where remote_id = 'alone'`,
    )
    expect(rows).toEqual([{ id: other.integration.id }])
  })

  test('takes what is on its way while one secret takes over from another', async () => {
    const push = (secret: string, invocation: string): Promise<number> =>
      pushTo(own.url, delivery, { proof: SIGNED, secret, invocation })
    await ground.store.webhooks.renew(own.integration.id)
    const [current = '', before] = (await ground.store.webhooks.byToken(own.token))?.secrets ?? []
    expect(before).toBe(own.secret)
    expect([await push(own.secret, 'before'), await push(current, 'after')]).toEqual([200, 200])
    expect(await push(`${current}x`, 'wrong')).toBe(401)
  })

  test('asks to send again while the database is away', async () => {
    await using proxy = await openProxy(ground.url)
    await using store = await openTestStore(proxy.url)
    await using behind = await startIngest(store, {}, ownConnector(SIGNED))
    const url = `${behind.url}/webhooks/fakedesk/${own.token}`
    const push = (): Promise<number> => pushTo(url, delivery, { proof: SIGNED, secret: own.secret, invocation: 'away' })
    proxy.cut()
    expect(await push()).toBe(503)
    proxy.mend()
    expect(await push()).toBe(200)
  })

  test('says neither token nor secret in the log', () => {
    const said = ingest.log.join('\n')
    expect(said).toContain('refused a delivery')
    for (const hidden of [own.token, own.secret, UNKNOWN_TOKEN]) expect(said).not.toContain(hidden)
  })

  test('is gone while the integration is disconnected, and is nobody’s when it is erased', async () => {
    const { store } = ground
    const labels = [label('late', 'Late', 1)]
    const push = (invocation: string): Promise<number> =>
      pushTo(own.url, { ...delivery, labels }, { proof: SIGNED, secret: own.secret, invocation })
    await store.integrations.setStatus(own.integration.id, 'DISCONNECTED', 'left')
    expect(await push('late')).toBe(410)
    expect((await fetch(own.url)).status).toBe(410)
    expect(await kept()).toEqual([])
    await ground.connect()
    expect(await push('back')).toBe(200)
    await store.integrations.erase(own.integration.id)
    expect(await push('erased')).toBe(404)
    expect((await ground.stored()).has('late')).toBe(false)
  })
})

describe('an address of its own, where deliveries only show a secret', () => {
  let ingest: RunningIngest
  let own: Connected
  beforeAll(async () => {
    ground = await openGround(1)
    ingest = await startIngest(ground.store, {}, ownConnector(SHOWN))
    own = await connect(ingest)
  })
  afterAll(async () => {
    await ingest?.[Symbol.asyncDispose]()
    await ground?.[Symbol.asyncDispose]()
  })

  const push = (secret: string): Promise<number> =>
    pushTo(own.url, { id: null, account: '', topic: 'label.changed', reread: ['1'] }, { proof: SHOWN, secret })

  test('takes the same bytes as often as they come: they may tell another change each time', async () => {
    for (const name of ['first', 'second']) {
      ground.provider.labels[0] = label('1', name, name === 'first' ? 1 : 2)
      expect(await push(own.secret)).toBe(200)
      await vi.waitFor(async () => expect((await ground.stored()).get('1')).toBe(name), SOON)
    }
    const all = await worked(2)
    expect(new Set(all.map(({ id }) => id)).size).toBe(2)
  })

  test('refuses another secret, and keeps none', async () => {
    for (const wrong of ['', 'another', `${own.secret} `.repeat(2), own.secret.toUpperCase()]) {
      expect(await push(wrong)).toBe(401)
    }
    expect(await kept()).toEqual([])
    expect(await push(own.secret)).toBe(200)
    expect(JSON.stringify(await kept())).not.toContain(own.secret)
  })
})
