import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Deliveries } from '../../twins/deliveries.ts'
import type { DeliveryRules } from '../../twins/deliveries.ts'

describe('deliveries', () => {
  let bodies: string[]
  let status: number
  let deliveries: Deliveries
  let stop: () => Promise<void>
  let running: number
  let mostRunning: number
  let nowMs: number
  let url: string

  const start = async (concurrency: number, more: Partial<DeliveryRules> = {}): Promise<void> => {
    nowMs = 0
    bodies = []
    status = 200
    running = 0
    mostRunning = 0
    const server = createServer((request, response) => {
      running += 1
      mostRunning = Math.max(mostRunning, running)
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString('utf8'))
        running -= 1
        response.writeHead(status).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    deliveries = new Deliveries({
      concurrency,
      timeoutMs: 5_000,
      retryWaitsMs: [3_600_000],
      throttleMs: 3_600_000,
      now: () => new Date(nowMs),
      ...more,
    })
    url = `http://127.0.0.1:${port}/`
    deliveries.setTarget(url)
    stop = async () => {
      await deliveries.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  const send = (...topics: string[]): void => {
    for (const topic of topics) {
      deliveries.send({ topic, compose: (attempt) => ({ body: `${topic} ${attempt}`, headers: {} }) })
    }
  }
  beforeEach(() => start(1))
  afterEach(() => stop())

  it('arrive with a byte flipped on purpose, and whole when they are sent again', async () => {
    status = 500
    deliveries.setFaults({ flipNext: 1 })
    send('one')
    await deliveries.idle()
    status = 200
    await deliveries.settle()
    send('two')
    await deliveries.settle()
    // The middle of "one 1" is the "e".
    expect(bodies).toEqual(['ond 1', 'one 2', 'two 1'])
    expect(deliveries.attempts().map(({ flipped }) => flipped)).toEqual([true, false, false])
  })

  it('are sent one after the other when only one may run', async () => {
    send('a', 'b', 'c')
    await deliveries.settle()
    expect([bodies, mostRunning]).toEqual([['a 1', 'b 1', 'c 1'], 1])
  })

  it('are held until all that are to be turned around are there', async () => {
    deliveries.setFaults({ reorderNext: 3 })
    send('a', 'b')
    expect(deliveries.attempts()).toEqual([])
    send('c', 'd')
    await deliveries.settle()
    expect(bodies).toEqual(['c 1', 'b 1', 'a 1', 'd 1'])
  })

  it('send what is held when asked to settle', async () => {
    deliveries.setFaults({ reorderNext: 5 })
    send('a', 'b')
    await deliveries.settle()
    expect(bodies).toEqual(['b 1', 'a 1'])
  })

  it('wait after a 429 and go on when asked to settle', async () => {
    status = 429
    send('a')
    await deliveries.settle()
    expect(bodies).toEqual(['a 1', 'a 2'])
    status = 200
    send('b')
    await deliveries.settle()
    expect(bodies).toEqual(['a 1', 'a 2', 'b 1'])
  })

  it('count a receiver that is not there as a failed attempt', async () => {
    deliveries.setTarget('http://127.0.0.1:1/')
    send('a')
    await deliveries.settle()
    expect(deliveries.attempts().map(({ attempt, status: answered, outcome }) => [attempt, answered, outcome])).toEqual(
      [
        [1, null, 'failed'],
        [2, null, 'failed'],
      ],
    )
  })

  it('are lost while there is nowhere to send them', async () => {
    deliveries.setTarget(null)
    send('a')
    await deliveries.settle()
    expect(bodies).toEqual([])
  })

  it('never run more at a time than allowed', async () => {
    await stop()
    await start(3)
    send(...Array.from({ length: 30 }, (_, index) => `t${index}`))
    await deliveries.settle()
    expect(bodies).toHaveLength(30)
    expect(mostRunning).toBeLessThanOrEqual(3)
  })

  it('go to their own place when they name one, by the method they name', async () => {
    deliveries.setTarget('http://127.0.0.1:1/')
    deliveries.send({ topic: 'a', to: { url, method: 'PUT' }, compose: () => ({ body: 'own', headers: {} }) })
    await deliveries.settle()
    expect([bodies, deliveries.attempts().map(({ status: answered }) => answered)]).toEqual([['own'], [200]])
  })

  it('are tried again when the clock has come to the end of each wait, and no sooner', async () => {
    await stop()
    await start(1, { retryWaitsMs: [300_000, 1_800_000] })
    status = 500
    send('a')
    const sent = async (atMs: number): Promise<string[]> => {
      nowMs = atMs
      deliveries.wake()
      await deliveries.idle()
      return [...bodies]
    }
    expect(await sent(0)).toEqual(['a 1'])
    expect(await sent(299_999)).toEqual(['a 1'])
    expect(await sent(300_000)).toEqual(['a 1', 'a 2'])
    expect(await sent(1_000_000)).toEqual(['a 1', 'a 2'])
    expect(await sent(2_100_000)).toEqual(['a 1', 'a 2', 'a 3'])
    expect(await sent(9_000_000)).toEqual(['a 1', 'a 2', 'a 3'])
  })

  it('wait for the next window past the quota, and are dropped when they have waited too long', async () => {
    await stop()
    await start(1, { quota: { calls: 2, windowMs: 3_600_000, keptMs: 7_200_000 } })
    send('a', 'b', 'c', 'd', 'e', 'f', 'g')
    const sent = async (atMs: number): Promise<string[]> => {
      nowMs = atMs
      deliveries.wake()
      await deliveries.idle()
      return [...bodies]
    }
    expect(await sent(0)).toEqual(['a 1', 'b 1'])
    expect(await sent(3_599_999)).toHaveLength(2)
    expect(await sent(3_600_000)).toEqual(['a 1', 'b 1', 'c 1', 'd 1'])
    expect(await sent(7_200_000)).toHaveLength(6)
    await deliveries.settle()
    expect(bodies).toHaveLength(6)
    expect(deliveries.attempts().at(-1)).toMatchObject({ topic: 'g', status: null, outcome: 'dropped' })
  })
})
