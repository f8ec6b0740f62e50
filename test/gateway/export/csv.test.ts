import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serve, type Served } from '../served.ts'
import { readCsv } from './csv-reader.ts'
import { exportWhole, type ExportOptions } from './exported.ts'
import { createShelf, type Shelf } from './shelf.ts'

let shelf: Shelf
let served: Served

beforeEach(async () => {
  shelf = createShelf()
  served = await serve(shelf.subgraphs)
})
afterEach(() => served?.[Symbol.asyncDispose]())

const asCsv = (address: Readonly<Record<string, string>> = {}): ExportOptions => ({
  address: { format: 'csv', ...address },
})

async function cellsOf(query: string, options?: ExportOptions): Promise<string[][]> {
  const { text } = await exportWhole(served, query, options ?? asCsv())
  return readCsv(text).map((row) => row.map(({ value }) => value))
}

describe('a list as CSV', () => {
  it('has a heading of what is asked for, and a row for each row', async () => {
    shelf.things = [
      { id: '1', name: 'One', count: -3, tags: ['a', 'b,c'] },
      { id: '2', name: null, count: null, tags: [] },
    ]
    const query = `{ things { edges { cursor node { id name count tags owner { email } ...Size } } } }
      fragment Size on Thing { size { label inner { label inner { label } parts { id } } } }`
    const file = await exportWhole(served, query, { headers: { accept: 'text/csv' } })
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="things.csv"',
    })
    expect(file.trailers).toEqual({ 'export-rows': '2', 'export-rows-with-errors': '0', 'export-complete': 'true' })
    expect(file.text.split('\r\n')).toEqual([
      'cursor,node.id,node.name,node.count,node.tags,node.owner.email,node.size.label,node.size.inner.label,node.size.inner.inner.label,node.size.inner.parts,errors',
      'c0,1,One,-3,"[""a"",""b,c""]",o1@acme.test,s1,,,"[{""id"":""1""}]",',
      'c1,2,,,[],o2@acme.test,s2,,,"[{""id"":""2""}]",',
      '',
    ])
  })

  it('has the heading alone for a list without rows', async () => {
    expect(await cellsOf('{ things { nodes { id name } } }')).toEqual([['id', 'name', 'errors']])
  })

  it('is read back as it was, whatever is in it', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', ' ', "'", '=', '\t', 'ä', '😀', '\u{feff}') }),
    )
    const things = fc.array(fc.record({ name: fc.option(text), tags: fc.array(text, { maxLength: 3 }) }), {
      maxLength: 5,
    })
    await fc.assert(
      fc.asyncProperty(things, async (written) => {
        shelf.things = written.map((thing, index) => ({ id: String(index), ...thing }))
        const { text: file } = await exportWhole(served, '{ things { nodes { name tags } } }', asCsv({ raw: 'true' }))
        const read = readCsv(file)
          .slice(1)
          .map(([name, tags]) => ({
            name: name?.value === '' && !name.isQuoted ? null : name?.value,
            tags: JSON.parse(tags?.value ?? ''),
          }))
        expect(read).toEqual(written)
      }),
      { numRuns: 60 },
    )
  })

  it('gives spreadsheets no formula, and keeps numbers', async () => {
    const formulas = ['=1+1', '+49 30 1', '-2', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1']
    shelf.things = [...formulas, 'a=1', "'=1", '1'].map((name) => ({ id: '1', name, count: -1 }))
    const query = '{ things { nodes { name count } } }'
    const guarded = (await cellsOf(query)).slice(1).map(([name]) => name)
    expect(guarded).toEqual([...formulas.map((name) => `'${name}`), 'a=1', "'=1", '1'])
    expect((await cellsOf(query))[1]?.[1]).toBe('-1')
    const raw = (await cellsOf(query, asCsv({ raw: 'true' }))).slice(1).map(([name]) => name)
    expect(raw).toEqual(shelf.things.map(({ name }) => name))
  })

  it('begins with a mark for spreadsheets, when asked to', async () => {
    shelf.things = [{ id: '1', name: 'Zoë 😀' }]
    const marked = await exportWhole(served, '{ things { nodes { name } } }', asCsv({ bom: 'true' }))
    expect(marked.text).toBe('\u{feff}name,errors\r\nZoë 😀,\r\n')
    const plain = await exportWhole(served, '{ things { nodes { name } } }', asCsv())
    expect(plain.text).toBe('name,errors\r\nZoë 😀,\r\n')
  })

  it('tells in the last column what is missing in a row', async () => {
    shelf.things = ['1', '2'].map((id) => ({ id, name: id }))
    shelf.ownerFault = (id) => (id === '2' ? 'PROVIDER_UNAVAILABLE' : null)
    const errors = [{ code: 'PROVIDER_UNAVAILABLE', message: 'no owner of 2', path: ['owner'] }]
    expect(await cellsOf('{ things { nodes { name owner { email } } } }')).toEqual([
      ['name', 'owner.email', 'errors'],
      ['1', 'o1@acme.test', ''],
      ['2', '', JSON.stringify(errors)],
    ])
  })
})
