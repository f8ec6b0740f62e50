/** A medium that a message carries. Invented. */
export type Medium =
  | { readonly __typename: 'Image'; readonly id: string; readonly title: string; readonly width: number }
  | { readonly __typename: 'Film'; readonly id: string; readonly title: string; readonly seconds: number }

/** Who sent a message. */
export interface Sender {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly team: { readonly id: string; readonly title: string; readonly lead: { readonly name: string } }
}

/** An image and a film. */
export const media: readonly Medium[] = [
  { __typename: 'Image', id: 'm1', title: 'Screenshot', width: 640 },
  { __typename: 'Film', id: 'm2', title: 'Recording', seconds: 12 },
]

/** Two senders of one team. */
export const senders: readonly Sender[] = ['Ann', 'Bob'].map((name, index) => ({
  id: `s${index}`,
  name,
  email: `${name}@example.com`,
  team: { id: 't1', title: 'Care', lead: { name: 'Ann' } },
}))

/** Two messages, crosswise. */
export const messages = [0, 1].map((n) => ({
  id: `x${n}`,
  sender: senders[n],
  attachment: media[1 - n],
  preview: media[n],
  all: media,
}))

/** The medium of a key. */
export const findMedium = (key: { readonly id: string }): Medium | undefined => media.find(({ id }) => id === key.id)

/** The sender of a key. */
export const findSender = (key: { readonly id: string }): Sender | undefined => senders.find(({ id }) => id === key.id)
