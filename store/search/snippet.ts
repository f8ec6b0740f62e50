import { foldLetters, isAscii } from './fold.ts'
import { isUnspaced } from './unspaced.ts'
import type { Wider } from './wider.ts'

/** A stretch of a snippet. */
export interface SnippetPart {
  readonly text: string
  /** Whether it is a word for which the record was found. */
  readonly matched: boolean
}

/** Plain text from a record; never markup. */
export interface Snippet {
  readonly snippet: string
  /** The snippet in stretches; joined, their texts are the snippet. */
  readonly parts: readonly SnippetPart[]
}

/** Words that begin with one of these are shown as matched. */
export type Wanted = readonly string[]

/** A word of the text that was found: where it stands, and for which of the wanted. */
interface Match {
  readonly start: number
  readonly end: number
  readonly of: number
}

/** Characters of a snippet, and how many of them stand before its first word that was found. */
const LENGTH = 160
const BEFORE = 40
/** So many words of a text are looked for; the best part of it is among them. */
const MOST_MATCHES = 200

/** All that terms were taken for. */
export function toWanted(words: ReadonlyMap<string, Wider>): Wanted {
  return [...words].flatMap(([term, { stems, near }]) => [term, ...stems, ...near])
}

/** The part of a text that holds most of the words, different ones before the same again; its beginning when it holds none. */
export function toSnippet(text: string | null, wanted: Wanted): Snippet {
  const plain = (text ?? '').replaceAll(/\s+/g, ' ').trim()
  const matches = findMatches(plain, wanted)
  const first = densest(matches)
  const start = first === null || first <= BEFORE ? 0 : wordStart(plain, first - BEFORE, first)
  const cut = cutAt(plain, start + LENGTH)
  // What people take for one letter may be longer than a snippet.
  const end = cut > start ? cut : Math.min(start + LENGTH, plain.length)
  return toParts(plain, { start, end }, matches)
}

function findMatches(plain: string, wanted: Wanted): readonly Match[] {
  const matches: Match[] = []
  const isPlain = isAscii(plain)
  const lower = isPlain ? plain.toLowerCase() : plain
  for (const { 0: word, index } of lower.matchAll(isPlain ? /[a-z0-9]+/g : /[\p{L}\p{N}\p{M}\u00ad\u200c\u200d]+/gu)) {
    matches.push(...matchesIn(isPlain ? word : foldLetters(word), { word, index }, wanted))
    if (matches.length >= MOST_MATCHES) break
  }
  return matches
}

function matchesIn(
  folded: string,
  { word, index }: { readonly word: string; readonly index: number },
  wanted: Wanted,
): readonly Match[] {
  if (isUnspaced(folded)) return matchesInRun(folded, { word, index }, wanted)
  const of = wanted.findIndex((each) => folded.startsWith(each))
  return of < 0 ? [] : [{ start: index, end: index + word.length, of }]
}

/** What is written without spaces is found anywhere in its run; the whole run, where folding has moved its letters. */
function matchesInRun(
  folded: string,
  { word, index }: { readonly word: string; readonly index: number },
  wanted: Wanted,
): readonly Match[] {
  const found: Match[] = []
  for (const [of, each] of wanted.entries()) {
    for (let place = folded.indexOf(each); place >= 0; place = folded.indexOf(each, place + each.length)) {
      const moved = folded.length !== word.length
      found.push(
        moved
          ? { start: index, end: index + word.length, of }
          : { start: index + place, end: index + place + each.length, of },
      )
      if (moved) break
    }
  }
  return found.toSorted((a, b) => a.start - b.start || b.end - a.end)
}

/** Where the stretch begins that holds most of the wanted. */
function densest(matches: readonly Match[]): number | null {
  let best: { readonly start: number; readonly worth: number } | null = null
  for (const [n, { start }] of matches.entries()) {
    const inside = matches.slice(n).filter(({ end }) => end <= start + LENGTH - BEFORE)
    const worth = new Set(inside.map(({ of }) => of)).size * MOST_MATCHES + inside.length
    if (best === null || worth > best.worth) best = { start, worth }
  }
  return best?.start ?? null
}

/** The beginning of the first whole word from `from` on, if it comes before the word that was found. */
function wordStart(plain: string, from: number, found: number): number {
  const space = plain.indexOf(' ', from)
  return space < 0 || space >= found ? cutAt(plain, from) : space + 1
}

const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** The place, or the beginning of what people take for one letter when it lies inside. */
function cutAt(plain: string, place: number): number {
  if (place >= plain.length) return plain.length
  return GRAPHEMES.segment(plain).containing(place)?.index ?? place
}

function toParts(
  plain: string,
  { start, end }: { readonly start: number; readonly end: number },
  matches: readonly Match[],
): Snippet {
  const parts: SnippetPart[] = []
  const add = (text: string, matched: boolean): void => {
    if (text !== '') parts.push({ text, matched })
  }
  let place = start
  let before = start > 0 ? '…' : ''
  for (const match of matches) {
    // One that reaches beyond either end is shown as far as it goes.
    const from = Math.max(place, match.start)
    const to = Math.min(end, match.end)
    if (from >= to) continue
    add(before + plain.slice(place, from), false)
    add(plain.slice(from, to), true)
    before = ''
    place = to
  }
  add(`${before}${plain.slice(place, end)}${end < plain.length ? '…' : ''}`, false)
  return { snippet: parts.map(({ text }) => text).join(''), parts }
}
