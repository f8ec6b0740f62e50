import { EventEmitter, on } from 'node:events'
import type { TestSubgraph } from '../graph.ts'

/** Something said in a room. */
export interface Said {
  readonly room: string
  /** Its place in the room's log, from 0. */
  readonly seq: number
  readonly text: string
  readonly authorId: string
}

/** Two subgraphs: rooms in which things are said, each room with a log; and people, who say them. */
export interface Rooms {
  readonly talk: TestSubgraph
  readonly people: TestSubgraph
  /** Says something. The text "unreadable" makes a field of the event fail. */
  say(room: string, text: string, authorId?: string): void
  /** Ends everybody's subscription to a room. */
  close(room: string): void
  /** How many subscriptions the subgraph has now. */
  readonly listeners: number
  /** How many it had in all. */
  readonly opened: number
  /** How often an event was executed at its own subgraph. */
  readonly executions: number
  /** How often the other subgraph was asked to complete an event. */
  readonly completions: number
  /** Resolves when the subgraph has this many subscriptions, at once when it does. */
  listening(count: number): Promise<void>
  /** Holds the completion of events until the answer is called. */
  hold(): () => void
}

/** The subscription that the tests make. */
export const SAID =
  'subscription ($room: ID!, $after: Int) { said(room: $room, after: $after) { seq text author { name } } }'

const END = Symbol('end')

/** Makes the rooms, all empty. */
export function createRooms(): Rooms {
  const bell = new EventEmitter().setMaxListeners(0)
  const logs = new Map<string, Said[]>()
  const counts = { listeners: 0, opened: 0, executions: 0, completions: 0 }
  let waiting: { count: number; resolve: () => void }[] = []
  let held = Promise.resolve()
  const change = (by: 1 | -1) => {
    counts.listeners += by
    for (const { count, resolve } of waiting) if (count === counts.listeners) resolve()
    waiting = waiting.filter(({ count }) => count !== counts.listeners)
  }
  const logOf = (room: string): Said[] => {
    let log = logs.get(room)
    if (log === undefined) logs.set(room, (log = []))
    return log
  }

  const follow = (room: string, after: number | null): AsyncIterableIterator<unknown> => {
    const past: unknown[] = after === null ? [] : logOf(room).slice(after + 1)
    const events = on(bell, room)
    counts.opened++
    change(1)
    let isOpen = true
    const end = async (): Promise<IteratorResult<unknown>> => {
      if (isOpen) change(-1)
      isOpen = false
      await events.return?.()
      return { done: true, value: undefined }
    }
    return {
      [Symbol.asyncIterator]() {
        return this
      },
      next: async () => {
        if (isOpen && past.length > 0) return { done: false, value: past.shift() }
        const { value, done } = await events.next()
        return done === true || value[0] === END ? end() : { done: false, value: value[0] }
      },
      return: end,
    }
  }

  const talk: TestSubgraph = {
    name: 'talk',
    typeDefs: `
      type Query { nothing: String }
      type Subscription { said(room: ID!, after: Int): Said refused: Said }
      type Said { seq: Int! cursor: Int! text: String author: Person }
      type Person @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Subscription: {
        said: {
          subscribe: (_root: unknown, { room, after }: { room: string; after?: number | null }) =>
            follow(room, after ?? null),
          resolve: (said: Said) => {
            counts.executions++
            return said
          },
        },
        refused: {
          subscribe: () => {
            throw new Error('not you')
          },
        },
      },
      Said: {
        cursor: ({ seq }: Said) => seq,
        text: ({ text }: Said) => {
          if (text === 'unreadable') throw new Error('postgres://root:hunter2@db cannot be read')
          return text
        },
        author: ({ authorId }: Said) => ({ id: authorId }),
      },
    },
  }
  const people: TestSubgraph = {
    name: 'people',
    typeDefs: `
      type Query { people: Int }
      type Person @key(fields: "id") { id: ID! name: String }
    `,
    resolvers: {
      Person: {
        __resolveReference: async ({ id }: { id: string }) => {
          counts.completions++
          await held
          return { id, name: `Person ${id}` }
        },
      },
    },
  }
  return {
    talk,
    people,
    say: (room, text, authorId = '1') => {
      const log = logOf(room)
      const said: Said = { room, seq: log.length, text, authorId }
      log.push(said)
      bell.emit(room, said)
    },
    close: (room) => void bell.emit(room, END),
    get listeners() {
      return counts.listeners
    },
    get opened() {
      return counts.opened
    },
    get executions() {
      return counts.executions
    },
    get completions() {
      return counts.completions
    },
    listening: (count) =>
      new Promise((resolve) => (counts.listeners === count ? resolve() : waiting.push({ count, resolve }))),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
  }
}
