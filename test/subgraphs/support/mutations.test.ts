import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RejectedError } from '../../../kit/errors.ts'
import { rowId, toNodeId } from '../../../store/id.ts'
import type { Kind } from '../../../store/kinds.ts'
import { makeIntegration, upsert, batch } from '../../store/records.ts'
import { type GraphSite, openGraph } from '../graph-site.ts'
import { openFakeDesk } from './fake-actions.ts'

const desk = openFakeDesk()
let graph: GraphSite
/** An account beside the site's, whose records are others'. */
let otherIntegrationId: string

beforeAll(async () => {
  graph = await openGraph({ actions: desk.actions })
  const records = [
    upsert('ticket', 't1', { subject: 'One' }),
    upsert('ticket', 't2', { subject: 'Two' }),
    upsert('ticket', 't3', { subject: 'Three' }),
    upsert('contact', 'ana', { name: 'Ana' }),
    upsert('company', 'acme', { name: 'Acme' }),
    upsert('agent', 'zoe', { name: 'Zoe' }),
    upsert('team', 'care', { name: 'Care' }),
  ]
  await graph.say(1, records)
  const { store, workspaceId } = graph
  ;({ integrationId: otherIntegrationId } = await makeIntegration(store.database, { workspaceId }))
  await store.apply(batch(otherIntegrationId, 1, records))
})
afterAll(() => graph?.[Symbol.asyncDispose]())
beforeEach(() => {
  desk.asked.length = 0
  desk.refusal = null
})

const id = (kind: Kind, remoteId: string): string => toNodeId(kind, rowId(graph.integrationId, kind, remoteId))
const otherId = (kind: Kind, remoteId: string): string => toNodeId(kind, rowId(otherIntegrationId, kind, remoteId))

type Fields = Readonly<Record<string, unknown>>

/** A value as it is written in a query: names of enums stand without quotes. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([field, each]) => `${field}: ${literal(each)}`)
      .join(', ')} }`
  }
  return typeof value === 'string' && /^[A-Z_]{3,}$/.test(value) ? value : JSON.stringify(value)
}

interface Answer {
  readonly data: Readonly<Record<string, { readonly userErrors: readonly { field: string | null; code: string }[] }>>
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

const send = async (name: string, kind: string, input: Fields, role: 'AGENT' | 'ANALYST' = 'AGENT'): Promise<Answer> =>
  (await graph.ask(
    `mutation { ${name}(input: ${literal(input)}) { ${kind} { id remoteId } userErrors { code field message } } }`,
    { role },
  )) as Answer // as `GraphSite.ask` parses it

/** Does it, and answers what the provider was asked. */
async function done(name: string, kind: string, input: Fields): Promise<Fields> {
  const { data } = await send(name, kind, input)
  expect(data[name]).toMatchObject({ userErrors: [] })
  return desk.asked.at(-1)?.input as Fields // every action takes an object
}

/** Is refused before anybody is asked, and answers for which fields and why. */
async function refused(name: string, kind: string, input: Fields): Promise<(string | null)[][] | undefined> {
  const { data } = await send(name, kind, input)
  expect(desk.asked).toEqual([])
  expect(data[name]).toMatchObject({ [kind]: null })
  return data[name]?.userErrors.map(({ field, code }) => [field, code])
}

const everything = () => ({
  status: 'PENDING',
  priority: 'HIGH',
  assigneeId: id('agent', 'zoe'),
  teamId: id('team', 'care'),
  companyId: id('company', 'acme'),
  tags: ['vip'],
  customFields: [
    { key: 'size', value: 4 },
    { key: 'cleared', value: null },
  ],
  dueAt: '2026-12-01T00:00:00.000Z',
})
const asAsked = {
  status: 'PENDING',
  priority: 'HIGH',
  assigneeRemoteId: 'zoe',
  teamRemoteId: 'care',
  companyRemoteId: 'acme',
  tags: ['vip'],
  customFields: { size: 4, cleared: null },
  dueAt: new Date('2026-12-01T00:00:00Z'),
}

describe('tickets', () => {
  test('are made with all that is given, and with no more', async () => {
    const plain = { contactId: id('contact', 'ana'), subject: 'Lamp' }
    const drafted = { contactRemoteId: 'ana', subject: 'Lamp', type: null, description: null }
    const full = await done('createTicket', 'ticket', { ...plain, ...everything(), copiedTo: ['bo@example.com'] })
    expect(full['draft']).toEqual({ ...drafted, ...asAsked, copiedTo: ['bo@example.com'] })
    const nulls = { priority: null, assigneeId: null, tags: null, customFields: null, dueAt: null, copiedTo: null }
    for (const input of [plain, { ...plain, ...nulls }]) {
      expect((await done('createTicket', 'ticket', input))['draft']).toStrictEqual(drafted)
    }
  })

  test('are changed by what is given; null empties, and what is left out stays', async () => {
    const ticketId = id('ticket', 't1')
    const { patch } = await done('updateTicket', 'ticket', { ticketId, ...everything(), type: 'Task', subject: 'New' })
    expect(patch).toStrictEqual({ ...asAsked, type: 'Task', subject: 'New' })
    const empty = { assigneeId: null, teamId: null, companyId: null, tags: null, dueAt: null }
    expect((await done('updateTicket', 'ticket', { ticketId, ...empty }))['patch']).toStrictEqual({
      assigneeRemoteId: null,
      teamRemoteId: null,
      companyRemoteId: null,
      tags: [],
      dueAt: null,
    })
  })

  test.each([
    [{}, [null]],
    [{ idempotencyKey: 'k', agentId: null }, [null]],
    [{ subject: null, priority: null, customFields: null }, ['subject', 'priority', 'customFields']],
    [{ subject: ' ' }, ['subject']],
    [{ tags: ['a', ''] }, ['tags']],
    [
      {
        customFields: [
          { key: 'a', value: 1 },
          { key: 'a', value: 2 },
        ],
      },
      ['customFields'],
    ],
    [{ customFields: [{ key: ' ' }] }, ['customFields']],
  ])('are not changed by %j', async (fields, wrong) => {
    const answer = await refused('updateTicket', 'ticket', { ticketId: id('ticket', 't1'), ...fields })
    expect(new Set(answer)).toEqual(new Set(wrong.map((field) => [field, 'BAD_USER_INPUT'])))
  })

  test('are given only to who is of the same account, and copied only to addresses', async () => {
    const plain = { contactId: id('contact', 'ana'), subject: 'Lamp' }
    const others = { assigneeId: otherId('agent', 'zoe'), companyId: otherId('company', 'acme') }
    expect(await refused('createTicket', 'ticket', { ...plain, ...others, teamId: 'nonsense' })).toEqual([
      ['assigneeId', 'BAD_USER_INPUT'],
      ['teamId', 'NOT_FOUND'],
      ['companyId', 'BAD_USER_INPUT'],
    ])
    expect(await refused('createTicket', 'ticket', { ...plain, copiedTo: ['bo'] })).toEqual([
      ['copiedTo', 'BAD_USER_INPUT'],
    ])
  })

  test('go and come back under the same id, and a repeated key says so each time', async () => {
    const ticketId = id('ticket', 't1')
    const gone = { data: { deleteTicket: { ticket: null, userErrors: [] } } }
    expect(await send('deleteTicket', 'ticket', { ticketId, idempotencyKey: 'away' })).toEqual(gone)
    expect(await send('deleteTicket', 'ticket', { ticketId, idempotencyKey: 'away' })).toEqual(gone)
    expect(desk.asked).toHaveLength(1)
    expect(await graph.ask(`{ node(id: "${ticketId}") { id } }`)).toEqual({ data: { node: null } })
    const lost = await send('updateTicket', 'ticket', { ticketId, status: 'OPEN' })
    expect(lost.data['updateTicket']).toMatchObject({ userErrors: [{ code: 'NOT_FOUND', field: 'ticketId' }] })
    expect(await send('restoreTicket', 'ticket', { ticketId })).toEqual({
      data: { restoreTicket: { ticket: { id: ticketId, remoteId: 't1' }, userErrors: [] } },
    })
    expect(await graph.ask(`{ node(id: "${ticketId}") { id } }`)).toEqual({ data: { node: { id: ticketId } } })
  })

  test('are merged into another of the account, each once', async () => {
    const [intoId, two, three] = [id('ticket', 't1'), id('ticket', 't2'), id('ticket', 't3')]
    expect(await done('mergeTickets', 'ticket', { intoId, ticketIds: [two, three] })).toMatchObject({
      intoRemoteId: 't1',
      remoteIds: ['t2', 't3'],
    })
    desk.asked.length = 0
    const many = Array.from({ length: 101 }, (_, n) => String(n))
    for (const ticketIds of [[], many, [two, intoId], [two, two], [otherId('ticket', 't2')]]) {
      expect(await refused('mergeTickets', 'ticket', { intoId, ticketIds })).toEqual([['ticketIds', 'BAD_USER_INPUT']])
    }
    expect(await refused('mergeTickets', 'ticket', { intoId, ticketIds: ['x', two] })).toEqual([
      ['ticketIds', 'NOT_FOUND'],
    ])
    expect(await refused('mergeTickets', 'ticket', { intoId: 'x', ticketIds: [two] })).toEqual([
      ['intoId', 'NOT_FOUND'],
    ])
  })
})

describe('contacts and companies', () => {
  const common = { externalId: 'our-1', tags: ['vip'], customFields: [{ key: 'size', value: [1, 2] }] }
  const commonAsked = { externalId: 'our-1', tags: ['vip'], customFields: { size: [1, 2] } }

  test('are made in the account that is named', async () => {
    const integrationId = graph.integration
    const person = { name: 'Bo', email: 'bo@example.com', phone: '1' }
    const contact = { integrationId, ...person, ...common, companyId: id('company', 'acme') }
    expect((await done('createContact', 'contact', contact))['contact']).toStrictEqual({
      ...person,
      ...commonAsked,
      companyRemoteId: 'acme',
    })
    expect(await done('createContact', 'contact', { integrationId, phone: '1', email: null })).toMatchObject({
      contact: { phone: '1' },
    })
    const company = { integrationId, name: 'Zeta', website: 'zeta.example', ...common }
    expect((await done('createCompany', 'company', company))['company']).toStrictEqual({
      name: 'Zeta',
      website: 'zeta.example',
      ...commonAsked,
    })
  })

  test('are changed by what is given; null empties, and what is left out stays', async () => {
    const contactId = id('contact', 'ana')
    const empty = { email: null, phone: null, externalId: null, companyId: null, tags: null }
    expect((await done('updateContact', 'contact', { contactId, ...empty }))['patch']).toStrictEqual({
      email: null,
      phone: null,
      externalId: null,
      companyRemoteId: null,
      tags: [],
    })
    expect((await done('updateContact', 'contact', { contactId, name: 'Anna' }))['patch']).toStrictEqual({
      name: 'Anna',
    })
    const companyId = id('company', 'acme')
    expect((await done('updateCompany', 'company', { companyId, website: null, name: 'A' }))['patch']).toStrictEqual({
      name: 'A',
      website: null,
    })
  })

  test('that would be nobody, or in no account, are refused', async () => {
    const integrationId = graph.integration
    expect(await refused('createContact', 'contact', { integrationId })).toEqual([[null, 'BAD_USER_INPUT']])
    expect(await refused('createContact', 'contact', { integrationId, email: 'bo' })).toEqual([
      ['email', 'BAD_USER_INPUT'],
    ])
    const elsewhere = { integrationId, name: 'Bo', companyId: otherId('company', 'acme') }
    expect(await refused('createContact', 'contact', elsewhere)).toEqual([['companyId', 'BAD_USER_INPUT']])
    for (const wrong of ['nonsense', id('contact', 'ana')]) {
      expect(await refused('createContact', 'contact', { integrationId: wrong, name: 'Bo' })).toEqual([
        ['integrationId', 'NOT_FOUND'],
      ])
    }
    expect(await refused('createCompany', 'company', { integrationId, name: ' ' })).toEqual([
      ['name', 'BAD_USER_INPUT'],
    ])
    expect(await refused('updateCompany', 'company', { companyId: id('company', 'acme'), name: null })).toEqual([
      ['name', 'BAD_USER_INPUT'],
    ])
    expect(await refused('updateContact', 'contact', { contactId: 'x', name: 'Bo' })).toEqual([
      ['contactId', 'NOT_FOUND'],
    ])
  })
})

test('an agent is said to be there or not, in their own name', async () => {
  const input = { agentId: id('agent', 'zoe'), available: false }
  expect(await done('setAgentAvailability', 'agent', input)).toMatchObject({
    remoteId: 'zoe',
    available: false,
    agentRemoteId: 'zoe',
  })
})

describe('what a provider refuses', () => {
  test.each([
    ['assigneeRemoteId', 'assigneeId'],
    ['companyRemoteId', 'companyId'],
    ['customFields', 'customFields'],
    ['customFields.size', 'customFields'],
    ['description', 'description'],
    ['copiedTo', 'copiedTo'],
    ['contactRemoteId', 'contactId'],
    ['their_own_word', 'contactId'],
    [null, 'contactId'],
  ])('is told of our field: %s is %s, given or not', async (word, field) => {
    desk.refusal = new RejectedError('intercom', 'no', word, 'Not here.')
    const { data } = await send('createTicket', 'ticket', { contactId: id('contact', 'ana'), subject: 'Lamp' })
    expect(data['createTicket']).toEqual({
      ticket: null,
      userErrors: [{ code: 'PROVIDER_REJECTED', field, message: 'intercom refused: Not here.' }],
    })
  })

  test('is told of the tickets of a merge, and of an agent', async () => {
    desk.refusal = new RejectedError('intercom', 'no', 'remoteIds', 'Not these.')
    const input = { intoId: id('ticket', 't1'), ticketIds: [id('ticket', 't2')] }
    expect((await send('mergeTickets', 'ticket', input)).data['mergeTickets']).toMatchObject({
      userErrors: [{ field: 'ticketIds' }],
    })
    desk.refusal = new RejectedError('intercom', 'no', 'remoteId', 'Not them.')
    const agent = { agentId: id('agent', 'zoe'), available: true }
    expect((await send('setAgentAvailability', 'agent', agent)).data['setAgentAvailability']).toMatchObject({
      userErrors: [{ field: 'agentId' }],
    })
  })
})

test('all of it is in the activity, in the name of who did it', async () => {
  await done('updateCompany', 'company', { companyId: id('company', 'acme'), name: 'Acme' })
  const activity = await graph.ask('{ activity(first: 1) { nodes { action detail } } }')
  expect(activity).toEqual({
    data: {
      activity: { nodes: [{ action: 'intercom.updateCompany', detail: { kind: 'company', remoteId: 'acme' } }] },
    },
  })
})

describe('what may not be done', () => {
  const mutations = () =>
    [
      ['deleteTicket', 'ticket', { ticketId: id('ticket', 't1') }],
      ['restoreTicket', 'ticket', { ticketId: id('ticket', 't1') }],
      ['mergeTickets', 'ticket', { intoId: id('ticket', 't1'), ticketIds: [id('ticket', 't2')] }],
      ['createContact', 'contact', { integrationId: graph.integration, name: 'Bo' }],
      ['updateContact', 'contact', { contactId: id('contact', 'ana'), name: 'Bo' }],
      ['createCompany', 'company', { integrationId: graph.integration, name: 'Zeta' }],
      ['updateCompany', 'company', { companyId: id('company', 'acme'), name: 'Zeta' }],
      ['setAgentAvailability', 'agent', { agentId: id('agent', 'zoe'), available: true }],
    ] as const

  test('an analyst may do none of it', async () => {
    for (const [name, kind, input] of mutations()) {
      expect((await send(name, kind, input, 'ANALYST')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    }
    expect(desk.asked).toEqual([])
  })

  test('a provider that cannot do it says so', async () => {
    const able = { ...desk.actions }
    for (const name of Object.keys(able)) Reflect.deleteProperty(desk.actions, name)
    for (const [name, kind, input] of mutations()) {
      expect(await refused(name, kind, input)).toEqual([[null, 'UNSUPPORTED']])
    }
    Object.assign(desk.actions, able)
  })
})

test('what was done is done, though the account was disconnected before the provider answered', async () => {
  const { integrations } = graph.store
  desk.meanwhile = () => integrations.setStatus(otherIntegrationId, 'DISCONNECTED', null)
  const { data, errors } = await send('updateTicket', 'ticket', { ticketId: otherId('ticket', 't1'), subject: 'Late' })
  desk.meanwhile = null
  await integrations.setStatus(otherIntegrationId, 'ACTIVE', null)
  expect(errors).toBeUndefined()
  expect(data).toMatchObject({ updateTicket: { userErrors: [] } })
  expect(desk.asked).toHaveLength(1)
})

test('refuses a letter that cannot be put on record, wherever it stands, before anybody is asked', async () => {
  const ticket = { ticketId: id('ticket', 't1'), subject: 'One' }
  const updated = (input: Fields) => refused('updateTicket', 'ticket', { ...ticket, ...input })
  expect(await updated({ subject: 'a\0b' })).toEqual([['subject', 'BAD_USER_INPUT']])
  expect(await updated({ tags: ['good', 'b\0d'] })).toEqual([['tags', 'BAD_USER_INPUT']])
  expect(await updated({ idempotencyKey: 'k\0y' })).toEqual([['idempotencyKey', 'BAD_USER_INPUT']])
})
