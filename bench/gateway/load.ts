import { Pool } from 'undici'
import type { Reply, Stretch } from './child.ts'
import type { Running } from './process.ts'
import { toOperation, type Operation, type Work } from './queries.ts'

/** How many operations are under way at any time. */
const WIDTH = 16

/** One stretch of work of one contender. */
export interface Sample {
  readonly perSecond: number
  /** Processor time of the contender's process for one operation, its subgraphs' not included when they are apart. */
  readonly cpuMs: number
}

/** Keeps operations under way over HTTP, each on its own kept-alive connection. */
export async function loadOverHttp(contender: Running, work: Work, stretch: Stretch): Promise<Sample> {
  const url = new URL(contender.url ?? '')
  const pool = new Pool(url.origin, { connections: WIDTH })
  const before = await contender.ask({ ask: 'usage' })
  const start = performance.now()
  let operations = 0
  let asked = 0
  const lane = async () => {
    while (performance.now() - start < stretch.forMs || operations < stretch.atLeast) {
      await post(pool, url.pathname, JSON.stringify(toOperation(work, asked++)))
      operations++
    }
  }
  await Promise.all(Array.from({ length: WIDTH }, lane))
  const wallMs = performance.now() - start
  const after = await contender.ask({ ask: 'usage' })
  await pool.close()
  return toSample({ operations, wallMs, cpuMs: (after.cpuMs ?? 0) - (before.cpuMs ?? 0) })
}

/** Keeps operations under way inside the contender's process, without any server. */
export async function loadInside(contender: Running, work: Work, stretch: Stretch): Promise<Sample> {
  return toSample(await contender.ask({ ask: 'run', work, stretch, width: WIDTH }))
}

/** Asks once over HTTP. */
export async function askOverHttp(contender: Running, operation: Operation): Promise<unknown> {
  const url = new URL(contender.url ?? '')
  const pool = new Pool(url.origin)
  const text = await post(pool, url.pathname, JSON.stringify(operation))
  await pool.close()
  return JSON.parse(text)
}

async function post(pool: Pool, path: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await pool.request({ method: 'POST', path, headers, body })
  const text = await response.body.text()
  if (response.statusCode !== 200) throw new Error(`expected HTTP 200, but got ${response.statusCode}: ${text}`)
  return text
}

function toSample({ operations = 0, wallMs = 0, cpuMs = 0 }: Reply): Sample {
  if (operations === 0) throw new Error('expected at least one operation in a round')
  return { perSecond: operations / (wallMs / 1_000), cpuMs: cpuMs / operations }
}
