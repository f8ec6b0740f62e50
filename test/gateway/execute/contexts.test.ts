import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { makeGraph, plain, VIEWER, type TestSubgraph } from '../graph.ts'
import { clubSubgraph } from '../queries/context/club.ts'
import { readers } from '../queries/context/data.ts'
import { shopSubgraph } from '../queries/context/shop.ts'
import { stockSubgraph } from '../queries/context/stock.ts'

const subgraphs = [shopSubgraph, clubSubgraph, stockSubgraph]

describe('a field that needs a context', () => {
  it('is asked for once for each way the context is, and each thing once in it', async () => {
    const graph = await makeGraph(subgraphs)
    await graph.ask('{ members { basket { price } } }')
    const [first, ...others] = graph.sent
    expect(first?.text).toBe('{members{__typename _context0_currency: currency basket{__typename id}}}')
    expect(others.map(({ variables }) => variables)).toEqual([
      { representations: ['i1', 'i2'].map(toItem), _context_currency: 'EUR' },
      { representations: ['i2', 'i3'].map(toItem), _context_currency: 'USD' },
    ])
  })

  it('is null where the context is not known, because of a failure that is told', async () => {
    const failing: TestSubgraph = {
      ...stockSubgraph,
      resolvers: {
        ...stockSubgraph.resolvers,
        Member: { __resolveReference: () => Promise.reject(new Error('closed')) },
      },
    }
    const graph = await makeGraph([shopSubgraph, clubSubgraph, failing])
    const answer = await graph.ask('{ reader(id: "m1") { ... on Member { picks { id perk } } } }')
    expect(plain({ data: answer.data ?? null })).toEqual({ data: { reader: { picks: null } } })
    expect(answer.errors?.map(({ message }) => message)).toEqual(['closed'])
    expect(graph.sent.some(({ text }) => text.includes('perk'))).toBe(false)
  })

  it('is answered for each event of a subscription', async () => {
    const telling: TestSubgraph = {
      ...shopSubgraph,
      typeDefs: `${shopSubgraph.typeDefs} type Subscription { entered: Member }`,
      resolvers: { ...shopSubgraph.resolvers, Subscription: { entered: { subscribe: enter } } },
    }
    const { executor } = await makeGraph([telling, clubSubgraph, stockSubgraph])
    const document = parse('subscription { entered { first { price } } }')
    const { signal } = new AbortController()
    const events = await executor.subscribe({ document, viewer: VIEWER, requestId: 'r', signal })
    if (!('next' in events)) throw new Error('expected events')
    const answers: unknown[] = []
    for await (const event of events) answers.push(plain(event))
    expect(answers).toEqual(['100 EUR', '250 USD'].map((price) => ({ data: { entered: { first: { price } } } })))
  })
})

async function* enter(): AsyncGenerator<object> {
  for (const reader of readers.slice(0, 2)) yield { entered: reader }
}

const toItem = (id: string) => ({ __typename: 'Item', id })
