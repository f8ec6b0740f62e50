import { pino } from 'pino'
import { buildSchema, getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { IntrospectionSetting } from '../../gateway/access.ts'
import { createAdmission } from '../../gateway/admission.ts'
import { readPrices } from '../../gateway/cost/prices.ts'
import { createDocumentReader } from '../../gateway/documents.ts'
import { DEFAULT_LIMITS } from '../../gateway/limits.ts'
import { createPersisted, NONE_PERSISTED } from '../../gateway/persisted/persisted.ts'
import { VIEWER } from './graph.ts'

const schema = buildSchema(`
  type Query { user: User users(first: Int): [User!]! page(first: Int, last: Int): Page node: Node }
  type Page { nodes: [User!]! edges: [Edge!]! total: Int }
  type Edge { node: User }
  interface Node { id: ID! }
  type User implements Node { id: ID! friends(first: Int): Page tags: [Tag!]! }
  type Tag { name: String users: [User!]! }
`)

describe('admission', () => {
  const codes = (text: string, more: { limits?: object; variables?: Record<string, unknown> } = {}) => {
    const admission = createAdmission({
      schema,
      introspection: 'authenticated',
      limits: { ...DEFAULT_LIMITS, ...more.limits },
      prices: readPrices('type Query { a: Int }'),
      budget: null,
      ...createPersisted(NONE_PERSISTED, pino({ level: 'silent' })),
    })
    const admitted = admission({ query: text, variables: more.variables, viewer: VIEWER })
    return 'errors' in admitted ? admitted.errors.map(({ extensions }) => extensions['code']) : 'admitted'
  }

  it('refuses a page in a page in a page, three hundred bytes that would answer millions', () => {
    const nested = (depth: number): string =>
      depth === 0 ? 'id' : `friends(first: 100) { nodes { ${nested(depth - 1)} } }`
    expect(codes(`{ user { ${nested(4)} } }`)).toEqual(['OPERATION_TOO_COMPLEX'])
    expect(codes(`{ user { ${nested(2)} } }`)).toBe('admitted')
  })

  it('refuses too many tokens, and nesting beyond any stack, before anything else', () => {
    expect(codes(`{ ${'id '.repeat(5_001)} }`)).toEqual(['OPERATION_TOO_COMPLEX'])
    expect(codes(`${'{ user '.repeat(100_000)}`, { limits: { maxTokens: 10_000_000 } })).toEqual([
      'OPERATION_TOO_COMPLEX',
    ])
  })

  it('measures before it validates', () => {
    expect(codes('{ a { b { c } } }', { limits: { maxDepth: 2 } })).toEqual(['OPERATION_TOO_COMPLEX'])
  })

  it('admits the introspection of common clients', () => {
    const full = getIntrospectionQuery({
      specifiedByUrl: true,
      inputValueDeprecation: true,
      oneOf: true,
      schemaDescription: true,
    })
    expect(codes(full)).toBe('admitted')
  })

  it('refuses introspection that goes round in circles', () => {
    const circle =
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }'
    expect(codes(circle)).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })
})

describe('documents', () => {
  const reader = (introspection: IntrospectionSetting) =>
    createDocumentReader({ schema, introspection, limits: DEFAULT_LIMITS })

  it('are read once for each text', () => {
    const read = reader('authenticated')
    expect(read('{ user { id } }')).toBe(read('{ user { id } }'))
    expect(read('{ nope }')).toBe(read('{ nope }'))
    expect(read('{ user { id } }')).not.toBe(read('{ user { id }}'))
  })

  it('say where they are wrong, and at most twenty times', () => {
    const read = reader('public')
    const wrong = read('{\n  nope\n}')
    expect('errors' in wrong && wrong.errors.map((error) => error.toJSON())).toEqual([
      {
        message: 'Cannot query field "nope" on type "Query". Did you mean "node"?',
        locations: [{ line: 2, column: 3 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ])
    const many = read(`{ ${Array.from({ length: 40 }, (_, n) => `n${n}`).join(' ')} }`)
    expect('errors' in many && many.errors.length).toBe(21)
  })

  it.each(['authenticated', 'off'] as const)('suggest no names where the schema is %s', (introspection) => {
    const read = reader(introspection)
    const wrongs = [
      '{ nope }',
      '{ page(frist: 1) { total } }',
      '{ node { ... on Usr { id } } }',
      '{ node { friends { total } } }',
    ]
    for (const text of wrongs) {
      const suggesting = reader('public')(text)
      expect('errors' in suggesting && suggesting.errors[0]?.message).toContain('Did you mean')
      const wrong = read(text)
      expect('errors' in wrong && wrong.errors[0]?.message).not.toContain('Did you mean')
    }
  })

  it('may ask for the schema unless that is off, and for the type of an object always', () => {
    const schemaOf = (introspection: IntrospectionSetting) =>
      'document' in reader(introspection)('{ __schema { queryType { name } } }')
    expect([schemaOf('public'), schemaOf('authenticated'), schemaOf('off')]).toEqual([true, true, false])
    const typeOf = reader('off')('{ ...F } fragment F on Query { __type(name: "User") { name } }')
    expect('errors' in typeOf && typeOf.errors[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED')
    expect('document' in reader('off')('{ __typename node { __typename id } }')).toBe(true)
  })

  it.each([
    ['defer', '{ page { ... @defer { total } } }'],
    ['defer', '{ ...F } fragment F on Query { page { ...G @defer(label: "later") } } fragment G on Page { total }'],
    ['stream', '{ users @stream(initialCount: 1) { id } }'],
  ])('may not ask for an answer in parts, and are told what to do: @%s in %s', (directive, text) => {
    const read = reader('public')(text)
    expect('errors' in read && read.errors.map((error) => error.extensions['code'])).toEqual([
      'INCREMENTAL_DELIVERY_UNSUPPORTED',
    ])
    expect('errors' in read && read.errors[0]?.message).toContain(`take @${directive} out`)
  })
})
