import { testCase } from '../case.ts'
import { edges, keys, odd } from './data.ts'
import { firstSubgraph } from './first.ts'
import { secondSubgraph } from './second.ts'

const keyed = ({ code }: { readonly code: string }): object => ({
  code,
  seen: `<${code}>`,
  twins: () => [[keyed({ code })], [], [keyed({ code: '0' }), keyed({ code })]],
})
const whole: object = { ...odd, isPrototypeOf: [{}], toLocaleString: () => whole }

testCase('odd names, odd values, odd keys, and lists of lists', {
  subgraphs: [firstSubgraph, secondSubgraph],
  schema: `
    scalar JSON
    scalar BigInt
    type Query {
      odd: Odd none: Odd edges: Edges! keyed: [Keyed!]! grid: [[Keyed!]]! echo(json: JSON, big: BigInt, float: Float): JSON
      second: Int
    }
    type Odd {
      id: ID! constructor: String toString: String! hasOwnProperty: Int length: Int caller: String valueOf: String
      isPrototypeOf: JSON toLocaleString: Odd
    }
    type Edges {
      most: Int least: Int tiny: Float huge: Float whole: Float! text: String! empty: String! json: JSON big: BigInt
      matrix: [[Int]]! cube: [[[Int!]!]!]
    }
    type Keyed { code: String! seen: String! twins: [[Keyed!]!] }
  `,
  roots: {
    odd: whole,
    none: null,
    edges,
    keyed: keys.map(keyed),
    grid: [keys.slice(0, 2).map(keyed), null, [], [...keys.slice(1, 3), ...keys.slice(0, 1)].map(keyed)],
    echo: (args: object) => args,
    second: 2,
  },
  samples: { JSON: [1, 'x', true], BigInt: ['12345678901234567890', 7] },
  operations: {
    'answers fields named like what every object has':
      '{ odd { constructor toString hasOwnProperty valueOf caller length isPrototypeOf } none { toString } }',
    'answers aliases named like what every object has':
      '{ odd { __proto__: id valueOf: constructor constructor: valueOf toString: caller then: toString _entities: length } }',
    'changes no value on its way': '{ edges { most least tiny huge whole text empty json big } }',
    'keeps lists of lists, empty and null ones': '{ edges { matrix cube } grid { code } }',
    'reaches entities in lists of lists': {
      text: '{ grid { seen twins { seen code } } }',
      plan: `
Sequence
  Fetch first: {grid{__typename code}}
  At grid.@
    requires Keyed { __typename code }
    Fetch second: query($representations:[_Any!]!){_entities(representations: $representations){...on Keyed{seen twins{seen code}}}}`,
    },
    'tells keys apart': '{ keyed { seen } }',
    'takes scalars of any shape': {
      text: 'query ($j: JSON, $b: BigInt, $f: Float) { a: echo(json: $j, big: $b, float: $f) b: echo(json: { x: [1, "é"] }, big: 5, float: 1) }',
      variables: { j: { x: { __typename: 'Y', toString: 1 } }, b: '99999999999999999999', f: 1e300 },
    },
  },
})
