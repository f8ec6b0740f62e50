import { buildSchema, execute, parse } from 'graphql'
import { products, reviews, stocks, users } from './data.ts'
import { composeAt } from './subgraphs.ts'
import { createDocumentCache } from './local.ts'
import type { Operation } from './queries.ts'

type Of<T> = T extends readonly (infer E)[] ? E : never

/** The same graph as one schema over the same data, run by graphql-js: what federation costs is the difference. */
export function createMonolith(): (operation: Operation) => unknown {
  const schema = buildSchema(composeAt('http://localhost').apiSdl)
  const reviewsOf = Map.groupBy(reviews, ({ productId }) => productId)
  const countOf = Map.groupBy(reviews, ({ authorId }) => authorId)
  const userById = new Map(users.map((user) => [user.id, user]))
  const userOf = (id: string) => {
    const user = userById.get(id)
    return user && { ...user, reviewCount: countOf.get(id)?.length ?? 0 }
  }
  const toProduct = (product: Of<typeof products>) => ({
    ...product,
    ...stocks.get(product.id),
    seller: () => userOf(product.sellerId),
    reviews: () =>
      (reviewsOf.get(product.id) ?? []).map((review) => ({ ...review, author: () => userOf(review.authorId) })),
  })
  const productById = new Map(products.map((product) => [product.id, product]))
  const rootValue = {
    products: ({ first, skip }: { first: number; skip: number }) => products.slice(skip, skip + first).map(toProduct),
    product: ({ id }: { id: string }) => {
      const product = productById.get(id)
      return product && toProduct(product)
    },
    user: ({ id }: { id: string }) => userOf(id),
  }
  const documentOf = createDocumentCache(parse)
  return ({ query, variables }) =>
    execute({ schema, document: documentOf(query), rootValue, variableValues: variables })
}
