import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Connector } from '../../kit/contract.ts'
import type { Integration } from '../../store/integrations.ts'
import type { Webhook } from '../../store/webhooks.ts'
import { SOON } from '../setup/soon.ts'
import { openGround, PUBLIC_URL, startIngest } from './bench.ts'
import { openTestStore } from './fake-accounts.ts'
import type { Ground, RunningIngest } from './bench.ts'
import { ownConnector, pushTo, SIGNED } from './fake-own.ts'
import { label } from './fake-provider.ts'
import { makeGate } from './gate.ts'

const own: Connector = ownConnector(SIGNED, 'api')

let ground: Ground
let integration: Integration

beforeEach(async () => {
  ground = await openGround(0, { pushes: 'PENDING' })
  integration = await ground.connect()
})

afterEach(() => ground?.[Symbol.asyncDispose]())

const webhookOf = async (): Promise<Webhook> => {
  const webhook = await ground.store.webhooks.find(integration.id)
  if (webhook === null) throw new Error('the integration has no webhook')
  return webhook
}
const standing = (state: Webhook['state']): Promise<Webhook> =>
  vi.waitFor(async () => {
    const webhook = await webhookOf()
    expect(webhook).toMatchObject({ state })
    return webhook
  }, SOON)
const asked = (method = ''): number =>
  ground.provider.requests.filter((each) => each.path.startsWith('/hooks') && each.method.startsWith(method)).length
/** Pushes as the provider would, to where it was told, with the secret it has. */
const push = (ingest: RunningIngest, name: string): Promise<number> => {
  const { url = '', secret = '' } = ground.provider.hooks.all[0] ?? {}
  const delivery = { id: null, account: '', topic: 'label.changed', labels: [label(name, name, 1)] }
  return pushTo(url.replace(PUBLIC_URL, ingest.url), delivery, { proof: SIGNED, secret })
}
const noOpenJobs = (): Promise<void> =>
  vi.waitFor(async () => {
    const open = await ground.store.database.system.query(
      `select 1 from pgboss.job where name = 'subscribe' and state in ('created', 'active')`,
    )
    expect(open).toEqual([])
  }, SOON)

test('asks the provider by itself to push to a new integration, and takes what it pushes then', async () => {
  await using ingest = await startIngest(ground.store, {}, own)
  expect(await standing('SUBSCRIBED')).toMatchObject({ made: { id: 'hook-1' }, reason: null })
  expect((await webhookOf()).subscribedAt).toBeInstanceOf(Date)
  const { token } = await webhookOf()
  expect(ground.provider.hooks.all).toMatchObject([{ url: `${PUBLIC_URL}/webhooks/fakedesk/${token}` }])
  expect(await push(ingest, 'pushed')).toBe(200)
  await vi.waitFor(async () => expect((await ground.stored()).get('pushed')).toBe('pushed'), SOON)
  expect(asked('POST')).toBe(1)
})

test('takes the secret that the provider chose', async () => {
  ground.provider.hooks.choosesSecret = true
  await using ingest = await startIngest(ground.store, {}, own)
  await standing('SUBSCRIBED')
  expect(ground.provider.hooks.all[0]?.secret).toMatch(/^theirs-/)
  expect(await push(ingest, 'theirs')).toBe(200)
})

test('leaves one subscription when the account is connected again', async () => {
  await using ingest = await startIngest(ground.store, {}, own)
  const first = await standing('SUBSCRIBED')
  await ground.connect('token-2')
  expect(await webhookOf()).toMatchObject({ state: 'PENDING', token: first.token })
  await ingest.role.requestSubscription(integration.id)
  const again = await standing('SUBSCRIBED')
  expect(again).toMatchObject({ token: first.token, made: first.made })
  expect(ground.provider.hooks.all).toHaveLength(1)
  expect(await push(ingest, 'again')).toBe(200)
})

test('keeps what the provider said when it refuses, does not ask again by itself, and syncs all the same', async () => {
  ground.provider.labels.push(label('read', 'Read', 1))
  ground.provider.before = ({ path }) => {
    ground.provider.fault = path.startsWith('/hooks') ? { status: 403 } : null
    return Promise.resolve()
  }
  await using ingest = await startIngest(ground.store, { sweepMs: 10 }, own)
  expect(await standing('FAILED')).toMatchObject({ reason: 'fakedesk refused: not in your plan', subscribedAt: null })
  await vi.waitFor(async () => expect((await ground.stored()).get('read')).toBe('Read'), SOON)
  expect((await ground.store.integrations.get(integration.id)).status).toBe('ACTIVE')
  await noOpenJobs()
  expect(asked()).toBe(1)
  // A person may still ask, once the plan is another.
  ground.provider.before = () => Promise.resolve()
  ground.provider.fault = null
  await ground.store.webhooks.ask(integration.id)
  await ingest.role.requestSubscription(integration.id)
  await standing('SUBSCRIBED')
})

test('asks again by itself while the provider is down, and says meanwhile why it waits', async () => {
  ground.provider.fault = { status: 503 }
  await using _ingest = await startIngest(ground.store, {}, own)
  await vi.waitFor(async () => expect(await webhookOf()).toMatchObject({ reason: 'fakedesk: answered 503' }), SOON)
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(2), SOON)
  expect(await webhookOf()).toMatchObject({ state: 'PENDING' })
  ground.provider.fault = null
  expect(await standing('SUBSCRIBED')).toMatchObject({ reason: null })
})

test('leaves a provider alone that refuses the credential, until the account is connected again', async () => {
  ground.provider.revoked.add('token-1')
  await using ingest = await startIngest(ground.store, { sweepMs: 10 }, own)
  await vi.waitFor(async () => {
    expect(await ground.store.integrations.get(integration.id)).toMatchObject({
      status: 'NEEDS_RECONNECT',
      statusReason: 'fakedesk: the token was revoked',
    })
  }, SOON)
  await noOpenJobs()
  const before = asked()
  expect(before).toBeLessThanOrEqual(1)
  await ingest.role.requestSubscription(integration.id)
  await noOpenJobs()
  expect(asked()).toBe(before)
  expect(await webhookOf()).toMatchObject({ state: 'PENDING' })
  await ground.connect('token-2')
  await standing('SUBSCRIBED')
})

test('leaves one subscription when two processes are to subscribe at once', async () => {
  const asking = makeGate()
  const go = makeGate()
  ground.provider.before = ({ path }) => {
    if (!path.startsWith('/hooks')) return Promise.resolve()
    asking.open()
    return go.opened
  }
  await using otherStore = await openTestStore(ground.url)
  await using one = await startIngest(ground.store, { sweepMs: 20 }, own)
  await using two = await startIngest(otherStore, { sweepMs: 20 }, own)
  await asking.opened
  for (const each of [one, two, one, two]) await each.role.requestSubscription(integration.id)
  using _end = { [Symbol.dispose]: () => go.open() }
  await vi.waitFor(async () => {
    const putOff = await ground.store.database.system.query(
      `select 1 from pgboss.job where name = 'subscribe' and state = 'created' and start_after > created_on`,
    )
    expect(putOff).toHaveLength(1)
  }, SOON)
  expect(ground.provider.mostAtOnce()).toBe(1)
  go.open()
  await standing('SUBSCRIBED')
  await noOpenJobs()
  expect(ground.provider.hooks.all).toHaveLength(1)
  expect(asked('POST')).toBe(1)
  expect(ground.provider.mostAtOnce()).toBe(1)
})

test('asks once more when a new secret was wished for meanwhile, and takes both until the provider has it', async () => {
  const made = makeGate()
  const go = makeGate()
  ground.provider.after = ({ method }) => {
    if (method !== 'POST') return Promise.resolve()
    made.open()
    return go.opened
  }
  await using ingest = await startIngest(ground.store, { sweepMs: 20 }, own)
  using _end = { [Symbol.dispose]: () => go.open() }
  await made.opened
  await ground.store.webhooks.renew(integration.id)
  // The provider has the first secret, and pushes with it.
  expect(await push(ingest, 'with the first')).toBe(200)
  go.open()
  const { token } = await standing('SUBSCRIBED')
  const secrets = (await ground.store.webhooks.byToken(token))?.secrets ?? []
  expect(ground.provider.hooks.all.map(({ secret }) => secret)).toEqual([secrets[0]])
  expect(secrets).toHaveLength(2)
  expect(await push(ingest, 'with the second')).toBe(200)
})

test('takes back what it made when the integration was disconnected meanwhile', async () => {
  const made = makeGate()
  const go = makeGate()
  ground.provider.after = ({ method }) => {
    if (method !== 'POST') return Promise.resolve()
    made.open()
    return go.opened
  }
  await using _ingest = await startIngest(ground.store, { sweepMs: 20 }, own)
  using _end = { [Symbol.dispose]: () => go.open() }
  await made.opened
  await ground.store.webhooks.end(integration.id)
  await ground.store.integrations.setStatus(integration.id, 'DISCONNECTED', 'left')
  expect(ground.provider.hooks.all).toHaveLength(1)
  go.open()
  await vi.waitFor(() => expect(ground.provider.hooks.all).toEqual([]), SOON)
  expect(await webhookOf()).toMatchObject({ state: 'ENDED', made: null })
})

test('asks nothing of a provider where a person sets it up', async () => {
  await using _ingest = await startIngest(ground.store, { sweepMs: 10 }, ownConnector(SIGNED))
  await ground.store.webhooks.ensure(integration.id, 'BY_HAND')
  await vi.waitFor(() => expect(ground.provider.requests.length).toBeGreaterThan(1), SOON)
  await noOpenJobs()
  expect(asked()).toBe(0)
  expect(await webhookOf()).toMatchObject({ state: 'BY_HAND' })
})
