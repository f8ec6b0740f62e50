import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Client } from 'pg'
import { makeScratch, SERVER_OPTION } from '../scratch.ts'
import type { Told } from './child.ts'
import { type Answered, sendLoad } from './load.ts'

const ROUNDS = 4

/** A way of keeping deliveries, in a process of its own. */
interface Way extends Disposable {
  readonly name: string
  readonly url: string
  readonly times: number[]
  failed: number
  cpuMs: number
  /** The CPU time of its process so far. */
  used(): Promise<number>
}

/**
 * Measures how soon deliveries are acknowledged: proven, and with their jobs durable in PostgreSQL. The load is open, and
 * the floor is measured in the same run, in turns. Everything is done in a database of its own, which is dropped.
 *
 * Options: `--server URL` of a PostgreSQL server on which databases may be made, `--rate` a second, `--seconds` of each way.
 */
export async function benchIngest(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      server: SERVER_OPTION,
      rate: { type: 'string', default: '2500' },
      seconds: { type: 'string', default: '20' },
    },
  })
  const perSecond = Number(values.rate)
  const seconds = Math.ceil(Number(values.seconds) / ROUNDS)
  await using scratch = await makeScratch(values.server)
  using floor = await startWay('node:http and one insert', 'child-floor.js', scratch.url)
  using receiver = await startWay('Switchboard', 'child-receiver.js', scratch.url)
  const ways = [floor, receiver]
  let from = 0
  for (const way of ways)
    await sendLoad({ url: way.url, perSecond: perSecond / 5, seconds: 2, from: (from += 1_000_000) })
  const warm = await countKept(scratch.url)
  const load = loadavg()[0] ?? Number.NaN
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ways) {
      const before = await way.used()
      take(way, await sendLoad({ url: way.url, perSecond, seconds, from: (from += 1_000_000) }))
      way.cpuMs += (await way.used()) - before
    }
  }
  const kept = (await countKept(scratch.url)) - warm
  const acknowledged = receiver.times.length
  if (kept < acknowledged) throw new Error(`${acknowledged} deliveries were acknowledged, but ${kept} are kept`)
  print({ perSecond, seconds: seconds * ROUNDS, load }, ways)
}

async function startWay(name: string, file: string, databaseUrl: string): Promise<Way> {
  const child = fork(fileURLToPath(new URL(`./${file}`, import.meta.url)), [databaseUrl], {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const hear = async (): Promise<Told> => {
    const [told] = await once(child, 'message', { signal: AbortSignal.timeout(60_000) })
    return told as Told
  }
  const told = await hear()
  if (!('url' in told)) throw new Error(`expected ${file} to tell where it serves`)
  return {
    name,
    url: told.url,
    times: [],
    failed: 0,
    cpuMs: 0,
    async used() {
      const answer = hear()
      child.send('used')
      const used = await answer
      return 'cpuMs' in used ? used.cpuMs : Number.NaN
    },
    [Symbol.dispose]: () => void child.kill('SIGKILL'),
  }
}

function take(way: Way, { times, failed }: Answered): void {
  for (const time of times) way.times.push(time)
  way.failed += failed
}

/** Deliveries that are kept together with their job. */
async function countKept(url: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ kept: number }>(
    `select count(*)::int as kept from delivery d join pgboss.job j on j.data->>'deliveryId' = d.id::text`,
  )
  await client.end()
  return rows[0]?.kept ?? Number.NaN
}

interface Setting {
  readonly perSecond: number
  readonly seconds: number
  readonly load: number
}

function print({ perSecond, seconds, load }: Setting, ways: readonly Way[]): void {
  console.log(`### ${perSecond} deliveries of 4 KB a second, ${seconds} s of each way in ${ROUNDS} turns\n`)
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, load ${load.toFixed(1)} before\n`)
  console.log('| way | acknowledged | failed | p50 ms | p99 ms | max ms | p50 ratio | p99 ratio | CPU µs/delivery |')
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |')
  const [base] = ways
  for (const way of ways) {
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) => at(way.times, share))
    const ratios = [0.5, 0.99].map((share) => `${(at(way.times, share) / at(base?.times ?? [], share)).toFixed(1)}×`)
    const figures = [p50, p99, max].map((ms) => ms?.toFixed(1))
    const cpu = ((way.cpuMs * 1_000) / (way.times.length + way.failed)).toFixed(0)
    console.log(`| ${[way.name, way.times.length, way.failed, ...figures, ...ratios, cpu].join(' | ')} |`)
  }
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((one, other) => one - other)
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN
}
