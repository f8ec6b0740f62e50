import { testCase } from '../case.ts'
import { customsSubgraph, labelsSubgraph } from './customs.ts'
import { parcels, toDuty, toLabel, toPostage, toRoute, type Parcel } from './data.ts'
import { postSubgraph } from './post.ts'
import { pricesSubgraph } from './prices.ts'
import { stockSubgraph } from './stock.ts'

/** A parcel with what is computed of it. */
function toWhole(parcel: Parcel) {
  const { price, origin, stops } = parcel
  const postage = (express: boolean) => toPostage(parcel.weight({ unit: 'G' }), price, express)
  const route = toRoute(origin, stops)
  const duty = toDuty(postage(true), origin?.country.zone)
  return {
    ...parcel,
    postage: ({ express }: { readonly express: boolean }) => postage(express),
    route,
    duty,
    label: toLabel(duty, route),
  }
}

testCase('fields that require others: with arguments, nested, in lists, and in chains', {
  subgraphs: [stockSubgraph, pricesSubgraph, postSubgraph, customsSubgraph, labelsSubgraph],
  schema: `
    type Query { parcels: [Parcel!]! parcel(id: ID!): Parcel prices: Int post: Int customs: Int labels: Int }
    enum Unit { KG G }
    type Parcel {
      id: ID! weight(unit: Unit! = KG): Float! origin: Address stops: [Address!]! price: Float
      postage(express: Boolean! = false): Float route: String! duty: Float! label: String!
    }
    type Address { city: String! country: Country! }
    type Country { code: String! zone: Int! }
  `,
  roots: {
    parcels: parcels.map(toWhole),
    parcel: ({ id }: { readonly id: string }) => parcels.map(toWhole).find((parcel) => parcel.id === id),
    prices: 3,
    post: 1,
    customs: 1,
    labels: 1,
  },
  samples: { id: ['p1', 'p3', 'p9'] },
  operations: {
    'sends what is required under its own name, beside what the client asks by that name': {
      text: '{ parcels { weight postage } }',
    },
    'sends nested objects, lists and nulls': '{ parcels { route } }',
    'requires what requires what requires': '{ parcels { label } }',
    'answers one field with two arguments while another requires a third': {
      text: `query ($e: Boolean!) {
        parcel(id: "p1") { a: postage(express: $e) b: postage(express: false) duty kg: weight(unit: KG) g: weight(unit: G) }
      }`,
      variables: { e: true },
    },
    'requires in two places what the client asks otherwise in one':
      '{ parcel(id: "p1") { weight duty } parcels { label route } }',
    'keeps the client from taking the place of what is required':
      '{ parcels { weight: price price: id duty label: postage } }',
  },
})
