import { expect, test, vi } from 'vitest'
import { DatabaseUnavailableError } from '../../../store/errors.ts'
import type { EventStream } from '../../../store/event-follower.ts'
import type { StoreEvent } from '../../../store/change.ts'
import { Watch } from '../../../subgraphs/support/watch.ts'
import { SOON } from '../../setup/soon.ts'

const EVENT: StoreEvent = {
  cursor: 'c',
  workspaceId: 'w',
  integrationId: 'i',
  provider: 'p',
  kind: 'ticket',
  op: 'updated',
  rowId: 'r',
  conversationId: null,
  ticketId: null,
  origin: 'sync',
  at: new Date(0),
}

/** A number that events make be read again, and what becomes of the watch. */
function scene(read: () => Promise<number>) {
  const seen = { reads: 0, follows: 0, over: 0 }
  let happen: () => void = () => undefined
  const follow = (signal: AbortSignal): EventStream => {
    seen.follows += 1
    let end: () => void = () => undefined
    signal.addEventListener('abort', () => end())
    return {
      started: Promise.resolve(),
      next: () =>
        new Promise((resolve) => {
          happen = () => resolve({ done: false, value: EVENT })
          end = () => resolve({ done: true, value: undefined })
        }),
      return: () => Promise.resolve({ done: true, value: undefined }),
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
  const watch = new Watch<number>({
    follow,
    async read() {
      seen.reads += 1
      const value = await read()
      return { value, text: String(value) }
    },
    tickMs: null,
    onOver: () => void (seen.over += 1),
  })
  return { watch, seen, happen: () => happen() }
}

test('is read once for all who watch, who are told at once, and then when it is another', async () => {
  let number = 1
  const { watch, seen, happen } = scene(() => Promise.resolve(number))
  const [one, other] = [watch.watch(), watch.watch()]
  expect(await one.next()).toEqual({ done: false, value: 1 })
  expect(await other.next()).toEqual({ done: false, value: 1 })
  expect(await watch.watch().next()).toEqual({ done: false, value: 1 })
  expect(seen).toEqual({ reads: 1, follows: 1, over: 0 })
  happen()
  await vi.waitFor(() => expect(seen.reads).toBeGreaterThan(1), SOON)
  number = 2
  const next = one.next()
  await vi.waitFor(() => (happen(), expect(seen.reads).toBeGreaterThan(2)), SOON)
  expect(await next).toEqual({ done: false, value: 2 })
  expect(await other.next()).toEqual({ done: false, value: 2 })
})

test('one who is slow is told the newest alone', async () => {
  const numbers = [1]
  const { watch, seen, happen } = scene(() => Promise.resolve(numbers.shift() ?? 2))
  const slow = watch.watch()
  await vi.waitFor(() => (happen(), expect(seen.reads).toBeGreaterThan(2)), SOON)
  expect(await slow.next()).toEqual({ done: false, value: 2 })
})

test('ends when the last one leaves, also while they wait', async () => {
  const { watch, seen } = scene(() => Promise.resolve(1))
  const [one, other] = [watch.watch(), watch.watch()]
  await one.next()
  const waiting = one.next()
  await one.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(seen.over).toBe(0)
  await other.return?.()
  expect(seen.over).toBe(1)
})

test('waits for a database that is away, and fails for everybody when it cannot be read', async () => {
  const faults = [new DatabaseUnavailableError('away'), null, new Error('broken')]
  const { watch, seen, happen } = scene(() => {
    const fault = faults.shift() ?? null
    return fault === null ? Promise.resolve(1) : Promise.reject(fault)
  })
  const [one, other] = [watch.watch(), watch.watch()]
  expect(await one.next()).toEqual({ done: false, value: 1 })
  expect(await other.next()).toEqual({ done: false, value: 1 })
  const failed = Promise.allSettled([one.next(), other.next()])
  await vi.waitFor(() => (happen(), expect(seen.over).toBe(1)), SOON)
  expect(await failed).toMatchObject([{ reason: { message: 'broken' } }, { reason: { message: 'broken' } }])
})
