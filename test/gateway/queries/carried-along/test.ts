import { expect, it } from 'vitest'
import { makeGraph } from '../../graph.ts'
import { testCase } from '../case.ts'
import { accountsSubgraph } from './accounts.ts'
import { badges, greet, type Badge } from './data.ts'
import { greetingsSubgraph } from './greetings.ts'

const subgraphs = [accountsSubgraph, greetingsSubgraph]
const toWhole = (badge: Badge) => ({ ...badge, greeting: greet(badge.name) })

testCase('directives that change no answer, and a field of an entity that two subgraphs share', {
  subgraphs,
  schema: `
    directive @badge(of: String!) on FIELD_DEFINITION
    type Query { members(first: Int = 2): [Member!]! greeted: Member }
    type Member { id: ID! name: String! wage: Int greeting: String! }
  `,
  roots: {
    members: ({ first }: { readonly first: number | null }) => badges.slice(0, first ?? 0).map(toWhole),
    greeted: badges.slice(1).map(toWhole)[0],
  },
  samples: { first: [0, 1, 3] },
  operations: {
    'takes a shared field of an entity from wherever it is': {
      text: '{ greeted { name greeting } }',
      plan: 'Fetch greetings: {greeted{name greeting}}',
    },
    'goes elsewhere for what is not shared, and takes what is shared along':
      '{ members(first: 3) { name greeting wage } greeted { wage name } }',
    'tells types of themselves':
      '{ __typename t: __typename members { __typename kind: __typename greeting } greeted { __typename } }',
    'decides on the same field in several ways': {
      text: `query ($yes: Boolean!, $no: Boolean!) {
        members { name @include(if: $no) name @skip(if: $no) wage @skip(if: $yes) ... @include(if: $yes) { greeting @skip(if: $no) } }
        greeted @include(if: $no) { wage }
        ...Greeted @include(if: $yes)
      }
      fragment Greeted on Query { greeted { id @skip(if: $yes) } }`,
      variables: { yes: true, no: false },
    },
    'answers an empty operation': '{ greeted @skip(if: true) { id } }',
  },
})

it('carries prices, and what subgraphs compose, but shows clients only the latter', async () => {
  const { executor } = await makeGraph(subgraphs)
  expect(executor.prices.weightOf('Member.wage')).toBe(3)
  expect(executor.prices.listSizeOf('Query.members')?.slicingArguments).toEqual(['first'])
  expect(executor.schema.getDirective('badge')?.locations).toEqual(['FIELD_DEFINITION'])
  expect(executor.schema.getDirective('cost')).toBeUndefined()
})
