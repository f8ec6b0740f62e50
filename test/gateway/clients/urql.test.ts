import { cacheExchange, Client, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-ws'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { GOOD, serve, type Served, type ServeOptions } from '../served.ts'
import { createDesk } from './desk.ts'

const opened: (() => unknown)[] = []

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close()
})

async function start(options: ServeOptions = {}) {
  const desk = createDesk()
  const served = await serve([desk.subgraph], options)
  opened.push(() => served[Symbol.asyncDispose]())
  return { ...desk, served }
}

/** A client as docs/clients.md has it; `sent` gathers the methods of its requests. */
function connect({ url, socketUrl }: Served, headers: Record<string, string> = GOOD) {
  const sent: string[] = []
  const sockets = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: GOOD, retryAttempts: 0 })
  opened.push(() => sockets.dispose())
  const client = new Client({
    url,
    fetchOptions: { headers },
    fetch: (input, init) => {
      sent.push(init?.method ?? 'GET')
      return fetch(input, init)
    },
    exchanges: [
      cacheExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables: variables ?? null }, sink) }),
        }),
      }),
      fetchExchange,
    ],
  })
  return { client, sent }
}

const TICKET = gql('query Ticket($id: ID!) { ticket(id: $id) { id subject } }')

describe('urql', () => {
  it('queries by GET, as it does by default, and changes by POST', async () => {
    const { client, sent } = connect((await start()).served)
    const query = await client.query(TICKET, { id: '1' })
    expect(query.data).toMatchObject({ ticket: { subject: 'Ticket 1' } })
    const mutation = await client.mutation(gql('mutation ($id: ID!) { close(id: $id) { id subject } }'), { id: '1' })
    expect(mutation.data).toMatchObject({ close: { subject: 'Closed 1' } })
    expect(sent).toEqual(['GET', 'POST'])
  })

  it('needs no header where no token is needed', async () => {
    const { client, sent } = connect((await start({ introspection: 'public' })).served, {})
    const { data } = await client.query(gql('{ __schema { queryType { name } } }'), {})
    expect(data).toMatchObject({ __schema: { queryType: { name: 'Query' } } })
    expect(sent).toEqual(['GET'])
  })

  it('tells errors with their codes, beside data and without', async () => {
    const { client } = connect((await start()).served)
    const beside = await client.query(gql('{ ticket(id: "1") { id secret } }'), {})
    expect(beside.data).toMatchObject({ ticket: { id: '1', secret: null } })
    expect(beside.error?.graphQLErrors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN'])
    const without = await client.query(gql('{ nope }'), {})
    expect(without.error?.graphQLErrors.map(({ extensions }) => extensions['code'])).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ])
  })

  it('subscribes over graphql-ws', async () => {
    const { served, feed } = await start()
    const { client } = connect(served)
    const listening = feed.changed()
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const events = client.subscription(gql('subscription { closed { id subject } }'), {})
    const subscription = events.subscribe(({ data, error }) => resolve(error ?? data))
    await listening
    feed.publish('7')
    expect(await promise).toMatchObject({ closed: { id: '7', subject: 'Closed 7' } })
    subscription.unsubscribe()
  })
})
