import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GOOD, serve, type Served } from '../served.ts'
import { refusalOf, type ExportOptions } from './exported.ts'
import { createShelf, type Shelf } from './shelf.ts'

let shelf: Shelf
let served: Served

beforeEach(async () => {
  shelf = createShelf(3)
  served = await serve(shelf.subgraphs)
})
afterEach(() => served?.[Symbol.asyncDispose]())

const ROWS = '{ things { nodes { id } } }'

describe('an export is refused, with nothing sent of the list', () => {
  it.each<[why: string, query: string, refusal: unknown[], options?: ExportOptions]>([
    ['a mutation', 'mutation { add(name: "a") }', [400, 'EXPORT_QUERY_ONLY']],
    ['a subscription', 'subscription { tick }', [400, 'EXPORT_QUERY_ONLY']],
    ['no list', '{ hello }', [400, 'EXPORT_NOT_ONE_LIST']],
    ['nothing', '{ __typename }', [400, 'EXPORT_NOT_ONE_LIST']],
    ['the schema', '{ __schema { types { name } } }', [400, 'EXPORT_NOT_ONE_LIST']],
    ['a list without pages', '{ plain { id } }', [400, 'EXPORT_NOT_ONE_LIST']],
    ['a page without its rows', '{ things { totalCount } }', [400, 'EXPORT_NOT_ONE_LIST']],
    ['rows without fields', '{ words { nodes } }', [400, 'EXPORT_NOT_ONE_LIST']],
    ['two lists', `{ things { nodes { id } } more: things { nodes { id } } }`, [400, 'EXPORT_NOT_ONE_LIST']],
    ['something beside the list', '{ hello things { nodes { id } } }', [400, 'EXPORT_NOT_ONE_LIST']],
    [
      'something beside it further down',
      '{ room(id: "1") { id things { nodes { id } } } }',
      [400, 'EXPORT_NOT_ONE_LIST'],
    ],
    ['rows twice', '{ things { nodes { id } edges { cursor } } }', [400, 'EXPORT_NOT_ONE_LIST']],
    [
      'one name for two lists',
      '{ room(id: "1") { ... on Room { things(first: 1) { nodes { id } } } ... on Hall { things(first: 2) { nodes { id } } } } }',
      [400, 'EXPORT_NOT_ONE_LIST'],
    ],
    ['the end of a list', '{ things(last: 2) { nodes { id } } }', [400, 'EXPORT_FORWARDS_ONLY']],
    [
      'what stands before a cursor',
      'query ($c: String) { things(before: $c) { nodes { id } } }',
      [400, 'EXPORT_FORWARDS_ONLY'],
      { variables: { c: 'c1' } },
    ],
    ['a name of its own', '{ things { nodes { errors: id } } }', [400, 'EXPORT_NAME_TAKEN']],
    ['an operation that is none', '{ things {', [400, 'GRAPHQL_PARSE_FAILED']],
    ['what the schema does not have', '{ thing { nodes { id } } }', [400, 'GRAPHQL_VALIDATION_FAILED']],
    ['a variable that is none', 'query ($n: Int!) { things(first: $n) { nodes { id } } }', [400, 'BAD_USER_INPUT']],
    ['one of several operations', `query A ${ROWS} query B ${ROWS}`, [400, 'OPERATION_RESOLUTION_FAILURE']],
    [
      'larger pages than the list has',
      '{ things(first: 101) { nodes { id } } }',
      [400, 'BAD_USER_INPUT', 'first: at most 100'],
    ],
    ['too dear a page', '{ things(first: 300000) { nodes { id } } }', [400, 'OPERATION_TOO_COMPLEX']],
    ['a list that is not there', '{ things(odd: "NULL") { nodes { id } } }', [404, 'EXPORT_LIST_NULL']],
    ['a parent that is not there', '{ room(id: "0") { things { nodes { id } } } }', [404, 'EXPORT_LIST_NULL']],
    ['what its subgraph refuses', '{ things(odd: "GONE") { nodes { id } } }', [404, 'NOT_FOUND', 'no shelf']],
    ['a format that is none', ROWS, [400, 'EXPORT_FORMAT_UNKNOWN'], { address: { format: 'xml' } }],
    ['a type that is none', ROWS, [406, 'EXPORT_FORMAT_UNKNOWN'], { headers: { accept: 'image/png' } }],
    ['a wish that is none', ROWS, [400, 'BAD_REQUEST'], { address: { bom: '1' } }],
    ['no token', ROWS, [401, 'UNAUTHENTICATED'], { headers: { authorization: 'Bearer other' } }],
    ['a body that is none', ROWS, [415, 'BAD_REQUEST'], { headers: { 'content-type': 'text/plain' } }],
  ])('%s', async (_why, query, refusal, options) => {
    const told = await refusalOf(served, query, options)
    expect(told.slice(0, refusal.length)).toEqual(refusal)
  })

  it('a list that says where to go on, and is there already', async () => {
    const answer = await refusalOf(served, '{ things(odd: "STUCK", after: "c0") { nodes { id } } }')
    expect(answer.slice(0, 2)).toEqual([502, 'SUBGRAPH_ANSWER_INVALID'])
  })

  it('a stranger where the schema is public', async () => {
    await using open = await serve(shelf.subgraphs, { introspection: 'public' })
    const headers = { authorization: '' }
    expect((await refusalOf(open, '{ __typename }', { headers })).slice(0, 2)).toEqual([401, 'UNAUTHENTICATED'])
  })

  it('what is not on an enforced list', async () => {
    const persisted = { manifest: new Map([['rows', ROWS]]), mode: 'enforce', automatic: false } as const
    await using listed = await serve(shelf.subgraphs, { persisted })
    expect((await refusalOf(listed, '{ things { nodes { name } } }')).slice(0, 2)).toEqual([
      403,
      'OPERATION_NOT_LISTED',
    ])
    const body = JSON.stringify({ documentId: 'rows' })
    const headers = { ...GOOD, 'content-type': 'application/json' }
    const byId = await fetch(new URL('/export', listed.url), { method: 'POST', headers, body })
    expect(await byId.text()).toBe('{"id":"0"}\n{"id":"1"}\n{"id":"2"}\n')
  })

  it('a page of another site, and another method', async () => {
    const url = `${new URL('/export', served.url).href}?query=${encodeURIComponent(ROWS)}`
    const foreign = { 'sec-fetch-site': 'cross-site', authorization: 'Basic good' }
    served.tokens.set('Basic good', [...served.tokens.values()][0] ?? fail())
    expect((await fetch(url, { headers: foreign })).status).toBe(400)
    expect((await fetch(url, { method: 'PUT', headers: GOOD })).status).toBe(405)
  })

  it('HTTP/1.0, over which what was cut off looks whole', async () => {
    const { hostname, port } = new URL(served.url)
    const socket = connect(Number(port), hostname)
    socket.write(`GET /export?query=${encodeURIComponent(ROWS)} HTTP/1.0\r\nauthorization: Bearer good\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1.1 505 /)
  })
})

function fail(): never {
  throw new Error('no token is good')
}
