import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openLocks } from '../../ingest/locks.ts'
import { openTestDatabase } from '../setup/database.ts'
import type { TestDatabase } from '../setup/database.ts'
import { SOON } from '../setup/soon.ts'
import { openProxy } from './proxy.ts'

let place: TestDatabase

beforeAll(async () => {
  place = await openTestDatabase()
})

afterAll(() => place?.[Symbol.asyncDispose]())

test('gives a lock to one holder among all processes, and to the next when it is let go', async () => {
  await using ours = openLocks(place.url)
  await using theirs = openLocks(place.url)
  const held = await ours.tryTake('a')
  expect(held).not.toBeNull()
  expect(await theirs.tryTake('a')).toBeNull()
  expect(await ours.tryTake('a')).toBeNull()
  expect(await theirs.tryTake('b')).not.toBeNull()
  await held?.[Symbol.asyncDispose]()
  expect(await theirs.tryTake('a')).not.toBeNull()
  expect(await ours.tryTake('a')).toBeNull()
})

test('gives a lock once however many ask at the same moment', async () => {
  await using ours = openLocks(place.url)
  await using theirs = openLocks(place.url)
  const taken = await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? ours : theirs).tryTake('rush')))
  expect(taken.filter((lock) => lock !== null)).toHaveLength(1)
})

test('asks its connection one thing at a time, however many locks are asked for at once', async () => {
  const warnings: string[] = []
  const hear = ({ message }: Error): void => void warnings.push(message)
  process.on('warning', hear)
  await using locks = openLocks(place.url)
  const names = Array.from({ length: 20 }, (_, n) => `many ${n}`)
  const taken = await Promise.all(names.map((name) => locks.tryTake(name)))
  await Promise.all(taken.map(async (lock) => lock?.[Symbol.asyncDispose]()))
  await new Promise(setImmediate)
  process.off('warning', hear)
  expect(taken.filter((lock) => lock !== null)).toHaveLength(20)
  expect(warnings).toEqual([])
})

test('tells the holder that its session ended, frees the lock for others, and connects anew', async () => {
  await using proxy = await openProxy(place.url)
  await using ours = openLocks(proxy.url)
  await using theirs = openLocks(place.url)
  const held = await ours.tryTake('lost')
  expect(held?.lost.aborted).toBe(false)
  proxy.cut()
  await vi.waitFor(() => expect(held?.lost.aborted).toBe(true), SOON)
  await expect(ours.tryTake('while cut')).rejects.toThrow(/terminated|ECONN/)
  const taken = await vi.waitFor(async () => {
    const lock = await theirs.tryTake('lost')
    expect(lock).not.toBeNull()
    return lock
  }, SOON)
  proxy.mend()
  await held?.[Symbol.asyncDispose]()
  expect(await ours.tryTake('lost')).toBeNull()
  await taken?.[Symbol.asyncDispose]()
  expect(await ours.tryTake('lost')).not.toBeNull()
})

test('tells who is alone among the living, also after a connection was lost', async () => {
  await using proxy = await openProxy(place.url)
  await using first = openLocks(proxy.url)
  expect(await first.join()).toBe(true)
  {
    await using second = openLocks(place.url)
    expect(await second.join()).toBe(false)
  }
  proxy.cut()
  await vi.waitFor(async () => {
    await using third = openLocks(place.url)
    expect(await third.join()).toBe(true)
  }, SOON)
  proxy.mend()
  await first.tryTake('connects again')
  await using fourth = openLocks(place.url)
  expect(await fourth.join()).toBe(false)
})
