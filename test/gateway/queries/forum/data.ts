/** Somebody, with everything any subgraph knows of them; what has arguments or refers to others is a method. */
export interface User {
  readonly __typename: 'User'
  readonly id: string
  readonly name: string | null
  readonly nick: string
  readonly mood: string
  /** Null for one of them, though no subgraph may say so. */
  readonly karma: number | null
  readonly greeting: string
  team(): Team | null
  friends(args: { first?: number | null }): readonly User[]
  posts(args: { first?: number | null }): readonly Post[]
  pinned(): Post | null
  score(args: { scale: number }): number
  /** Throws for one of them. */
  badge(): { readonly level: number; of(): User }
}

/** A group of users. */
export interface Team {
  readonly __typename: 'Team'
  readonly id: string
  readonly title: string
  lead(): User | null
  posts(): readonly Post[] | null
}

/** What a user wrote. */
export interface Post {
  readonly __typename: 'Post'
  readonly id: string
  readonly text: string | null
  readonly tags: readonly string[]
  readonly likes: number
  author(): User
  editors(): readonly (User | null)[]
  likedBy(): readonly User[]
}

const take = <T>(list: readonly T[], first: number | null | undefined) => list.slice(0, first ?? list.length)
const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('the list is empty')
  return found
}

/** Everybody. */
export const users: readonly User[] = [0, 1, 2, 3].map((n): User => {
  const name = n === 2 ? null : `User ${n}`
  const user: User = {
    __typename: 'User',
    id: `u${n}`,
    name,
    nick: `nick${n}`,
    mood: n % 2 === 0 ? 'GOOD' : 'BAD',
    karma: n === 3 ? null : n * 10,
    greeting: `Hello ${name}`,
    team: () => (n === 1 ? null : at(teams, n)),
    friends: ({ first }) =>
      take(
        users.filter((_, other) => (other + n) % 2 === 1),
        first,
      ),
    posts: ({ first }) =>
      take(
        posts.filter((_, post) => post % users.length === n),
        first,
      ),
    pinned: () => (n === 0 ? at(posts, 1) : null),
    score: ({ scale }) => n * scale,
    badge: () => {
      if (n === 2) throw new Error('no badge')
      return { level: n, of: () => user }
    },
  }
  return user
})

/** All teams. */
export const teams: readonly Team[] = [0, 1].map((n) => ({
  __typename: 'Team',
  id: `t${n}`,
  title: `Team ${n}`,
  lead: () => (n === 0 ? at(users, 3) : null),
  posts: () => (n === 0 ? posts : null),
}))

/** All posts. */
export const posts: readonly Post[] = [0, 1, 2, 3, 4].map((n) => ({
  __typename: 'Post',
  id: `p${n}`,
  text: n === 0 ? null : `Post ${n}`,
  tags: n === 1 ? [] : ['a', `b${n}`],
  likes: n,
  author: () => at(users, n),
  editors: () => [at(users, n + 1), null, at(users, n + 2)],
  likedBy: () => [at(users, n), at(users, n + 1)],
}))

/** What finds an entity. */
export interface Key {
  readonly id: string
}

/** Finds a user. */
export const userOf = ({ id }: Key) => users.find((user) => user.id === id)
/** Finds a team. */
export const teamOf = ({ id }: Key) => teams.find((team) => team.id === id)
/** Finds a post. */
export const postOf = ({ id }: Key) => posts.find((post) => post.id === id)
/** Says what a node or thing is. */
export const typeOf = { __resolveType: ({ __typename }: { readonly __typename: string }) => __typename }

/** The roots of one schema that knows everything. */
export const roots = {
  users,
  user: userOf,
  things: () => [...teams, null, ...users],
  nodes: () => [users[3], teams[0], null, users[0]],
  posts: ({ first }: { readonly first?: number | null }) => posts.slice(0, first ?? posts.length),
  newest: posts[4],
  recent: [posts[0], users[1], posts[3]],
  liking: 1,
  greeting: 1,
}
