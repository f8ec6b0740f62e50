import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Json } from './probe.ts'

/** A twin in a process of its own. */
export interface Killable extends AsyncDisposable {
  /** Calls the API. @throws Error it answered no success, or is gone */
  ask(method: string, path: string, body?: Json): Promise<Json>
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

/**
 * Starts a twin in a process of its own; Node leaves out the types by itself.
 *
 * @param program says `ready <where its API is> <how to authorize>` on a line when it listens
 */
export async function startKillable(program: URL, statePath: string, webhookUrl: string): Promise<Killable> {
  const argv = [fileURLToPath(program), statePath, webhookUrl]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    const [, url, authorization] = /^ready (\S+) (\S+ \S+)$/.exec(line) ?? []
    if (url === undefined || authorization === undefined) continue
    const ask = async (method: string, path: string, body?: Json): Promise<Json> => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          Authorization: authorization,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const answer: Json = JSON.parse(await response.text())
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`)
      return answer
    }
    return { ask, kill, [Symbol.asyncDispose]: kill }
  }
  throw new Error(`the child ended before it was ready: ${said.join('\n')}`)
}

/** Lets several write at once, over and over, until one of them kills the twin: what the others asked is then half-way. */
export async function writeUntilKilled<Writer>(
  twin: Killable,
  writers: readonly Writer[],
  write: (writer: Writer) => Promise<void>,
): Promise<void> {
  const goOn = async (writer: Writer): Promise<never> => {
    for (;;) await write(writer)
  }
  const ends = await Promise.allSettled(writers.map(goOn))
  expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
    ends.map(() => expect.stringMatching(/fetch failed|terminated/)),
  )
  await twin.kill()
}
