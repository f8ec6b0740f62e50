import { afterAll, beforeAll, expect, test } from 'vitest'
import { toNodeId } from '../../../store/id.ts'
import { auditedConnector } from '../../ingest/fake-audited.ts'
import { at, upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'

const asked: string[] = []
const nothing = (): Promise<void> => Promise.resolve()

let site: GraphSite

beforeAll(async () => {
  site = await openGraph({
    connectors: [{ ...auditedConnector, provider: 'intercom' }],
    ingest: () =>
      Promise.resolve({
        requestSync: nothing,
        requestSubscription: nothing,
        requestBulk: nothing,
        requestDeliveries: nothing,
        requestAudit: (id) => Promise.resolve(void asked.push(id)),
        [Symbol.asyncDispose]: nothing,
      }),
  })
})
afterAll(() => site?.[Symbol.asyncDispose]())

const completeness = (): Promise<unknown> =>
  site.ask(`{ integration(id: "${site.integration}") { completeness {
    stream kind method state expected held missing percent unconfirmed healed counted { expected held apart at }
    examples { remoteId reason } lastAuditedAt
  } } }`)
const counts = {
  expected: null,
  held: null,
  missing: null,
  percent: null,
  unconfirmed: null,
  healed: null,
  counted: null,
}
const groups = {
  stream: 'groups',
  kind: 'team',
  method: null,
  state: null,
  ...counts,
  examples: [],
  lastAuditedAt: null,
}

test('says of every stream that nothing is known before it was audited', async () => {
  const labels = { ...groups, stream: 'labels', kind: 'tag', method: 'FULL_PASS' }
  expect(await completeness()).toEqual({ data: { integration: { completeness: [groups, labels] } } })
})

test('tells what is expected, held and missing, and why, and rounds no gap away', async () => {
  const { ledger } = site.store
  const audited = {
    integrationId: site.integrationId,
    stream: 'labels',
    kind: 'tag',
    method: 'FULL_PASS',
    prefix: '',
  } as const
  const { pass } = await ledger.begin(audited, at(1))
  const held = Array.from({ length: 1_999 }, (_, index) => `held-${index}`)
  const seen = [
    ...held.map((remoteId) => ({ remoteId, reason: null })),
    { remoteId: 'odd', reason: 'fakedesk: answered 500' },
  ]
  await site.store.apply({
    integrationId: site.integrationId,
    changes: held.map((remoteId) => upsert('tag', remoteId, {})),
    observedAt: at(2),
    learnedBy: 'AUDIT',
    origin: 'sync',
    audit: {
      stream: 'labels',
      kind: 'tag',
      pass,
      seen,
      page: { cursor: {}, done: true, told: null, nameless: 0 },
    },
  })
  await ledger.finish(audited, { pass }, at(3))
  expect(await completeness()).toMatchObject({
    data: {
      integration: {
        completeness: [
          groups,
          {
            stream: 'labels',
            state: 'DONE',
            expected: 2_000,
            held: 1_999,
            missing: 1,
            percent: 99.9,
            unconfirmed: 0,
            healed: 1_999,
            examples: [{ remoteId: 'odd', reason: 'fakedesk: answered 500' }],
            lastAuditedAt: at(3).toISOString(),
          },
        ],
      },
    },
  })
})

test('has an audit made when an agent asks, of an integration that works', async () => {
  const audit = (id: string, role?: 'AGENT' | 'ANALYST'): Promise<unknown> =>
    site.ask(
      `mutation { auditIntegration(input: { id: "${id}" }) { integration { id } userErrors { code } } }`,
      role && { role },
    )
  expect(await audit(site.integration, 'AGENT')).toEqual({
    data: { auditIntegration: { integration: { id: site.integration }, userErrors: [] } },
  })
  expect(asked).toEqual([site.integrationId])
  expect(await audit(site.integration, 'ANALYST')).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
  const nowhere = toNodeId('integration', '00000000-0000-8000-8000-000000000000')
  expect(await audit(nowhere)).toMatchObject({ data: { auditIntegration: { userErrors: [{ code: 'NOT_FOUND' }] } } })
  await site.store.integrations.setStatus(site.integrationId, 'DISCONNECTED', null)
  expect(await audit(site.integration)).toMatchObject({
    data: { auditIntegration: { userErrors: [{ code: 'INTEGRATION_INACTIVE' }] } },
  })
  expect(asked).toHaveLength(1)
})

test('tells what the provider counts beside what was held of what stood then', async () => {
  const { counts } = site.store.ledger
  const of = { integrationId: site.integrationId, stream: 'labels' }
  await counts.said(of, at(4), { count: 2_003, at: at(4) })
  const asked = `{ integration(id: "${site.integration}") { completeness { counted { expected held apart at } } } }`
  const told = (labels: unknown) => ({
    data: { integration: { completeness: [{ counted: null }, { counted: labels }] } },
  })
  expect(await site.ask(asked)).toEqual(told(null))
  const compared = { expected: 2_003, held: 1_999, apart: 4, at: at(4) }
  await counts.compared(of, { compared, settled: 0, wantedAt: at(5), wantedFor: 4 })
  expect(await site.ask(asked)).toEqual(told({ ...compared, at: at(4).toISOString() }))
})
