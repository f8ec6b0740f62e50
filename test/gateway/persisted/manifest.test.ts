import { describe, expect, it } from 'vitest'
import { parseManifest, readManifest } from '../../../gateway/persisted/manifest.ts'

const apollo = (operations: unknown, more = {}) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...more })

describe('a manifest of persisted operations', () => {
  it("is read in Apollo's format, and as texts by id", () => {
    const operation = { id: 'a1', name: 'Hello', type: 'query', body: 'query Hello { hello }' }
    expect([...parseManifest(apollo([operation]), 'list.json')]).toEqual([['a1', 'query Hello { hello }']])
    expect([...parseManifest('{"a1":"{ hello }","b2":"mutation { go }"}', 'list.json')]).toEqual([
      ['a1', '{ hello }'],
      ['b2', 'mutation { go }'],
    ])
  })

  it('may hold an operation twice', () => {
    const operation = { id: 'a1', name: 'Hello', type: 'query', body: '{ hello }' }
    expect(parseManifest(apollo([operation, operation]), 'list.json').size).toBe(1)
  })

  it.each([
    ['{', 'expected JSON'],
    ['[]', 'the whole: '],
    ['{}', 'it holds none'],
    [apollo([]), 'it holds none'],
    [apollo([{ id: 'a1', body: '{ hello }' }], { version: 2 }), 'version: '],
    ['{"format":"relay","operations":[]}', 'format: '],
    [apollo([{ id: 'a1' }]), 'operations.0.body: '],
    [apollo([{ id: '', body: '{ hello }' }]), 'operations.0.id: '],
    ['{"a1":7}', 'a1: '],
    ['{"a1":"{ hello"}', 'operation "a1" is not GraphQL: Syntax Error'],
    [
      apollo([
        { id: 'a1', body: '{ hello }' },
        { id: 'a1', body: '{ who }' },
      ]),
      'two operations have the id "a1"',
    ],
  ])('says what is wrong with %s', (json, problem) => {
    expect(() => parseManifest(json, 'list.json')).toThrow(problem)
    expect(() => parseManifest(json, 'list.json')).toThrow(/^the list of operations in list\.json cannot be used: /)
  })

  it('is a file that can be read', async () => {
    await expect(readManifest('/nowhere/list.json')).rejects.toThrow(
      /^the list of operations in \/nowhere\/list\.json cannot be used: it cannot be read \(.*ENOENT/,
    )
  })
})
