/** A post; where it says who answered, the oracle knows who had to. Invented. */
export interface Post {
  readonly __typename: 'Story' | 'Photo'
  readonly id: string
  readonly likes: number
}

/** Two posts. */
export const posts: readonly Post[] = [
  { __typename: 'Story', id: '1', likes: 3 },
  { __typename: 'Photo', id: '2', likes: 5 },
]

/** A post by key. */
export const findPost = (key: { readonly id: string }): Post | undefined => posts.find(({ id }) => id === key.id)
