import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createIngestRole } from '../../../ingest/role.ts'
import { RejectedError } from '../../../kit/errors.ts'
import { rowId, toNodeId } from '../../../store/id.ts'
import type { Kind } from '../../../store/kinds.ts'
import type { WorkspaceRole } from '../../../store/viewer.ts'
import { connectors } from '../../../subgraphs/registry.ts'
import { SOON } from '../../setup/soon.ts'
import { batch, makeIntegration, upsert } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'
import { openFakeDesk } from './fake-actions.ts'

const desk = openFakeDesk()
let graph: GraphSite
/** An account at another provider, with records of the same names. */
let other: string

beforeAll(async () => {
  graph = await openGraph({
    connectors: connectors.map((each) => ({ ...each, actions: desk.actions, streams: [] })),
    async ingest(foundation) {
      const role = await createIngestRole({
        ...foundation,
        eventsKept: { days: 7, most: 1_000_000 },
        log: () => undefined,
      })
      return { ...role, [Symbol.asyncDispose]: () => role.close() }
    },
  })
  const { store, workspaceId } = graph
  const records = [
    ...[1, 2, 3].map((n) => upsert('ticket', `t${n}`, { status: n < 3 ? 'OPEN' : 'SOLVED', subject: `Ticket ${n}` })),
    upsert('conversation', 'c1'),
    upsert('contact', 'ana', { email: 'ana@example.com' }),
    upsert('company', 'acme', { name: 'Acme' }),
    upsert('agent', 'zoe', { name: 'Zoe' }),
    upsert('team', 'care', { name: 'Care' }),
    upsert('tag', 'tag-1', { name: 'Old' }),
    upsert('tag', 'tag-2', { name: 'old' }),
  ]
  await graph.say(1, records)
  ;({ integrationId: other } = await makeIntegration(store.database, { provider: 'zendesk', workspaceId }))
  await store.apply(batch(other, 1, records))
})
afterAll(() => graph?.[Symbol.asyncDispose]())
beforeEach(() => {
  desk.asked.length = 0
  desk.refusal = null
})

const id = (kind: Kind, remoteId: string, integrationId = graph.integrationId): string =>
  toNodeId(kind, rowId(integrationId, kind, remoteId))
const tickets = (...numbers: readonly number[]): string[] => numbers.map((n) => id('ticket', `t${n}`))

const JOB = 'id action kind state total done failed skipped unknown finishedAt createdBy { name }'

interface Job {
  readonly id: string
  readonly state: string
  readonly finishedAt: string | null
  readonly items: { readonly nodes: readonly Item[] }
}
interface Item {
  readonly id: string
  readonly state: string
  readonly code: string | null
  readonly field: string | null
}
interface Begun {
  readonly job: Job | null
  readonly userErrors: readonly { readonly code: string; readonly field: string | null; readonly message: string }[]
}
interface Answer {
  readonly data: Readonly<Record<string, Begun>> | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

const send = async (name: string, input: string, role: WorkspaceRole = 'AGENT'): Promise<Answer> =>
  (await graph.ask(`mutation { ${name}(input: { ${input} }) { job { ${JOB} } userErrors { code field message } } }`, {
    role,
  })) as Answer // as `GraphSite.ask` parses it

/** Begins a job, and answers it when it has ended, with its rows. */
async function ended(name: string, input: string): Promise<Job> {
  const { data } = await send(name, input)
  expect(data?.[name]).toMatchObject({ userErrors: [], job: { createdBy: { name: 'Ann' } } })
  const query = `{ node(id: "${data?.[name]?.job?.id}") { ... on BulkJob { ${JOB}
    items { nodes { id state code field message at record { id ... on Ticket { status } } } } } } }`
  return vi.waitFor(async () => {
    const { data: read } = (await graph.ask(query)) as { data: { node: Job } } // the same
    expect(read.node.finishedAt).not.toBeNull()
    return read.node
  }, SOON)
}

/** Is refused before anything is begun; answers for which fields and why. */
async function refused(name: string, input: string): Promise<(string | null)[][] | undefined> {
  const { data } = await send(name, input)
  expect(data?.[name]?.job).toBeNull()
  return data?.[name]?.userErrors.map(({ code, field }) => [field, code])
}

const inputs = (name: string): unknown[] => desk.asked.filter((each) => each.name === name).map(({ input }) => input)

describe('a job over many tickets', () => {
  test('changes all that a filter finds, whichever account they are of, and shows them as they now stand', async () => {
    const job = await ended(
      'bulkUpdateTickets',
      'tickets: { status: [OPEN] }, status: PENDING, priority: HIGH, dueAt: "2026-12-01T00:00:00.000Z"',
    )
    expect(job).toMatchObject({ action: 'UPDATE_TICKETS', kind: 'TICKET', state: 'DONE', total: 4, done: 4 })
    const all = [...tickets(1, 2), id('ticket', 't1', other), id('ticket', 't2', other)]
    expect(job.items.nodes.map((item) => item.id).toSorted()).toEqual(all.toSorted())
    expect(job.items.nodes).toEqual(
      job.items.nodes.map((item) => ({
        ...item,
        state: 'DONE',
        code: null,
        message: null,
        at: expect.any(String),
        record: { id: item.id, status: 'OPEN' },
      })),
    )
    const patch = { status: 'PENDING', priority: 'HIGH', dueAt: new Date('2026-12-01T00:00:00Z') }
    expect(inputs('updateTicket')).toEqual([1, 2, 3, 4].map(() => expect.objectContaining({ patch })))
  })

  test('gives those to an agent that are of the agent’s account, and says so of the others', async () => {
    const ids = [...tickets(1), id('ticket', 't1', other)]
    const given = `assigneeId: "${id('agent', 'zoe')}", teamId: null`
    const job = await ended('bulkUpdateTickets', `ids: ${JSON.stringify(ids)}, ${given}, status: OPEN`)
    expect(job.items.nodes).toMatchObject([
      { state: 'DONE', field: null },
      { state: 'SKIPPED', code: 'BAD_USER_INPUT', field: 'assigneeId' },
    ])
    expect(inputs('updateTicket')).toMatchObject([
      { ticketRemoteId: 't1', patch: { assigneeRemoteId: 'zoe', teamRemoteId: null, status: 'OPEN' } },
    ])
  })

  test('tells of each row what its provider refused, and tries again what failed when asked to', async () => {
    desk.refusal = new RejectedError('zendesk', 'no', 'teamRemoteId', 'Closed.')
    const input = `ids: ${JSON.stringify([...tickets(1), id('ticket', 'nowhere')])}, teamId: null`
    const job = await ended('bulkUpdateTickets', input)
    expect(job.items.nodes).toMatchObject([
      { state: 'FAILED', code: 'PROVIDER_REJECTED', field: 'teamId', message: 'zendesk refused: Closed.' },
      { state: 'SKIPPED', code: 'NOT_FOUND', record: null },
    ])
    desk.refusal = null
    const again = await send('retryBulkJob', `id: "${job.id}"`)
    expect(again.data?.['retryBulkJob']).toMatchObject({ userErrors: [], job: { failed: 0, skipped: 1 } })
    await vi.waitFor(async () => {
      const now = await graph.ask(
        `{ node(id: "${job.id}") { ... on BulkJob { state done failed items(state: [DONE]) { totalCount } } } }`,
      )
      expect(now).toEqual({ data: { node: { state: 'DONE', done: 1, failed: 0, items: { totalCount: 1 } } } })
    }, SOON)
  })

  test('that finds nothing is done at once', async () => {
    const { data } = await send('bulkUpdateTickets', 'tickets: { status: [CLOSED] }, status: OPEN')
    expect(data?.['bulkUpdateTickets']?.job).toMatchObject({ state: 'DONE', total: 0 })
    expect((await send('bulkAssign', 'ids: [], teamId: null')).data?.['bulkAssign']?.job).toMatchObject({ total: 0 })
  })

  test.each([
    ['status: OPEN', [[null, 'BAD_USER_INPUT']]],
    ['ids: [], tickets: { status: [OPEN] }, status: OPEN', [[null, 'BAD_USER_INPUT']]],
    ['tickets: {}, status: OPEN', [['tickets', 'BAD_USER_INPUT']]],
    ['tickets: { status: null }, status: OPEN', [['tickets', 'BAD_USER_INPUT']]],
    ['ids: ["x"], status: OPEN', [['ids', 'BAD_USER_INPUT']]],
    ['ids: []', [[null, 'BAD_USER_INPUT']]],
    [
      'ids: [], status: null, priority: null',
      [
        ['status', 'BAD_USER_INPUT'],
        ['priority', 'BAD_USER_INPUT'],
      ],
    ],
    ['ids: [], tags: ["a"], addTags: ["b"]', [['tags', 'BAD_USER_INPUT']]],
    ['ids: [], removeTags: [" "]', [['removeTags', 'BAD_USER_INPUT']]],
    ['ids: [], customFields: [{ key: "" }]', [['customFields', 'BAD_USER_INPUT']]],
    ['ids: [], status: OPEN, idempotencyKey: " "', [['idempotencyKey', 'BAD_USER_INPUT']]],
    ['ids: [], assigneeId: "x"', [['assigneeId', 'NOT_FOUND']]],
  ])('is not begun by %s', async (input, wrong) => {
    expect(await refused('bulkUpdateTickets', input)).toEqual(wrong)
  })

  test('is not begun with records of another kind, with too many, nor with people of two accounts', async () => {
    const contact = JSON.stringify([...tickets(1), id('contact', 'ana')])
    expect(await refused('bulkUpdateTickets', `ids: ${contact}, status: OPEN`)).toEqual([['ids', 'BAD_USER_INPUT']])
    const many = JSON.stringify(Array.from({ length: 10_001 }, () => id('ticket', 't1')))
    expect(await refused('bulkUpdateTickets', `ids: ${many}, status: OPEN`)).toEqual([['ids', 'BAD_USER_INPUT']])
    const apart = `assigneeId: "${id('agent', 'zoe')}", teamId: "${id('team', 'care', other)}"`
    expect(await refused('bulkAssign', `ids: [], ${apart}`)).toEqual([['teamId', 'BAD_USER_INPUT']])
  })
})

describe('a job of tags', () => {
  test('puts them on and takes them off by name, as each account has them', async () => {
    const job = await ended(
      'bulkTag',
      'contacts: { email: "ana@example.com" }, add: [" new "], remove: ["OLD", "none"]',
    )
    expect(job).toMatchObject({ action: 'TAG', kind: 'CONTACT', total: 2, done: 2 })
    const target = { kind: 'contact', remoteId: 'ana' }
    expect(inputs('tag')).toMatchObject([1, 2].map(() => ({ target, name: 'new' })))
    expect(inputs('untag')).toMatchObject(
      ['tag-1', 'tag-2', 'tag-1', 'tag-2'].map(() => ({ target, tagRemoteId: expect.stringMatching(/^tag-[12]$/) })),
    )
  })

  test.each([
    ['company', 'acme', 'COMPANY'],
    ['conversation', 'c1', 'CONVERSATION'],
    ['ticket', 't1', 'TICKET'],
  ] as const)('takes ids of a %s', async (kind, remoteId, named) => {
    expect(await ended('bulkTag', `ids: ["${id(kind, remoteId)}"], add: ["x"]`)).toMatchObject({ kind: named, done: 1 })
    expect(inputs('tag')).toMatchObject([{ target: { kind, remoteId }, name: 'x' }])
  })

  test.each([
    ['ids: [], add: []', 'add'],
    ['ids: [], add: [""]', 'add'],
    ['ids: [], add: ["a"], remove: ["A "]', 'remove'],
    [`ids: [], remove: ${JSON.stringify(Array.from({ length: 21 }, (_, n) => String(n)))}`, 'remove'],
  ])('is not begun by %s', async (input, field) => {
    expect(await refused('bulkTag', input)).toEqual([[field, 'BAD_USER_INPUT']])
  })
})

describe('a job that assigns', () => {
  test('gives conversations and tickets to whom it names, each in its own way', async () => {
    const given = `assigneeId: "${id('agent', 'zoe')}", teamId: "${id('team', 'care')}"`
    await ended('bulkAssign', `ids: ["${id('conversation', 'c1')}"], ${given}`)
    await ended('bulkAssign', `ids: ["${id('ticket', 't1')}"], ${given}`)
    const to = { assigneeRemoteId: 'zoe', teamRemoteId: 'care' }
    expect(inputs('assign')).toMatchObject([{ conversationRemoteId: 'c1', ...to }])
    expect(inputs('updateTicket')).toMatchObject([{ ticketRemoteId: 't1', patch: to }])
  })

  test('takes them from whoever has them, in every account', async () => {
    const integrations = JSON.stringify([graph.integration, toNodeId('integration', other)])
    const job = await ended('bulkAssign', `conversations: { integrationIds: ${integrations} }, assigneeId: null`)
    expect(job).toMatchObject({ kind: 'CONVERSATION', done: 2 })
    expect(inputs('assign')).toMatchObject([1, 2].map(() => ({ assigneeRemoteId: null, teamRemoteId: null })))
    expect(await refused('bulkAssign', 'ids: []')).toEqual([['assigneeId', 'BAD_USER_INPUT']])
  })
})

test('the same key answers the same job, and does nothing twice', async () => {
  const input = `ids: ${JSON.stringify(tickets(1))}, status: OPEN, idempotencyKey: "again"`
  const job = await ended('bulkUpdateTickets', input)
  expect((await send('bulkUpdateTickets', input)).data?.['bulkUpdateTickets']?.job).toMatchObject({
    id: job.id,
    done: 1,
  })
  expect(desk.asked).toHaveLength(1)
  const other_ = `ids: ${JSON.stringify(tickets(2))}, status: OPEN, idempotencyKey: "again"`
  expect(await refused('bulkUpdateTickets', other_)).toEqual([['idempotencyKey', 'IDEMPOTENCY_KEY_REUSED']])
})

test('a cancelled job begins no more rows, and stays so', async () => {
  // Rows that nobody takes up: those of no integration.
  const { store, workspaceId } = graph
  await store.database.system.query(
    `insert into bulk_job (workspace_id, action, kind, input, work, total) values ($1, 'TAG', 'ticket', '{}',
       '{"fields": {}, "references": {}, "addTags": [], "removeTags": []}', 2)`,
    [workspaceId],
  )
  const { rows } = await store.bulk.page(workspaceId, { first: 1 })
  const job = toNodeId('bulkJob', rows[0]?.id ?? '')
  const { data } = await send('cancelBulkJob', `id: "${job}"`)
  expect(data?.['cancelBulkJob']).toMatchObject({
    userErrors: [],
    job: { state: 'CANCELLED', finishedAt: expect.any(String) },
  })
  expect((await send('cancelBulkJob', `id: "${job}"`)).data?.['cancelBulkJob']?.userErrors).toEqual([])
  expect(await refused('retryBulkJob', `id: "${job}"`)).toEqual([['id', 'CANCELLED']])
  for (const name of ['cancelBulkJob', 'retryBulkJob']) {
    expect(await refused(name, `id: "${id('ticket', 't1')}"`)).toEqual([['id', 'NOT_FOUND']])
  }
})

test('whoever follows a job hears that it began and that it ended, and goes on from a cursor', async () => {
  const after = await graph.store.events.latest(graph.workspaceId)
  const job = await ended('bulkUpdateTickets', `ids: ${JSON.stringify(tickets(1, 2, 3))}, status: OPEN`)
  const follow = (from: string) =>
    graph.follow(
      `subscription { bulkJobUpdated(id: "${job.id}", after: "${from}") { cursor type id job { state done } } }`,
    )
  interface Event {
    readonly data: { readonly bulkJobUpdated: { readonly cursor: string; readonly type: string } }
  }
  const read = async (events: AsyncIterableIterator<unknown>): Promise<Event['data']['bulkJobUpdated']> =>
    (JSON.parse(JSON.stringify((await events.next()).value)) as Event).data.bulkJobUpdated // as asked for
  const events = await follow(after)
  const first = await read(events)
  expect(first).toMatchObject({ type: 'CREATED', id: job.id, job: { state: 'DONE', done: 3 } })
  const second = await read(events)
  expect(second).toMatchObject({ type: 'UPDATED', id: job.id })
  await events.return?.()
  const later = await follow(first.cursor)
  expect(await read(later)).toEqual(second)
  await later.return?.()
})

describe('who may do what', () => {
  test('an analyst begins, cancels and retries nothing, and reads how jobs get on', async () => {
    const job = await ended('bulkUpdateTickets', `ids: ${JSON.stringify(tickets(1))}, status: OPEN`)
    desk.asked.length = 0
    for (const [name, input] of [
      ['bulkUpdateTickets', `ids: ${JSON.stringify(tickets(1))}, status: OPEN`],
      ['bulkTag', `ids: ${JSON.stringify(tickets(1))}, add: ["x"]`],
      ['bulkAssign', `ids: ${JSON.stringify(tickets(1))}, teamId: null`],
      ['cancelBulkJob', `id: "${job.id}"`],
      ['retryBulkJob', `id: "${job.id}"`],
    ] as const) {
      expect((await send(name, input, 'ANALYST')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
    expect(desk.asked).toEqual([])
    const read = await graph.ask('{ bulkJobs(first: 1) { nodes { id } pageInfo { hasNextPage } } }', {
      role: 'ANALYST',
    })
    expect(read).toEqual({ data: { bulkJobs: { nodes: [{ id: job.id }], pageInfo: { hasNextPage: true } } } })
  })

  test('another workspace sees no job, and none of the records', async () => {
    const job = await ended('bulkUpdateTickets', `ids: ${JSON.stringify(tickets(1))}, status: OPEN`)
    const { id: workspaceId } = await graph.store.workspaces.ensure('Elsewhere')
    const query = `{ node(id: "${job.id}") { id } bulkJobs { totalCount } }`
    expect(await graph.ask(query, { workspaceId })).toEqual({ data: { node: null, bulkJobs: { totalCount: 0 } } })
  })
})

test('a job is one entry of the activity, however many rows it has', async () => {
  const job = await ended('bulkUpdateTickets', `ids: ${JSON.stringify(tickets(1, 2, 3))}, status: OPEN`)
  const activity = await graph.ask('{ activity(first: 2) { nodes { action detail member { name } } } }')
  const detail = { id: job.id, action: 'UPDATE_TICKETS', kind: 'ticket', total: 3 }
  expect(activity).toMatchObject({
    data: {
      activity: { nodes: [{ action: 'bulkJob.begun', detail, member: { name: 'Ann' } }, { action: 'bulkJob.begun' }] },
    },
  })
  expect(job.state).toBe('DONE')
})

test('lists are paged forwards only', async () => {
  expect(await graph.ask('{ bulkJobs(last: 1) { totalCount } }')).toMatchObject({
    errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  })
})
