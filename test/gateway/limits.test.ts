import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { checkLimits, DEFAULT_LIMITS } from '../../gateway/limits.ts'

const excess = (text: string, limits = {}) =>
  checkLimits(parse(text), { ...DEFAULT_LIMITS, ...limits })?.message ?? null

describe('limits of an operation', () => {
  it.each([
    [
      'depth, also through fragments',
      '{ a { ... on A { b { ...F } } } } fragment F on B { c }',
      { maxDepth: 2 },
      'nested deeper than 2',
    ],
    [
      'root fields, also through fragments',
      '{ a ...F } fragment F on Query { b ... { c } }',
      { maxRootFields: 2 },
      'more than 2 root fields',
    ],
    ['aliases', '{ x: a y: a z: a }', { maxAliases: 2 }, 'more than 2 aliases'],
    [
      'aliases at every place a fragment is spread',
      '{ a { ...F } b { ...F } } fragment F on A { x: id y: id }',
      { maxAliases: 3 },
      'more than 3 aliases',
    ],
    [
      'directives',
      '{ a @skip(if: true) ...F @include(if: true) ... @skip(if: false) { b } } fragment F on Q { c }',
      { maxDirectives: 2 },
      'more than 2 directives',
    ],
    ['fields', '{ a { b c } d { e } }', { maxFields: 4 }, 'more than 4 fields'],
  ])('count %s', (_what, text, limits, message) => {
    expect(excess(text, limits)).toContain(message)
    const loose = Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, limit + 1]))
    expect(excess(text, loose)).toBeNull()
  })

  it.each([
    ['the schema by two names', '{ __schema { types { name } } other: __schema { types { name } } }'],
    ['a list of it', '{ __schema { types { a: fields { name } } } }'],
    ['an object in a fragment', '{ __schema { types { ...T } } } fragment T on __Type { ... { of: ofType { name } } }'],
    ['the schema in a fragment', '{ ...F } fragment F on Query { a: __schema { types { name } } }'],
  ])('allow no alias for %s', (_what, text) => {
    expect(excess(text)).toContain('The schema may be asked for once')
    expect(excess(text, { maxIntrospectionAliases: 1 })).toBeNull()
  })

  it('leave aliases to types by name, to names, and to fields that are only called like those of the schema', () => {
    expect(
      excess('{ a: __type(name: "A") { n: name } b: __type(name: "B") { fields: fields { k: name } } }'),
    ).toBeNull()
    expect(excess('{ a: types { b: fields { id } } }')).toBeNull()
  })

  it('hold for the worst of several operations', () => {
    expect(excess('query A { a } query B { a { b { c } } }', { maxDepth: 2 })).toContain('nested deeper')
  })

  it('are checked in no time where spreading every fragment out would take forever', () => {
    const fragments = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Q { a { ...F${n + 1} } b { ...F${n + 1} } }`,
    )
    const bomb = `{ ...F0 } ${fragments.join(' ')} fragment F60 on Q { id }`
    expect(excess(bomb)).toContain('nested deeper')
    expect(excess(bomb, { maxDepth: 100 })).toContain('more than 1500 fields')
    const flat = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Q { ...F${n + 1} ...F${n + 1} }`)
    expect(excess(`{ ...F0 } ${flat.join(' ')} fragment F60 on Q { id }`)).toContain('root fields')
  })

  it('do not hang on fragments that spread themselves', () => {
    expect(excess('{ ...A } fragment A on Q { a { ...B } } fragment B on Q { b { ...A } }')).toBeNull()
  })
})
