import { afterAll, beforeAll, expect, test } from 'vitest'
import { definitionRemoteId, fieldRemoteId } from '../../store/definition-id.ts'
import { rowId, toNodeId } from '../../store/id.ts'
import type { CustomField, DefinitionFields, Kind } from '../../store/kinds.ts'
import { upsert } from '../store/records.ts'
import { type GraphSite, openGraph } from './graph-site.ts'

let graph: GraphSite
beforeAll(async () => void (graph = await openGraph()))
afterAll(() => graph?.[Symbol.asyncDispose]())

const idOf = (kind: Kind, remoteId: string): string => toNodeId(kind, rowId(graph.integrationId, kind, remoteId))

/** A field as a record alone shows it: by its key, as what its value looks like. */
const bare = (key: string, value: CustomField['value'], type: CustomField['type'] = 'OTHER'): CustomField => ({
  key,
  label: key,
  type,
  value,
})

const definition = (key: string, fields: Partial<DefinitionFields>) =>
  upsert('definition', fieldRemoteId('ticket', key), { key, appliesTo: 'ticket', ...fields })

async function fieldsOf(kind: Kind, remoteId: string): Promise<unknown> {
  const selection = 'customFields { key label type value valueLabel }'
  const answer = await graph.ask(
    `{ node(id: "${idOf(kind, remoteId)}") { ... on Ticket { ${selection} } ... on Contact { ${selection} }
       ... on Company { ${selection} } ... on Conversation { ${selection} } } }`,
  )
  return (answer as { data: { node: { customFields: unknown } } }).data.node.customFields // as asked for a line ago
}

test('fields are told as the account defined them, and a choice by its label', async () => {
  const plan = [
    { value: 'gold', label: 'Gold plan' },
    { value: 'tin', label: 'Tin plan' },
  ]
  await graph.say(1, [
    definition('plan', { name: 'Plan', valueType: 'LIST', options: plan }),
    definition('plans', { name: 'Plans', valueType: 'LIST', options: plan }),
    definition('floor', { name: 'Floor', valueType: 'NUMBER', options: [{ value: '3', label: 'Third' }] }),
    definition('paid', { name: 'Paid?', valueType: 'BOOLEAN', options: [] }),
    definition('untyped', { name: 'Untyped', valueType: null, options: [] }),
    upsert('ticket', 't', {
      customFields: [
        bare('plan', 'gold', 'TEXT'),
        bare('plans', ['tin', 'gold']),
        bare('floor', 3, 'NUMBER'),
        bare('paid', true, 'BOOLEAN'),
        bare('untyped', 'x', 'TEXT'),
        bare('unknown', 'x', 'TEXT'),
      ],
    }),
    upsert('ticket', 'odd', {
      customFields: [bare('plan', 'lead'), bare('plans', ['tin', 'lead']), bare('plans', []), bare('plan', null)],
    }),
  ])
  expect(await fieldsOf('ticket', 't')).toEqual([
    { key: 'plan', label: 'Plan', type: 'LIST', value: 'gold', valueLabel: 'Gold plan' },
    { key: 'plans', label: 'Plans', type: 'LIST', value: ['tin', 'gold'], valueLabel: 'Tin plan, Gold plan' },
    { key: 'floor', label: 'Floor', type: 'NUMBER', value: 3, valueLabel: 'Third' },
    { key: 'paid', label: 'Paid?', type: 'BOOLEAN', value: true, valueLabel: null },
    { key: 'untyped', label: 'Untyped', type: 'TEXT', value: 'x', valueLabel: null },
    { key: 'unknown', label: 'unknown', type: 'TEXT', value: 'x', valueLabel: null },
  ])
  expect(await fieldsOf('ticket', 'odd')).toEqual([
    { key: 'plan', label: 'Plan', type: 'LIST', value: 'lead', valueLabel: null },
    { key: 'plans', label: 'Plans', type: 'LIST', value: ['tin', 'lead'], valueLabel: null },
    { key: 'plans', label: 'Plans', type: 'LIST', value: [], valueLabel: null },
    { key: 'plan', label: 'Plan', type: 'LIST', value: null, valueLabel: null },
  ])
})

test('a field that is renamed is so everywhere at once, and one that is deleted shows what the record knows', async () => {
  const both = ['a', 'b'].map((id) => upsert('ticket', id, { customFields: [bare('size', 4, 'NUMBER')] }))
  const told = (label: string) => [{ key: 'size', label, type: 'NUMBER', value: 4, valueLabel: null }]
  await graph.say(1, [...both, definition('size', { name: 'Size', valueType: 'NUMBER' })])
  expect(await fieldsOf('ticket', 'a')).toEqual(told('Size'))
  await graph.say(2, [definition('size', { name: 'Shoe size', valueType: 'NUMBER' })])
  for (const id of ['a', 'b']) expect(await fieldsOf('ticket', id)).toEqual(told('Shoe size'))
  const remoteId = fieldRemoteId('ticket', 'size')
  await graph.say(3, [{ op: 'delete', kind: 'definition', remoteId, mergedIntoRemoteId: null }])
  expect(await fieldsOf('ticket', 'b')).toEqual(told('size'))
})

test('a field of one kind of record is none of another’s', async () => {
  const named = (['contact', 'company', 'conversation'] as const).map((appliesTo) =>
    upsert('definition', fieldRemoteId(appliesTo, 'tier'), {
      key: 'tier',
      appliesTo,
      name: `Tier of a ${appliesTo}`,
      valueType: 'TEXT',
    }),
  )
  const customFields = [bare('tier', 'one', 'TEXT')]
  await graph.say(1, [
    ...named,
    upsert('contact', 'c', { customFields }),
    upsert('company', 'c', { customFields }),
    upsert('conversation', 'c', { customFields }),
    upsert('ticket', 'c', { customFields }),
  ])
  for (const kind of ['contact', 'company', 'conversation', 'ticket'] as const) {
    const label = kind === 'ticket' ? 'tier' : `Tier of a ${kind}`
    expect(await fieldsOf(kind, 'c')).toMatchObject([{ label }])
  }
})

test('what an account defines and the time it spends are no nodes', async () => {
  const remoteId = definitionRemoteId('BRAND', '1')
  await graph.say(1, [
    upsert('definition', remoteId, { type: 'BRAND', key: null, appliesTo: null }),
    upsert('timeEntry', '1', { ticketRemoteId: 't' }),
  ])
  const ids = [idOf('definition', remoteId), idOf('timeEntry', '1')]
  expect(await graph.ask(`{ nodes(ids: ${JSON.stringify(ids)}) { id } node(id: "${ids[0]}") { id } }`)).toEqual({
    data: { nodes: [null, null], node: null },
  })
})
