import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { toNodeId } from '../../../store/id.ts'
import type { WorkspaceRole } from '../../../store/viewer.ts'
import { label, sign } from '../../ingest/fake-provider.ts'
import { SOON } from '../../setup/soon.ts'
import { type Data, openOwnSite, type OwnSite, textOf } from './own-site.ts'

let site: OwnSite
/** Another workspace, which connected nothing. */
let stranger: string

beforeAll(async () => {
  site = await openOwnSite('to our app')
  stranger = (await site.graph.store.workspaces.ensure('Stranger')).id
})
afterAll(() => site?.[Symbol.asyncDispose]())

const push = async (id: string, rest: { account: string; topic?: string; labels?: unknown }): Promise<void> => {
  const body = JSON.stringify({ id, topic: 'label.changed', ...rest })
  const headers = { 'content-type': 'application/json', 'x-fake-signature': sign(body) }
  const url = `${site.reach('https://switchboard.test')}/webhooks/intercom`
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200)
}
const connect = async (domain: string): Promise<string> => {
  const { connectWithCredentials } = await site.data(`mutation { connectWithCredentials(input: { provider: INTERCOM,
    fields: [{ name: "domain", value: "${domain}" }, { name: "key", value: "good" }] })
    { integration { id } userErrors { message } } }`)
  expect(connectWithCredentials).toMatchObject({ userErrors: [] })
  return textOf(connectWithCredentials?.['integration']?.['id'])
}
const FIELDS = 'id deliveryId topic status reason attempts bytes finishedAt headers body integration { id }'
interface Listed {
  readonly nodes: readonly Data[]
  readonly totalCount: number
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}
const list = async (args: string, as: { role?: WorkspaceRole; workspaceId?: string } = {}): Promise<Listed> => {
  const query = `{ deliveries(${args}) { nodes { ${FIELDS} } totalCount pageInfo { hasNextPage endCursor } } }`
  return ((await site.graph.ask(query, as)) as { readonly data: { readonly deliveries: Listed } }).data.deliveries
}
const ended = (deliveryId: string, status: string): Promise<Data> =>
  vi.waitFor(async () => {
    const found = (await list('first: 100')).nodes.find((node) => textOf(node['deliveryId']) === deliveryId)
    expect(found).toMatchObject({ status })
    if (found === undefined) throw new Error('expected the delivery to be listed')
    return found
  }, SOON)
const ids = ({ nodes }: Listed): readonly unknown[] => nodes.map((node) => node['deliveryId'])

test('what came before its account was connected is nobody’s, then is shown and worked by itself', async () => {
  await push('early-1', { account: 'early', labels: [label('early', 'Early', 1)] })
  const status = async (): Promise<unknown> =>
    (
      await site.graph.store.database.system.query<{ status: string }>(
        `select status from delivery where delivery_id = 'early-1'`,
      )
    )[0]?.status
  await vi.waitFor(async () => expect(await status()).toBe('UNKNOWN_ACCOUNT'), SOON)
  expect(ids(await list('first: 100'))).not.toContain('early-1')
  const integration = await connect('early')
  expect(await ended('early-1', 'DONE')).toMatchObject({ reason: null, integration: { id: integration } })
  const tags = await site.data(`{ tags(first: 10, filter: { integrationIds: ["${integration}"] }) { totalCount } }`)
  expect(tags).toEqual({ tags: { totalCount: 1 } })
})

test('a list holds what came for connected accounts, newest first, page by page, narrowed as asked', async () => {
  const integration = await connect('listed')
  for (const n of [1, 2, 3, 4, 5]) await push(`listed-${n}`, { account: 'listed', topic: n === 3 ? 'odd' : 'even' })
  const of = `integrationId: "${integration}"`
  const first = await list(`${of}, first: 2`)
  expect(first).toMatchObject({ totalCount: 5, pageInfo: { hasNextPage: true } })
  expect(ids(first)).toEqual(['listed-5', 'listed-4'])
  const second = await list(`${of}, first: 3, after: "${first.pageInfo.endCursor}"`)
  expect(ids(second)).toEqual(['listed-3', 'listed-2', 'listed-1'])
  expect(second.pageInfo.hasNextPage).toBe(false)
  expect(ids(await list(`${of}, filter: { topic: ["odd"] }`))).toEqual(['listed-3'])
  await vi.waitFor(async () => expect((await list(`${of}, filter: { status: [DONE] }`)).totalCount).toBe(5), SOON)
  for (const none of ['status: [DEAD]', 'providers: [ZENDESK]', 'receivedBefore: "2020-01-01T00:00:00Z"']) {
    expect(await list(`${of}, filter: { ${none} }`)).toMatchObject({ nodes: [], totalCount: 0 })
  }
  expect(await site.refusal('{ deliveries(after: "AAAA") { totalCount } }', 'OWNER')).toBe('BAD_USER_INPUT')
  expect(await site.refusal('{ deliveries(last: 1) { totalCount } }', 'OWNER')).toBe('BAD_USER_INPUT')
})

test('headers and body are shown to admins only', async () => {
  await connect('private')
  await push('private-1', { account: 'private' })
  for (const role of ['OWNER', 'ADMIN', 'AGENT', 'ANALYST'] as const) {
    const { nodes } = await list('first: 1', { role })
    expect(nodes).toMatchObject([{ deliveryId: 'private-1', bytes: expect.any(Number) }])
    const shown = role === 'OWNER' || role === 'ADMIN'
    expect(JSON.stringify(nodes[0]?.['body']).includes('private')).toBe(shown)
    expect(nodes[0]?.['body'] === null).toBe(!shown)
    expect(nodes[0]?.['headers'] === null).toBe(!shown)
  }
})

test('another workspace sees nothing of it and replays nothing, until it connects the same account', async () => {
  await connect('shared')
  await push('shared-1', { account: 'shared' })
  const { id } = await ended('shared-1', 'DONE')
  const asStranger = { workspaceId: stranger }
  const replay = `mutation { replayDelivery(input: { id: "${textOf(id)}" }) { delivery { id } userErrors { code } } }`
  expect(await list('first: 100', asStranger)).toMatchObject({ nodes: [], totalCount: 0 })
  expect(await site.graph.ask(replay, asStranger)).toMatchObject({
    data: { replayDelivery: { delivery: null, userErrors: [{ code: 'NOT_FOUND' }] } },
  })
  expect(
    await site.graph.ask('mutation { replayDeliveries(input: { filter: {} }) { replayed hasMore } }', asStranger),
  ).toMatchObject({ data: { replayDeliveries: { replayed: 0, hasMore: false } } })

  const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
  const account = { id: 'shared', name: 'Shared', region: null, actorRemoteId: null }
  const draft = { workspaceId: stranger, provider: 'intercom', name: 'Theirs', settings, account }
  const theirs = await site.graph.store.integrations.create(draft)
  expect(await list('first: 100', asStranger)).toMatchObject({
    nodes: [{ deliveryId: 'shared-1', integration: { id: toNodeId('integration', theirs.id) } }],
    totalCount: 1,
  })
})

test('an admin has what was given up worked again, which is on record; others are refused', async () => {
  const integration = await connect('again')
  await push('again-1', { account: 'again', topic: 'unreadable' })
  const dead = await ended('again-1', 'DEAD')
  const one = `mutation { replayDelivery(input: { id: "${textOf(dead['id'])}" }) { delivery { status } userErrors { code } } }`
  expect(await site.refusal(one, 'AGENT')).toBe('FORBIDDEN')
  const many = `mutation { replayDeliveries(input: { integrationId: "${integration}", filter: { status: [DEAD] } }) { replayed hasMore userErrors { code } } }`
  expect(await site.refusal(many, 'AGENT')).toBe('FORBIDDEN')
  expect(await site.data(one, 'ADMIN')).toMatchObject({ replayDelivery: { userErrors: [] } })
  const second = await vi.waitFor(async () => {
    const again = await ended('again-1', 'DEAD')
    expect(again['finishedAt']).not.toBe(dead['finishedAt'])
    return again
  }, SOON)
  expect(await site.data(many, 'ADMIN')).toEqual({
    replayDeliveries: { replayed: 1, hasMore: false, userErrors: [] },
  })
  await vi.waitFor(
    async () => expect((await ended('again-1', 'DEAD'))['finishedAt']).not.toBe(second['finishedAt']),
    SOON,
  )
  const { activity } = await site.data(`{ activity(integrationId: "${integration}") { nodes { action detail } } }`)
  const replays = Object.values(activity?.['nodes'] ?? {}).filter(
    ({ action }) => textOf(action) === 'integration.deliveriesReplayed',
  )
  expect(replays.map(({ detail }) => detail)).toEqual([{ replayed: 1 }, { replayed: 1 }])
  const nobody = toNodeId('integration', randomUUID())
  expect(
    await site.data(
      `mutation { replayDeliveries(input: { integrationId: "${nobody}", filter: {} }) { replayed userErrors { code field } } }`,
    ),
  ).toEqual({
    replayDeliveries: { replayed: 0, userErrors: [{ code: 'NOT_FOUND', field: 'integrationId' }] },
  })
})
