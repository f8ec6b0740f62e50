/** An article of a help centre, by each of the names it goes by. Invented. */
export interface Article {
  readonly id: string
  readonly slug: string
  readonly number: number
  readonly locale: string
  readonly title: string
  readonly views: number
  readonly author: string
  readonly related: () => readonly Article[]
}

/** Three articles; two share a number, in different locales. */
export const articles: readonly Article[] = [
  {
    id: 'a1',
    slug: 'reset',
    number: 7,
    locale: 'en',
    title: 'Reset',
    views: 100,
    author: 'Ann',
    related: () => articles.slice(1),
  },
  {
    id: 'a2',
    slug: 'reset-de',
    number: 7,
    locale: 'de',
    title: 'Zurücksetzen',
    views: 20,
    author: 'Bob',
    related: () => [],
  },
  {
    id: 'a3',
    slug: 'invoice',
    number: 8,
    locale: 'en',
    title: 'Invoice',
    views: 0,
    author: 'Ann',
    related: () => articles,
  },
]

/** The article that has all that a key says. */
export const findArticle = (key: object): Article | undefined =>
  articles.find((article) =>
    Object.entries(key).every(([name, value]) => name === '__typename' || Reflect.get(article, name) === value),
  )
