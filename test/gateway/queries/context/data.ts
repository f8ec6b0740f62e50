/** Somebody who may see things, in their own way. Invented. */
export interface Reader {
  readonly __typename: 'Member' | 'Guest'
  readonly id: string
  readonly currency?: string
  readonly badge?: string
  readonly locale: string | null
  readonly tier: number
  readonly basket: readonly string[]
}

/** Something for sale. */
export interface Item {
  readonly id: string
  readonly cents: number
  readonly related: readonly string[]
}

/** Readers with and without what is asked of them, two alike. */
export const readers: readonly Reader[] = [
  { __typename: 'Member', id: 'm1', currency: 'EUR', locale: 'nl', tier: 2, basket: ['i1', 'i2'] },
  { __typename: 'Member', id: 'm2', currency: 'USD', locale: null, tier: 1, basket: ['i2', 'i3', 'i2'] },
  { __typename: 'Member', id: 'm3', currency: 'EUR', locale: 'nl', tier: 0, basket: [] },
  { __typename: 'Guest', id: 'g1', badge: 'G', locale: 'pl', tier: 0, basket: ['i1', 'gone'] },
]

/** Things for sale. */
export const items: readonly Item[] = [
  { id: 'i1', cents: 100, related: ['i2'] },
  { id: 'i2', cents: 250, related: ['i1', 'i3'] },
  { id: 'i3', cents: 40, related: [] },
]

/** Something by its key. */
export const findItem = ({ id }: { readonly id: string }): Item | undefined => items.find((item) => item.id === id)

/** Somebody by their key. */
export const findReader = ({ id }: { readonly id: string }): Reader | undefined =>
  readers.find((each) => each.id === id)

/** What is priced for whom. */
export interface Asking {
  readonly currency?: string | null
  readonly times?: number | null
}

/** A price as somebody reads it. Fails for one thing in one currency. */
export function priceOf({ id, cents }: Pick<Item, 'id' | 'cents'>, { currency, times }: Asking): string {
  if (id === 'i3' && currency === 'USD') throw new Error('not sold there')
  return `${cents * (times ?? 1)} ${currency ?? 'points'}`
}

/** A note for readers of a language and a tier. */
export const noteOf = (id: string, language: string | null | undefined, tier: number | null | undefined): string =>
  `${id} in ${language ?? 'no language'} at ${tier ?? 'no tier'}`
