/** A customer and what two subgraphs compute of them from each other. Invented. */
export interface Customer {
  readonly id: string
  readonly orders: number
  readonly region: string
}

/** A ticket of a customer. */
export interface Ticket {
  readonly id: string
  readonly customer: Customer
}

/** Two customers. */
export const customers: readonly Customer[] = [
  { id: '1', orders: 3, region: 'eu' },
  { id: '2', orders: 0, region: 'us' },
]

/** Three tickets. */
export const tickets: readonly Ticket[] = customers.flatMap((customer) =>
  ['a', 'b'].map((letter) => ({ id: `${customer.id}${letter}`, customer })),
)

/** The tickets of a customer. */
export const ticketsOf = ({ id }: { readonly id: string }): readonly Ticket[] =>
  tickets.filter(({ customer }) => customer.id === id)

/** The customer of a key. */
export const findCustomer = (key: { readonly id: string }): Customer | undefined =>
  customers.find(({ id }) => id === key.id)

/** First link: how much somebody matters. */
export const toRank = (orders: number): number => orders * 10
/** Second link: how soon they are answered. */
export const toUrgency = (rank: number, region: string): string => `${region}:${rank > 0 ? 'soon' : 'later'}`
/** Third link, of the first subgraph again: what they are told. */
export const toPromise = (urgency: string): string => `Answered ${urgency}`
/** Fourth, of the second: what a ticket's colour is. */
export const toColour = (promise: string, urgency: string): string => `${promise.length}/${urgency}`
