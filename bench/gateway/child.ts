import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { toOperation, type Operation, type Work } from './queries.ts'

/** How a child is started: with its subgraphs behind HTTP or in its own process, after a supergraph that says where. */
export interface ChildArguments {
  readonly subgraphs: 'http' | 'local'
  readonly supergraphSdl: string
}

/** How long to work: both for some time and for some operations, which on a busy machine take longer. */
export interface Stretch {
  readonly forMs: number
  readonly atLeast: number
}

/** What the parent may ask of a child. */
export type Question =
  | { readonly ask: 'answer'; readonly operation: Operation }
  | { readonly ask: 'run'; readonly work: Work; readonly stretch: Stretch; readonly width: number }
  | { readonly ask: 'usage' }

/** One stretch of work, or how much of the machine was used so far. */
export interface Reply {
  readonly answer?: unknown
  readonly operations?: number
  readonly wallMs?: number
  readonly cpuMs?: number
  readonly peakResidentBytes?: number
}

/** A contender in its own process. */
export interface Contender {
  /** Runs an operation without any server around it. */
  readonly execute: (operation: Operation) => unknown
  /** Starts the server one would run it in, and says where; null when only the bare form is measured. */
  readonly serve: (() => Promise<string>) | null
}

/** Tells the parent where this child listens, then answers its questions until it is ended. */
export async function runChild(open: (args: ChildArguments) => Promise<Contender> | Contender): Promise<void> {
  const contender = await open(JSON.parse(process.argv[2] ?? '{}') as ChildArguments)
  process.on('message', (question: Question) => {
    void reply(contender, question).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ answer: { failed: String(error) } }),
    )
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ url: contender.serve === null ? null : await contender.serve() })
}

async function reply(contender: Contender, question: Question): Promise<Reply> {
  switch (question.ask) {
    case 'answer':
      return { answer: await contender.execute(question.operation) }
    case 'run':
      return run(contender, question)
    case 'usage': {
      const { user, system } = process.cpuUsage()
      return { cpuMs: (user + system) / 1_000, peakResidentBytes: process.resourceUsage().maxRSS * 1_024 }
    }
  }
}

/** Keeps a number of operations under way for some time; each answer is spelled as JSON, as a server would. */
async function run(
  { execute }: Contender,
  { work, stretch, width }: Extract<Question, { ask: 'run' }>,
): Promise<Reply> {
  const before = process.cpuUsage()
  const start = performance.now()
  let operations = 0
  let asked = 0
  const lane = async () => {
    while (performance.now() - start < stretch.forMs || operations < stretch.atLeast) {
      JSON.stringify(await execute(toOperation(work, asked++)))
      operations++
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  const { user, system } = process.cpuUsage(before)
  return { operations, wallMs: performance.now() - start, cpuMs: (user + system) / 1_000 }
}

/** Serves on a free port. */
export function listenOnFreePort(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  return new Promise((resolve) => {
    server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}
