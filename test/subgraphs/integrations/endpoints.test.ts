import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { WorkspaceRole } from '../../../store/viewer.ts'
import { openOutgoing } from '../../../ingest/outgoing/outgoing.ts'
import { openEgress } from '../../../kit/egress.ts'
import { LOOPBACK } from '../../ingest/outgoing/desk.ts'
import { payloadOf, startReceiver, verify } from '../../ingest/outgoing/receiver.ts'
import { SOON } from '../../setup/soon.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'
import { type Data, textOf } from './own-site.ts'
import { upsert } from '../../store/records.ts'

const URL_OF_ALL = 'https://hooks.example/switchboard'

let site: GraphSite
beforeAll(async () => {
  site = await openGraph({ environment: { SWITCHBOARD_ENDPOINT_NETWORKS: '127.0.0.0/8' } })
})
afterAll(() => site?.[Symbol.asyncDispose]())

async function data(query: string, role: WorkspaceRole = 'ADMIN'): Promise<Data> {
  const answer = (await site.ask(query, { role })) as { data: Data; errors?: unknown }
  expect(answer.errors).toBeUndefined()
  return answer.data
}
const mutate = async (name: string, input: string, fields: string): Promise<Data> => {
  const answer = await data(`mutation { ${name}(input: { ${input} }) { ${fields} userErrors { code field message } } }`)
  return answer[name] ?? {}
}
const create = (input: string): Promise<Data> =>
  mutate('createWebhookEndpoint', input, 'secret webhookEndpoint { id url eventTypes state description }')
const created = async (input: string): Promise<{ id: string; secret: string }> => {
  const { secret, webhookEndpoint } = await create(input)
  return { id: textOf(webhookEndpoint?.['id']), secret: textOf(secret) }
}

test('makes an endpoint, tells its secret once, and shows it from then on without', async () => {
  const made = await create(`url: "${URL_OF_ALL}", eventTypes: ["ticket.updated"], description: "Ours"`)
  expect(made).toMatchObject({
    secret: expect.stringMatching(/^whsec_/),
    webhookEndpoint: { url: URL_OF_ALL, eventTypes: ['ticket.updated'], state: 'ACTIVE', description: 'Ours' },
    userErrors: [],
  })
  const id = textOf(made['webhookEndpoint']?.['id'])
  const shown = await data(`{ webhookEndpoint(id: "${id}") { id url reason succeededAt includeBackfill } }`)
  expect(shown).toEqual({
    webhookEndpoint: { id, url: URL_OF_ALL, reason: null, succeededAt: null, includeBackfill: false },
  })
  const kept = await site.store.database.system.query<{ row: string }>(
    'select webhook_endpoint::text as row from webhook_endpoint',
  )
  expect(kept.map(({ row }) => row).join()).not.toContain(textOf(made['secret']))
})

test.each([
  ['url', 'url: "ftp://hooks.example"'],
  ['url', 'url: "hooks.example"'],
  ['url', 'url: "https://ann:pass@hooks.example"'],
  ['url', 'url: "https://hooks.example/#part"'],
  ['url', 'url: "https://10.0.0.1/"'],
  ['url', 'url: "https://[::ffff:10.0.0.1]/"'],
  ['eventTypes', `url: "${URL_OF_ALL}", eventTypes: ["ticket.exploded"]`],
  ['description', `url: "${URL_OF_ALL}", description: "${'a'.repeat(501)}"`],
])('refuses a wrong %s: %s', async (field, input) => {
  expect(await create(input)).toMatchObject({
    secret: null,
    webhookEndpoint: null,
    userErrors: [{ code: 'BAD_USER_INPUT', field }],
  })
})

test('changes, rotates and deletes one, and keeps in the activity who did', async () => {
  const { id, secret } = await created(`url: "${URL_OF_ALL}"`)
  const changed = await mutate(
    'updateWebhookEndpoint',
    `id: "${id}", state: DISABLED, description: "Off"`,
    'webhookEndpoint { state url description }',
  )
  expect(changed).toMatchObject({ webhookEndpoint: { state: 'DISABLED', url: URL_OF_ALL, description: 'Off' } })
  const rotated = await mutate('rotateWebhookEndpointSecret', `id: "${id}"`, 'secret')
  expect(rotated['secret']).toMatch(/^whsec_/)
  expect(rotated['secret']).not.toBe(secret)
  for (const [name, field, input] of [
    ['sendTestEvent', 'id', `id: "${id}"`],
    [
      'replayWebhookEvents',
      'endpointId',
      `endpointId: "${id}", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z"`,
    ],
  ] as const) {
    expect(await mutate(name, input, 'webhookEndpoint { id }')).toMatchObject({
      userErrors: [{ code: 'UNSUPPORTED', field }],
    })
  }
  expect(await mutate('deleteWebhookEndpoint', `id: "${id}"`, 'id')).toEqual({ id, userErrors: [] })
  expect(await data(`{ webhookEndpoint(id: "${id}") { id } }`)).toEqual({ webhookEndpoint: null })
  expect(await mutate('deleteWebhookEndpoint', `id: "${id}"`, 'id')).toMatchObject({
    userErrors: [{ code: 'NOT_FOUND' }],
  })
  const { activity } = await data('{ activity(first: 4) { nodes { action detail } } }')
  expect(activity?.['nodes']).toEqual(
    ['deleted', 'secretRotated', 'updated', 'created'].map((done) => ({
      action: `webhookEndpoint.${done}`,
      detail: { webhookEndpointId: id },
    })),
  )
})

test('is for ADMIN and OWNER, and for no other workspace', async () => {
  const { id } = await created(`url: "${URL_OF_ALL}"`)
  for (const query of [
    '{ webhookEndpoints { id } }',
    `{ webhookEndpoint(id: "${id}") { id } }`,
    `mutation { createWebhookEndpoint(input: { url: "${URL_OF_ALL}" }) { secret } }`,
    `mutation { updateWebhookEndpoint(input: { id: "${id}" }) { webhookEndpoint { id } } }`,
    `mutation { deleteWebhookEndpoint(input: { id: "${id}" }) { id } }`,
    `mutation { rotateWebhookEndpointSecret(input: { id: "${id}" }) { secret } }`,
    `mutation { sendTestEvent(input: { id: "${id}" }) { webhookId } }`,
    `mutation { replayWebhookEvents(input: { endpointId: "${id}", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" }) { count } }`,
  ]) {
    expect(await site.ask(query, { role: 'AGENT' })).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  }
  const other = await site.store.workspaces.ensure('Other')
  const as = { role: 'OWNER', workspaceId: other.id } as const
  expect(await site.ask(`{ webhookEndpoint(id: "${id}") { id } webhookEndpoints { id } }`, as)).toMatchObject({
    data: { webhookEndpoint: null, webhookEndpoints: [] },
  })
  expect(
    await site.ask(`mutation { rotateWebhookEndpointSecret(input: { id: "${id}" }) { secret } }`, as),
  ).toMatchObject({
    data: { rotateWebhookEndpointSecret: { secret: null } },
  })
})

test('a test event and a replay reach the endpoint, and the page of attempts tells how', async () => {
  await using receiver = await startReceiver()
  await using egress = openEgress(LOOPBACK)
  const sender = openOutgoing({
    store: site.store,
    clock: { now: () => new Date() },
    dispatcher: egress.dispatcher,
    log: () => undefined,
    pollMs: 20,
    deadlineMs: 10_000,
  })
  const { id, secret } = await created(`url: "${receiver.url}", eventTypes: ["tag.created"]`)
  const { webhookId } = await mutate('sendTestEvent', `id: "${id}"`, 'webhookId')
  await site.say(1, [upsert('tag', 'one'), upsert('tag', 'two')])
  await vi.waitFor(() => expect(receiver.taken).toHaveLength(3), SOON)
  const test = receiver.taken.find((each) => each.id === textOf(webhookId))
  expect(test && verify(test, secret, new Date())).toMatchObject({ type: 'endpoint.test', data: { id } })

  const range = `from: "${new Date(Date.now() - 3_600_000).toISOString()}", to: "${new Date(Date.now() + 3_600_000).toISOString()}"`
  const replayed = await mutate('replayWebhookEvents', `endpointId: "${id}", ${range}`, 'count')
  expect(replayed).toEqual({ count: 2, userErrors: [] })
  await vi.waitFor(() => expect(receiver.taken).toHaveLength(5), SOON)
  expect(receiver.taken.filter((each) => payloadOf(each).type === 'tag.created')).toHaveLength(4)
  const page = (after: string) => `{ webhookEndpoint(id: "${id}") { attempts(first: 3${after}) {
    nodes { webhookId eventType try outcome status } pageInfo { hasNextPage endCursor } totalCount } } }`
  const attempts = async (after = ''): Promise<Data | undefined> =>
    (await data(page(after)))['webhookEndpoint']?.['attempts']
  await vi.waitFor(
    async () => expect(await attempts()).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } }),
    SOON,
  )
  const rest = await attempts(`, after: "${textOf((await attempts())?.['pageInfo']?.['endCursor'])}"`)
  expect(rest).toMatchObject({
    pageInfo: { hasNextPage: false },
    nodes: [{ try: 1, outcome: 'DELIVERED', status: 204 }, {}],
  })
  await sender.close()

  const backwards = await mutate(
    'replayWebhookEvents',
    `endpointId: "${id}", from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z"`,
    'count',
  )
  expect(backwards).toMatchObject({ count: 0, userErrors: [{ code: 'BAD_USER_INPUT', field: 'to' }] })
})
