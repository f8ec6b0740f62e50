/** A product. Invented. */
export interface Product {
  readonly upc: string
  readonly name: string
  readonly weight: number
  readonly stock: number
}

/** Two products. */
export const products: readonly Product[] = [
  { upc: 'a', name: 'Pen', weight: 10, stock: 3 },
  { upc: 'b', name: 'Ink', weight: 200, stock: 0 },
]

/** A product by key. */
export const findProduct = (key: { readonly upc: string }): Product | undefined =>
  products.find(({ upc }) => upc === key.upc)

/** What sending costs. */
export const toShipping = (weight: number, stock: number): number => (stock === 0 ? 0 : weight / 10)
