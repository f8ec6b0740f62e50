import { compile } from 'html-to-text'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character)

/**
 * Turns what a person typed into HTML that shows exactly that: everything escaped, a paragraph for each block of
 * lines, a line break for each line end inside one. Text without words answers ''.
 */
export function toHtml(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n+/)
    .map((block) => block.replaceAll(/^\n+|\s+$/g, ''))
    .filter((block) => block !== '')
    .map((block) => `<p>${escape(block).replaceAll('\n', '<br>')}</p>`)
    .join('')
}

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6']

const convert = compile({
  wordwrap: false,
  selectors: [
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
    { selector: 'p', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } },
    { selector: 'img', format: 'skip' },
    ...HEADINGS.map((selector) => ({ selector, options: { uppercase: false } })),
  ],
})

/** No letter has more tags. Reading them takes time by the square of how deep they stand in one another, and a stack as deep. */
const MOST_TAGS = 20_000

/** Tags one after the other, but of what holds no words. */
const TAGS = /(?:<(?!\/?(?:script|style)\b)[^<>]*>\s*)+/gi

/** The same words, with a line's end for the tags between them. */
const flattened = (html: string): string => html.replaceAll(TAGS, '<br>')

function hasTooManyTags(html: string): boolean {
  let tags = 0
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) if (++tags > MOST_TAGS) return true
  return false
}

/** What nobody wrote as a letter has its words all the same, if not its lines. */
function read(html: string): string {
  if (hasTooManyTags(html)) return convert(flattened(html))
  try {
    return convert(html)
  } catch (error) {
    // Fewer tags, but deeper in one another than the stack.
    if (!(error instanceof RangeError)) throw error
    return convert(flattened(html))
  }
}

/** The words of a piece of HTML, as plain text that reads like it; null where there are none. */
export function toText(html: string | null | undefined): string | null {
  if (html === null || html === undefined) return null
  const text = read(html).trim()
  return text === '' ? null : text
}
