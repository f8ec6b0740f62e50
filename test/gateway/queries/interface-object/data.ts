/** A channel customers write by, of several kinds. Invented. */
export type Channel =
  | { readonly __typename: 'Mailbox'; readonly id: string; readonly name: string; readonly address: string }
  | { readonly __typename: 'Phone'; readonly id: string; readonly name: string; readonly number: string | null }
  | { readonly __typename: 'Widget'; readonly id: string; readonly name: string; readonly site: string }

/** One of each kind, and a second mailbox. */
export const channels: readonly Channel[] = [
  { __typename: 'Mailbox', id: 'm1', name: 'Help', address: 'help@example.com' },
  { __typename: 'Phone', id: 'p1', name: 'Hotline', number: null },
  { __typename: 'Widget', id: 'w1', name: 'Chat', site: 'example.com' },
  { __typename: 'Mailbox', id: 'm2', name: 'Sales', address: 'sales@example.com' },
]

/** How many wait in a channel; not known of one. */
export const queues: Readonly<Record<string, number>> = { m1: 3, p1: 0, m2: 12 }

/** The channel of a key. */
export const findChannel = (key: { readonly id: string }): Channel | undefined =>
  channels.find(({ id }) => id === key.id)

/** The channels after one, all around. */
export const followersOf = ({ id }: { readonly id: string }): readonly Channel[] => {
  const index = channels.findIndex((channel) => channel.id === id)
  return [...channels.slice(index + 1), ...channels.slice(0, index)]
}

/** How a channel is doing, by its name and who waits. */
export const toHealth = (name: string, waiting: number | null): string =>
  `${name}: ${waiting === null ? 'unknown' : waiting > 5 ? 'busy' : 'fine'}`
