import { describe, expect, it } from 'vitest'
import { mapBounded } from '../../kit/bounded.ts'
import { settle } from './clocks.ts'

/** Work that ends when it is told to, in any order. */
function createWork() {
  const begun: { readonly item: number; readonly end: () => void; readonly fail: (error: Error) => void }[] = []
  const signals: AbortSignal[] = []
  const work = (item: number, signal: AbortSignal): Promise<string> => {
    signals.push(signal)
    return new Promise((resolve, reject) => begun.push({ item, end: () => resolve(`done ${item}`), fail: reject }))
  }
  const items = (): number[] => begun.map(({ item }) => item)
  return { begun, signals, work, items }
}

describe('mapBounded', () => {
  it('has at most the limit at work, and keeps the order of the items whatever ends first', async () => {
    const { begun, work, items } = createWork()
    const results = mapBounded([1, 2, 3, 4], { limit: 2 }, work)
    await settle()
    expect(items()).toEqual([1, 2])
    begun[1]?.end()
    await settle()
    expect(items()).toEqual([1, 2, 3])
    begun[0]?.end()
    begun[2]?.end()
    await settle()
    begun[3]?.end()
    expect(await results).toEqual(['done 1', 'done 2', 'done 3', 'done 4'])
  })

  it('answers an empty list without beginning anything', async () => {
    const { work, items } = createWork()
    expect(await mapBounded([], { limit: 4 }, work)).toEqual([])
    expect(items()).toEqual([])
  })

  it('throws the first error, begins nothing more, and waits for what is under way', async () => {
    const { begun, signals, work, items } = createWork()
    let thrown: unknown = null
    const ended = mapBounded([1, 2, 3, 4], { limit: 2 }, work).catch((error: unknown) => (thrown = error))
    await settle()
    begun[1]?.fail(new Error('first'))
    await settle()
    expect(signals[0]?.aborted).toBe(true)
    expect(thrown).toBeNull()
    begun[0]?.fail(new Error('second'))
    await ended
    expect(thrown).toMatchObject({ message: 'first' })
    expect(items()).toEqual([1, 2])
  })

  it('stops with the caller’s reason', async () => {
    const stop = new AbortController()
    const { begun, work, items } = createWork()
    const ended = mapBounded([1, 2], { limit: 1, signal: stop.signal }, work).catch((error: unknown) => error)
    await settle()
    stop.abort(new Error('closing'))
    begun[0]?.end()
    expect(await ended).toMatchObject({ message: 'closing' })
    expect(items()).toEqual([1])
  })
})
