import { EventEmitter, on } from 'node:events'

/** What happens to tickets, as it happens, and who listens. */
export interface Feed {
  publish(event: unknown): void
  /** Publishes the end. */
  end(): void
  /** How many listen. */
  readonly listeners: number
  /** Resolves when somebody begins, or ends, to listen. */
  changed(): Promise<void>
  subscribe(): AsyncIterator<unknown> & AsyncIterable<unknown>
}

/** Makes a feed that loses nothing between events. */
export function createFeed(): Feed {
  const bell = new EventEmitter()
  const END = Symbol('end')
  let changes: (() => void)[] = []
  const change = () => {
    for (const resolve of changes) resolve()
    changes = []
  }
  return {
    publish: (event) => void bell.emit('event', event),
    end: () => void bell.emit('event', END),
    get listeners() {
      return bell.listenerCount('event')
    },
    changed: () => new Promise((resolve) => changes.push(resolve)),
    subscribe: () => {
      const events = on(bell, 'event')
      setImmediate(change)
      return {
        [Symbol.asyncIterator]() {
          return this
        },
        next: async () => {
          const { value, done } = await events.next()
          const event: unknown = done === true ? END : value[0]
          if (event !== END) return { done: false, value: event }
          await events.return?.()
          return { done: true, value: undefined }
        },
        return: async () => {
          await events.return?.()
          change()
          return { done: true, value: undefined }
        },
      }
    },
  }
}
