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
  /** Ends when the first one is held. */
  hold(holding: Holding): Promise<void>
  /** Passes everything on from now on. */
  release(): void
}

/** Listens before the twin at an address. */
export async function standBetween(twinUrl: string): Promise<Between> {
  let holds: (Holding & { readonly held: Gate }) | null = null
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const holding = holds !== null && method === 'POST' && url.endsWith(holds.path) ? holds : null
    if (holding?.the === 'request') return holding.held.open()
    const onward = request(new URL(url, twinUrl), { method, headers }, (answer) => {
      if (holding !== null) return holding.held.open()
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
      holds = { ...holding, held }
      return held.opened
    },
    release() {
      holds = null
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
