import { testCase } from '../case.ts'
import { findFound, found, type Found } from './data.ts'
import { readingSubgraph } from './reading.ts'
import { searchSubgraph } from './search.ts'

/** What is found, with how it is read. */
function toWhole(item: Found): object {
  const next = item.__typename === 'Article' ? found[3] : item.id === '3' ? found[0] : null
  const reading = { ...item, reads: Number(item.id) * 10, next: () => next && toWhole(next) }
  if (item.__typename !== 'Thread') return reading
  const { first, last } = item
  const post = (one: typeof first) => ({ ...one, about: () => toWhole(one.about()) })
  return { ...reading, first: post(first), last: last && post(last) }
}

const [article, , thread, empty] = found
const voted = thread.__typename === 'Thread' && thread.last

testCase('interfaces that implement interfaces, and unions that differ between subgraphs', {
  subgraphs: [searchSubgraph, readingSubgraph],
  schema: `
    type Query {
      search(first: Int): [Result]! titled: [Titled!]! voted: [Voted] one(id: ID!): Node
      popular: [Readable!]! unread: [Counted]!
    }
    union Result = Article | Video | Thread
    union Readable = Article | Thread
    interface Node { id: ID! }
    interface Counted { reads: Int! }
    interface Titled implements Node { id: ID! title: String! }
    interface Voted { votes: Int! }
    type Article implements Titled & Node & Voted & Counted {
      id: ID! title: String! votes: Int! tags: [String!]! reads: Int! next: Readable
    }
    type Video implements Titled & Node { id: ID! title: String! length: Int }
    type Thread implements Node & Counted { id: ID! topic: String! first: Post! last: Post reads: Int! next: Counted }
    interface Post implements Voted { votes: Int! text: String! about: Result! }
    type Question implements Post & Voted { votes: Int! text: String! about: Result! }
    type Answer implements Post & Voted { votes: Int! text: String! about: Result! }
  `,
  roots: {
    search: ({ first }: { readonly first?: number | null }) => found.slice(0, first ?? found.length).map(toWhole),
    titled: found.slice(0, 2).map(toWhole),
    voted: [toWhole(article), voted && { ...voted, about: () => toWhole(voted.about()) }, null],
    one: (key: { readonly id: string }) => [findFound(key)].flatMap((item) => (item ? [toWhole(item)] : []))[0],
    popular: [thread, article].map(toWhole),
    unread: [toWhole(article), null, toWhole(empty)],
  },
  samples: { id: ['1', '3', '9'], first: [0, 2] },
  operations: {
    'answers each member of a union for itself':
      '{ search { __typename ... on Article { title reads } ... on Video { length } ... on Thread { topic next { reads } } } }',
    'goes through an interface that only one subgraph has':
      '{ search { ... on Counted { reads } ... on Titled { title } } }',
    'goes through interfaces of interfaces':
      '{ voted { votes ... on Post { about { ... on Node { id } } } ... on Node { id } } }',
    'leaves a union for what only another subgraph knows of its members':
      '{ popular { ... on Article { title next { ... on Thread { topic first { text } } } } ... on Voted { votes } } }',
    'answers one alias differently by type':
      '{ search { ... on Article { x: title } ... on Video { x: title } ... on Thread { x: topic } } }',
    'asks nothing of what no fragment is for':
      '{ search { ... on Video { length } } unread { ... on Voted { votes } } }',
  },
})
