import { afterAll, beforeAll, expect, test } from 'vitest'
import { apply } from '../../../store/apply.ts'
import type { Change } from '../../../store/change.ts'
import { type Bounds, BOUNDS } from '../../../store/search/bounds.ts'
import { search, type SearchQuery } from '../../../store/search/search.ts'
import { openTestDatabase, type TestDatabase } from '../../setup/database.ts'
import { at, batch, makeIntegration, upsert } from '../records.ts'

/** As the product's, for a corpus of a few hundred. */
const SMALL: Bounds = { ranked: 50, rows: 100, entries: 1_000, walked: 20 }

let db: TestDatabase
let workspaceId: string
let many: string
/** An account that has only the oldest records. */
let old: string

beforeAll(async () => {
  db = await openTestDatabase()
  const made = await makeIntegration(db.database)
  workspaceId = made.workspaceId
  many = made.integrationId
  old = (await makeIntegration(db.database, { workspaceId })).integrationId
  for (const table of ['message', 'conversation', 'ticket'])
    await db.database.system.query(`alter table ${table} set (autovacuum_enabled = false)`)
})
afterAll(() => db?.[Symbol.asyncDispose]())

/** Stores records whose words are made of their number; one is a second newer than the one before. */
async function write(
  kind: 'message' | 'conversation' | 'ticket',
  { from, to, of = many }: { readonly from: number; readonly to: number; readonly of?: string },
  words: (n: number) => string,
): Promise<void> {
  // Of fewer words than a hundred the planner guesses how many hold a beginning.
  const textOf = (n: number): string => `${words(n)} word${n % 150}`
  const changes = Array.from({ length: to - from }, (_, index): Change => {
    const n = from + index
    const createdAt = at(n)
    if (kind === 'message') return upsert('message', String(n), { text: textOf(n), createdAt })
    if (kind === 'ticket') return upsert('ticket', String(n), { subject: textOf(n), createdAt })
    return upsert('conversation', String(n), { subject: textOf(n), createdAt })
  })
  await apply(db.database, batch(of, 1, changes))
}

async function ask(kind: SearchQuery['kinds'][number], query: string, rest: Partial<SearchQuery> = {}, bounds = SMALL) {
  const asked = { query, kinds: [kind], first: 100, ...rest }
  const page = await search(db.database.workspace(workspaceId), workspaceId, asked, bounds)
  const ids = page.rows.map(({ id }) => id)
  const rows = await db.database.system.query<{ id: string; number: number }>(
    `select id, remote_id::int as number from "${kind}" where id = any ($1::uuid[])`,
    [ids],
  )
  const numbers = new Map(rows.map(({ id, number }) => [id, number]))
  return { numbers: ids.map((id) => numbers.get(id)), total: await page.totalCount() }
}

const newest = (to: number, count: number): number[] => Array.from({ length: count }, (_, n) => to - 1 - n)

test('ranks the newest so many of what holds frequent words, says so, and looks no further than it may', async () => {
  await write('message', { from: 0, to: 5, of: old }, () => 'sudden common')
  await write('message', { from: 5, to: 605 }, (n) => `sudden common${n === 7 ? ' seldom' : ''}`)
  await db.database.system.query('analyze message')
  expect(await ask('message', 'sudden')).toEqual({ numbers: newest(605, 50), total: 50 })
  expect(await ask('message', 'sudd comm')).toEqual({ numbers: newest(605, 50), total: 50 })
  // What is older than the newest hundred is not looked at, also where nothing else would be found.
  const ofOld = { integrationIds: [old] }
  expect(await ask('message', 'sudd', ofOld)).toEqual({ numbers: [], total: 0 })
  expect(await ask('message', 'sudd', ofOld, BOUNDS)).toEqual({ numbers: newest(5, 5), total: 5 })
  // Where one word is rare, everything that holds it is.
  expect(await ask('message', 'seldom sudden')).toEqual({ numbers: [7], total: 1 })
})

test.each(['conversation', 'ticket'] as const)(
  'looks no further in a table of %ss that has grown tenfold since its statistics were made, and finds the newest all the same',
  async (kind) => {
    await write(kind, { from: 0, to: 3, of: old }, () => 'sudden')
    await write(kind, { from: 3, to: 60 }, () => 'quiet')
    await db.database.system.query(`analyze ${kind}`)
    await write(kind, { from: 60, to: 600 }, () => 'sudden')
    expect(await ask(kind, 'sudden')).toEqual({ numbers: newest(600, 50), total: 50 })
    expect(await ask(kind, 'sudd')).toEqual({ numbers: newest(600, 50), total: 50 })
    expect(await ask(kind, 'sudden', { integrationIds: [old] })).toEqual({ numbers: [], total: 0 })
    // Those that the statistics knew are still few, and all are found.
    expect((await ask(kind, 'quiet', {}, { ...SMALL, ranked: 100 })).total).toBe(57)
    await db.database.system.query(`analyze ${kind}`)
    expect(await ask(kind, 'sudd')).toEqual({ numbers: newest(600, 50), total: 50 })
    expect(await ask(kind, 'sudd', { integrationIds: [old] })).toEqual({ numbers: [], total: 0 })
  },
)
