import { beforeAll, describe, expect, it } from 'vitest'
import { makeGraph, plain, type TestGraph } from '../../graph.ts'
import { catalogueSubgraph } from './catalogue.ts'
import { scoresSubgraph } from './scores.ts'
import { seriesSubgraph } from './series.ts'

describe('interfaces, unions and interface objects', () => {
  let graph: TestGraph

  beforeAll(async () => {
    graph = await makeGraph([catalogueSubgraph, scoresSubgraph, seriesSubgraph])
  })

  const ask = async (text: string) => plain(await graph.ask(text))

  it('adds the fields of an interface object to whatever stands behind the interface', async () => {
    expect(await ask('{ known { title score ... on Book { pages } ... on Film { minutes } } }')).toEqual({
      data: {
        known: [
          { title: 'Emma', score: 5, pages: 474 },
          { title: 'Alien', score: 4, minutes: 117 },
        ],
      },
    })
  })

  it('asks the owner what an interface object is', async () => {
    expect(await ask('{ best { __typename kind: __typename title score rivals { __typename title } } }')).toEqual({
      data: {
        best: {
          __typename: 'Book',
          kind: 'Book',
          title: 'Emma',
          score: 5,
          rivals: [{ __typename: 'Film', title: 'Alien' }],
        },
      },
    })
  })

  it('asks what an interface object is where it may be of a hidden type, though the client does not', async () => {
    expect(await ask('{ best { id score(of: 10) } secret { id score } }')).toEqual({
      data: { best: { id: 'b1', score: 10 }, secret: null },
    })
  })

  it('says so when nobody knows what an interface object is', async () => {
    expect(await ask('{ lost { __typename score } best { id } }')).toEqual({
      data: { lost: null, best: { id: 'b1' } },
      errors: [
        {
          message: 'Cannot return null for non-nullable field Medium.__typename.',
          path: ['lost', '__typename'],
          extensions: { code: 'SUBGRAPH_ANSWER_INVALID' },
        },
      ],
    })
  })

  it('shows an object of a hidden type as null', async () => {
    expect(await ask('{ media { __typename title } named { title } }')).toEqual({
      data: {
        media: [{ __typename: 'Book', title: 'Emma' }, { __typename: 'Film', title: 'Alien' }, null],
        named: [{ title: 'Emma' }, { title: 'Alien' }, null],
      },
    })
  })

  it('answers fragments on a union, its members and their interfaces', async () => {
    const query = `{ shelf {
      ... on Named { title }
      ... on Medium { id score }
      ... on Film { sequel { title minutes } }
      ...Pages
    } }
    fragment Pages on Book { pages twin { title } }`
    expect(await ask(query)).toEqual({
      data: {
        shelf: [
          { title: 'Emma', id: 'b1', score: 5, pages: 474, twin: { title: 'Emma' } },
          { title: 'Alien', id: 'f1', score: 4, sequel: { title: 'Alien', minutes: 117 } },
        ],
      },
    })
  })

  it('answers different fields under one alias, each for its type', async () => {
    expect(await ask('{ shelf { ... on Book { n: pages } ... on Film { n: minutes } } }')).toEqual({
      data: { shelf: [{ n: 474 }, { n: 117 }] },
    })
    const twins = '{ shelf { ... on Book { x: twin { title } } ... on Film { x: twin { minutes } } } }'
    expect(await ask(twins)).toEqual({ data: { shelf: [{ x: { title: 'Emma' } }, { x: { minutes: 117 } }] } })
  })

  it('answers a field that may be null for one type and not for another', async () => {
    expect(await ask('{ shelf { ... on Book { title pages } ... on Film { title code } } }')).toEqual({
      data: {
        shelf: [
          { title: 'Emma', pages: 474 },
          { title: 'Alien', code: 'F' },
        ],
      },
    })
  })

  it('leaves an object empty when no fragment is for its type', async () => {
    expect(await ask('{ shelf { ... on Film { minutes } } }')).toEqual({ data: { shelf: [{}, { minutes: 117 }] } })
  })
})
