import { readFile } from 'node:fs/promises'
import {
  buildSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCsv } from '../gateway/export/csv-reader.ts'
import { exportWhole, type Exported, type ExportOptions, linesOf } from '../gateway/export/exported.ts'
import { openSite, type Site, TOKEN } from './site.ts'

let site: Site

beforeAll(async () => {
  site = await openSite({ sizes: { contacts: 130, companies: 12, conversations: 40, tickets: 15 } })
  await site.synced()
})
afterAll(() => site?.[Symbol.asyncDispose]())

const HEADERS = { authorization: `Bearer ${TOKEN}` }

const exported = (query: string, options: ExportOptions = {}): Promise<Exported> =>
  exportWhole(site, query, { ...options, headers: { ...HEADERS, ...options.headers } })

async function ask(query: string): Promise<unknown> {
  const response = await fetch(`${site.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...HEADERS },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

/** What a list that is found by the schema is called, and how it is asked for. */
interface List {
  /** With the names of its parents, and dots. */
  readonly name: string
  /** The operation, with what to select of the page in place of `…`. */
  readonly query: string
  readonly row: string
}

/** Values of the arguments that have to be given. */
const GIVEN: Readonly<Record<string, string>> = { query: '"a"' }

const isPage = ({ type, args }: GraphQLField<unknown, unknown>): boolean =>
  getNamedType(type).name.endsWith('Connection') && args.some(({ name }) => name === 'after')

/** The lists of the root, and of the single objects there that need nothing to be found. */
function listsOf(schema: GraphQLSchema): readonly List[] {
  const root = Object.values(schema.getQueryType()?.getFields() ?? {})
  const parents = root.flatMap((field) => {
    const type = getNullableType(field.type)
    const isAlone = isObjectType(type) && !isPage(field) && field.args.every(({ type: each }) => !isNonNullType(each))
    return isAlone ? [[field, type] as const] : []
  })
  return [
    ...root.filter(isPage).map((field) => toList([], field)),
    ...parents.flatMap(([parent, type]: readonly [GraphQLField<unknown, unknown>, GraphQLObjectType]) =>
      Object.values(type.getFields())
        .filter(isPage)
        .map((field) => toList([parent.name], field)),
    ),
  ]
}

function toList(parents: readonly string[], field: GraphQLField<unknown, unknown>): List {
  const required = field.args.filter(({ type }) => isNonNullType(type))
  const given = required.map(({ name }) => `${name}: ${GIVEN[name] ?? 'null'}`).join(', ')
  const call = `${field.name}${given === '' ? '' : `(${given})`} …`
  return {
    name: [...parents, field.name].join('.'),
    query: `{ ${parents.map((name) => `${name} { `).join('')}${call}${parents.map(() => ' }').join('')} }`,
    row: rowOf(field),
  }
}

/** Every leaf of a row that can be asked for as it is. */
function rowOf(field: GraphQLField<unknown, unknown>): string {
  const page = getNamedType(field.type)
  const nodes = isObjectType(page) ? page.getFields()['nodes'] : undefined
  const node = nodes && getNamedType(nodes.type)
  if (!isObjectType(node) && !isInterfaceType(node)) throw new Error(`${field.name} has no nodes`)
  const leaves = Object.values(node.getFields()).filter(
    ({ type, args }) =>
      isLeafType(getNamedType(type)) &&
      !isListType(getNullableType(type)) &&
      args.every((each) => !isNonNullType(each.type)),
  )
  return ['__typename', ...leaves.map(({ name }) => `${name}_: ${name}`)].join(' ')
}

/** The count that a list says of itself. */
async function countOf({ name, query }: List): Promise<number> {
  let value: unknown = await ask(query.replace('…', '{ totalCount }'))
  for (const each of ['data', ...name.split('.'), 'totalCount']) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, each) : null
  }
  return Number(value)
}

describe('every list of the graph', () => {
  test('is exported whole, both ways', async () => {
    const schema = buildSchema(await readFile('schema/api.graphql', 'utf8'))
    const lists = listsOf(schema)
    expect(lists.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['tickets', 'contacts', 'search', 'activity', 'integrations', 'intercom.conversations']),
    )
    let rows = 0
    for (const list of lists) {
      const query = list.query.replace('…', `{ nodes { ${list.row} } }`)
      const count = await countOf(list)
      const lines = await exported(query)
      expect([list.name, lines.status, lines.trailers]).toEqual([
        list.name,
        200,
        { 'export-rows': String(count), 'export-rows-with-errors': '0', 'export-complete': 'true' },
      ])
      expect(linesOf(lines.text)).toHaveLength(count)
      const table = readCsv((await exported(query, { address: { format: 'csv' } })).text)
      expect(table).toHaveLength(count + 1)
      expect(new Set(table.map((row) => row.length)).size).toBe(1)
      rows += count
    }
    expect(rows).toBeGreaterThan(300)
  })

  test('has the filters and the order of a query', async () => {
    const list = 'conversations(filter: { status: [OPEN] }, orderBy: { field: CREATED_AT, direction: ASC }'
    const answer = await ask(`{ ${list}, first: 100) { nodes { id status contact { name } tags { name } } } }`)
    const { text } = await exported(`{ ${list}, first: 2) { nodes { id status contact { name } tags { name } } } }`)
    expect({ data: { conversations: { nodes: linesOf(text) } } }).toEqual(answer)
    expect(linesOf(text).length).toBeGreaterThan(2)
  })
})

test('a role that reads exports, and nobody exports another workspace', async () => {
  const member = await site.store.members.ensure(site.workspaceId, { email: 'x@acme.test', name: 'X', role: 'ANALYST' })
  const { secret } = await site.store.tokens.issue(member.id, { name: 'export', expiresAt: null })
  const own = await exported('{ contacts { nodes { id } } }', { headers: { authorization: `Bearer ${secret}` } })
  expect(linesOf(own.text)).toHaveLength(130)
  const other = await site.store.workspaces.ensure('Other')
  const stranger = await site.store.members.ensure(other.id, { email: 'y@other.test', name: 'Y', role: 'OWNER' })
  const token = await site.store.tokens.issue(stranger.id, { name: 'export', expiresAt: null })
  const none = await exported('{ contacts { nodes { id } } }', { headers: { authorization: `Bearer ${token.secret}` } })
  expect(none).toMatchObject({ status: 200, text: '', trailers: { 'export-rows': '0', 'export-complete': 'true' } })
})
