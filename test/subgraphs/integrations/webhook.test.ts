import { afterEach, expect, test, vi } from 'vitest'
import type { WorkspaceRole } from '../../../store/viewer.ts'
import { pushTo, SHOWN, SIGNED } from '../../ingest/fake-own.ts'
import { SOON } from '../../setup/soon.ts'
import { type Data, type OwnSite, openOwnSite, textOf } from './own-site.ts'

let site: OwnSite

afterEach(() => site?.[Symbol.asyncDispose]())

const connect = async (domain = 'acme'): Promise<string> => {
  const { connectWithCredentials } = await site.data(`mutation { connectWithCredentials(input: { provider: INTERCOM,
    fields: [{ name: "domain", value: "${domain}" }, { name: "key", value: "good" }] })
    { integration { id } userErrors { message } } }`)
  expect(connectWithCredentials).toMatchObject({ userErrors: [] })
  return textOf(connectWithCredentials?.['integration']?.['id'])
}
const webhookOf = async (id: string, role: WorkspaceRole = 'OWNER'): Promise<Data | undefined> =>
  (
    await site.data(
      `{ integration(id: "${id}") { status webhookUrl webhook { url state reason subscribedAt lastDeliveryAt } } }`,
      role,
    )
  )['integration']?.['webhook']
const standing = (id: string, state: string): Promise<Data | undefined> =>
  vi.waitFor(async () => {
    const webhook = await webhookOf(id)
    expect(webhook).toMatchObject({ state })
    return webhook
  }, SOON)
const mutate = async (mutation: string, role?: WorkspaceRole): Promise<Data | undefined> =>
  Object.values(await site.data(`mutation { ${mutation} }`, role))[0]
const reveal = (id: string): Promise<Data | undefined> =>
  mutate(`revealWebhookSecret(input: { id: "${id}" }) { url secret header userErrors { code message } }`)
const subscribe = (id: string, more = ''): Promise<Data | undefined> =>
  mutate(`subscribeIntegration(input: { id: "${id}" ${more} }) { integration { id } userErrors { code } }`)
const disconnect = (id: string, more = ''): Promise<Data | undefined> =>
  mutate(`disconnectIntegration(input: { id: "${id}" ${more} }) { revoked warning userErrors { code } }`)
const activity = async (): Promise<unknown[]> => {
  const { activity: page } = await site.data('{ activity(first: 50) { nodes { action detail } } }')
  return Object.values(page?.['nodes'] ?? {}).map((each) => each['action'])
}
const delivery = { id: null, account: '', topic: 'label.changed' }

test('a new account is pushed for by itself, at an address that admins see', async () => {
  site = await openOwnSite({ proof: SIGNED, by: 'api' })
  const id = await connect()
  const webhook = await standing(id, 'SUBSCRIBED')
  expect(webhook).toMatchObject({ reason: null, subscribedAt: expect.any(String), lastDeliveryAt: null })
  const [hook] = site.provider.hooks.all
  expect(hook?.url).toMatch(/^https:\/\/switchboard\.test\/webhooks\/intercom\/[\w-]{43}$/)
  expect((await webhookOf(id, 'ADMIN'))?.['url']).toBe(hook?.url)
  for (const role of ['AGENT', 'ANALYST'] as const) {
    expect(await webhookOf(id, role)).toMatchObject({ url: null, state: 'SUBSCRIBED' })
  }
  expect(await site.data(`{ integration(id: "${id}") { webhookUrl } }`)).toEqual({ integration: { webhookUrl: null } })

  const proven = { proof: SIGNED, secret: hook?.secret ?? '' }
  expect(await pushTo(site.reach(hook?.url), delivery, proven)).toBe(200)
  expect(await webhookOf(id, 'ANALYST')).toMatchObject({ lastDeliveryAt: expect.any(String) })

  // Connected again, it is the same address, and one subscription.
  expect(await connect()).toBe(id)
  await standing(id, 'SUBSCRIBED')
  expect(site.provider.hooks.all.map(({ url }) => url)).toEqual([hook?.url])
})

test('a new secret is asked for by admins, and never shown where none is set up by hand', async () => {
  site = await openOwnSite({ proof: SIGNED, by: 'api' })
  const id = await connect()
  await standing(id, 'SUBSCRIBED')
  const [before] = site.provider.hooks.all.map(({ secret }) => secret)
  expect(await subscribe(id, ', newSecret: true')).toEqual({ integration: { id }, userErrors: [] })
  await standing(id, 'SUBSCRIBED')
  const [hook] = site.provider.hooks.all
  expect(hook?.secret).not.toBe(before)
  for (const secret of [before, hook?.secret]) {
    expect(await pushTo(site.reach(hook?.url), delivery, { proof: SIGNED, secret: secret ?? '' })).toBe(200)
  }
  expect(await reveal(id)).toMatchObject({ url: null, secret: null, userErrors: [{ code: 'UNSUPPORTED' }] })
  for (const role of ['AGENT', 'ANALYST'] as const) {
    const input = `(input: { id: "${id}" })`
    expect(await site.refusal(`mutation { subscribeIntegration${input} { userErrors { code } } }`, role)).toBe(
      'FORBIDDEN',
    )
    expect(await site.refusal(`mutation { revealWebhookSecret${input} { secret } }`, role)).toBe('FORBIDDEN')
  }
  expect(await activity()).toEqual(['integration.secretRenewed', 'integration.connected'])
})

test('a provider that refuses is connected all the same; the secret is told once for setting it up by hand', async () => {
  site = await openOwnSite({ proof: SHOWN, by: 'api' })
  site.provider.before = ({ path }) => {
    site.provider.fault = path.startsWith('/hooks') ? { status: 403 } : null
    return Promise.resolve()
  }
  const id = await connect()
  const failed = await standing(id, 'FAILED')
  expect(failed).toMatchObject({ reason: 'fakedesk refused: not in your plan', subscribedAt: null })
  const told = await reveal(id)
  expect(told).toMatchObject({ url: failed?.['url'], header: 'X-Fake-Secret', userErrors: [] })
  const push = (secret: unknown): Promise<number> =>
    pushTo(site.reach(failed?.['url']), delivery, { proof: SHOWN, secret: textOf(secret) })
  expect(await push(told?.['secret'])).toBe(200)

  expect(await reveal(id)).toMatchObject({
    secret: null,
    userErrors: [{ code: 'UNSUPPORTED', message: expect.stringContaining('newSecret') }],
  })
  await subscribe(id, ', newSecret: true')
  await standing(id, 'FAILED')
  const again = await reveal(id)
  expect(again?.['secret']).not.toBe(told?.['secret'])
  // What is set up by hand takes a while to change: both are good.
  expect([await push(told?.['secret']), await push(again?.['secret']), await push('another')]).toEqual([200, 200, 401])

  const actions = await activity()
  expect(actions.filter((action) => action === 'integration.secretRevealed')).toHaveLength(3)
  const kept = await site.graph.store.database.system.query(
    `select (select coalesce(string_agg(a::text, ''), '') from activity a) as activity,
       (select coalesce(string_agg(d::text, ''), '') from delivery d) as deliveries`,
  )
  for (const hidden of [told?.['secret'], again?.['secret']]) {
    expect(JSON.stringify(kept)).not.toContain(textOf(hidden))
    expect(site.log.join('\n')).not.toContain(textOf(hidden))
  }
})

test('where a person sets it up, nothing is asked of the provider', async () => {
  site = await openOwnSite({ proof: SHOWN, by: 'hand' })
  const id = await connect()
  expect(await webhookOf(id)).toMatchObject({ state: 'BY_HAND', reason: null })
  const told = await reveal(id)
  expect(await pushTo(site.reach(told?.['url']), delivery, { proof: SHOWN, secret: textOf(told?.['secret']) })).toBe(
    200,
  )
  expect(await subscribe(id)).toMatchObject({ userErrors: [] })
  expect(await webhookOf(id)).toMatchObject({ state: 'BY_HAND' })
  // A person who reconnects has nothing to set up again.
  await disconnect(id)
  await connect()
  expect(await pushTo(site.reach(told?.['url']), delivery, { proof: SHOWN, secret: textOf(told?.['secret']) })).toBe(
    200,
  )
  expect(site.provider.requests.filter(({ path }) => path.startsWith('/hooks'))).toEqual([])
})

test('ended, the provider is asked to push no more, and connected again it pushes to the same address', async () => {
  site = await openOwnSite({ proof: SIGNED, by: 'api' })
  const id = await connect()
  await standing(id, 'SUBSCRIBED')
  const [hook] = site.provider.hooks.all
  const push = (): Promise<number> =>
    pushTo(site.reach(hook?.url), delivery, { proof: SIGNED, secret: hook?.secret ?? '' })
  expect(await disconnect(id)).toEqual({ revoked: true, warning: null, userErrors: [] })
  expect(site.provider.hooks.all).toEqual([])
  expect(await webhookOf(id)).toMatchObject({ state: 'ENDED' })
  expect(await push()).toBe(410)
  expect(await subscribe(id)).toMatchObject({ userErrors: [{ code: 'INTEGRATION_INACTIVE' }] })
  expect(await reveal(id)).toMatchObject({ userErrors: [{ code: 'INTEGRATION_INACTIVE' }] })

  expect(await connect()).toBe(id)
  await standing(id, 'SUBSCRIBED')
  expect(site.provider.hooks.all.map(({ url }) => url)).toEqual([hook?.url])
  expect(await disconnect(id, ', erase: true')).toMatchObject({ warning: null, userErrors: [] })
  expect(site.provider.hooks.all).toEqual([])
  expect(await webhookOf(id)).toBeNull()
  expect(await push()).toBe(404)
})

test('a provider that takes nothing back keeps nobody from leaving, and what it still sends is refused', async () => {
  site = await openOwnSite({ proof: SIGNED, by: 'api' })
  const id = await connect()
  await standing(id, 'SUBSCRIBED')
  const [hook] = site.provider.hooks.all
  site.provider.revoked.add('good')
  const ended = await disconnect(id)
  expect(ended).toMatchObject({ revoked: true, userErrors: [] })
  expect(ended?.['warning']).toBe('it may go on sending webhooks, which are refused: fakedesk: the token was revoked')
  expect(await pushTo(site.reach(hook?.url), delivery, { proof: SIGNED, secret: hook?.secret ?? '' })).toBe(410)
  // Connected again it takes over what stayed there.
  site.provider.revoked.clear()
  await connect()
  await standing(id, 'SUBSCRIBED')
  expect(site.provider.hooks.all).toHaveLength(1)
})

test('one that pushes to our app has no address of its own, and neither has one of another workspace', async () => {
  site = await openOwnSite('to our app')
  const id = await connect()
  expect(await webhookOf(id)).toBeNull()
  expect(await site.data(`{ integration(id: "${id}") { webhookUrl } }`)).toEqual({
    integration: { webhookUrl: 'https://switchboard.test/webhooks/intercom' },
  })
  expect(await subscribe(id)).toMatchObject({ userErrors: [{ code: 'UNSUPPORTED' }] })
  expect(await reveal(id)).toMatchObject({ secret: null, userErrors: [{ code: 'UNSUPPORTED' }] })
  const other = await site.graph.store.workspaces.ensure('Other')
  const query = `mutation { revealWebhookSecret(input: { id: "${id}" }) { userErrors { code } } }`
  expect(await site.graph.ask(query, { workspaceId: other.id })).toMatchObject({
    data: { revealWebhookSecret: { userErrors: [{ code: 'NOT_FOUND' }] } },
  })
})
