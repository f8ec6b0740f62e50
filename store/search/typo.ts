/** Words that are known for typos: shorter ones are like too many others, longer ones are no words. */
const SHORTEST_KNOWN = 3
const LONGEST_KNOWN = 24
/** A term with fewer letters is taken as it was typed. */
const SHORTEST_MENDED = 4
/** From so many letters on, a word may have two typos. */
const TWICE_FROM = 8
/** Keys are made of so many letters at a word's beginning. */
const KEYED_LETTERS = 7

const WORD = /^\p{L}[\p{L}\p{M}]*$/u

/** Whether typos in a word are found: it has letters alone, and neither too few nor too many. Numbers and ids are exact. */
export function isKnown(word: string): boolean {
  const { length } = lettersOf(word)
  return length >= SHORTEST_KNOWN && length <= LONGEST_KNOWN && WORD.test(word)
}

/** Whether words are looked for that a term may have been meant for. */
export const isMended = (term: string): boolean => isKnown(term) && lettersOf(term).length >= SHORTEST_MENDED

const lettersOf = (word: string): readonly string[] => [...word]
const mostEdits = (letters: number): number => (letters < TWICE_FROM ? 1 : 2)

/**
 * The keys of a word among a workspace's: what is left of its first seven letters when as many are left out as it may
 * have typos, hashed.
 *
 * Two words that are no more typos apart than the shorter may have share a key, wherever the typos are. Trigrams do not
 * promise that: `refnud` and `refund` have 3 of 11 in common, `hlep` and `help` 1 of 9.
 */
export function toKeys(workspaceId: string, word: string): readonly number[] {
  const letters = lettersOf(word)
  let left = new Set([letters.slice(0, KEYED_LETTERS).join('')])
  const all = new Set(left)
  for (let edit = 0; edit < mostEdits(letters.length); edit += 1) {
    left = new Set([...left].flatMap(withoutOne))
    for (const each of left) all.add(each)
  }
  const seed = hashOn(0x811c9dc5, workspaceId)
  return [...new Set([...all].map((each) => hashOn(seed, each)))]
}

function withoutOne(word: string): readonly string[] {
  const letters = lettersOf(word)
  return letters.map((_, n) => [...letters.slice(0, n), ...letters.slice(n + 1)].join(''))
}

/** FNV-1a, as PostgreSQL's `int`. */
function hashOn(start: number, text: string): number {
  let value = start
  for (let n = 0; n < text.length; n += 1) value = Math.imul(value ^ text.charCodeAt(n), 0x01000193)
  return value | 0
}

/** Of known words, those that a term may have been meant for, the likeliest first. */
export function toNearest(term: string, words: Iterable<string>, most: number): readonly string[] {
  const letters = lettersOf(term)
  const near: { word: string; edits: number; unlike: number }[] = []
  for (const word of new Set(words)) {
    if (word.startsWith(term)) continue
    const { length } = lettersOf(word)
    const edits = countEdits(term, word)
    if (edits > mostEdits(Math.min(length, letters.length))) continue
    const first = word.startsWith(letters[0] ?? '') ? 0 : 1
    near.push({ word, edits, unlike: first * 2 + Math.abs(length - letters.length) })
  }
  near.sort((a, b) => a.edits - b.edits || a.unlike - b.unlike || (a.word < b.word ? -1 : 1))
  return near.slice(0, most).map(({ word }) => word)
}

/**
 * How many letters have to be put in, left out, changed, or swapped with their neighbour to make one word of another.
 * Source: optimal string alignment, the restricted Damerau-Levenshtein distance.
 */
export function countEdits(from: string, to: string): number {
  const a = lettersOf(from)
  const b = lettersOf(to)
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, at(before, j - 2) + 1)
      row.push(edits)
    }
    before = above
    above = row
  }
  return at(above, b.length)
}

const at = (row: readonly number[], n: number): number => row[n] ?? Number.POSITIVE_INFINITY
