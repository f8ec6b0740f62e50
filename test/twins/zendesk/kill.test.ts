import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { at, receive, text } from '../probe.ts'
import type { Json } from '../probe.ts'
import { stateFolder } from '../state-folder.ts'
import { number } from './desk.ts'

const program = fileURLToPath(new URL('child.ts', import.meta.url))

interface Child extends AsyncDisposable {
  ask(method: string, path: string, body?: Json): Promise<Json>
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts a twin in a process of its own; Node leaves out the types by itself. */
async function startChild(statePath: string, webhookUrl: string): Promise<Child> {
  const child = spawn(process.execPath, [program, statePath, webhookUrl], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  const said: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line)
    const [, url, authorization] = /^ready (\S+) (Basic \S+)$/.exec(line) ?? []
    if (url === undefined || authorization === undefined) continue
    const ask = async (method: string, path: string, body?: Json): Promise<Json> => {
      const response = await fetch(`${url}/api/v2${path}`, {
        method,
        headers: { Authorization: authorization, 'Content-Type': 'application/json' },
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

it('has everything it answered and announced after kill -9 in the middle of work, and no id twice', async () => {
  using folder = stateFolder()
  await using hooks = await receive()
  const tickets = new Map<number, Json>()
  for (let round = 0; round < 4; round += 1) {
    await using twin = await startChild(folder.path, hooks.url)
    const wanted = 12 + round * 4
    let count = 0
    // Several write at once, and the kill comes when that many have been answered: others are then half-way.
    const write = async (writer: number): Promise<void> => {
      for (;;) {
        const requester = { name: `Writer ${writer}`, email: `writer${writer}@example.com` }
        const made = await twin.ask('POST', '/tickets', { ticket: { requester, comment: { body: 'Hi' } } })
        const id = number(made, 'ticket', 'id')
        expect(tickets.has(id)).toBe(false)
        tickets.set(id, at(made, 'ticket', 'created_at'))
        count += 1
        if (count === wanted) void twin.kill()
      }
    }
    const ends = await Promise.allSettled([1, 2, 3, 4].map(write))
    expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
      ends.map(() => expect.stringMatching(/fetch failed|terminated/)),
    )
    await twin.kill()
  }

  await using twin = await startChild(folder.path, hooks.url)
  expect(tickets.size).toBeGreaterThan(4 * 12)
  for (const [id, createdAt] of tickets) {
    expect([id, at(await twin.ask('GET', `/tickets/${id}`), 'ticket', 'created_at')]).toEqual([id, createdAt])
  }
  const announced = new Set(hooks.received.map(({ json }) => Number(text(json, 'detail', 'id'))))
  expect(announced.size).toBeGreaterThan(tickets.size / 2)
  for (const id of announced) expect(number(await twin.ask('GET', `/tickets/${id}`), 'ticket', 'id')).toBe(id)
}, 60_000)
