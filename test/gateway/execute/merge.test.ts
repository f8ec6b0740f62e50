import { describe, expect, it } from 'vitest'
import { clone, merge, own } from '../../../gateway/execute/merge.ts'
import { readSupergraph } from '../../../gateway/execute/type-facts.ts'
import { compose } from '../graph.ts'
import { catalogueSubgraph } from '../queries/media/catalogue.ts'
import { scoresSubgraph } from '../queries/media/scores.ts'

const { facts } = readSupergraph(compose([catalogueSubgraph, scoresSubgraph]))

/** Merges copies, and answers what became of the target. */
function merged(target: Record<string, unknown>, source: Record<string, unknown>) {
  merge(target, source, facts, clone)
  return target
}

describe('merging', () => {
  it('joins objects by key and lists by position', () => {
    expect(merged({ a: { b: 1, l: [{ x: 1 }, null] } }, { a: { c: 2, l: [{ y: 2 }, { y: 3 }, { y: 4 }] } })).toEqual({
      a: { b: 1, c: 2, l: [{ x: 1, y: 2 }, { y: 3 }, { y: 4 }] },
    })
    expect(merged({ l: [[{ x: 1 }]] }, { l: [[{ y: 2 }]] })).toEqual({ l: [[{ x: 1, y: 2 }]] })
  })

  it('never takes null for a value, and takes a value for null', () => {
    expect(merged({ a: 1, b: null, l: [1, null] }, { a: null, b: 2, c: null, l: [null, 2] })).toEqual({
      a: 1,
      b: 2,
      c: null,
      l: [1, 2],
    })
  })

  it('takes the name of an object type, but not that of the interface as which another subgraph knows it', () => {
    expect(merged({ __typename: 'Medium' }, { __typename: 'Book' })).toEqual({ __typename: 'Book' })
    expect(merged({ __typename: 'Book' }, { __typename: 'Medium' })).toEqual({ __typename: 'Book' })
    expect(merged({}, { __typename: 'Medium' })).toEqual({ __typename: 'Medium' })
  })

  it('copies what goes to several places, down to the leaves, and leaves those as they are', () => {
    const at = new Date(0)
    const source = { a: { l: [{ x: 1 }], at } }
    const target = merged({}, source)
    expect(target).toEqual(source)
    expect(target['a']).not.toBe(source.a)
    expect(target).toHaveProperty('a.at', at)
    const taken: Record<string, unknown> = {}
    merge(taken, source, facts, own)
    expect(taken['a']).toBe(source.a)
  })

  it('does not reach into the prototype that objects share', () => {
    const source: Record<string, unknown> = JSON.parse(
      '{"a":{"__proto__":{"reached":true}},"__proto__":{"reached":true}}',
    )
    merged({ a: {} }, source)
    expect('reached' in {}).toBe(false)
  })
})
