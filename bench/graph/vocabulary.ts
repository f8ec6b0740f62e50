import { below, type Chance, createChance } from './chance.ts'

const WORDS = 50_000
const BEGINNINGS = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'f',
  'g',
  'gr',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'pl',
  'r',
  's',
  'st',
  't',
  'v',
]
const MIDDLES = ['a', 'e', 'i', 'o', 'u', 'ai', 'ea', 'ou']
const ENDS = ['', '', 'n', 'r', 's', 't', 'l', 'nd', 'rt', 'ck']
/** What people write to a support desk about: the most frequent words are these. */
const COMMON = `the order refund invoice please payment delivery account password help not working thanks login error
  shipping return subscription cancel broken address card charged twice email update plan upgrade price discount
  screen crash export import integration webhook token team member invite permission slow outage`.split(/\s+/)

/** Words by how frequent they are, the most frequent first. The same in every run. */
export function makeVocabulary(): readonly string[] {
  const chance = createChance(7)
  const words = new Set(COMMON)
  const syllable = (): string => pick(chance, BEGINNINGS) + pick(chance, MIDDLES) + pick(chance, ENDS)
  while (words.size < WORDS) words.add(Array.from({ length: 2 + below(chance, 3) }, syllable).join(''))
  return [...words]
}

const pick = (chance: Chance, list: readonly string[]): string => list[below(chance, list.length)] ?? ''

/** Text of so many words: the word of rank n comes about 1/n as often as the first, as in any language. */
export function writeText(chance: Chance, vocabulary: readonly string[], words: number): string {
  const last = Math.log(vocabulary.length)
  return Array.from({ length: words }, () => vocabulary[Math.floor(Math.exp(chance() * last)) - 1] ?? '').join(' ')
}
