/** Opens the page that asks a person, presses one of its buttons, and answers where the browser is sent. */
export async function decideAt(authorizationUrl: string, answer: 'allow' | 'deny'): Promise<URL> {
  const page = await fetch(authorizationUrl)
  const html = await page.text()
  if (!page.ok) throw new Error(`the page answered ${page.status}`)
  const form = new URLSearchParams({ decision: answer })
  for (const [input] of html.matchAll(/<input [^>]*>/g)) {
    const [name, value] = ['name', 'value'].map(
      (attribute) => new RegExp(`${attribute}="([^"]*)"`).exec(input)?.[1] ?? '',
    )
    form.set(name ?? '', (value ?? '').replaceAll('&amp;', '&'))
  }
  const action = /<form [^>]*action="([^"]*)"/.exec(html)?.[1] ?? ''
  const sent = await fetch(new URL(action, authorizationUrl), { method: 'POST', body: form, redirect: 'manual' })
  return new URL(sent.headers.get('location') ?? '')
}
