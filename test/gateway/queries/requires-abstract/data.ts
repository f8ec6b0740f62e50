/** Who pays, and how. Invented. */
export type Method =
  | {
      readonly __typename: 'Card'
      readonly id: string
      readonly last4: string
      readonly bank: { readonly name: string }
    }
  | { readonly __typename: 'Invoice'; readonly id: string; readonly days: number; readonly company: string | null }

/** An account with the ways it pays. */
export interface Account {
  readonly id: string
  readonly method: Method
  readonly others: readonly (Method | null)[]
  readonly owner: Owner
}

/** Whoever an account belongs to. */
export type Owner =
  | { readonly __typename: 'Person'; readonly id: string; readonly name: string; readonly born: number }
  | { readonly __typename: 'Firm'; readonly id: string; readonly name: string; readonly seat: string }

const card: Method = { __typename: 'Card', id: 'm1', last4: '4242', bank: { name: 'First' } }
const invoice: Method = { __typename: 'Invoice', id: 'm2', days: 30, company: null }

/** Two accounts, crosswise. */
export const accounts: readonly Account[] = [
  {
    id: 'a1',
    method: card,
    others: [invoice, null],
    owner: { __typename: 'Person', id: 'o1', name: 'Ann', born: 1980 },
  },
  {
    id: 'a2',
    method: invoice,
    others: [card, invoice],
    owner: { __typename: 'Firm', id: 'o2', name: 'Acme', seat: 'Bern' },
  },
]

/** The account of a key. */
export const findAccount = (key: { readonly id: string }): Account | undefined =>
  accounts.find(({ id }) => id === key.id)

/** How a method is told, from what is known of its kind. */
export const describe = (method: Method | null): string => {
  if (method === null) return '-'
  return method.__typename === 'Card'
    ? `${method.bank.name} ${method.last4}`
    : `${method.days} days for ${method.company}`
}

/** How an owner is told. */
export const name = (owner: Owner): string => `${owner.name} ${owner.__typename === 'Person' ? owner.born : owner.seat}`
