import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RoleName } from '../../config.ts'

const above = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
/** From `test/` as from `dist/test/`. */
const ROOT = existsSync(above('../../package.json')) ? above('../..') : above('../../..')

/** The product as JavaScript, in a folder that is laid out like the repository. Disposing ends what runs and removes it. */
export interface Program extends AsyncDisposable {
  /** A folder that lives as long as the program: for homes. */
  readonly folder: string
  /** Starts a process with these settings alone, and these words after the role; does not wait for it. */
  run(
    role: RoleName | 'token' | 'remap',
    settings: Readonly<Record<string, string>>,
    words?: readonly string[],
  ): Process
}

/** One process of the product. */
export interface Process {
  /** Everything it wrote so far, a line each. */
  readonly lines: readonly string[]
  /** The code it ended with; null when a signal ended it. */
  readonly ended: Promise<number | null>
  /** Where it listens, once it does. @throws Error it ended before, with what it wrote */
  listening(): Promise<string>
  signal(signal: 'SIGHUP'): void
  /** Ends it, and answers the code that it ended with. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** Compiles the sources: a process of its own has no test runner to do so. */
export async function buildProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'switchboard-program-'))
  // As root the embedded server runs as somebody else, who has to get in.
  await chmod(folder, 0o755)
  for (const name of ['node_modules', 'schema', 'package.json']) await symlink(join(ROOT, name), join(folder, name))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const flags = ['--outDir', join(folder, 'dist'), '--noCheck', '--incremental', 'false', '--sourceMap', 'false']
  const compiler = spawn(process.execPath, [tsc, '-p', ROOT, ...flags], { stdio: 'inherit' })
  const [code] = await once(compiler, 'exit')
  if (code !== 0) throw new Error(`tsc ended with ${code}`)
  const running = new Set<Process>()
  return {
    folder,
    run(role, settings, words = []) {
      const started = follow(
        spawn(process.execPath, [join(folder, 'dist/main.js'), role, ...words], {
          cwd: folder,
          env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: '0', ...settings },
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      )
      running.add(started)
      return started
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map((each) => each.end('SIGTERM')))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function follow(child: ChildProcess): Process {
  const lines: string[] = []
  let heard: (url: string) => void = () => undefined
  const url = new Promise<string>((resolve) => {
    heard = resolve
  })
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue
    createInterface({ input: output }).on('line', (line) => {
      lines.push(line)
      const [, address] = / at (http:\/\/[\w.:]+)/.exec(line) ?? []
      if (address !== undefined) heard(address)
    })
  }
  // `close` comes when all that was written has been read, too.
  const ended = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null))
  return {
    lines,
    ended,
    listening: () =>
      Promise.race([
        url,
        ended.then((code) => {
          throw new Error(`it ended with ${code}:\n${lines.join('\n')}`)
        }),
      ]),
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

/** Ports that were given out. */
const given = new Set<number>()

/** How many ports each of the test runner's workers has, and where the first one's begin. */
const PORTS = { each: 1_000, from: 20_000, workers: 10 }

/** A port that nobody listens on now, nor will: nobody else is given it, here or in another of the runner's workers. */
export async function freePort(): Promise<string> {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % PORTS.workers
  // Below the ports that the machine hands out by itself, so that no connection takes it before it is used.
  const first = PORTS.from + worker * PORTS.each
  for (;;) {
    const server = createServer()
    const port = randomInt(first, first + PORTS.each)
    if (given.has(port)) continue
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!free) continue
    given.add(port)
    server.close()
    await once(server, 'close')
    return String(port)
  }
}
