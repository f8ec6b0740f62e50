/** What a search finds. Invented. */
export type Found =
  | {
      readonly __typename: 'Article'
      readonly id: string
      readonly title: string
      readonly votes: number
      readonly tags: readonly string[]
    }
  | { readonly __typename: 'Video'; readonly id: string; readonly title: string; readonly length: number | null }
  | {
      readonly __typename: 'Thread'
      readonly id: string
      readonly topic: string
      readonly first: Post
      readonly last: Post | null
    }

/** A post in a thread. */
export interface Post {
  readonly __typename: 'Question' | 'Answer'
  readonly text: string
  readonly votes: number
  readonly about: () => Found
}

const question: Post = { __typename: 'Question', text: 'Why?', votes: 2, about: () => found[0] }
const answer: Post = { __typename: 'Answer', text: 'Because.', votes: 5, about: () => found[2] }

/** One of each kind, and a second thread. */
export const found: readonly [Found, Found, Found, Found] = [
  { __typename: 'Article', id: '1', title: 'Reset', votes: 1, tags: ['a', 'b'] },
  { __typename: 'Video', id: '2', title: 'Tour', length: null },
  { __typename: 'Thread', id: '3', topic: 'Login', first: question, last: answer },
  { __typename: 'Thread', id: '4', topic: 'Empty', first: question, last: null },
]

/** What is found by a key. */
export const findFound = (key: { readonly id: string }): Found | undefined => found.find(({ id }) => id === key.id)
