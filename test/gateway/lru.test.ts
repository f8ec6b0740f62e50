import { describe, expect, it } from 'vitest'
import { createLruMap } from '../../gateway/lru.ts'

describe('a map of bounded weight', () => {
  it('forgets what was not used for longest', () => {
    const map = createLruMap<number>(3)
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ] as const)
      map.set(key, value, 1)
    expect(map.get('a')).toBe(1)
    map.set('d', 4, 1)
    expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual([1, undefined, 3, 4])
  })

  it('makes room for what is heavy, and does not keep what is too heavy', () => {
    const map = createLruMap<number>(10)
    map.set('a', 1, 4)
    map.set('b', 2, 4)
    map.set('c', 3, 6)
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 2, 3])
    map.set('d', 4, 11)
    expect(['b', 'c', 'd'].map((key) => map.get(key))).toEqual([2, 3, undefined])
  })

  it('counts a key that is set again once', () => {
    const map = createLruMap<number>(2)
    map.set('a', 1, 1)
    map.set('a', 2, 1)
    map.set('b', 3, 1)
    expect([map.get('a'), map.get('b')]).toEqual([2, 3])
  })
})
