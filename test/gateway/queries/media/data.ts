/** A medium as the catalogue stores it. Invented. */
export type MediumRow =
  | { readonly __typename: 'Book'; readonly id: string; readonly title: string; readonly pages: number }
  | { readonly __typename: 'Film'; readonly id: string; readonly title: string; readonly minutes: number }
  | { readonly __typename: 'Draft'; readonly id: string; readonly title: string }

/** A book, a film, and a draft, which is a type that clients may not know. */
export const media: readonly MediumRow[] = [
  { __typename: 'Book', id: 'b1', title: 'Emma', pages: 474 },
  { __typename: 'Film', id: 'f1', title: 'Alien', minutes: 117 },
  { __typename: 'Draft', id: 'd1', title: 'Unsaid' },
]

/** How people like them. */
export const scores: Readonly<Record<string, number>> = { b1: 5, f1: 4, d1: 1 }
