import { connect } from 'node:net'
import { openProxy } from '../ingest/proxy.ts'

/** A NATS that the product is told of by a way that can be cut. */
export interface Nats extends AsyncDisposable {
  readonly url: string
  /** Ends every connection and refuses new ones. */
  cut(): void
  mend(): void
}

/**
 * The way to the machine's NATS (`TEST_NATS_URL`); null when none answers. What rings there is told apart from what others
 * ring by its workspace, and is gone a minute later: nothing is left to be cleared away.
 */
export async function openNats(): Promise<Nats | null> {
  const url = process.env['TEST_NATS_URL'] ?? 'nats://127.0.0.1:4222'
  if (!(await answers(new URL(url)))) return null
  const proxy = await openProxy(url)
  return {
    url: `nats://127.0.0.1:${new URL(proxy.url).port}`,
    cut: () => proxy.cut(),
    mend: () => proxy.mend(),
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
}

function answers({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
