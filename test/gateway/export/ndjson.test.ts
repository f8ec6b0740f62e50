import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GOOD, serve, type Served } from '../served.ts'
import { exportWhole, linesOf } from './exported.ts'
import { createShelf, type Shelf } from './shelf.ts'

let shelf: Shelf
let served: Served

beforeEach(async () => {
  shelf = createShelf(250)
  served = await serve(shelf.subgraphs)
})
afterEach(() => served?.[Symbol.asyncDispose]())

describe('a list as NDJSON', () => {
  it('is all of it, a row on each line, with the count behind it', async () => {
    const file = await exportWhole(served, '{ things { nodes { id name owner { email } } } }')
    expect(file.status).toBe(200)
    expect(file.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': 'attachment; filename="things.ndjson"',
      'cache-control': 'no-store, no-transform',
      'transfer-encoding': 'chunked',
    })
    expect(file.isWhole).toBe(true)
    expect(linesOf(file.text)).toEqual(
      shelf.things.map(({ id, name }) => ({ id, name, owner: { email: `o${id}@acme.test` } })),
    )
    expect(file.trailers).toEqual({
      'export-rows': '250',
      'export-rows-with-errors': '0',
      'export-complete': 'true',
    })
    expect(shelf.asked).toEqual([
      { first: 100, after: null },
      { first: 100, after: 'c99' },
      { first: 100, after: 'c199' },
    ])
  })

  it('is empty for a list without rows', async () => {
    const file = await exportWhole(served, '{ things(name: "none") { nodes { id } } }')
    expect(file).toMatchObject({ status: 200, text: '', trailers: { 'export-rows': '0', 'export-complete': 'true' } })
  })

  it('takes its pages as large as the operation says, and leaves out what else a page has', async () => {
    const query = 'query ($n: Int = 60) { things(first: $n) { totalCount pageInfo { endCursor } rows: nodes { id } } }'
    const file = await exportWhole(served, query)
    expect(linesOf(file.text)).toHaveLength(250)
    expect(linesOf(file.text)[0]).toEqual({ id: '0' })
    expect(shelf.asked.map(({ first }) => first)).toEqual([60, 60, 60, 60, 60])
  })

  it('carries cursors for edges, and goes on behind any of them', async () => {
    const query = 'query Rows($after: String) { things(after: $after) { edges { cursor node { id } } } }'
    const whole = linesOf((await exportWhole(served, query)).text)
    expect(whole[123]).toEqual({ cursor: 'c123', node: { id: '123' } })
    const rest = await exportWhole(served, query, { variables: { after: 'c123' }, operationName: 'Rows' })
    expect(linesOf(rest.text)).toEqual(whole.slice(124))
    const literal = await exportWhole(served, query.replace('($after: String)', '').replace('$after', '"c240"'))
    expect(linesOf(literal.text)).toEqual(whole.slice(241))
  })

  it('stands below single objects, in fragments, under other names, and as conditions have it', async () => {
    const query = `
      query ($id: ID!, $more: Boolean!, $pageAfter: ID = "x") {
        __typename
        ...Below
        room(id: $pageAfter) @skip(if: $more) { id }
      }
      fragment Below on Query { place: room(id: $id) { __typename ... on Room { ...Things } ... on Hall { ...Things } } }
      fragment Things on Place { list: things(first: 100) { ...Rows } }
      fragment Rows on ThingPage { __typename all: nodes { ...Row } }
      fragment Row on Thing { key: id __typename name @include(if: $more) }
    `
    const file = await exportWhole(served, query, { variables: { id: '7', more: true } })
    expect(linesOf(file.text)).toEqual(shelf.things.map(({ id, name }) => ({ key: id, __typename: 'Thing', name })))
  })

  it('tells with a row what is missing in it, and goes on', async () => {
    shelf.ownerFault = (id) => (id === '101' ? 'PROVIDER_UNAVAILABLE' : null)
    const file = await exportWhole(served, '{ things { edges { node { id owner { email } } } } }')
    const lines = linesOf(file.text)
    expect(lines[101]).toEqual({
      node: { id: '101', owner: null },
      errors: [{ code: 'PROVIDER_UNAVAILABLE', message: 'no owner of 101', path: ['node', 'owner'] }],
    })
    expect(lines[102]).toEqual({ node: { id: '102', owner: { email: 'o102@acme.test' } } })
    expect(file.trailers).toEqual({
      'export-rows': '250',
      'export-rows-with-errors': '1',
      'export-complete': 'true',
    })
  })

  it('has a line for a row that is not there', async () => {
    const file = await exportWhole(served, '{ things(first: 100, odd: "HOLES", name: "Thing 1") { nodes { id } } }')
    expect(file.text).toBe('null\n')
  })

  it('comes by GET as well, and compressed to who takes it so', async () => {
    const search = new URLSearchParams({
      query: 'query ($name: String) { things(name: $name) { nodes { id name } } }',
      variables: '{"name": "Thing 9"}',
      format: 'ndjson',
    })
    const one = await fetch(`${new URL('/export', served.url).href}?${search.toString()}`, { headers: GOOD })
    expect(one.headers.get('content-encoding')).toBe('gzip')
    expect(linesOf(await one.text())).toEqual([{ id: '9', name: 'Thing 9' }])
    const packed = await exportWhole(served, '{ things { nodes { id } } }', {
      headers: { 'accept-encoding': 'br, gzip;q=0.5' },
    })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(packed.trailers).toMatchObject({ 'export-rows': '250', 'export-complete': 'true' })
    const plain = await exportWhole(served, '{ things { nodes { id } } }', {
      headers: { 'accept-encoding': 'gzip;q=0' },
    })
    expect(plain.headers).not.toHaveProperty('content-encoding')
  })
})
