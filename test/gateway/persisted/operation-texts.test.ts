import { describe, expect, it } from 'vitest'
import { createOperationTexts, hashText } from '../../../gateway/persisted/operation-texts.ts'

const HELLO = '{ hello }'
const WHO = '{ who }'
const byHash = (sha256Hash: unknown, query?: string) => ({
  query,
  extensions: { persistedQuery: { version: 1, sha256Hash } },
})

describe('the texts of operations', () => {
  const outcome = (texts: ReturnType<typeof createOperationTexts>, asked: Parameters<typeof texts.find>[0]) => {
    const found = texts.find(asked)
    return 'text' in found ? found.text : found.errors.map(({ extensions }) => extensions['code']).join()
  }

  it('are what came, or what the list holds under the id that came', () => {
    const texts = createOperationTexts({ manifest: new Map([['a1', HELLO]]), automatic: false })
    expect(outcome(texts, { query: WHO })).toBe(WHO)
    expect(outcome(texts, { documentId: 'a1' })).toBe(HELLO)
    expect(outcome(texts, byHash('a1'))).toBe(HELLO)
    expect(outcome(texts, byHash('a1', ''))).toBe(HELLO)
    expect(outcome(texts, byHash('a1', WHO))).toBe(WHO)
    for (const asked of [{ documentId: 'a2' }, byHash('a2'), { documentId: '__proto__' }]) {
      expect(outcome(texts, asked)).toBe('PERSISTED_QUERY_NOT_FOUND')
    }
    for (const asked of [{}, { query: '' }, byHash(7), { extensions: { persistedQuery: null } }]) {
      expect(outcome(texts, asked)).toBe('BAD_REQUEST')
    }
  })

  it('have a prefixed id when that says it is their hash', () => {
    const texts = createOperationTexts({ manifest: new Map([[hashText(HELLO), HELLO]]), automatic: false })
    expect(outcome(texts, { documentId: `sha256:${hashText(HELLO)}` })).toBe(HELLO)
    expect(outcome(texts, { documentId: hashText(HELLO) })).toBe(HELLO)
  })

  it('are not kept where that is off, which clients are told', () => {
    const texts = createOperationTexts({ manifest: null, automatic: false })
    texts.keep(byHash(hashText(HELLO), HELLO))
    expect(outcome(texts, byHash(hashText(HELLO)))).toBe('PERSISTED_QUERY_NOT_SUPPORTED')
    expect(outcome(texts, byHash('wrong', HELLO))).toBe(HELLO)
  })

  it('are kept under their true hash alone', () => {
    const texts = createOperationTexts({ manifest: null, automatic: true })
    const asked = byHash(hashText(HELLO), HELLO)
    expect(outcome(texts, byHash(hashText(HELLO)))).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect(outcome(texts, asked)).toBe(HELLO)
    texts.keep(asked)
    expect(outcome(texts, byHash(hashText(HELLO)))).toBe(HELLO)
    expect(outcome(texts, byHash(hashText(HELLO), WHO))).toBe('BAD_REQUEST')
    expect(outcome(texts, byHash(hashText(HELLO).toUpperCase(), HELLO))).toBe('BAD_REQUEST')
  })

  it('are kept in bounded room, the list for good', () => {
    const texts = createOperationTexts({ manifest: new Map([['a1', HELLO]]), automatic: true })
    const long = (name: string) => `query ${name} { hello } # ${'x'.repeat(1_500_000)}`
    const all = ['A', 'B', 'C'].map(long)
    for (const text of all) texts.keep(byHash(hashText(text), text))
    expect(all.map((text) => outcome(texts, byHash(hashText(text))).slice(0, 7))).toEqual([
      'PERSIST',
      'query B',
      'query C',
    ])
    expect(outcome(texts, { documentId: 'a1' })).toBe(HELLO)
  })
})
