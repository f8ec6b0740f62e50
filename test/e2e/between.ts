import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Gate, makeGate } from '../ingest/gate.ts'

/** What is kept back: POSTs to paths that end so, before the provider hears of them or after it has carried them out. */
export interface Holding {
  readonly path: string
  readonly the: 'request' | 'answer'
}

/** Stands before a twin, and passes everything on but what it is to hold: nobody ever hears of that again. */
export interface Between extends AsyncDisposable {
  readonly url: string
  /** From now on, beside what is held already. Ends when the first one is held. */
  hold(holding: Holding): Promise<void>
  /** Passes everything on from now on. */
  release(): void
}

/** Listens before the twin at an address. */
export async function standBetween(twinUrl: string): Promise<Between> {
  let holds: readonly (Holding & { readonly held: Gate })[] = []
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const holding = method === 'POST' ? holds.find(({ path }) => url.endsWith(path)) : undefined
    if (holding?.the === 'request') return holding.held.open()
    const onward = request(new URL(url, twinUrl), { method, headers }, (answer) => {
      if (holding !== undefined) return holding.held.open()
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold(holding) {
      const held = makeGate()
      holds = [{ ...holding, held }, ...holds]
      return held.opened
    },
    release() {
      holds = []
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
