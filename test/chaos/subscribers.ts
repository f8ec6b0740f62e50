import { setTimeout as wait } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { Graph } from './calls.ts'

/** One who follows what is said, over any number of connections to any of the gateways. */
export interface Subscriber {
  readonly name: string
  /** The cursors of what came, in the order in which it came. */
  readonly cursors: readonly string[]
  /** How often it had to come back. */
  readonly connections: number
  /** Other ends than a lost connection. */
  readonly refusals: readonly string[]
  stop(): Promise<void>
}

const FOLLOW = `subscription ($after: String) {
  messageAdded(after: $after, includeBackfill: true) { cursor message { id } } }`

const event = z.object({ messageAdded: z.object({ cursor: z.string() }) })

const PAUSE_MS = 200

/** Codes that docs/errors.md says to try again after. */
const PASSING = new Set(['DATABASE_UNAVAILABLE', 'SUBGRAPH_UNAVAILABLE'])

/**
 * Follows from a place on, and goes on at the last cursor after whatever ended a connection: written from what
 * docs/clients.md promises, and not with the helper for clients.
 */
export function follow(name: string, graphs: readonly Graph[], from: string): Subscriber {
  const cursors: string[] = []
  const refusals: string[] = []
  let connections = 0
  let stopped = false
  let leave: () => void = () => undefined
  const connect = async (graph: Graph): Promise<void> => {
    const socket = createClient({
      url: `${graph.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${graph.token}` },
      retryAttempts: 0,
    })
    const source = socket.iterate({ query: FOLLOW, variables: { after: cursors.at(-1) ?? from } })
    leave = () => void source.return?.()
    try {
      for await (const { data, errors } of source) {
        if (errors !== undefined) {
          // Not seen whole: come back for it, as docs/clients.md says.
          const codes = errors.map(({ extensions }) => String(extensions?.['code']))
          if (codes.some((code) => !PASSING.has(code))) refusals.push(JSON.stringify(errors).slice(0, 300))
          return
        }
        cursors.push(event.parse(data).messageAdded.cursor)
      }
    } finally {
      await socket.dispose()
    }
  }
  const following = (async () => {
    for (let n = 0; !stopped; n += 1) {
      const graph = graphs[n % graphs.length]
      if (graph === undefined) return
      connections += 1
      await connect(graph).catch(() => undefined)
      if (!stopped) await wait(PAUSE_MS)
    }
  })()
  return {
    name,
    cursors,
    refusals,
    get connections() {
      return connections
    },
    async stop() {
      stopped = true
      leave()
      await following
    },
  }
}
