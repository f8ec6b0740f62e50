import chromium from '@sparticuz/chromium'
import { chromium as playwright } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { SOON } from '../setup/soon.ts'

/** A headless Chromium that came from npm: nothing is downloaded, and it runs as root. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox'] })
}

/** A page in a context of its own, and what it asked for. */
export interface Visit extends AsyncDisposable {
  readonly page: Page
  readonly context: BrowserContext
  /** Every address requested so far, by the page, its workers and its sockets. */
  readonly requests: readonly string[]
  /** What the browser refused, and what the page threw. */
  readonly complaints: readonly string[]
}

/** Opens `url` and keeps book of what the page does. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } })
  const page = await context.newPage()
  // Sooner than a test times out, so that a failure names the step.
  page.setDefaultTimeout(SOON.timeout)
  const requests: string[] = []
  const complaints: string[] = []
  context.on('request', (request) => requests.push(request.url()))
  page.on('websocket', (socket) => requests.push(socket.url()))
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text().slice(0, 200))
  })
  await page.goto(url)
  return { page, context, requests, complaints, [Symbol.asyncDispose]: () => context.close() }
}
