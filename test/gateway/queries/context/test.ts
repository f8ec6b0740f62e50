import { testCase } from '../case.ts'
import { clubSubgraph } from './club.ts'
import { findItem, findReader, noteOf, priceOf, readers, type Asking, type Item, type Reader } from './data.ts'
import { shopSubgraph } from './shop.ts'
import { stockSubgraph } from './stock.ts'

/** A thing as a reader sees it; one that nobody knows has a key and nothing else. */
function toItem(id: string, reader: Reader): object {
  const item = findItem({ id })
  const label = ({ id: of }: Item) => ({ text: noteOf(of, reader.locale, 0), of: () => toItem(of, reader) })
  return {
    id,
    price: ({ times }: Asking) => item && priceOf(item, { times, currency: reader.currency ?? reader.badge }),
    label: () => item && label(item),
    related: () => item?.related.map((each) => toItem(each, reader)) ?? [],
  }
}

const toGift = (id: string, reader: Reader) => ({
  id,
  cents: () => findItem({ id })?.cents,
  perk: ({ loud }: { readonly loud?: boolean | null }) =>
    `${noteOf(id, String(findItem({ id })?.cents), reader.tier)}${loud === true ? '!' : ''}`,
})

const toReader = (reader: Reader | undefined): object | null =>
  reader === undefined
    ? null
    : {
        ...reader,
        locale: reader.locale && { code: reader.locale },
        basket: reader.basket.map((id) => toItem(id, reader)),
        first: reader.basket[0] === undefined ? null : toItem(reader.basket[0], reader),
        picks: reader.basket.flatMap((id) => (findItem({ id }) ? toGift(id, reader) : [])),
      }

testCase('what fields need of the objects above them', {
  subgraphs: [shopSubgraph, clubSubgraph, stockSubgraph],
  schema: `
    type Query { readers: [Reader!] members: [Member] reader(id: ID!): Reader club: String stock: Int }
    type Mutation { visit(id: ID!): Reader }
    interface Reader { id: ID! locale: Locale }
    type Locale { code: String }
    type Member implements Reader {
      id: ID! locale: Locale currency: String! basket: [Item] first: Item tier: Int! picks: [Gift!]
    }
    type Guest implements Reader { id: ID! locale: Locale badge: String basket: [Item] }
    type Item { id: ID! price(times: Int): String label: Label! related: [Item!] }
    type Label { text: String! of: Item }
    type Gift { id: ID! cents: Int perk(loud: Boolean): String! }
  `,
  roots: {
    readers: readers.map(toReader),
    members: readers.map((each) => (each.__typename === 'Member' ? toReader(each) : null)),
    reader: (key: Reader) => toReader(findReader(key)),
    visit: (key: Reader) => toReader(findReader(key)),
    club: 'open',
    stock: 7,
  },
  samples: { id: ['m1', 'm2', 'g1'] },
  operations: {
    'a value of an object above, for each another': {
      text: '{ members { basket { id price(times: 2) } } }',
      plan: `
Sequence
  Fetch shop: {members{__typename _context0_currency: currency basket{__typename id}}}
  At members.@.basket.@
    requires Item { __typename id }
    Fetch shop: query ($representations: [_Any!]!, $_context_currency: String) { _entities(representations: $representations) { ... on Item { price(times: 2, currency: $_context_currency) } } }`,
    },
    'a value by the type of an interface': `{
      readers { id ... on Member { basket { price } } ... on Guest { basket { price } } }
    }`,
    'a value inside of a value, which may be missing': '{ members { first { label { text } } } }',
    'through things of things': '{ members { basket { related { price related { price label { of { price } } } } } } }',
    'what another subgraph knows, and a field that requires': '{ members { picks { perk(loud: true) cents } } }',
    'under other names, more than once': `query ($n: Int) {
      reader(id: "m1") { ... on Member { currency: id basket { currency: price a: price(times: $n) } first { price } } }
    }`,
    'by a variable that is named like one of the gateway': {
      text: 'query ($_context_currency: Int) { members { basket { price(times: $_context_currency) } } }',
      variables: { _context_currency: 3 },
    },
    'in a mutation, in turns': `mutation {
      visit(id: "m1") { ... on Member { basket { price } } }
      other: visit(id: "m2") { ... on Member { basket { price } picks { perk } } }
    }`,
  },
})
