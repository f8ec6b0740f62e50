import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ERROR_CODES } from '../../../gateway/errors.ts'
import { SOON } from '../../setup/soon.ts'
import { compose, VIEWER } from '../graph.ts'
import { createTestClock, type TestClock } from '../host/test-clock.ts'
import { serve, type Served, type ServeOptions } from '../served.ts'
import { exportWhole, linesOf, openExport, refusalOf, type ExportOptions } from './exported.ts'
import { createShelf, type Shelf } from './shelf.ts'

let shelf: Shelf
let clock: TestClock
let served: Served | undefined

beforeEach(() => {
  shelf = createShelf(10)
  clock = createTestClock()
})
afterEach(async () => {
  const closed = served?.[Symbol.asyncDispose]()
  served = undefined
  // What failed may have left a reader that takes nothing.
  await clock.advance(5_000)
  await closed
})

const start = async (options: ServeOptions = {}): Promise<Served> =>
  (served = await serve(shelf.subgraphs, { clock, shareQueries: false, ...options }))

/** A page holds one row. */
const ONE_BY_ONE = '{ things(first: 1) { nodes { id name } } }'
/** More than any system buffers for a connection. */
const LARGE = 'x'.repeat(16 * 1024 * 1024)
const CSV: ExportOptions = { address: { format: 'csv' } }

describe('an export of many rows', () => {
  it('is whole with 10,000 of them', async () => {
    shelf.things = createShelf(10_000).things
    const file = await exportWhole(await start(), '{ things { nodes { id } } }')
    expect(linesOf(file.text)).toEqual(shelf.things.map(({ id }) => ({ id })))
    expect(file.trailers).toMatchObject({ 'export-rows': '10000', 'export-complete': 'true' })
    expect(shelf.asked).toHaveLength(100)
  })

  it.each([
    ['plain', {}, 8],
    // Random letters get smaller by a quarter only, and so fill the connection, too.
    ['compressed', { headers: { 'accept-encoding': 'gzip' } }, 7],
  ])('fetches a page only when its reader has taken the one before, %s', async (_how, options, pages) => {
    const text = randomBytes(3_000_000).toString('base64')
    shelf.things = Array.from({ length: pages }, (_, index) => ({ id: String(index), name: text }))
    const gateway = await start()
    const answer = await openExport(gateway, ONE_BY_ONE, options)
    // Nothing is read of it. What the gateway would fetch without waiting for that, it does while others are served.
    for (let n = 0; n < 20; n++) await gateway.ask('{ hello }')
    expect(shelf.asked.length).toBeLessThanOrEqual(5)
    let taken = 0
    let most = 0
    for await (const chunk of answer) {
      taken += Buffer.from(chunk).length
      // How many pages the gateway is ahead of what was read.
      most = Math.max(most, shelf.asked.length - taken / 4_000_000)
    }
    expect(most).toBeLessThanOrEqual(5)
    expect(shelf.asked).toHaveLength(pages)
    expect(answer.trailers).toMatchObject({ 'export-rows': String(pages), 'export-complete': 'true' })
  })

  it('stops at once when its client is gone', async () => {
    const { promise: aborted, resolve } = Promise.withResolvers<void>()
    shelf.beforePage = (n, signal) =>
      n < 3
        ? undefined
        : new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              resolve()
              reject(new Error('aborted'))
            })
          })
    const gateway = await start()
    const answer = await openExport(gateway, ONE_BY_ONE)
    answer.on('error', () => undefined)
    await vi.waitFor(() => expect(shelf.asked).toHaveLength(3), SOON)
    answer.destroy()
    await aborted
    await vi.waitFor(
      () => expect(gateway.logged).toContainEqual(expect.objectContaining({ code: 'CLIENT_GONE', rows: 2 })),
      SOON,
    )
    expect(shelf.asked).toHaveLength(3)
  })

  it('hangs up on a reader that takes nothing for five minutes', async () => {
    shelf.things = [{ id: '1', name: LARGE }]
    const gateway = await start()
    const answer = await openExport(gateway, ONE_BY_ONE)
    const { promise: broken, resolve } = Promise.withResolvers<void>()
    answer.on('error', () => resolve())
    await clock.advance(299_999)
    expect(gateway.logged).not.toContainEqual(expect.objectContaining({ code: 'CLIENT_GONE' }))
    await clock.advance(1)
    answer.resume()
    await broken
  })
})

describe('an export that cannot be finished', () => {
  /** Exports while something happens before the fourth page. */
  const failing = async (happen: (gateway: Served) => void | Promise<void>, options: ExportOptions = {}) => {
    const gateway = served ?? (await start())
    shelf.beforePage = (n) => (n === 3 ? happen(gateway) : undefined)
    return exportWhole(gateway, ONE_BY_ONE, options)
  }
  const sent = [0, 1, 2].map((n) => ({ id: String(n), name: `Thing ${n}` }))
  const endsWith = (code: string, message: unknown = expect.any(String)) => [
    ...sent,
    { error: { code, message, after: 'c2' } },
  ]

  it.each([
    ['ended', 'The token has ended.', (gateway: Served) => gateway.tokens.clear()],
    [
      'changed',
      'The access of the token has changed; export again to go on.',
      (gateway: Served) => void gateway.tokens.set('Bearer good', { ...VIEWER, role: 'ANALYST' }),
    ],
  ])('says so when the token has %s', async (_how, message, happen) => {
    const file = await failing(happen)
    expect(linesOf(file.text)).toEqual(endsWith('UNAUTHENTICATED', message))
    expect(file).toMatchObject({ isWhole: true, trailers: { 'export-rows': '3', 'export-complete': 'false' } })
  })

  it('is cut off as CSV, which cannot say so', async () => {
    const file = await failing((gateway) => gateway.tokens.clear(), CSV)
    expect(file.isWhole).toBe(false)
    expect(file.trailers).toEqual({})
    expect(served?.logged).toContainEqual(
      expect.objectContaining({ msg: 'export ended', code: 'UNAUTHENTICATED', rows: 3 }),
    )
  })

  it('says why a page failed, and goes on behind the cursor that it names', async () => {
    const gateway = await start()
    shelf.beforePage = (n) => {
      if (n === 4) throw new Error('password is hunter2')
    }
    const query = 'query ($after: String) { things(first: 1, after: $after) { nodes { id name } } }'
    const file = await exportWhole(gateway, query)
    expect(linesOf(file.text)).toEqual(endsWith('INTERNAL_SERVER_ERROR', 'Internal server error'))
    const rest = await exportWhole(gateway, query, { variables: { after: 'c2' } })
    expect([...sent, ...linesOf(rest.text)]).toEqual(shelf.things)
  })

  it('says when the process ends, which waits for it', async () => {
    const file = await failing((gateway) => void gateway.role.close())
    expect(linesOf(file.text)).toEqual(endsWith('EXPORT_INTERRUPTED'))
    const late = served && (await refusalOf(served, ONE_BY_ONE))
    expect(late?.slice(0, 1)).toEqual([503])
  })

  it('does not keep a process that ends for a reader that takes nothing', async () => {
    shelf.things = [{ id: '1', name: LARGE }]
    const gateway = await start()
    const answer = await openExport(gateway, ONE_BY_ONE)
    answer.on('error', () => undefined)
    const closed = gateway.role.close()
    await clock.advance(5_000)
    await closed
    expect(gateway.logged).toContainEqual(expect.objectContaining({ msg: 'export ended', code: 'CLIENT_GONE' }))
  })

  it('goes on over another supergraph that it fits, and says when it does not fit', async () => {
    const other = createShelf(10)
    const reloaded = (change: (sdl: string) => string) => async (gateway: Served) => {
      const subgraphs = other.subgraphs.map((each) => ({ ...each, typeDefs: change(each.typeDefs) }))
      await gateway.role.reload({ supergraphSdl: compose(subgraphs), transports: gateway.role.graph.get().transports })
    }
    const fits = await failing(reloaded((sdl) => sdl.replace('hello: String', 'hello: String more: Int')))
    expect(linesOf(fits.text)).toEqual(shelf.things)
    shelf.asked.length = 0
    const gone = await failing(reloaded((sdl) => sdl.replace(' name: String count', ' count')))
    expect(linesOf(gone.text)).toEqual(endsWith('EXPORT_NO_LONGER_VALID', expect.stringContaining('"name"')))
  })
})

describe('the budget of who exports', () => {
  const budget = { capacity: 10, restoredPerSecond: 1 }

  it('is taken for every page, and waited for', async () => {
    const gateway = await start({ budget })
    const exporting = exportWhole(gateway, '{ things(first: 1) { nodes { id } } }')
    // A page with its row and where it ends costs 3.
    await vi.waitFor(() => expect(shelf.asked).toHaveLength(3), SOON)
    for (let pages = 3; pages < 10; pages++) {
      await vi.waitFor(async () => {
        await clock.advance(500)
        expect(shelf.asked.length).toBeGreaterThan(pages)
      }, SOON)
    }
    const file = await exporting
    expect(linesOf(file.text)).toHaveLength(10)
    expect(file.trailers).toMatchObject({ 'export-complete': 'true' })
  })

  it('refuses the first page like any operation', async () => {
    const gateway = await start({ budget })
    const spend = '{ things(first: 8) { nodes { id } } }'
    await gateway.ask(spend)
    const answer = await openExport(gateway, '{ things { nodes { id } } }')
    answer.resume()
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('is not waited for for ever', async () => {
    const gateway = await start({ budget: { capacity: 10, restoredPerSecond: 0.01 } })
    const file = await exportWhole(gateway, '{ things(first: 1) { nodes { id } } }')
    expect(linesOf(file.text).at(-1)).toMatchObject({ error: { code: 'RATE_LIMITED', after: 'c2' } })
  })
})

it('every code is documented', async () => {
  const docs = await readFile(new URL('../../../docs/errors.md', import.meta.url), 'utf8')
  expect(Object.keys(ERROR_CODES).filter((code) => !docs.includes(`\`${code}\``))).toEqual([])
})
