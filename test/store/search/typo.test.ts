import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countEdits, isKnown, isMended, toKeys, toNearest } from '../../../store/search/typo.ts'

const ALPHABET = ['a', 'b', 'c', 'd', 'e', 'é', 'ж', 'ש']
const letter = fc.constantFrom(...ALPHABET)
const word = (least: number, most: number) =>
  fc.array(letter, { minLength: least, maxLength: most }).map((letters) => letters.join(''))

/** One typo: a letter too many, too few, another, or two swapped. */
const typo = fc.record({ how: fc.constantFrom('put', 'leave', 'change', 'swap'), place: fc.nat(30), letter })

function mistype(text: string, { how, place, letter: other }: { how: string; place: number; letter: string }): string {
  const letters = [...text]
  const n = place % letters.length
  if (how === 'put') letters.splice(n, 0, other)
  else if (how === 'leave') letters.splice(n, 1)
  else if (how === 'change') letters[n] = other
  else letters.splice(n, 2, ...letters.slice(n, n + 2).toReversed())
  return letters.join('')
}

const sharesKey = (a: string, b: string): boolean => {
  const keys = new Set(toKeys('w', a))
  return toKeys('w', b).some((key) => keys.has(key))
}

test('finds every word with one typo by its keys, and of words of eight letters every one with two', () => {
  fc.assert(
    fc.property(word(4, 14), typo, (meant, mistake) => {
      const typed = mistype(meant, mistake)
      expect(countEdits(typed, meant)).toBeLessThanOrEqual(1)
      expect(sharesKey(typed, meant)).toBe(true)
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(word(10, 16), typo, typo, (meant, one, two) => {
      const typed = mistype(mistype(meant, one), two)
      expect(countEdits(typed, meant) > 2 || sharesKey(typed, meant)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('counts typos as people make them', () => {
  const counted: readonly (readonly [string, string, number])[] = [
    ['refnud', 'refund', 1],
    ['refud', 'refund', 1],
    ['reffund', 'refund', 1],
    ['rafund', 'refund', 1],
    ['accomodatoin', 'accommodation', 2],
    ['refund', 'refund', 0],
    ['', 'abc', 3],
  ]
  for (const [from, to, edits] of counted) expect([from, countEdits(from, to)]).toEqual([from, edits])
})

test('names the likeliest words first, and none that begins with what was typed', () => {
  const words = ['refund', 'refunds', 'refnudge', 'defnud', 'invoice', 'refuse']
  expect(toNearest('refnud', words, 8)).toEqual(['refund', 'defnud'])
  expect(toNearest('refnud', words, 1)).toEqual(['refund'])
  expect(toNearest('accomodatoin', ['accommodation', 'accommodations'], 8)).toEqual(['accommodation'])
})

test('takes numbers, ids and short terms as they are typed', () => {
  expect(['4711', 'a1b2', 'abc', 'x'.repeat(25), '\u0301abc'].filter(isMended)).toEqual([])
  expect(['help', 'помощь', 'עזרה'].every(isMended)).toBe(true)
  expect(isKnown('abc')).toBe(true)
})

test('makes other keys for another workspace', () => {
  const keys = new Set(toKeys('one', 'refund'))
  expect(toKeys('two', 'refund').some((key) => keys.has(key))).toBe(false)
})
