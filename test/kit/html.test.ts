import { describe, expect, it } from 'vitest'
import { toHtml, toText } from '../../kit/html.ts'

describe('toHtml', () => {
  it.each([
    ['', ''],
    [' \n\n ', ''],
    ['Sent today', '<p>Sent today</p>'],
    ['One\nTwo', '<p>One<br>Two</p>'],
    ['One\r\n\r\nTwo\rThree', '<p>One</p><p>Two<br>Three</p>'],
    ['One\n\n \n\nTwo\n', '<p>One</p><p>Two</p>'],
  ])('makes paragraphs and line breaks of %j', (text, html) => {
    expect(toHtml(text)).toBe(html)
  })

  it('shows markup as the characters that were typed', () => {
    const typed = `<img src=x onerror="alert('1')"> & &amp;`
    expect(toHtml(typed)).toBe('<p>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; &amp;amp;</p>')
  })
})

describe('toText', () => {
  it.each([
    [null, null],
    [undefined, null],
    ['', null],
    ['<p></p>', null],
    ['<img src="https://acme.test/a.png">', null],
    ['<p>Hello <b>Ana</b> &amp; all</p>', 'Hello Ana & all'],
    ['<p>One<br>Two</p><p>Three</p>', 'One\nTwo\n\nThree'],
    ['<h1>Your order</h1>', 'Your order'],
    ['<a href="https://acme.test/o/1">your order</a>', 'your order (https://acme.test/o/1)'],
    ['<a href="https://acme.test">https://acme.test</a>', 'https://acme.test'],
    ['<style>p{}</style><script>alert(1)</script>Hi', 'Hi'],
  ])('reads %j as %j', (html, text) => {
    expect(toText(html)).toBe(text)
  })

  it('does not wrap long lines', () => {
    const line = 'word '.repeat(60).trim()
    expect(toText(`<p>${line}</p>`)).toBe(line)
  })

  it.each([
    ['thousands of elements in one another', 9_000],
    ['a million', 1_000_000],
  ])('reads the words in %s', (_what, depth) => {
    const nested = (words: string): string => `${'<div>'.repeat(depth)}${words}${'</div>'.repeat(depth)}`
    const html = `<style>p{}</style>Dear all,${nested('the <b>offer</b> &amp; the order')}<script>alert(1)</script>Bye`
    expect(toText(html)?.split(/\s+/)).toEqual(['Dear', 'all,', 'the', 'offer', '&', 'the', 'order', 'Bye'])
  })

  it('gives back what a person typed', () => {
    const typed = `Prices: 3 < 4 & "5" > '2'\nsecond line\n\nnext paragraph <b>not bold</b>`
    expect(toText(toHtml(typed))).toBe(typed)
  })
})
