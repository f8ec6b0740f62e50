import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DOORS, MOST_BY_GET, type Door, type Sent } from './doors.ts'
import { setScene, type Scene } from './scene.ts'

/** What comes between two opening and two closing of something. */
const nest = (n: number, open: string, inner: string, close: string) => open.repeat(n) + inner + close.repeat(n)

const list = (n: number, of: (index: number) => string) => Array.from({ length: n }, (_, index) => of(index)).join(' ')

const HOSTILE: readonly (readonly [string, Sent, string])[] = [
  ['30 levels of lists in 300 bytes', { query: `{ ${nest(30, 'nodes { ', 'id', ' }')} }` }, 'OPERATION_TOO_COMPLEX'],
  [
    'lists of lists that the depth allows',
    { query: `{ ${nest(10, 'nodes(first: 100) { ', 'id', ' }')} }` },
    'OPERATION_TOO_COMPLEX',
  ],
  ['10,000 aliases', { query: `{ ${list(10_000, (n) => `a${n}: steady(n: ${n})`)} }` }, 'OPERATION_TOO_COMPLEX'],
  ['101 aliases', { query: `{ node { ${list(101, (n) => `a${n}: id`)} } }` }, 'OPERATION_TOO_COMPLEX'],
  [
    'a fragment cycle',
    { query: '{ node { ...A } } fragment A on Node { next { ...B } } fragment B on Node { next { ...A } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['a fragment of itself', { query: '{ ...A } fragment A on Query { ...A }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments that double 60 times',
    {
      query: `{ node { ...F0 } } ${list(60, (n) => `fragment F${n} on Node { a: next { ...F${n + 1} } b: next { ...F${n + 1} } }`)} fragment F60 on Node { id }`,
    },
    'OPERATION_TOO_COMPLEX',
  ],
  [
    'fields in conflict, all with all',
    { query: `{ ${list(1_200, (n) => `x: steady(n: ${n})`)} }` },
    'OPERATION_TOO_COMPLEX',
  ],
  ['400 kB of directives', { query: `{ node { id ${'@skip(if: false) '.repeat(24_000)} } }` }, 'OPERATION_TOO_COMPLEX'],
  ['directives that do not exist', { query: '{ node { id @a @b @c } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments inside each other',
    { query: `{ ${nest(200, '... { ', 'steady(n: 1)', ' }')} }` },
    'OPERATION_TOO_COMPLEX',
  ],
  ['values inside each other', { query: `{ search(list: ${nest(200, '[', '1', ']')}) }` }, 'OPERATION_TOO_COMPLEX'],
  [
    'objects inside each other',
    { query: `{ search(filter: ${nest(200, '{and: ', '[]', '}')}) }` },
    'OPERATION_TOO_COMPLEX',
  ],
  [
    'more brackets than a parser can take',
    { query: `{ search(list: ${nest(2_400, '[', '1', ']')}) }` },
    'OPERATION_TOO_COMPLEX',
  ],
  [
    'types inside each other',
    { query: `query ($x: ${nest(200, '[', 'Int', ']')}) { search(any: $x) }` },
    'OPERATION_TOO_COMPLEX',
  ],
  [
    'two operations and no name',
    { query: 'query A { steady(n: 1) } query B { steady(n: 2) }' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['two operations without names', { query: '{ steady(n: 1) } { steady(n: 2) }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a name that no operation has', { query: '{ steady(n: 1) }', operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
  ['only a fragment', { query: 'fragment F on Query { steady(n: 1) }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a schema instead', { query: 'type Query { a: Int }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a null byte', { query: '{ steady(n: 1)\u0000 }' }, 'GRAPHQL_PARSE_FAILED'],
  ['half a character', { query: '{ steady(n: 1) \uD83D }' }, 'GRAPHQL_PARSE_FAILED'],
  ['only a comment', { query: '# nothing' }, 'GRAPHQL_PARSE_FAILED'],
  ['a name of the language', { query: '{ __proto__ }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['what all objects have', { query: '{ constructor hasOwnProperty toString }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['a type that all objects have', { query: '{ ... on toString { a } ...constructor }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['no variable that must be', { query: 'query ($n: Int!) { steady(n: $n) }' }, 'BAD_USER_INPUT'],
  [
    'a variable of the wrong type',
    { query: 'query ($n: Int!) { steady(n: $n) }', variables: { n: 'one' } },
    'BAD_USER_INPUT',
  ],
  [
    'a number that no Int holds',
    { query: 'query ($n: Int!) { steady(n: $n) }', variables: { n: 2 ** 53 } },
    'BAD_USER_INPUT',
  ],
  [
    'a field that an input does not have',
    {
      query: 'query ($f: Filter) { search(filter: $f) }',
      variables: JSON.parse('{"f": {"__proto__": {"text": "x"}}}'),
    },
    'BAD_USER_INPUT',
  ],
  [
    'variables inside each other, of a type that allows it',
    {
      query: 'query ($f: Filter) { search(filter: $f) }',
      variables: { f: JSON.parse(nest(500, '{"and":[', '', ']}')) },
    },
    'BAD_USER_INPUT',
  ],
  [
    'variables inside each other, of a type that allows all',
    { query: 'query ($a: Any) { search(any: $a) }', variables: { a: JSON.parse(nest(1_000, '[', '', ']')) } },
    'BAD_USER_INPUT',
  ],
]

const doors = Object.entries(DOORS)

describe.each(doors)('by %s', (name, door) => {
  let scene: Scene

  beforeAll(async () => {
    scene = await setScene()
  })
  afterAll(() => scene[Symbol.asyncDispose]())

  const fits = ([, sent]: (typeof HOSTILE)[number]) => name !== 'GET' || JSON.stringify(sent).length < MOST_BY_GET

  it.each(HOSTILE.filter(fits))('%s: no subgraph is asked, and nobody else notices', async (_what, sent, code) => {
    scene.asked()
    const came = await scene.beside(() => door(scene, sent))
    expect({ ...came, codes: [...new Set(came.codes)] }).toEqual({ codes: [code] })
    expect(scene.asked()).toBe(0)
  })
})

describe('an operation of a few bytes', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  const heapMegabytes = () => {
    collectGarbage()
    return process.memoryUsage().heapUsed / 1_000_000
  }
  const door: Door = DOORS.POST

  it('leaves nothing behind when it is refused, however often', async () => {
    await using scene = await setScene()
    const refuse = (n: number) => door(scene, { query: `{ ${nest(30, 'nodes { ', `id${n}: id`, ' }')} }` })
    await refuse(0)
    const before = heapMegabytes()
    for (let n = 1; n <= 500; n++) expect((await refuse(n)).codes).toEqual(['OPERATION_TOO_COMPLEX'])
    expect(heapMegabytes() - before).toBeLessThan(50)
    expect(scene.asked()).toBe(0)
  })
})
