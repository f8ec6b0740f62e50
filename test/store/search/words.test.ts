import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toSearchable, toTerms, toTsquery } from '../../../store/words.ts'

test('takes case, accents, vowel signs and invisible letters off', () => {
  const alike: readonly (readonly [string, string])[] = [
    ['Crème BRÛLÉE', 'creme brulee'],
    ['Straße, Łódź, Søren, İstanbul', 'strasse lodz soren istanbul'],
    ['ＡＢＣ１２３ ﬁn', 'abc123 fin'],
    ['ΟΔΥΣΣΕΎΣ', 'οδυσσευσ'],
    ['Ёлка', 'елка'],
    ['שָׁלוֹם', 'שלומ'],
    ['مُحَمَّدٌ', 'محمد'],
    ['أحمد إلى', 'احمد الي'],
    ['Donau\u00addampf', 'donaudampf'],
    ['ｶﾞｲﾄﾞ', toSearchable('ガイド')],
  ]
  for (const [written, stored] of alike) expect(toSearchable(written)).toBe(stored)
})

test('parts what is written without spaces into pairs of letters, each with its marks', () => {
  expect(toSearchable('我要退款。')).toBe('我要 要退 退款 款')
  expect(toSearchable('iPhone手机')).toBe('iphone 手机 机')
  expect(toSearchable('返')).toBe('返')
  expect(toSearchable('คืนเงิน').split(' ')).toEqual(['คืน', 'นเ', 'เงิ', 'งิน', 'น'])
  expect(toTerms('iPhone手机 refund')).toEqual(['iphone', '手机', 'refund'])
  expect(toTsquery(toTerms('要退款 a'))).toBe(`('要退' <-> '退款') & 'a':*`)
  expect(toTsquery(toTerms('退'))).toBe(`'退':*`)
})

test('never says more than PostgreSQL takes, whatever the letters', () => {
  for (const letters of ['漢字仮名', '\ufdfa', 'x ', 'é', 'ก็', '𠮷野', '👩‍👩‍👧']) {
    const stored = toSearchable(letters.repeat(100_000 / letters.length + 1))
    const bytes = new Set(stored.split(' ')).size * 4 + Buffer.byteLength([...new Set(stored.split(' '))].join(''))
    expect(bytes).toBeLessThan(1_000_000)
    expect(stored.length).toBeLessThanOrEqual(200_000)
  }
})

test('finds in a text whatever of its words are asked for, by the same folding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const stored = toSearchable(text)
      expect(stored).toBe(stored.trim())
      expect(stored).not.toMatch(/ {2}/)
      for (const term of toTerms(text)) expect(toSearchable(text).replaceAll(' ', '')).toContain(term[0] ?? '')
      // What was folded once is folded.
      expect(toTerms(toTerms(text).join(' '))).toEqual(toTerms(text))
    }),
  )
})
