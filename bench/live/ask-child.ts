import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Starts a process of the bench that obeys one order at a time. It is ended with the bench. */
export function startChild(file: string, opened: AsyncDisposableStack): ChildProcess {
  const child = fork(fileURLToPath(new URL(`./${file}`, import.meta.url)))
  opened.defer(() => void child.kill())
  return child
}

/** Orders something, and answers what came of it. @throws Error the process ended instead */
export async function askChild<Done>(child: ChildProcess, order: object): Promise<Done> {
  const over = new AbortController()
  const answer = once(child, 'message', { signal: over.signal })
  const exit = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`a process of the bench ended with ${String(code)}`)
  })
  exit.catch(() => {})
  child.send(order)
  try {
    const [done]: Done[] = await Promise.race([answer, exit])
    if (done === undefined) throw new Error('expected an answer of a process of the bench')
    return done
  } finally {
    over.abort()
  }
}
