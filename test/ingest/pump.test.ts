import { expect, test, vi } from 'vitest'
import { startPump } from '../../ingest/pump.ts'
import type { HeldJob, Pump, PumpSource } from '../../ingest/pump.ts'
import { SOON } from '../setup/soon.ts'
import { makeGate } from './gate.ts'

type Data = { readonly lane: string; readonly n: number }

/** A queue in memory, as the contract of a source says. */
function makeSource(): PumpSource<Data> & {
  add(lane: string, ...numbers: number[]): void
  readonly settled: string[]
} {
  const waiting: HeldJob<Data>[] = []
  const settled: string[] = []
  const names = (jobs: readonly HeldJob<Data>[]): string => jobs.map(({ data }) => `${data.lane}${data.n}`).join(' ')
  return {
    settled,
    add(lane, ...numbers) {
      for (const n of numbers) waiting.push({ id: `${lane}${n}`, retryCount: 0, data: { lane, n } })
    },
    fetch(most, without) {
      const taken = waiting.filter(({ data }) => !without.includes(data.lane)).slice(0, most)
      for (const each of taken) waiting.splice(waiting.indexOf(each), 1)
      return Promise.resolve(taken)
    },
    keep(jobs) {
      settled.push(`keep ${names(jobs)}`)
      return Promise.resolve()
    },
    complete(jobs) {
      settled.push(`complete ${names(jobs)}`)
      return Promise.resolve()
    },
    fail(jobs) {
      settled.push(`fail ${names(jobs)}`)
      return Promise.resolve()
    },
  }
}

function start(
  source: PumpSource<Data>,
  work: (batch: readonly Data[]) => Promise<void>,
  given: { most?: number; ofOneLane?: number; keepMs?: number; errors?: unknown[] } = {},
): Pump {
  const { most = 100, ofOneLane = most, keepMs = 60_000, errors = [] } = given
  const report = (error: unknown): void => void errors.push(error)
  const rest = { most, ofOneLane, together: 3, pollMs: 60_000, keepMs, report }
  return startPump(source, { laneOf: ({ lane }) => lane, work, ...rest })
}

test('works a lane in order, and together, up to a bound, what came while it was at work', async () => {
  const source = makeSource()
  const begun = makeGate()
  const go = makeGate()
  const pump = start(source, async (batch) => {
    if (batch[0]?.n !== 1) return
    begun.open()
    await go.opened
  })
  source.add('a', 1)
  pump.nudge()
  await begun.opened
  source.add('a', 2)
  pump.nudge()
  source.add('b', 1)
  source.add('a', 3, 4, 5)
  pump.nudge()
  go.open()
  await vi.waitFor(() => expect(source.settled).toHaveLength(4), SOON)
  await pump.close()
  expect(source.settled.filter((line) => line.includes('a'))).toEqual([
    'complete a1',
    'complete a2 a3 a4',
    'complete a5',
  ])
})

test('lets no lane wait for another', async () => {
  const source = makeSource()
  const never = makeGate()
  const pump = start(source, ({ 0: first }) => (first?.lane === 'slow' ? never.opened : Promise.resolve()))
  source.add('slow', 1)
  source.add('quick', 1)
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toEqual(['complete quick1']), SOON)
  source.add('slow', 2)
  source.add('quick', 2)
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toEqual(['complete quick1', 'complete quick2']), SOON)
  never.open()
  await pump.close()
  expect(source.settled.slice(2)).toEqual(['complete slow1', 'complete slow2'])
})

test('holds no more than it may, and takes on as soon as there is room', async () => {
  const source = makeSource()
  const go = makeGate()
  let atWork = 0
  let mostAtWork = 0
  const pump = start(
    source,
    async (batch) => {
      atWork += batch.length
      mostAtWork = Math.max(mostAtWork, atWork)
      await go.opened
      atWork -= batch.length
    },
    { most: 3 },
  )
  for (const lane of 'abcdefgh') source.add(lane, 1)
  pump.nudge()
  await vi.waitFor(() => expect(atWork).toBe(3), SOON)
  go.open()
  await vi.waitFor(() => expect(source.settled).toHaveLength(8), SOON)
  expect(mostAtWork).toBe(3)
  await pump.close()
})

test('passes over a lane of which it has enough in hand, however much waits, and takes the rest in order later', async () => {
  const source = makeSource()
  const go = makeGate()
  const worked: number[] = []
  const work = async (batch: readonly Data[]): Promise<void> => {
    if (batch[0]?.lane !== 'slow') return
    await go.opened
    worked.push(...batch.map(({ n }) => n))
  }
  const pump = start(source, work, { most: 10, ofOneLane: 2 })
  const numbers = Array.from({ length: 30 }, (_, index) => index)
  source.add('slow', ...numbers)
  source.add('quick', 1)
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toEqual(['complete quick1']), SOON)
  go.open()
  await vi.waitFor(() => expect(worked).toEqual(numbers), SOON)
  await pump.close()
})

test('gives back what failed and goes on with the rest', async () => {
  const source = makeSource()
  const errors: unknown[] = []
  const work = ({ 0: first }: readonly Data[]): Promise<void> =>
    first?.n === 1 ? Promise.reject(new Error('no')) : Promise.resolve()
  const pump = start(source, work, { errors })
  source.add('a', 1)
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toEqual(['fail a1']), SOON)
  source.add('a', 2)
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toEqual(['fail a1', 'complete a2']), SOON)
  await pump.close()
  expect(errors).toEqual([new Error('no')])
})

test('survives a queue that does not answer', async () => {
  const source = makeSource()
  const errors: unknown[] = []
  let down = true
  const fetch: typeof source.fetch = (most, without) =>
    down ? Promise.reject(new Error('down')) : source.fetch(most, without)
  const pump = start({ ...source, fetch }, () => Promise.resolve(), { errors })
  source.add('a', 1)
  await vi.waitFor(() => expect(errors).toEqual([new Error('down')]), SOON)
  down = false
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toEqual(['complete a1']), SOON)
  await pump.close()
})

test('says that what is in hand is being worked, and settles it before it closes', async () => {
  const source = makeSource()
  const go = makeGate()
  const pump = start(source, () => go.opened, { keepMs: 5 })
  source.add('a', 1)
  pump.nudge()
  await vi.waitFor(() => expect(source.settled).toContain('keep a1'), SOON)
  const closing = pump.close()
  source.add('a', 2)
  go.open()
  await closing
  expect(source.settled.at(-1)).toBe('complete a1')
})
