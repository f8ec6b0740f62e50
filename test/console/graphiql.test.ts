import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, visit } from './browser.ts'
import { openSite } from './site.ts'
import type { Browser, Page } from 'playwright-core'

let folder: string
let browser: Browser

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchboard-graphiql-'))
  // A fresh bundle rather than the one in dist/, which may be older than the source.
  await promisify(execFile)(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'console/graphiql/vite.config.ts', '--outDir', folder],
    { env: { ...process.env, NODE_ENV: 'production' } },
  )
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

/** Replaces the operation in the editor and runs it at once. */
async function run(page: Page, operation: `${'query' | 'subscription'} ${string}`): Promise<void> {
  await page.locator('.graphiql-query-editor .view-lines').click()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.insertText(operation)
  await page.getByRole('button', { name: /Execute/ }).click()
}

function shown(page: Page, value: string): Promise<void> {
  return page.locator('.graphiql-response').getByText(value).waitFor()
}

describe('the bundled GraphiQL', () => {
  it('runs a query on its own origin, with the headers of the headers editor', async () => {
    await using site = await openSite(folder)
    await using visitor = await visit(browser, `${site.origin}/graphiql#token=good`)
    await run(visitor.page, 'query Test { agent }')
    await shown(visitor.page, '"ada-over-http"')
    expect(site.httpAuthorizations.at(-1)).toBe('Bearer good')
  })

  it('asks nobody but its own origin, and does nothing that a strict policy forbids', async () => {
    await using site = await openSite(folder)
    await using visitor = await visit(browser, `${site.origin}/graphiql/#token=good`)
    await run(visitor.page, 'subscription Test { tick }')
    await shown(visitor.page, '"first"')
    const elsewhere = visitor.requests.filter((url) => {
      const { protocol, host } = new URL(url)
      return protocol !== 'data:' && protocol !== 'blob:' && host !== new URL(site.origin).host
    })
    expect(elsewhere).toEqual([])
    expect(visitor.complaints).toEqual([])
    // The watch is on: workers, styles and the socket were all seen.
    expect(visitor.requests.map((url) => new URL(url).pathname)).toEqual(
      expect.arrayContaining([expect.stringMatching(/worker/), expect.stringMatching(/\.css$/), '/graphql']),
    )
  })

  it('shows the events of a subscription as they come, and stops it', async () => {
    await using site = await openSite(folder)
    await using visitor = await visit(browser, `${site.origin}/graphiql#token=good`)
    await run(visitor.page, 'subscription Test { tick }')
    await shown(visitor.page, '"first"')
    site.tick('second')
    await shown(visitor.page, '"second"')
    expect(site.connectionParams).toEqual([{ authorization: 'Bearer good' }])
    const ended = site.subscriptionEnd()
    await visitor.page.getByRole('button', { name: /Stop/ }).click()
    await ended
  })

  it('says why the server closed the socket', async () => {
    await using site = await openSite(folder)
    await using visitor = await visit(browser, `${site.origin}/graphiql#token=bad`)
    await run(visitor.page, 'subscription Test { tick }')
    await expect(shown(visitor.page, 'closed the socket with code 4403: Forbidden')).resolves.toBeUndefined()
  })

  it('takes the token out of the address bar, and keeps it over a reload but not for the next tab', async () => {
    await using site = await openSite(folder)
    await using visitor = await visit(browser, `${site.origin}/graphiql?tab=1#token=good&other=kept`)
    const headers = visitor.page.locator('.graphiql-editor-tool .view-lines').getByText('"Bearer good"')
    await headers.waitFor()
    expect(visitor.page.url()).toBe(`${site.origin}/graphiql?tab=1#other=kept`)
    await visitor.page.reload()
    await headers.waitFor()
    const stored = await visitor.page.evaluate(() => JSON.stringify(localStorage))
    expect(stored).not.toContain('good')
    const nextTab = await visitor.context.newPage()
    await nextTab.goto(`${site.origin}/graphiql`)
    await run(nextTab, 'query Test { agent }')
    await shown(nextTab, '"ada-over-http"')
    expect(site.httpAuthorizations.at(-1)).toBeUndefined()
  })
})
