/** A seat as a tenant pays for it. Invented. */
export interface Seat {
  readonly tenant: { readonly id: string; readonly region: { readonly code: string } }
  readonly number: number
  readonly holder: string | null
  readonly price: number
  readonly desk: Desk
}

/** Where somebody sits: found by the building and the floor it is on. */
export interface Desk {
  readonly place: { readonly building: string; readonly floors: readonly { readonly level: number }[] }
  readonly label: string
  readonly seats: () => readonly Seat[]
}

/** Two desks; the second spans two floors. */
export const desks: readonly Desk[] = [
  { place: { building: 'A', floors: [{ level: 1 }] }, label: 'A-1', seats: () => seats.slice(0, 2) },
  { place: { building: 'A', floors: [{ level: 1 }, { level: 2 }] }, label: 'A-12', seats: () => seats.slice(2) },
]

/** Seats of two tenants, whose numbers repeat. */
export const seats: readonly Seat[] = ['t1', 't2'].flatMap((id, tenant) =>
  [1, 2].map((number) => ({
    tenant: { id, region: { code: `r${tenant}` } },
    number,
    holder: number === 2 ? null : `Holder of ${id}`,
    price: (tenant + 1) * 10 + number,
    desk: { place: { building: 'A', floors: [] }, label: '', seats: () => [], ...desks[tenant] },
  })),
)

/** A seat by what identifies it. */
export const findSeat = (key: Pick<Seat, 'tenant' | 'number'>): Seat | undefined =>
  seats.find(({ tenant, number }) => tenant.id === key.tenant.id && number === key.number)

/** A desk by what identifies it. */
export const findDesk = (key: Pick<Desk, 'place'>): Desk | undefined =>
  desks.find(({ place }) => JSON.stringify(place) === JSON.stringify(key.place))
