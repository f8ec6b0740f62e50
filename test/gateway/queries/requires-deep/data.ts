/** A parcel: what each subgraph knows of it. Invented. */
export interface Parcel {
  readonly id: string
  readonly weight: (args: { readonly unit: Unit }) => number
  readonly price: number | null
  readonly origin: Address | null
  readonly stops: readonly Address[]
}

/** How a weight is told. */
export type Unit = 'KG' | 'G'

/** Where a parcel is, or was. */
export interface Address {
  readonly city: string
  readonly country: { readonly code: string; readonly zone: number }
}

const address = (city: string, code: string, zone: number): Address => ({ city, country: { code, zone } })

/** Three parcels: one without a price, one from nowhere. */
export const parcels: readonly Parcel[] = [
  {
    id: 'p1',
    price: 30,
    origin: address('Rome', 'IT', 1),
    stops: [address('Basel', 'CH', 2), address('Lyon', 'FR', 1)],
  },
  { id: 'p2', price: null, origin: address('Oslo', 'NO', 3), stops: [] },
  { id: 'p3', price: 20, origin: null, stops: [address('Ghent', 'BE', 1)] },
].map((parcel, n) => ({
  ...parcel,
  weight: ({ unit }: { readonly unit: Unit }) => (n + 1) * (unit === 'KG' ? 1 : 1000),
}))

/** The parcel of a key. */
export const findParcel = (key: { readonly id: string }): Parcel | undefined => parcels.find(({ id }) => id === key.id)

/** What sending costs; nothing is known without a price. */
export const toPostage = (grams: number, price: number | null, express: boolean): number | null =>
  price === null ? null : grams / 100 + price + (express ? 5 : 0)

/** The way a parcel takes, as text. */
export const toRoute = (origin: Address | null, stops: readonly Address[]): string =>
  [origin, ...stops].map((stop) => (stop ? `${stop.city}/${stop.country.code}` : '?')).join(' > ')

/** The duty of a parcel hangs on what its postage is, and on the zone it comes from. */
export const toDuty = (postage: number | null, zone: number | undefined): number => (postage ?? 0) * (zone ?? 0)

/** What a label says hangs on the duty and the route. */
export const toLabel = (duty: number, route: string): string => `${route} (${duty})`
