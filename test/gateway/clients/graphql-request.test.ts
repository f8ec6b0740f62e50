import { ClientError, gql, GraphQLClient } from 'graphql-request'
import { afterEach, describe, expect, it } from 'vitest'
import { GOOD, serve, type Served } from '../served.ts'
import { createDesk } from './desk.ts'

let served: Served | undefined

afterEach(async () => {
  await served?.[Symbol.asyncDispose]()
  served = undefined
})

const TICKET = gql`
  query Ticket($id: ID!) {
    ticket(id: $id) {
      subject
    }
  }
`

describe.each(['POST', 'GET'] as const)('graphql-request by %s', (method) => {
  const connect = async () => {
    served = await serve([createDesk().subgraph])
    return new GraphQLClient(served.url, { headers: GOOD, method, jsonSerializer: JSON })
  }

  it('queries', async () => {
    expect(await (await connect()).request(TICKET, { id: '1' })).toEqual({ ticket: { subject: 'Ticket 1' } })
  })

  it('tells errors with their codes, beside data and without', async () => {
    const client = await connect()
    const beside: unknown = await client.request('{ ticket(id: "1") { secret } }').catch((error: unknown) => error)
    expect(beside).toBeInstanceOf(ClientError)
    expect(beside).toMatchObject({
      response: { data: { ticket: { secret: null } }, errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    })
    const without: unknown = await client.request('{ nope }').catch((error: unknown) => error)
    expect(without).toMatchObject({
      response: { status: 400, errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    })
  })
})

describe('graphql-request', () => {
  it('changes', async () => {
    served = await serve([createDesk().subgraph])
    const client = new GraphQLClient(served.url, { headers: GOOD })
    expect(await client.request('mutation { close(id: "1") { subject } }')).toEqual({ close: { subject: 'Closed 1' } })
  })

  it('names operations by their ids, when it is told to send those', async () => {
    const manifest = new Map([['ticket-1', TICKET]])
    served = await serve([createDesk().subgraph], { persisted: { manifest, mode: 'enforce', automatic: false } })
    const ids = new Map([...manifest].map(([id, text]) => [text, id]))
    const client = new GraphQLClient(served.url, {
      headers: GOOD,
      requestMiddleware: (request) => {
        const { query, ...rest } = JSON.parse(typeof request.body === 'string' ? request.body : '')
        return { ...request, body: JSON.stringify({ ...rest, documentId: ids.get(query) }) }
      },
    })
    expect(await client.request(TICKET, { id: '1' })).toEqual({ ticket: { subject: 'Ticket 1' } })
  })
})
