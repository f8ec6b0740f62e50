/** How many of each there are: a page of the deep query is all products. */
export const COUNT = 50

/** What the catalogue knows. */
export const products = Array.from({ length: COUNT }, (_, n) => ({
  id: `p${n}`,
  name: `Product ${n}`,
  tags: ['new', `group-${n % 5}`],
  sellerId: `u${n % 20}`,
}))

/** Who sells and who writes reviews. */
export const users = Array.from({ length: COUNT }, (_, n) => ({
  id: `u${n}`,
  name: `User ${n}`,
  city: `City ${n % 7}`,
}))

/** Three of each product. */
export const reviews = products.flatMap(({ id }, n) =>
  Array.from({ length: 3 }, (_, each) => ({
    id: `r${n}-${each}`,
    text: `Review ${each} of product ${n}, which is neither short nor long.`,
    stars: ((n + each) % 5) + 1,
    productId: id,
    authorId: `u${(n * 3 + each) % COUNT}`,
  })),
)

/** What is in stock, and for how much. */
export const stocks = new Map(products.map(({ id }, n) => [id, { price: 100 + n, stock: n % 9 }]))
