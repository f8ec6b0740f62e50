import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { openStore } from '../../store/store.ts'
import { makeScratch, SERVER_OPTION } from '../scratch.ts'
import { timeCounts } from './counts.ts'
import { timePages } from './pages.ts'
import { startProduct } from './product.ts'
import { timeSearch } from './search.ts'
import { type Seeded, seed } from './seed.ts'
import { timeStats } from './stats.ts'
import type { Timed } from './timed.ts'
import { makeVocabulary } from './vocabulary.ts'
import type { Size } from './world.ts'

/** What the figures are promised for. */
const WHOLE: Size = { contacts: 200_000, tickets: 300_000, messages: 1_000_000 }

const tenth = (size: Size): Size => ({
  contacts: size.contacts / 10,
  tickets: size.tickets / 10,
  messages: size.messages / 10,
})

/** A line of the table: what was measured, its bar, and what it came to. */
export interface Line {
  readonly what: string
  readonly bar: string
  readonly figure: string
}

/**
 * Measures the graph over a mirror of three accounts: filling it, pages, search, numbers and counts; of a tenth of the
 * data first, and then of all, so that the slope shows. Everything is done in a database of its own, which is dropped.
 *
 * Options: `--server URL` of a PostgreSQL server on which databases may be made, `--only tenth`.
 */
export async function benchGraph(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      server: SERVER_OPTION,
      only: { type: 'string' },
    },
  })
  const sizes = values.only === 'tenth' ? [tenth(WHOLE)] : [tenth(WHOLE), WHOLE]
  const columns: (readonly Line[])[] = []
  for (const size of sizes) columns.push(await measure(values.server, size))
  print(sizes, columns)
}

async function measure(server: string, size: Size): Promise<readonly Line[]> {
  await using scratch = await makeScratch(server)
  const vocabulary = makeVocabulary()
  const seeded = await fill(scratch.url, size, vocabulary)
  await settle(scratch.url)
  await using product = await startProduct(scratch.url, seeded.workspaceId)
  return [
    ...rates(seeded),
    timed('page of 50 tickets, 5 relations', 'p50 ≤ 15, p95 ≤ 50 ms', await timePages(product)),
    ...(await timeSearch(product, vocabulary)).map(({ name, times }) =>
      timed(`search, ${name}`, 'p95 ≤ 300 ms', times),
    ),
    ...(await timeStats(product)).map(({ name, times }) =>
      timed(`month in 30 buckets by team, ${name}`, '≤ 100 ms', times),
    ),
    ...(await timeCounts(product)).map(({ name, times }) => timed(`totalCount, ${name}`, '≤ 50 ms', times)),
  ]
}

async function fill(databaseUrl: string, size: Size, vocabulary: readonly string[]): Promise<Seeded> {
  const keys = [{ id: 'bench', key: Buffer.alloc(32) }]
  await using store = await openStore({ databaseUrl, home: '.', keys, log: () => {} })
  const seeded = await seed(store, size, vocabulary)
  // Among these a search looks for typos.
  while (await store.words.learn());
  // Nothing is to be read from providers that nobody connected.
  await store.database.system.query(`update integration set status = 'NEEDS_RECONNECT'`)
  return seeded
}

/** What autovacuum does in its time. */
async function settle(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('vacuum (analyze)')
  await client.end()
}

function rates({ perSecond, floor }: Seeded): readonly Line[] {
  const rate = (n: number): string => `${Math.round(n).toLocaleString('en')}/s`
  const ratio = (floor.applied / floor.copied).toFixed(2)
  return [
    { what: 'store.apply, contacts', bar: '', figure: rate(perSecond.contacts) },
    { what: 'store.apply, tickets', bar: '', figure: rate(perSecond.tickets) },
    { what: 'store.apply, messages', bar: '≥ 20,000/s', figure: rate(floor.applied) },
    { what: 'COPY of the same messages', bar: '', figure: `${rate(floor.copied)} (ratio ${ratio})` },
  ]
}

const timed = (what: string, bar: string, { p50, p95, max, count }: Timed): Line => ({
  what,
  bar,
  figure: `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, max ${max.toFixed(0)} ms (${count})`,
})

function print(sizes: readonly Size[], columns: readonly (readonly Line[])[]): void {
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores\n`)
  const heads = sizes.map(({ messages }) => `${messages.toLocaleString('en')} messages`)
  console.log(`| what | bar | ${heads.join(' | ')} |`)
  console.log(`| --- | --- | ${heads.map(() => '---').join(' | ')} |`)
  for (const [n, { what, bar }] of (columns[0] ?? []).entries()) {
    console.log(`| ${[what, bar, ...columns.map((lines) => lines[n]?.figure ?? '')].join(' | ')} |`)
  }
}
