import { testCase } from '../case.ts'
import { desks, seats } from './data.ts'
import { licencesSubgraph } from './licences.ts'
import { peopleSubgraph } from './people.ts'
import { roomsSubgraph } from './rooms.ts'

testCase('keys of several fields, nested and in lists, and keys that lead away only', {
  subgraphs: [licencesSubgraph, peopleSubgraph, roomsSubgraph],
  schema: `
    type Query { seats: [Seat!]! seat(tenant: ID!, number: Int!): Seat people: Int desks: [Desk]! }
    type Seat { tenant: Tenant! number: Int! price: Int! desk: Desk! holder: String }
    type Tenant { id: ID! region: Region! }
    type Region { code: String! }
    type Desk { place: Place! label: String! seats: [Seat!]! }
    type Place { building: String! floors: [Floor!]! }
    type Floor { level: Int! }
  `,
  roots: {
    seats,
    seat: ({ tenant, number }: { readonly tenant: string; readonly number: number }) =>
      seats.find((seat) => seat.tenant.id === tenant && seat.number === number),
    people: 2,
    desks: [desks[1], null, desks[0]],
  },
  samples: { tenant: ['t1', 't2', 't3'], number: [1, 2, 3] },
  operations: {
    'sends a nested key': {
      text: '{ seats { desk { label } } }',
      plan: `
Sequence
  Fetch licences: {seats{desk{__typename place{building floors{level}}}}}
  At seats.@.desk
    requires Desk { __typename place { building floors { level } } }
    Fetch rooms: query($representations:[_Any!]!){_entities(representations: $representations){...on Desk{label}}}`,
    },
    'fetches what a longer key has more': '{ desks { label seats { holder price } } }',
    'finds its way back by an alias of a key':
      '{ seats { number: price price: number desk { label seats { holder } } } }',
  },
})
