import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'vitest'

/** Who a child process runs as. */
export interface RunAs {
  readonly uid: number
  readonly gid: number
}

/** A child that runs an embedded server. */
export interface Child extends AsyncDisposable {
  readonly pid: number
  /** Null when it failed. */
  readonly url: string | null
  /** Why it failed; null when it did not. */
  readonly failure: string | null
  readonly logged: readonly string[]
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
}

const PROGRAM = new URL('child.ts', import.meta.url).pathname

/** Starts a child and waits until it is ready or has failed. */
export async function startChild(home: string, runAs: RunAs | null = null, program = PROGRAM): Promise<Child> {
  const { child, lines } = spawnChild(home, runAs, program)
  const logged: string[] = []
  let url: string | null = null
  let failure: string | null = null
  for await (const line of lines) {
    const [, word, text = ''] = /^(\w+) (.*)$/.exec(line) ?? []
    if (word === 'log') logged.push(text)
    if (word === 'ready') url = text
    if (word === 'failed') failure = text
    if (url !== null || failure !== null) break
  }
  if (url === null && failure === null) throw new Error('the child ended without a word')
  const gone = child.exitCode !== null ? Promise.resolve() : once(child, 'exit')
  const stop = async (): Promise<void> => {
    child.stdin?.end()
    await gone
  }
  return {
    pid: child.pid ?? 0,
    url,
    failure,
    logged,
    stop,
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
    [Symbol.asyncDispose]: stop,
  }
}

/** Starts a child and waits for nothing. */
export function spawnChild(
  home: string,
  runAs: RunAs | null,
  program = PROGRAM,
): { child: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, ['--no-warnings', program, home], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'inherit'],
    ...runAs,
  })
  return { child, lines: createInterface({ input: child.stdout }) }
}

/** The process of the server in a folder. */
export function serverPid(folder: string): number {
  const [pid] = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')
  return Number(pid)
}

/** Every live process, finished ones that nobody collected left out, whose command line names the text. */
export function processesNaming(text: string): readonly number[] {
  return processesWith((commandLine) => commandLine.includes(text))
}

/** The watchdogs of the server in a home. */
export function watchdogs(home: string): readonly number[] {
  return processesWith((commandLine) => commandLine.includes('switchboard-watchdog') && commandLine.includes(home))
}

/** Holds processes where they are. Answers how to let them go on. */
export function hold(pids: readonly number[]): () => void {
  expect(pids).not.toEqual([])
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return () => {
    for (const pid of pids) process.kill(pid, 'SIGCONT')
  }
}

function processesWith(isMeant: (commandLine: string) => boolean): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const file = `/proc/${name}/cmdline`
      try {
        return existsSync(file) && isMeant(readFileSync(file, 'utf8'))
      } catch {
        // It ended while it was looked at.
        return false
      }
    })
    .map(Number)
}

/** Waits until no process names the text. */
export async function noneNaming(text: string): Promise<void> {
  await expect.poll(() => processesNaming(text)).toEqual([])
}
