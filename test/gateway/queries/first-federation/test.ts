import { testCase } from '../case.ts'
import { products, toShipping, type Product } from './data.ts'
import { inventorySubgraph } from './inventory.ts'
import { productsSubgraph } from './products.ts'
import { reviewsSubgraph } from './reviews.ts'

const toWhole = (product: Product): object => ({
  ...product,
  shipping: toShipping(product.weight, product.stock),
  stars: product.upc === 'a' ? 5 : null,
  headline: `${product.name}!`,
  related: () => [...products.filter(({ upc }) => upc === 'b').map(toWhole), null],
})
const [first, second] = products.map(toWhole)

testCase('subgraphs of the first federation beside one of the second', {
  subgraphs: [productsSubgraph, inventorySubgraph, reviewsSubgraph],
  schema: `
    type Query { products: [Product!]! settings: Settings scarce: Product reviewed(least: Int = 1): [Product!]! }
    type Settings { currency: String! }
    type Product {
      upc: ID! name: String! weight: Int! stock: Int! shipping: Int! stars: Int headline: String related: [Product]
    }
  `,
  roots: {
    products: [first, second],
    settings: { currency: 'EUR' },
    scarce: second,
    reviewed: ({ least }: { readonly least: number | null }) => (least === 1 ? [first] : []),
  },
  operations: {
    'extends a type that another owns': '{ products { name stock stars } }',
    'requires and provides as ever': '{ products { shipping headline } scarce { name headline } }',
    'goes on from what an extension answers': '{ reviewed { name related { shipping weight } } }',
  },
})
