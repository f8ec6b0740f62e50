import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeGraph, plain, type TestGraph } from '../../graph.ts'
import { billsSubgraph } from './bills.ts'
import { cartSubgraph } from './cart.ts'
import { deeds } from './data.ts'

describe('mutations', () => {
  let graph: TestGraph

  beforeAll(async () => {
    graph = await makeGraph([cartSubgraph, billsSubgraph])
  })
  beforeEach(() => {
    deeds.length = 0
  })

  it('runs one field after the other, each with its reads, across subgraphs', async () => {
    const answer = await graph.ask(
      'mutation { a: add(item: "pen") { paid } pay(order: "7") { id } clear b: add(item: "ink") { items } }',
    )
    expect(plain(answer)).toEqual({
      data: { a: { paid: true }, pay: { id: '7' }, clear: 'clear', b: { items: ['ink'] } },
    })
    expect(deeds).toEqual([
      'start add pen',
      'end add pen',
      'start read add pen',
      'end read add pen',
      'start pay 7',
      'end pay 7',
      'start clear',
      'end clear',
      'start add ink',
      'end add ink',
    ])
  })

  it('runs a field twice when it is asked for twice', async () => {
    await graph.ask('mutation { a: add(item: "pen") { id } b: add(item: "pen") { id } }')
    expect(deeds.filter((deed) => deed === 'start add pen')).toHaveLength(2)
  })

  it('leaves out what is skipped', async () => {
    const answer = await graph.ask(
      'mutation ($no: Boolean!) { clear @include(if: $no) pay(order: "1") { id } add(item: "x") @skip(if: true) { id } }',
      {
        variables: { no: false },
      },
    )
    expect(plain(answer)).toEqual({ data: { pay: { id: '1' } } })
    expect(deeds).toEqual(['start pay 1', 'end pay 1'])
  })

  it('breaks the whole answer when a field that may not be null fails', async () => {
    expect(plain(await graph.ask('mutation { fail { id } }'))).toEqual({
      data: null,
      errors: [{ message: 'no', path: ['fail'], extensions: { serviceName: 'cart' } }],
    })
  })
})
