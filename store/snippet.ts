import { toSearchable } from './words.ts'

/** Characters of a snippet, and how many of them stand before the word. */
const LENGTH = 160
const BEFORE = 40

/** The part of a text around the first word that begins with one of the terms; its beginning when none does. Plain text. */
export function toSnippet(text: string | null, terms: readonly string[]): string {
  const plain = (text ?? '').replaceAll(/\s+/g, ' ').trim()
  const found = firstWord(plain, terms)
  const start = found <= BEFORE ? 0 : wordStart(plain, found - BEFORE)
  const part = cut(plain, start)
  return `${start > 0 ? '…' : ''}${part}${start + part.length < plain.length ? '…' : ''}`
}

function firstWord(plain: string, terms: readonly string[]): number {
  for (const { 0: word, index } of plain.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const folded = toSearchable(word)
    if (terms.some((term) => folded.startsWith(term))) return index
  }
  return 0
}

/** The beginning of the first whole word from `from` on. */
function wordStart(plain: string, from: number): number {
  const space = plain.indexOf(' ', from)
  return space < 0 || space > from + BEFORE ? from : space + 1
}

/** Never cuts a character in two. */
function cut(plain: string, start: number): string {
  const part = plain.slice(start, start + LENGTH)
  return part.replace(/[\ud800-\udbff]$/, '').replace(/^[\udc00-\udfff]/, '')
}
