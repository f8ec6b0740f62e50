import { createClient as createStreamClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { GOOD, serve, type Served } from '../served.ts'
import { createDesk } from './desk.ts'

/** What both clients have in common here. */
interface Subscriber {
  iterate(request: { query: string; variables?: Record<string, unknown> }): AsyncIterableIterator<unknown>
  dispose(): void | Promise<void>
}

const opened: (() => unknown)[] = []

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

const clients: Readonly<Record<string, (served: Served) => Subscriber>> = {
  'graphql-ws': ({ socketUrl }) =>
    createSocketClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: GOOD, retryAttempts: 0 }),
  'graphql-sse': ({ url }) => createStreamClient({ url: `${url}/stream`, headers: GOOD, retryAttempts: 0 }),
}

describe.each(Object.entries(clients))('%s', (_name, connect) => {
  const start = async () => {
    const desk = createDesk()
    const served = await serve([desk.subgraph])
    const client = connect(served)
    opened.push(
      () => served[Symbol.asyncDispose](),
      () => client.dispose(),
    )
    return { ...desk, client }
  }
  const first = async (answers: AsyncIterable<unknown>) => {
    for await (const answer of answers) return answer
    return null
  }

  it('queries and changes', async () => {
    const { client } = await start()
    const query = 'query ($id: ID!) { ticket(id: $id) { subject } }'
    expect(await first(client.iterate({ query, variables: { id: '1' } }))).toEqual({
      data: { ticket: { subject: 'Ticket 1' } },
    })
    expect(await first(client.iterate({ query: 'mutation { close(id: "1") { subject } }' }))).toEqual({
      data: { close: { subject: 'Closed 1' } },
    })
  })

  it('tells an error beside data', async () => {
    const { client } = await start()
    expect(await first(client.iterate({ query: '{ ticket(id: "1") { id secret } }' }))).toMatchObject({
      data: { ticket: { id: '1', secret: null } },
      errors: [{ path: ['ticket', 'secret'], extensions: { code: 'FORBIDDEN' } }],
    })
  })

  it('subscribes until the source ends', async () => {
    const { client, feed } = await start()
    const listening = feed.changed()
    const answers = (async () => {
      const all: unknown[] = []
      for await (const answer of client.iterate({ query: 'subscription { closed { id } }' })) all.push(answer)
      return all
    })()
    await listening
    feed.publish('7')
    feed.publish('8')
    feed.end()
    expect(await answers).toEqual([{ data: { closed: { id: '7' } } }, { data: { closed: { id: '8' } } }])
  })
})
