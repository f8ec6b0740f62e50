/** What one deep query asks for. */
export const PAGE = 50
/** How many pages there are: more than are ever asked for at once, so that no two askers need the same. */
export const PAGES = 40

const COUNT = PAGE * PAGES
/** The first of the page that something stands on: a page has its own people, so that pages have nothing in common. */
const startOf = (n: number) => n - (n % PAGE)

/** What the catalogue knows. */
export const products = Array.from({ length: COUNT }, (_, n) => ({
  id: `p${n}`,
  name: `Product ${n}`,
  tags: ['new', `group-${n % 5}`],
  sellerId: `u${startOf(n) + (n % 20)}`,
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
    authorId: `u${startOf(n) + ((n * 3 + each) % PAGE)}`,
  })),
)

/** What is in stock, and for how much. */
export const stocks = new Map(products.map(({ id }, n) => [id, { price: 100 + n, stock: n % 9 }]))
