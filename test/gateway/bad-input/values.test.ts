import { describe, expect, it } from 'vitest'
import { answering, askOdd, saying } from './odd.ts'
import { setScene } from './scene.ts'

describe('a value that its schema does not allow', () => {
  const ask = async (odd: unknown, selection: string) => {
    await using scene = await setScene({ odd: answering({ data: { odd } }) })
    const { data, errors } = await askOdd(scene, `{ odd { ${selection} } }`)
    return {
      odd: (data as { odd: unknown }).odd,
      errors: errors.map((error) => error.replace('SUBGRAPH_ANSWER_INVALID: ', '')),
    }
  }

  it.each<[string, unknown, string, unknown, string[]]>([
    ['an object for an object', { name: 'x' }, 'name', { name: 'x' }, []],
    [
      'a string for an object',
      'x',
      'name',
      null,
      ['odd Query.odd: expected an object, but a subgraph answered a string'],
    ],
    [
      'a list for an object',
      [{ name: 'x' }],
      'name',
      null,
      ['odd Query.odd: expected an object, but a subgraph answered a list'],
    ],
    [
      'a number for a string',
      { name: 7 },
      'name',
      { name: null },
      ['odd,name Odd.name: expected String, but a subgraph answered a number'],
    ],
    [
      'an object for a string',
      { name: {} },
      'name',
      { name: null },
      ['odd,name Odd.name: expected String, but a subgraph answered an object'],
    ],
    [
      'a string for a number',
      { count: '7' },
      'count',
      { count: null },
      ['odd,count Odd.count: expected Int, but a subgraph answered a string'],
    ],
    [
      'a fraction for a whole number',
      { count: 1.5 },
      'count',
      { count: null },
      ['odd,count Odd.count: expected Int, but a subgraph answered a number'],
    ],
    [
      'a number that no Int holds',
      { count: 2 ** 31 },
      'count',
      { count: null },
      ['odd,count Odd.count: expected Int, but a subgraph answered a number'],
    ],
    [
      'the greatest and the least Int',
      { count: 2 ** 31 - 1, id: -(2 ** 31) },
      'count id',
      { count: 2 ** 31 - 1, id: '-2147483648' },
      [],
    ],
    [
      'a string for a fraction',
      { share: '0.5' },
      'share',
      { share: null },
      ['odd,share Odd.share: expected Float, but a subgraph answered a string'],
    ],
    [
      'a number for a truth',
      { isOdd: 1 },
      'isOdd',
      { isOdd: null },
      ['odd,isOdd Odd.isOdd: expected Boolean, but a subgraph answered a number'],
    ],
    [
      'a truth for an id',
      { id: true },
      'id',
      { id: null },
      ['odd,id Odd.id: expected ID, but a subgraph answered a boolean'],
    ],
    ['a number for an id', { id: 7 }, 'id', { id: '7' }, []],
    [
      'an unknown value of an enum',
      { mood: 'UGLY' },
      'mood',
      { mood: null },
      ['odd,mood Odd.mood: expected Mood, but a subgraph answered a string'],
    ],
    [
      'what all objects have for an enum',
      { mood: 'constructor' },
      'mood',
      { mood: null },
      ['odd,mood Odd.mood: expected Mood, but a subgraph answered a string'],
    ],
    ['a hidden value of an enum', { mood: 'SECRET' }, 'mood', { mood: null }, []],
    [
      'an object for a list',
      { list: { name: 'x' } },
      'list { name }',
      { list: null },
      ['odd,list Odd.list: expected a list, but a subgraph answered an object'],
    ],
    [
      'a list with a null where none may be',
      { list: [{ name: 'x' }, null] },
      'list { name }',
      { list: null },
      ['odd,list,1 Cannot return null for non-nullable field Odd.list.'],
    ],
    [
      'lists in lists',
      { list: [[{ name: 'x' }]] },
      'list { name }',
      { list: null },
      ['odd,list,0 Odd.list: expected an object, but a subgraph answered a list'],
    ],
    [
      'null for what may not be null',
      { firm: null, name: 'x' },
      'firm name',
      null,
      ['odd,firm Cannot return null for non-nullable field Odd.firm.'],
    ],
    [
      'nothing for what may not be null',
      { name: 'x' },
      'firm name',
      null,
      ['odd,firm Cannot return null for non-nullable field Odd.firm.'],
    ],
    ['nothing for what may be null', {}, 'name', { name: null }, []],
    [
      'no type where there are several',
      { either: { name: 'x' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'an unknown type',
      { either: { __typename: 'Nobody' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'a type that all objects have',
      { either: { __typename: '__proto__' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'a type that does not stand there',
      { either: { __typename: 'Odd' } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    [
      'a type that is no name',
      { either: { __typename: 7 } },
      'either { __typename }',
      { either: null },
      ['odd,either Odd.either: expected a Either, but a subgraph answered an object'],
    ],
    ['a hidden type', { named: { __typename: 'Unseen', name: 'x' } }, 'named { name }', { named: null }, []],
    [
      'keys that reach for the prototype',
      JSON.parse('{"__proto__":{"polluted":1},"name":"x"}'),
      'name',
      { name: 'x' },
      [],
    ],
  ])('%s', async (_what, answered, selection, odd, errors) => {
    expect(await ask(answered, selection)).toEqual({ odd, errors })
    expect('polluted' in {}).toBe(false)
  })

  it('is told a thousand times at most', async () => {
    const list = Array.from({ length: 20_000 }, () => ({ name: 7, odd: { firm: null } }))
    const { odd, errors } = await ask({ list }, 'list { name odd { firm } }')
    expect(odd).toEqual({ list: list.map(() => ({ name: null, odd: null })) })
    expect(errors).toHaveLength(1_000)
  })

  it('is an error at every level when it is deeper than anything may be', async () => {
    const deep = `${'{"odd":'.repeat(100_000)}null${'}'.repeat(100_000)}`
    await using scene = await setScene({ odd: saying(`{"data":${deep}}`) })
    expect(await askOdd(scene, '{ odd { odd { name } } }')).toEqual({
      data: { odd: { odd: { name: null } } },
      errors: [],
    })
  })
})

describe('entities', () => {
  const QUERY = '{ things { id name } }'
  const NAMES = (...names: unknown[]) => ({ things: names.map((name, index) => ({ id: String(index + 1), name })) })
  const entities = (...list: unknown[]) => ({ data: { _entities: list } })
  const count = (got: string) => [`things SUBGRAPH_ANSWER_INVALID: subgraph "odd": expected 2 entities, but got ${got}`]

  it.each<[string, unknown, unknown, string[]]>([
    ['as asked for', entities({ name: 'a' }, { name: 'b' }), NAMES('a', 'b'), []],
    ['too few', entities({ name: 'a' }), NAMES(null, null), count('1')],
    ['too many', entities({ name: 'a' }, { name: 'b' }, { name: 'c' }), NAMES(null, null), count('3')],
    ['none', entities(), NAMES(null, null), count('0')],
    ['an object', { data: { _entities: {} } }, NAMES(null, null), count('no list')],
    ['null', { data: { _entities: null } }, NAMES(null, null), count('no list')],
    ['something else', { data: { other: 1 } }, NAMES(null, null), count('no list')],
    ['nulls', entities(null, null), NAMES(null, null), []],
    ['one that is text', entities('a', { name: 'b' }), NAMES(null, 'b'), []],
    ['lists', entities([], [{ name: 'b' }]), NAMES(null, null), []],
    [
      'wrong fields',
      entities({ name: { first: 'a' } }, { name: 'b' }),
      NAMES(null, 'b'),
      ['things,0,name SUBGRAPH_ANSWER_INVALID: Thing.name: expected String, but a subgraph answered an object'],
    ],
    [
      'another prototype',
      JSON.parse('{"data":{"_entities":[{"__proto__":{"polluted":1},"name":"a"},null]}}'),
      NAMES('a', null),
      [],
    ],
    [
      'an error at one',
      {
        ...entities(null, { name: 'b' }),
        errors: [{ message: 'gone', path: ['_entities', 0], extensions: { code: 'NOT_FOUND' } }],
      },
      NAMES(null, 'b'),
      ['things,0 NOT_FOUND: gone'],
    ],
    [
      'an error at one that is not there',
      {
        ...entities({ name: 'a' }, { name: 'b' }),
        errors: [{ message: 'gone', path: ['_entities', 7], extensions: { code: 'NOT_FOUND' } }],
      },
      NAMES('a', 'b'),
      ['things NOT_FOUND: gone'],
    ],
  ])('%s', async (_what, answer, data, errors) => {
    await using scene = await setScene({ odd: answering(answer) })
    expect(await askOdd(scene, QUERY)).toEqual({ data, errors })
    expect('polluted' in {}).toBe(false)
  })
})
