/** What is asked for when tickets are filtered. */
export interface Filter {
  readonly status?: string | null
  readonly text?: string | null
  readonly tags?: readonly string[] | null
  readonly and?: Filter | null
}

/** A ticket. Invented. */
export interface Ticket {
  readonly id: string
  readonly status: string
  readonly priority: string
  readonly tags: readonly string[]
}

/** Four tickets; one of a status that not both subgraphs know. */
export const tickets: readonly Ticket[] = ['OPEN', 'CLOSED', 'SPAM', 'OPEN'].map((status, n) => ({
  id: `t${n}`,
  status,
  priority: n % 2 === 0 ? 'HIGH' : 'LOW',
  tags: n === 0 ? [] : [`tag${n}`],
}))

/** Whether a ticket passes a filter. */
export const passes = (ticket: Ticket, filter: Filter | null | undefined): boolean =>
  (filter?.status ?? ticket.status) === ticket.status &&
  (filter?.tags ?? ticket.tags).every((tag) => ticket.tags.includes(tag)) &&
  (!filter?.and || passes(ticket, filter.and))

/** Tells which arguments came, in the order of their names, so that a test sees a null from nothing at all. */
export const echo = (args: object): string => JSON.stringify(sort(args))

function sort(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, sort(inner)]),
  )
}
