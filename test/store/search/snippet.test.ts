import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toSnippet } from '../../../store/search/snippet.ts'
import { toTerms } from '../../../store/words.ts'

const matched = (text: string | null, ...wanted: string[]) =>
  toSnippet(text, wanted)
    .parts.filter((part) => part.matched)
    .map((part) => part.text)

test('marks every word that begins with one of the wanted, as it is written', () => {
  expect(toSnippet('Der KÜHLSCHRANK kühlt nicht', ['kuhl'])).toEqual({
    snippet: 'Der KÜHLSCHRANK kühlt nicht',
    parts: [
      { text: 'Der ', matched: false },
      { text: 'KÜHLSCHRANK', matched: true },
      { text: ' ', matched: false },
      { text: 'kühlt', matched: true },
      { text: ' nicht', matched: false },
    ],
  })
  expect(matched('<b>refund</b> & REFUNDS', 'refund')).toEqual(['refund', 'REFUNDS'])
  expect(matched('我要退款，现在退款', '退款')).toEqual(['退款', '退款'])
  expect(matched('ขอคืนเงินครับ', 'คืนเงิน')).toEqual(['คืนเงิน'])
  expect(matched('שָׁלוֹם לכם', 'שלומ')).toEqual(['שָׁלוֹם'])
  expect(matched('nothing of it', 'refund')).toEqual([])
  expect(toSnippet(null, ['a'])).toEqual({ snippet: '', parts: [] })
})

test('shows where most of the different words stand together', () => {
  const text = `refund ${'lorem ipsum '.repeat(40)}order of the refund now ${'dolor sit '.repeat(40)}refund refund refund`
  const { snippet, parts } = toSnippet(text, ['refund', 'order'])
  expect(snippet).toContain('order of the refund now')
  expect(snippet).toMatch(/^….*…$/)
  expect(parts.filter((part) => part.matched).map((part) => part.text)).toEqual(['order', 'refund'])
})

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' })
const lettersOf = (text: string): string[] => [...GRAPHEMES.segment(text)].map(({ segment }) => segment)

test('is always a part of the text, joined of its stretches, and cuts no letter', () => {
  const unit = fc.constantFrom('👩‍👩‍👧', 'é', 'e\u0301', '🇩🇪', 'a', 'שָׁ', '漢', ' ', 'ab ', '<', 'क्षि')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 400 }), fc.constantFrom('a', 'ab', 'e', '漢', 'q'), (units, query) => {
      const plain = units.join('').replaceAll(/\s+/g, ' ').trim()
      const { snippet, parts } = toSnippet(units.join(''), toTerms(query))
      expect(parts.map((part) => part.text).join('')).toBe(snippet)
      expect(parts.every((part) => part.text !== '')).toBe(true)
      const bare = snippet.replaceAll(/^…|…$/g, '')
      const place = plain.indexOf(bare)
      expect(place).toBeGreaterThanOrEqual(0)
      expect(bare.length).toBeLessThanOrEqual(160)
      // Letters of the snippet are letters of the text.
      expect(new Set(lettersOf(plain))).toEqual(new Set([...lettersOf(plain), ...lettersOf(bare)]))
    }),
    { numRuns: 300 },
  )
})

test('shows of a letter that is longer than a snippet what fits', () => {
  const { snippet } = toSnippet(`z${'\u0301'.repeat(500)}`, ['z'])
  expect(snippet.length).toBeGreaterThan(0)
  expect(snippet.length).toBeLessThanOrEqual(170)
})
