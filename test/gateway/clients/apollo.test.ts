import { createHash } from 'node:crypto'
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type OperationVariables,
} from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
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

/** A client as docs/clients.md has it; `sent` gathers the bodies of its requests. */
function connect({ url, socketUrl }: Served, persisted?: ApolloLink) {
  const sent: Record<string, unknown>[] = []
  const http = new HttpLink({
    uri: url,
    headers: GOOD,
    fetch: (input, init) => {
      if (typeof init?.body === 'string') sent.push(JSON.parse(init.body))
      return fetch(input, init)
    },
  })
  const sockets = createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: GOOD, retryAttempts: 0 })
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(sockets),
    persisted ? persisted.concat(http) : http,
  )
  const client = new ApolloClient({ link, cache: new InMemoryCache() })
  opened.push(async () => {
    client.stop()
    await sockets.dispose()
  })
  return { client, sent }
}

const TICKET = gql`
  query Ticket($id: ID!) {
    ticket(id: $id) {
      id
      subject
    }
  }
`
const variables: OperationVariables = { id: '1' }
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('Apollo Client', () => {
  it('queries and changes', async () => {
    const { client } = connect((await start()).served)
    expect((await client.query({ query: TICKET, variables })).data).toMatchObject({ ticket: { subject: 'Ticket 1' } })
    const mutation = gql`
      mutation Close($id: ID!) {
        close(id: $id) {
          id
          subject
        }
      }
    `
    expect((await client.mutate({ mutation, variables })).data).toMatchObject({ close: { subject: 'Closed 1' } })
  })

  it('tells errors with their codes, beside data and without', async () => {
    const { client } = connect((await start()).served)
    const secret = gql`
      {
        ticket(id: "1") {
          id
          secret
        }
      }
    `
    const beside = await client.query({ query: secret, errorPolicy: 'all' })
    expect(beside.data).toMatchObject({ ticket: { id: '1', secret: null } })
    expect(CombinedGraphQLErrors.is(beside.error) && beside.error.errors[0]?.extensions?.['code']).toBe('FORBIDDEN')
    const wrong = gql`
      {
        nope
      }
    `
    const failure: unknown = await client.query({ query: wrong }).catch((error: unknown) => error)
    expect(CombinedGraphQLErrors.is(failure) && failure.errors[0]?.extensions?.['code']).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    )
  })

  it('subscribes over graphql-ws', async () => {
    const { served, feed } = await start()
    const { client } = connect(served)
    const listening = feed.changed()
    const query = gql`
      subscription {
        closed {
          id
          subject
        }
      }
    `
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    const subscription = client.subscribe({ query }).subscribe({ next: ({ data }) => resolve(data), error: reject })
    await listening
    feed.publish('7')
    expect(await promise).toMatchObject({ closed: { id: '7', subject: 'Closed 7' } })
    subscription.unsubscribe()
  })

  it('sends the hash of an operation first, its text once, and the hash alone from then on', async () => {
    const { served } = await start({ persisted: { manifest: null, mode: 'log', automatic: true } })
    const { client, sent } = connect(served, new PersistedQueryLink({ sha256 }))
    for (const id of ['1', '2']) {
      const { data } = await client.query({ query: TICKET, variables: { id } })
      expect(data).toMatchObject({ ticket: { subject: `Ticket ${id}` } })
    }
    expect(sent.map((body) => 'query' in body)).toEqual([false, true, false])
  })

  it('sends the text from then on where hashes are not taken', async () => {
    const { served } = await start()
    const { client, sent } = connect(served, new PersistedQueryLink({ sha256 }))
    for (const id of ['1', '2']) await client.query({ query: TICKET, variables: { id } })
    expect(sent.map((body) => 'query' in body)).toEqual([false, true, true])
    expect(sent[2]).not.toHaveProperty('extensions.persistedQuery')
  })

  it('names operations by the ids of a manifest', async () => {
    const manifest = new Map([
      ['ticket-1', 'query Ticket($id: ID!) {\n  ticket(id: $id) {\n    id\n    subject\n    __typename\n  }\n}'],
    ])
    const { served } = await start({ persisted: { manifest, mode: 'enforce', automatic: false } })
    const { client, sent } = connect(served, new PersistedQueryLink({ generateHash: () => 'ticket-1' }))
    expect((await client.query({ query: TICKET, variables })).data).toMatchObject({ ticket: { subject: 'Ticket 1' } })
    expect(sent).toHaveLength(1)
    expect(sent[0]).not.toHaveProperty('query')
  })
})
