import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ChildArguments, Question, Reply } from './child.ts'

/** A contender's process, seen from the parent. */
export interface Running extends Disposable {
  /** Where it serves; null when it does not. */
  readonly url: string | null
  ask(question: Question): Promise<Reply>
}

/** Peers are no part of the build: they stay where they were written, beside what they import. */
const sources = new URL('../../../bench/gateway/', import.meta.url)
const built = new URL('./', import.meta.url)

/** Starts a child by its file, such as `child-ours.js` or `peers/apollo.mjs`, and waits until it is ready. */
export async function startChild(file: string, args: ChildArguments): Promise<Running> {
  const path = fileURLToPath(new URL(file, file.endsWith('.mjs') ? sources : built))
  const child = fork(path, [JSON.stringify(args)], { env: { ...process.env, NODE_ENV: 'production' } })
  const { url } = (await nextMessage(child, file)) as { url: string | null }
  let last: Promise<unknown> = Promise.resolve()
  const ask = async (question: Question): Promise<Reply> => {
    await last
    const reply = nextMessage(child, file)
    last = reply
    child.send(question)
    return (await reply) as Reply
  }
  return { url, ask, [Symbol.dispose]: () => void child.kill('SIGKILL') }
}

async function nextMessage(child: ChildProcess, file: string): Promise<unknown> {
  const gone = new AbortController()
  const exit = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`${file} ended with ${String(code)} before it answered`)
  })
  exit.catch(() => {})
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: gone.signal }), exit])
    return message
  } finally {
    gone.abort()
  }
}
