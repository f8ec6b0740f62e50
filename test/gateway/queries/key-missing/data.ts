/** A conversation; what points elsewhere may point nowhere. Invented. */
export interface Conversation {
  readonly id: string
  readonly subject: string
  /** Null where nobody is known; `x9` is known to nobody else. */
  readonly customerId: string | null
  readonly watcherIds: readonly (string | null)[]
}

/** A customer of the other subgraph. */
export interface Customer {
  readonly id: string
  readonly name: string | null
  /** Refused for one of them. */
  readonly vip: () => boolean
}

/** Every way to point at a customer. */
export const conversations: readonly Conversation[] = [
  { id: 'c1', subject: 'Known', customerId: '1', watcherIds: ['1', '2', '1'] },
  { id: 'c2', subject: 'Nobody', customerId: null, watcherIds: [] },
  { id: 'c3', subject: 'Gone', customerId: 'x9', watcherIds: [null, 'x9', '2'] },
]

/** Two customers. */
export const customers: readonly Customer[] = [
  { id: '1', name: 'Ann', vip: () => true },
  {
    id: '2',
    name: null,
    vip: () => {
      throw new Error('not for you')
    },
  },
]

/** A customer, or null where there is none. */
export const findCustomer = ({ id }: { readonly id: string }): Customer | null =>
  customers.find((customer) => customer.id === id) ?? null
