import { afterAll, beforeAll, expect, test } from 'vitest'
import { SHOWN } from '../../ingest/fake-own.ts'
import { type Data, type OwnSite, openOwnSite, textOf } from './own-site.ts'

let site: OwnSite

beforeAll(async () => {
  site = await openOwnSite({ proof: SHOWN, by: 'api' })
})
afterAll(() => site?.[Symbol.asyncDispose]())

const authorize = async (input: string): Promise<Data | undefined> => {
  const query = `mutation { authorizeIntegration(input: { provider: INTERCOM, ${input} }) { url userErrors { code field } } }`
  return (await site.data(query))['authorizeIntegration']
}
const connect = async (domain: string, key: string): Promise<Data | undefined> => {
  const query = `mutation { connectWithCredentials(input: { provider: INTERCOM, fields: [
    { name: "domain", value: ${JSON.stringify(domain)} }, { name: "key", value: ${JSON.stringify(key)} }] })
    { integration { id status } userErrors { code field message } } }`
  return (await site.data(query))['connectWithCredentials']
}
/** How many rows there are of what connecting stores. */
const held = async (): Promise<unknown> =>
  site.graph.store.database.system.query(
    `select (select count(*)::int from integration where account_id is not null) as integrations,
       (select count(*)::int from credential) as credentials, (select count(*)::int from webhook) as webhooks,
       (select count(*)::int from pending_authorization) as authorizations`,
  )

const WRONG_DOMAINS = [
  'evil.com/',
  'evil.com',
  'acme.fakedesk.example',
  'acme@evil',
  'acme/..',
  'acme#',
  'acme?x',
  'acme:80',
  '127.0.0.1',
  '[::1]',
  'localhost.',
  '10.0.0.7',
  'ACME',
  'acme\\nevil',
  '-acme',
  'acmé',
  '',
  ' ',
  'a'.repeat(64),
]

test.each(WRONG_DOMAINS)('refuses the domain %j before anything is called or stored', async (domain) => {
  const before = await held()
  const wrong = [{ code: 'BAD_USER_INPUT', field: 'domain' }]
  const given = `fields: [{ name: "domain", value: ${JSON.stringify(domain)} }]`
  expect(await authorize(given)).toEqual({ url: null, userErrors: wrong })
  expect(await connect(domain, 'good')).toMatchObject({ integration: null, userErrors: wrong })
  expect(site.provider.requests).toEqual([])
  expect(await held()).toEqual(before)
})

test('begins a sign-in at the domain that is given, and says which field is missing or not known', async () => {
  const { url } = (await authorize('fields: [{ name: "domain", value: " acme " }]')) ?? {}
  expect(textOf(url)).toMatch(/^https:\/\/acme\.fakedesk\.example\/authorize\?/)
  expect(await authorize('name: "Ours"')).toMatchObject({ userErrors: [{ code: 'BAD_USER_INPUT', field: 'domain' }] })
  expect(await authorize('fields: [{ name: "domain", value: "acme" }, { name: "other", value: "x" }]')).toMatchObject({
    userErrors: [{ code: 'BAD_USER_INPUT', field: 'other' }],
  })
  // Where an account is kept has a place of its own, which stays good.
  expect(await authorize('region: "eu", fields: [{ name: "domain", value: "acme" }]')).toMatchObject({ userErrors: [] })
})

test('lists what a sign-in asks for, and no address of all accounts', async () => {
  const { providers } = await site.data(
    '{ providers { webhookUrl auth { kind fields { name label secret pattern } } } }',
  )
  expect(providers).toMatchObject([
    {
      webhookUrl: null,
      auth: [
        { kind: 'OAUTH2', fields: [{ name: 'domain', label: 'Subdomain', secret: false }] },
        { kind: 'FIELDS', fields: [{ name: 'domain' }, { name: 'key', secret: true }] },
      ],
    },
  ])
})

test('a wrong key is told with its reason, and nothing of it is stored', async () => {
  const before = await held()
  site.provider.revoked.add('wrong')
  expect(await connect('acme', 'wrong')).toEqual({
    integration: null,
    userErrors: [{ code: 'CREDENTIAL_REFUSED', field: null, message: 'fakedesk: the token was revoked' }],
  })
  expect(await held()).toEqual(before)
  expect(site.provider.requests).toHaveLength(1)
  expect(site.provider.hooks.all).toEqual([])
})
