/** Accents of Latin, Greek and Cyrillic; vowel signs of Hebrew and Arabic, and the stroke that draws Arabic words out. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]+/g

/** Invisible letters that join, part or turn others: soft hyphens, joiners, marks of direction. Not the space without width. */
const INVISIBLE = /[\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+/g

/** Letters that are written for one another and that Unicode does not take apart. */
const ALIKE: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ı', 'i'],
  ['ς', 'σ'],
  // Hebrew letters at the end of a word.
  ['ך', 'כ'],
  ['ם', 'מ'],
  ['ן', 'נ'],
  ['ף', 'פ'],
  ['ץ', 'צ'],
  // Arabic letters that keyboards and languages write differently.
  ['ى', 'ي'],
  ['ی', 'ي'],
  ['ک', 'ك'],
  ['ة', 'ه'],
])
const LETTERS_ALIKE = new RegExp(`[${[...ALIKE.keys()].join('')}]`, 'g')

/** Most text is ASCII, for which there is nothing to part. */
const ASCII = /^[\0-\x7f]*$/

/** Whether a text holds nothing but ASCII. */
export const isAscii = (text: string): boolean => ASCII.test(text)

/** Lower case, without accents and vowel signs, and with one letter for those that are written for one another. */
export function foldLetters(text: string): string {
  if (isAscii(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replaceAll(MARKS, '')
    .replaceAll(INVISIBLE, '')
    .toLowerCase()
    .normalize('NFC')
    .replaceAll(LETTERS_ALIKE, (letter) => ALIKE.get(letter) ?? letter)
}
